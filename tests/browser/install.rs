//! Installable, one with the system once it is, and honest where the browser withholds what that needs.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen};
use support::raw::PASSWORD;
use support::{Network, Server, eventually};

/// The manifest that the page names now, as the browser reads it.
async fn manifest_of(app: &App) -> Value {
    let manifest = app.browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    serde_json::from_str(manifest["data"].as_str().expect("a manifest")).expect("in JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_finds_nothing_that_keeps_it_from_being_installed() {
    let server = Server::start().await;
    for language in ["en", "zh-TW"] {
        let profile = Profile::fresh();
        let screen = Screen::phone().in_language(language);
        let app = App::open(&profile, screen, server.address()).await;
        app.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
        let manifest = manifest_of(&app).await;
        assert_eq!((&manifest["lang"], &manifest["id"]), (&json!(language), &json!("/")));
        let icons = manifest["icons"].as_array().expect("icons");
        assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
        let errors = app.browser.devtools("Page.getInstallabilityErrors", json!({})).await;
        assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
        assert_eq!(app.browser.console_errors().await, Vec::<String>::new());
        // what it shows before anybody has installed it is there, and as large as it says
        for screenshot in manifest["screenshots"].as_array().expect("screenshots") {
            let size = "const image = new Image(); image.src = arguments[0]; await image.decode();
                return `${image.naturalWidth}x${image.naturalHeight}`";
            let size = app.browser.run_async(size, vec![screenshot["src"].clone()]).await;
            assert_eq!(size, screenshot["sizes"], "{screenshot}");
        }
        // and is none of what every visitor fetches
        let kept = "const names = await caches.keys();
            const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
            return kept.flat().map((request) => new URL(request.url).pathname)";
        let kept = app.browser.run_async(kept, vec![]).await;
        let kept: Vec<String> = serde_json::from_value(kept).expect("paths");
        assert!(kept.iter().any(|path| path == "/manifest.zh-TW.webmanifest"), "{kept:?}");
        assert!(!kept.iter().any(|path| path.contains("screenshots")), "{kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_system_draws_goes_with_the_language_and_the_theme() {
    let server = Server::start().await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    let colour = "return [...document.querySelectorAll('meta[name=theme-color]')]
        .filter((meta) => matchMedia(meta.media).matches).map((meta) => meta.content).join()";
    app.visit("/settings/appearance").await;
    app.browser.shows(&app.words.at("appearance.theme_dark")).await;
    assert_eq!(app.browser.run(colour, vec![]).await, "#f4f1ec");
    app.press("radio", "appearance.theme_dark").await;
    assert_eq!(app.browser.run(colour, vec![]).await, "#0b0f14");
    let english = manifest_of(&app).await;
    app.browser.press("radio", "繁體中文").await;
    let app = app.in_language("zh-TW");
    app.browser.shows(&app.words.at("appearance.theme_dark")).await;
    let taiwanese = manifest_of(&app).await;
    assert_eq!(taiwanese["lang"], "zh-TW");
    // the same app: only words differ
    for same in
        ["id", "start_url", "scope", "display", "launch_handler", "icons", "share_target", "theme_color"]
    {
        assert_eq!(english[same], taiwanese[same], "{same}");
        assert!(!english[same].is_null(), "{same}");
    }
    let urls = |manifest: &Value| -> Vec<Value> {
        manifest["shortcuts"].as_array().expect("shortcuts").iter().map(|one| one["url"].clone()).collect()
    };
    assert_eq!(urls(&english), urls(&taiwanese));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_shortcuts_lead_there_and_are_done_once() {
    let server = Server::start().await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    let manifest = manifest_of(&app).await;
    let dialogs = ["new.search", "list.jump"];
    for (shortcut, line) in manifest["shortcuts"].as_array().expect("shortcuts").iter().zip(dialogs) {
        app.visit(shortcut["url"].as_str().expect("an address")).await;
        app.browser.find("combobox", &app.words.at(line)).await;
        app.visit(
            app.browser.run("return location.pathname + location.search", vec![]).await.as_str().unwrap(),
        )
        .await;
        app.at_home().await;
        assert!(!app.browser.sees("combobox", &app.words.at(line)).await, "loaded anew it is home");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_app_shares_comes_to_stand_where_one_writes() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::phone(), network.address()).await;
    // signed out
    app.visit(
        "/share?title=Geese&text=They+are+back+%F0%9F%AA%BF&url=https%3A%2F%2Fexample.org%2F%3Fa%3D1%26b",
    )
    .await;
    app.fill_sign_in("anna", PASSWORD).await;
    let shared = "Geese\nThey are back 🪿\nhttps://example.org/?a=1&b";
    app.browser.shows(shared).await;
    app.browser.press("option", "bert*").await;
    app.holds("bert", shared).await;
    // nothing goes out by itself, and loading anew does not do it again
    app.visit("/c/@bert").await;
    app.holds("bert", shared).await;
    assert_eq!(bert.texts().await, ["hello"]);

    // without a network, below what is there
    app.kept_for_offline().await;
    network.cut();
    app.visit("/share?text=and+this").await;
    app.browser.press("option", "bert*").await;
    app.holds("bert", &format!("{shared}\nand this")).await;
    // put away, nothing happens
    app.visit("/share?text=not+this").await;
    app.browser.find("option", "bert*").await;
    app.press("button", "action.close").await;
    app.at_home().await;
    eventually("the address is home's", async || {
        (app.browser.run("return location.pathname", vec![]).await == "/").then_some(())
    })
    .await;
}

/// The browser's own offer to install the app comes when it likes.
const NO_OFFER: &str = "addEventListener('beforeinstallprompt', (event) => event.isTrusted && event.stopImmediatePropagation());";
/// What a browser does that can install the app: asked, it notes that it was.
const OFFER: &str = "
const offer = new Event('beforeinstallprompt', {cancelable: true});
offer.prompt = async () => { self.prompted = true; };
dispatchEvent(offer);
return offer.defaultPrevented;
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_uses_it_is_offered_once_to_install_it() {
    let server = Server::start().await;
    let [anna, _bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": NO_OFFER})).await;
    app.visit("/").await;
    app.at_home().await;
    let install = app.words.at("install.action");
    assert_eq!(app.browser.run(OFFER, vec![]).await, true, "the browser itself does not press");
    for number in 1..=4 {
        anna.send("bert", &format!("message {number}")).await.must_be(200);
    }
    app.browser.shows("message 4").await;
    // first, and once, whether to be notified
    app.browser.find("button", &app.words.at("notify.turn_on")).await;
    app.press("button", "install.decline").await;
    app.browser.gone("button", &app.words.at("notify.turn_on")).await;
    assert!(!app.browser.sees("button", &install).await, "who has hardly begun is left in peace");
    anna.send("bert", "message 5").await.must_be(200);
    app.browser.press("button", &install).await;
    assert_eq!(app.browser.run("return self.prompted", vec![]).await, true);
    app.browser.gone("button", &install).await;

    // the next time, it is put away for good
    app.visit("/").await;
    app.at_home().await;
    app.browser.run(OFFER, vec![]).await;
    app.press("button", "install.decline").await;
    app.browser.gone("button", &install).await;
    app.visit("/").await;
    app.at_home().await;
    app.browser.run(OFFER, vec![]).await;
    app.browser.shows("message 5").await;
    assert!(!app.browser.sees("button", &install).await);
    // but for the settings
    app.visit("/settings/about").await;
    app.browser.run(OFFER, vec![]).await;
    app.browser.find("button", &install).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_plain_http_it_says_what_is_missing_and_chats() {
    let server = Server::start().await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh().with_name_for_localhost("chat.example");
    let app = App::open_at(
        &profile,
        Screen::desktop(),
        &format!("http://chat.example:{}", server.address().port()),
    )
    .await;
    let secure = app.browser.run("return isSecureContext", vec![]).await;
    assert_eq!(secure, false, "this is to be plain http away from localhost");
    app.sign_in("anna").await;
    app.browser.shows(&app.words.at("notice.insecure")).await;
    app.write_to("bert").await;
    app.say("bert", "in the clear").await;
    app.shows_state("in the clear", "state.sent").await;
    bert.send("anna", "I hear you").await.must_be(200);
    app.shows_messages(&["in the clear", "I hear you"]).await;
}

/// The system starts apps; here a test does. A page that is loaded once more is told of the last start again.
const LAUNCHES: &str = "Object.defineProperty(window, 'launchQueue', {value: {setConsumer(consumer) {
    self.launch = (path) => {
        sessionStorage.setItem('launched', path);
        consumer({targetURL: location.origin + path});
    };
    const last = sessionStorage.getItem('launched');
    const [{type}] = performance.getEntriesByType('navigation');
    if (last !== null && type === 'reload') consumer({targetURL: location.origin + last});
}}});";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn started_once_more_it_goes_where_it_is_led_and_else_stays() {
    let server = Server::start().await;
    let [anna, _bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": LAUNCHES})).await;
    app.visit("/c/@bert").await;
    app.composer("bert").await.send_keys("half a sentence").await.unwrap();
    app.browser.run("self.launch('/')", vec![]).await;
    app.browser.run("self.launch('/share?text=and+this')", vec![]).await;
    app.browser.press("option", "bert*").await;
    app.holds("bert", "half a sentence\nand this").await;
    let find = app.words.at("list.jump");
    app.browser.run("self.launch('/?find')", vec![]).await;
    app.browser.find("combobox", &find).await;
    assert_eq!(app.browser.run("return location.pathname.replace('%40', '@')", vec![]).await, "/c/@bert");
    // loaded once more it is told of that again, and does it no second time; but when it is asked to
    app.browser.devtools("Page.reload", json!({})).await;
    app.composer("bert").await;
    assert!(!app.browser.sees("combobox", &find).await);
    app.browser.run("self.launch('/?find')", vec![]).await;
    app.browser.find("combobox", &find).await;
}

/// DevTools can pretend much, and not this.
const IN_ITS_OWN_WINDOW: &str = "const ask = matchMedia;
    self.matchMedia = (query) => query === '(display-mode: standalone)' ? {matches: true} : ask(query);";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.4 Mobile/15E148 Safari/604.1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_an_iphone_it_tells_how_to_install_it_until_that_is_done() {
    let server = Server::start().await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), server.address(), "anna").await;
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": NO_OFFER})).await;
    app.visit("/settings/about").await;
    app.browser.shows(&app.words.at("install.hint")).await;
    app.browser.devtools("Emulation.setUserAgentOverride", json!({"userAgent": IPHONE})).await;
    app.visit("/settings/about").await;
    app.browser.shows(&app.words.at("install.by_hand")).await;
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": IN_ITS_OWN_WINDOW})).await;
    app.visit("/settings/about").await;
    app.browser.shows(&app.words.at("about.api")).await;
    for words in ["install.by_hand", "install.hint"] {
        assert!(!app.browser.shows_now(&app.words.at(words)).await, "it is installed");
    }
}
