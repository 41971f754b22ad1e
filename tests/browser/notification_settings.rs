//! Turning notifications on, off and about, as a person does: when the browser is asked, what is said where it is not to be
//! had, and that the settings say what is so.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen, Worker};
use support::push_service::{Manner, PushService, Subscriber};
use support::raw::Person;
use support::{Network, Options, Server, eventually};

/// What a browser answers that was asked whether it may notify, and what was asked; a test may change the answer.
const ASKED: &str = "
self.answer = 'denied';
self.asked = [];
let permission = sessionStorage.getItem('permission') ?? 'default';
Object.defineProperty(Notification, 'permission', {get: () => permission});
Notification.requestPermission = async () => {
    asked.push(navigator.userActivation.isActive);
    permission = answer;
    sessionStorage.setItem('permission', permission);
    return permission;
};
";

/// Subscribes with a push service of ours, which Chromium cannot. Its subscription lasts as long as the browser.
fn subscribes(subscriber: &Subscriber) -> String {
    let json = subscriber.to_json();
    format!(
        "{{
         const json = {json};
         const subscription = Object.create(PushSubscription.prototype, {{
             endpoint: {{value: json.endpoint}},
             toJSON: {{value: () => json}},
             unsubscribe: {{value: async () => {{ localStorage.removeItem('subscribed'); return true; }}}},
         }});
         const manager = PushManager.prototype;
         manager.getSubscription = async () => localStorage.getItem('subscribed') && subscription;
         manager.subscribe = async () => {{ localStorage.setItem('subscribed', 1); return subscription; }};
         }}"
    )
}

async fn from_now_on(app: &App, source: &str) {
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
}

/// What has the focus.
async fn focused(app: &App) -> Value {
    app.browser.run("return document.activeElement.innerText", vec![]).await
}

/// Anna at the settings of notifications, who may notify and has not turned them on.
struct Annas {
    push: PushService,
    _server: Server,
    network: Network,
    anna: Person,
    bert: Person,
    app: App,
    worker: Worker,
    _profile: Profile,
}

impl Annas {
    async fn new() -> Self {
        let push = PushService::start().await;
        let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
        let network = Network::before(server.address()).await;
        let [anna, bert] = server.people(["anna", "bert"]).await;
        let profile = Profile::fresh();
        let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
        let worker = Worker::of(&app).await;
        from_now_on(&app, &subscribes(&push.subscriber())).await;
        app.visit("/settings/notifications").await;
        Self { push, _server: server, network, anna, bert, app, worker, _profile: profile }
    }

    async fn turn_on(&self) {
        self.app.press("button", "notify.turn_on").await;
        self.app.browser.shows(&self.app.words.at("notify.on")).await;
    }

    /// What the server knows of her browser.
    async fn known(&self) -> Value {
        let known = self.anna.api.get("/api/push/subscriptions").await.must_be(200).body;
        known["subscriptions"][0].clone()
    }

