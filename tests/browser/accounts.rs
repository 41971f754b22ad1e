//! Making an account, signing in and out, and a second person at the same browser.

use serde_json::json;
use support::browser::{App, Profile, Screen};
use support::raw::{PASSWORD, Person};
use support::{Network, Server, eventually};
use thirtyfour::prelude::*;

/// On how many devices somebody is signed in.
async fn devices(person: &Person) -> usize {
    let answer = person.api.get("/api/devices").await.must_be(200).body;
    answer["devices"].as_array().expect("devices").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_in_place() {
    let server = Server::start().await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::phone(), server.address()).await;
    let create = async |name: &str, password: &str| {
        app.visit("/").await;
        app.at_welcome().await;
        app.browser.fill(&app.words.at("welcome.username"), name).await;
        app.browser.fill(&app.words.at("welcome.password"), password).await;
        app.press("button", "welcome.create").await;
    };
    create("Anna", PASSWORD).await;
    app.browser.shows(&app.words.at("error.name_taken")).await;
    create("bert", "password").await;
    app.browser.shows(&app.words.at("error.weak_password")).await;
    create("bert", "short").await;
    app.browser.shows(&app.words.at("error.password_short")).await;
    app.visit("/").await;
    app.fill_sign_in("anna", "not the right one").await;
    app.browser.shows(&app.words.at("error.wrong_credentials")).await;
    app.visit("/").await;
    app.sign_in("ANNA").await;
    app.visit("/").await;
    app.at_home().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_asks_first_when_text_waits_and_leaves_nothing_for_the_next_person() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    bert.send("anna", "for anna only").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@carl").await;
    app.say("carl", "sent").await;
    app.shows_state("sent", "state.sent").await;
    assert!(!app.databases().await.is_empty());

    app.kept_for_offline().await;

    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("carl", "never sent").await;
    app.visit("/settings").await;
    app.press("button", "settings.sign_out").await;
    app.browser.shows("1 message has not gone out yet").await;
    app.press("button", "sign_out.stay").await;
    app.visit("/c/@carl").await;
    app.shows_messages(&["sent", "never sent"]).await;
    app.visit("/settings").await;
    app.press("button", "settings.sign_out").await;
    app.press("button", "sign_out.confirm_lose").await;
    app.at_welcome().await;
    eventually("the database is gone", async || {
        app.databases().await.iter().all(|name| !name.contains("anna")).then_some(())
    })
    .await;

    network.heal();
    app.sign_in("carl").await;
    app.browser.find("link", &format!("{}*", app.words.at("request.title"))).await;
    assert!(!app.browser.shows_now("for anna only").await);
    assert_eq!(devices(&carl).await, 2);
    assert_eq!(devices(&anna).await, 1, "the server was told as soon as it could be");
    let stored = app.browser.run("return JSON.stringify(localStorage)", vec![]).await;
    assert!(!stored.as_str().unwrap_or_default().contains("anna"), "{stored}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_again_finds_what_waited() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.composer("bert").await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "written before the password changed").await;
    let new = "geese fly south in autumn";
    let change = json!({"currentPassword": PASSWORD, "newPassword": new});
    anna.api.post("/api/me/password", change).await.must_be(204);
    network.heal();
    app.browser.shows(&app.words.at("welcome.signed_out_title")).await;
    app.press("button", "welcome.sign_in").await;
    app.browser.fill(&app.words.at("welcome.password"), new).await;
    app.browser.keys(Key::Enter.value().to_string()).await;
    let mut at_bert = bert.socket().await;
    let arrived = async || {
        let list = bert.api.get("/api/conversations").await.must_be(200).body;
        (list["conversations"].as_array()?.len() == 1).then_some(())
    };
    eventually("it goes out", arrived).await;
    at_bert.hear_all().await;
    app.visit("/c/@bert").await;
    app.shows_state("written before the password changed", "state.sent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_rest_of_the_app_cannot_be_fetched_that_is_said_and_another_try_helps() {
    let server = Server::start().await;
    server.person("anna").await;
    let network = Network::before(server.address()).await;
    network.cut();
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::phone(), network.address()).await;
    app.browser.devtools("Network.enable", json!({})).await;
    // the service worker may have it in store before somebody has signed in
    app.browser.devtools("Network.setBypassServiceWorker", json!({"bypass": true})).await;
    app.browser.devtools("Network.setBlockedURLs", json!({"urls": ["*/desk-*.wasm"]})).await;
    network.heal();
    app.visit("/").await;
    app.fill_sign_in("anna", PASSWORD).await;
    app.browser.shows(&app.words.at("app.not_here_title")).await;
    app.browser.devtools("Network.setBlockedURLs", json!({"urls": []})).await;
    app.press("button", "action.retry").await;
    app.at_home().await;
}
