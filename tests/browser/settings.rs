//! Settings: the profile, the password, language and theme, and the end of an account.

use support::Server;
use support::browser::{App, Profile, Screen};
use support::eventually;
use support::raw::PASSWORD;
use thirtyfour::prelude::*;

const NEW_PASSWORD: &str = "geese fly south in autumn";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_display_name_is_changed_and_the_other_person_sees_it_at_once() {
    let server = Server::start().await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    bert.send("anna", "hello").await.must_be(200);
    let [annas, berts] = [Profile::fresh(), Profile::fresh()];
    let anna = App::signed_in(&annas, Screen::desktop(), server.address(), "anna").await;
    let bert = App::signed_in(&berts, Screen::desktop(), server.address(), "bert").await;
    bert.open_conversation("anna").await;

    anna.visit("/settings/profile").await;
    let field = anna.words.at("profile.display_name");
    anna.browser.holds(&field, "anna").await;
    anna.browser.replace(&field, "Anna 吳").await;
    anna.press("button", "action.save").await;
    anna.browser.shows(&anna.words.at("action.saved")).await;

    bert.browser.find("link", "Anna 吳*").await;
    bert.composer("Anna 吳").await;
    anna.visit("/settings/profile").await;
    anna.browser.holds(&field, "Anna 吳").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_changed_and_the_other_device_has_to_sign_in_again() {
    let server = Server::start().await;
    server.people(["anna", "bert"]).await;
    let [first, second] = [Profile::fresh(), Profile::fresh()];
    let laptop = App::signed_in(&first, Screen::desktop(), server.address(), "anna").await;
    let phone = App::signed_in(&second, Screen::phone(), server.address(), "anna").await;
    laptop.visit("/settings/password").await;
    let change = async |current: &str| {
        laptop.browser.replace(&laptop.words.at("password.current"), current).await;
        laptop.browser.replace(&laptop.words.at("password.new"), NEW_PASSWORD).await;
        laptop.press("button", "password.change").await;
    };
    change("not the right one").await;
    laptop.browser.shows(&laptop.words.at("error.wrong_password")).await;
    phone.at_home().await;
    change(PASSWORD).await;
    laptop.browser.shows(&laptop.words.at("password.changed")).await;

    phone.browser.shows(&phone.words.at("welcome.signed_out_title")).await;
    laptop.visit("/c/@bert").await;
    laptop.say("bert", "this one goes on").await;
    laptop.shows_state("this one goes on", "state.sent").await;
    phone.press("button", "welcome.sign_in").await;
    phone.browser.fill(&phone.words.at("welcome.password"), NEW_PASSWORD).await;
    phone.browser.keys(Key::Enter.value().to_string()).await;
    phone.open_conversation("bert").await;
    phone.shows_messages(&["this one goes on"]).await;
}

/// What the page tells of its language and theme: `lang`, the theme on its root, and the colour behind everything.
async fn appearance(app: &App) -> [String; 3] {
    let script = "const root = document.documentElement;
        return [root.lang, root.dataset.theme ?? '', getComputedStyle(root).backgroundColor]";
    serde_json::from_value(app.browser.run(script, vec![]).await).expect("three words")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn language_and_theme_change_at_once_and_survive_a_reload() {
    let server = Server::start().await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/settings/appearance").await;
    app.browser.find("radio", &app.words.at("appearance.theme_dark")).await;
    let [language, theme, light] = appearance(&app).await;
    assert_eq!([language.as_str(), theme.as_str()], ["en", ""]);
    app.press("radio", "appearance.theme_dark").await;
    let [_, theme, dark] = appearance(&app).await;
    assert_eq!(theme, "dark");
    assert_ne!(dark, light);

    app.browser.press("radio", "繁體中文").await;
    let app = app.in_language("zh-TW");
    app.browser.find("radio", &app.words.at("appearance.theme_dark")).await;
    assert_eq!(appearance(&app).await, ["zh-TW", "dark", &dark]);
    app.visit("/").await;
    app.at_home().await;
    assert_eq!(appearance(&app).await, ["zh-TW", "dark", &dark]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_deleted_by_its_password_and_nothing_of_it_stays_here() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "keep this").await.must_be(200);
    bert.send("anna", "I do").await.must_be(200);
    let [annas, berts] = [Profile::fresh(), Profile::fresh()];
    let app = App::signed_in(&annas, Screen::phone(), server.address(), "anna").await;
    let other = App::signed_in(&berts, Screen::desktop(), server.address(), "bert").await;
    other.open_conversation("anna").await;
    app.open_conversation("bert").await;
    app.shows_messages(&["keep this", "I do"]).await;
    assert!(!app.databases().await.is_empty());

    app.visit("/settings/delete").await;
    let delete = async |password: &str| {
        app.browser.replace(&app.words.at("delete.password"), password).await;
        app.press("button", "delete.confirm").await;
        let dialog = app.browser.find("dialog", &app.words.at("delete.title")).await;
        app.browser.press_in(&dialog, "button", &app.words.at("delete.confirm")).await;
    };
    delete("not the right one").await;
    app.browser.shows(&app.words.at("error.wrong_password")).await;
    delete(PASSWORD).await;
    app.at_welcome().await;
    app.browser.shows(&app.words.at("welcome.deleted")).await;
    assert!(!app.browser.shows_now("keep this").await);
    eventually("everything is wiped", async || app.databases().await.is_empty().then_some(())).await;
    app.fill_sign_in("anna", PASSWORD).await;
    app.browser.shows(&app.words.at("error.wrong_credentials")).await;

    other.browser.shows(&other.words.at("timeline.deleted_text")).await;
    other.shows_messages(&["keep this", "I do"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_gets_a_name_by_which_one_knows_it() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    anna.another_device("old phone").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/settings/devices").await;
    app.browser.press("button", &app.words.with("devices.rename", "name", "old phone")).await;
    app.browser.replace(&app.words.at("devices.name"), "  ").await;
    app.press("button", "action.save").await;
    app.browser.shows(&app.words.at("error.line_empty")).await;
    app.browser.replace(&app.words.at("devices.name"), "The phone in the drawer 手機").await;
    app.press("button", "action.save").await;
    app.browser.shows("The phone in the drawer 手機").await;
    app.visit("/settings/devices").await;
    app.browser
        .find("button", &app.words.with("devices.remove", "name", "The phone in the drawer 手機"))
        .await;
    assert!(!app.browser.shows_now("old phone").await);
}