    /// What the worker tells a server that may have forgotten the subscription.
    async fn kept(&self) -> Value {
        let kept =
            "const kept = await caches.match('/notification-settings'); return kept && await kept.json()";
        self.worker.run(kept, json!([])).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_asks_only_when_one_presses_and_what_one_answers_is_said() {
    let server = Server::start().await;
    let [anna, _bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    from_now_on(&app, ASKED).await;
    let asked = async || app.browser.run("return asked", vec![]).await;
    let turn_on = app.words.at("notify.turn_on");
    // where they are offered
    app.visit("/").await;
    app.browser.find("button", &turn_on).await;
    assert_eq!(asked().await, json!([]));
    app.browser.press("button", &turn_on).await;
    app.browser.shows(&app.words.at("notify.blocked")).await;
    assert_eq!(asked().await, json!([true]), "as a person presses");
    assert_eq!(focused(&app).await, turn_on);
    app.press("button", "install.decline").await;
    app.browser.gone("button", &turn_on).await;
    let has_focus = "return document.activeElement.closest('.pane-list') !== null";
    eventually("the focus is not lost", async || {
        (app.browser.run(has_focus, vec![]).await == true).then_some(())
    })
    .await;

    // in the settings
    app.visit("/settings/notifications").await;
    app.browser.shows(&app.words.at("notify.blocked")).await;
    app.browser.run("sessionStorage.clear()", vec![]).await;
    app.visit("/settings/notifications").await;
    app.browser.shows(&app.words.at("notify.off")).await;
    assert_eq!(asked().await, json!([]));
    app.browser.press("button", &turn_on).await;
    app.browser.shows(&app.words.at("notify.blocked")).await;
    assert_eq!(asked().await, json!([true]));
    assert_eq!(focused(&app).await, turn_on);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_never_subscribes_is_said_not_to_reach_its_push_service() {
    let push = PushService::start().await;
    let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    let _may_notify = Worker::of(&app).await;
    // it was on, and cannot be again: so Chromium answers, which does not reach its maker's push service
    app.pretends_to_notify().await;
    from_now_on(&app, "PushManager.prototype.subscribe = () => new Promise(() => {})").await;
    app.visit("/settings/notifications").await;
    let no_service = app.words.at("notify.no_service");
    app.browser.shows(&no_service).await;
    // it comes into view once more
    app.browser.run("document.dispatchEvent(new Event('visibilitychange'))", vec![]).await;
    app.browser.find("button", &app.words.at("notify.turn_on")).await;
    assert!(app.browser.shows_now(&no_service).await);

    app.browser.run(&subscribes(&push.subscriber()), vec![]).await;
    app.press("button", "notify.turn_on").await;
    app.browser.shows(&app.words.at("notify.on")).await;
}

/// DevTools can pretend much, and not this.
const IN_ITS_OWN_WINDOW: &str = "const ask = matchMedia;
    self.matchMedia = (query) => query === '(display-mode: standalone)' ? {matches: true} : ask(query);";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.4 Mobile/15E148 Safari/604.1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_an_iphone_it_says_to_install_it_first_where_that_helps() {
    let server = Server::start().await;
    server.person("anna").await;
    for (address, helps) in [("127.0.0.1", true), ("chat.example", false)] {
        let profile = Profile::fresh().with_name_for_localhost("chat.example");
        let origin = format!("http://{address}:{}", server.address().port());
        let app = App::open_at(&profile, Screen::phone(), &origin).await;
        app.sign_in("anna").await;
        app.browser.devtools("Emulation.setUserAgentOverride", json!({"userAgent": IPHONE})).await;
        from_now_on(&app, "delete self.PushManager").await;
        let (helpful, useless) = (app.words.at("notify.install_first"), app.words.at("notify.unavailable"));
        app.visit("/settings/notifications").await;
        app.browser.shows(if helps { &helpful } else { &useless }).await;
        from_now_on(&app, IN_ITS_OWN_WINDOW).await;
        app.visit("/settings/notifications").await;
        app.browser.shows(&useless).await;
        app.visit("/settings/about").await;
        app.browser.shows(&app.words.at("about.api")).await;
        assert!(!app.browser.shows_now(&app.words.at("install.hint")).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_browser_says_what_came_of_the_last_notification() {
    let annas = Annas::new().await;
    let (app, words) = (&annas.app, &annas.app.words);
    annas.turn_on().await;
    app.browser.shows(&words.at("notify.none_yet")).await;
    // looked at once more when it is tried
    let counts = "
        self.lists = 0;
        const ask = fetch;
        self.fetch = (request, ...more) => {
            const {method, url} = request;
            if (method === 'GET' && url.endsWith('/api/push/subscriptions')) lists++;
            return ask(request, ...more);
        }";
    app.browser.run(counts, vec![]).await;
    app.press("button", "notify.test").await;
    app.browser.shows(&words.with("notify.test_taken", "service", &annas.push.host())).await;
    eventually("the list is fetched once more", async || {
        (app.browser.run("return lists", vec![]).await == 1).then_some(())
    })
    .await;
    for (answer, happened, said) in [
        (Manner::Takes, "succeededAt", "notify.last_success"),
        (Manner::Refuses(403, vec![]), "failedAt", "notify.last_failure"),
    ] {
        app.browser.go("about:blank").await;
        let before = annas.known().await[happened].take();
        annas.push.behaves(answer);
        annas.bert.send("anna", "are you there?").await.must_be(200);
        eventually(happened, async || (annas.known().await[happened] != before).then_some(())).await;
        app.visit("/settings/notifications").await;
        let said = words.at(said);
        app.browser.shows(said.split('{').next().expect("a beginning")).await;
    }
    app.browser.shows(&words.at("notify.why_refused")).await;

    // and what cannot be fetched can be fetched again
    annas.network.cut();
    app.press("button", "notify.test").await;
    app.browser.shows(&words.at("error.no_link")).await;
    app.press("button", "notify.turn_off").await;
    app.browser.find("button", &words.at("action.retry")).await;
    annas.network.heal();
    app.press("button", "action.retry").await;
    app.browser.gone("button", &words.at("action.retry")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_turned_them_off_is_not_offered_them() {
    let annas = Annas::new().await;
    annas.anna.send("anna", "a note").await.must_be(200);
    annas.turn_on().await;
    annas.app.press("button", "notify.turn_off").await;
    annas.app.browser.find("button", &annas.app.words.at("notify.turn_on")).await;
    for path in ["/", "/c/@anna"] {
        annas.app.visit(path).await;
        annas.app.browser.shows("a note").await;
        assert!(!annas.app.browser.sees("button", &annas.app.words.at("notify.turn_on")).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_chose_is_kept_where_the_worker_finds_it() {
    let annas = Annas::new().await;
    annas.turn_on().await;
    assert_eq!(annas.kept().await["language"], "en");
    annas.app.press("radio", "notify.shows_name").await;
    annas.app.press("radio", "notify.quiet_hours").await;
    eventually("all of it is kept", async || {
        let all = json!({"sound": true, "quietFrom": 22 * 60, "quietTo": 7 * 60, "shows": "name", "language": "en"});
        (annas.kept().await == all).then_some(())
    })
    .await;
    // and at the next start, whatever became of it
    annas.worker.run("await caches.delete('notifications')", json!([])).await;
    annas.app.visit("/settings/appearance").await;
    annas.app.browser.press("radio", "繁體中文").await;
    eventually("it is kept in the other language", async || {
        let kept = annas.kept().await;
        (kept["shows"] == "name" && kept["language"] == "zh-TW").then_some(())
    })
    .await;
}

/// Waits until the server shows names only in all that it knows of hers: in one that her browser has lost, too, until a push
/// service says that it is gone.
async fn shows_names(person: &Person) {
    eventually("the server knows what she chose", async || {
        let known = person.api.get("/api/push/subscriptions").await.must_be(200).body;
        let known = known["subscriptions"].as_array()?;
        (!known.is_empty() && known.iter().all(|one| one["shows"] == "name")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_is_missing_or_of_another_key_is_made_anew_at_the_next_start() {
    let push = PushService::start().await;
    let mut server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
    let network = Network::before(server.address()).await;
    // by way of the network, which finds the server wherever it is started
    let anna = Person::register(network.address(), "anna").await;
    let profile = Profile::of_firefox().with_push_service(&push.for_firefox().await);
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/settings/notifications").await;
    app.press("button", "notify.turn_on").await;
    app.browser.shows(&app.words.at("notify.on")).await;
    app.press("radio", "notify.shows_name").await;
    shows_names(&anna).await;
    let endpoint = async || {
        let held = "
            const {pushManager} = await navigator.serviceWorker.ready;
            return (await pushManager.getSubscription())?.endpoint ?? null";
        app.browser.run_async(held, vec![]).await
    };
    let works = async || {
        app.press("button", "notify.test").await;
        app.browser.shows(&app.words.with("notify.test_taken", "service", &push.host())).await;
        app.browser.shows(&app.words.at("notify.test_shown")).await;
    };
    let first = endpoint().await;

    // the browser has lost it
    let ends = "
        const {pushManager} = await navigator.serviceWorker.ready;
        await (await pushManager.getSubscription()).unsubscribe()";
    app.browser.run_async(ends, vec![]).await;
    app.visit("/settings/notifications").await;
    eventually("it has another", async || {
        let held = endpoint().await;
        (!held.is_null() && held != first).then_some(())
    })
    .await;
    works().await;
    shows_names(&anna).await;
    let second = endpoint().await;

    // the server has another key
    app.browser.go("about:blank").await;
    server.ask_to_stop();
    server.stopped().await;
    let replaced = server.command(&["replace-push-key"]);
    assert!(replaced.status.success(), "{replaced:?}");
    server.start_again().await;
    network.lead_to(server.address());
    app.visit("/settings/notifications").await;
    eventually("it has another", async || {
        let held = endpoint().await;
        (!held.is_null() && held != second).then_some(())
    })
    .await;
    works().await;
    shows_names(&anna).await;
}
