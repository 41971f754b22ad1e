//! Installable, and honest where the browser withholds what that needs.

use serde_json::json;
use support::Server;
use support::browser::{App, Profile, Screen};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_finds_nothing_that_keeps_it_from_being_installed() {
    let server = Server::start().await;
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::phone(), server.address()).await;
    app.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
    let manifest = app.browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let text: serde_json::Value =
        serde_json::from_str(manifest["data"].as_str().expect("a manifest")).unwrap();
    let purposes = text["icons"].as_array().expect("icons").iter();
    assert!(purposes.clone().any(|icon| icon["purpose"].as_str().is_some_and(|it| it.contains("maskable"))));
    let errors = app.browser.devtools("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    assert_eq!(app.browser.console_errors().await, Vec::<String>::new());
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
