//! Whom one hears from: blocking and unblocking, and strangers whose request is declined.

use support::Server;
use support::browser::{App, Profile, Screen};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_blocked_reaches_nobody_until_unblocked() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    bert.send("anna", "hello to you").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    let blocked = app.words.with("timeline.blocked_text", "name", "bert");
    app.visit("/c/@bert/details").await;
    app.browser.press("button", &app.words.with("details.block", "name", "bert")).await;
    app.press("button", "details.block_confirm").await;
    app.browser.shows(&blocked).await;
    app.browser.gone("textbox", &app.words.with("composer.label", "name", "bert")).await;
    bert.send("anna", "can you hear me?").await.must_be(403);

    app.visit("/settings/blocked").await;
    app.browser.shows("@bert").await;
    app.press("button", "blocked.unblock").await;
    app.browser.shows(&app.words.at("blocked.empty")).await;
    bert.send("anna", "and now?").await.must_be(200);
    app.visit("/c/@bert").await;
    app.shows_messages(&["hello", "hello to you", "and now?"]).await;
    app.say("bert", "loud and clear").await;
    app.shows_state("loud and clear", "state.sent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_declined_goes_away_and_the_stranger_is_not_told() {
    let server = Server::start().await;
    let [_anna, dora] = server.people(["anna", "dora"]).await;
    let [annas, doras] = [Profile::fresh(), Profile::fresh()];
    let anna = App::signed_in(&annas, Screen::phone(), server.address(), "anna").await;
    let stranger = App::signed_in(&doras, Screen::desktop(), server.address(), "dora").await;
    stranger.visit("/c/@anna").await;
    stranger.say("anna", "Do you buy feathers?").await;
    let requests = format!("{}*", anna.words.at("request.title"));
    anna.browser.press("link", &requests).await;
    anna.browser.press("link", "dora*").await;
    anna.shows_messages(&["Do you buy feathers?"]).await;
    anna.press("button", "request.decline").await;
    anna.at_home().await;
    anna.browser.gone("link", &requests).await;
    anna.visit("/").await;
    anna.at_home().await;
    anna.browser.shows(&anna.words.at("list.empty_title")).await;
    assert!(!anna.browser.shows_now("feathers").await);

    stranger.say("anna", "Or down?").await;
    stranger.shows_state("Or down?", "state.sent").await;
    stranger.shows_state("Do you buy feathers?", "state.sent").await;
    assert_eq!(dora.texts().await, ["Do you buy feathers?", "Or down?"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_is_blocked_from_the_request_writes_no_more() {
    let server = Server::start().await;
    let [_anna, dora] = server.people(["anna", "dora"]).await;
    dora.send("anna", "Buy my feathers!").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), server.address(), "anna").await;
    app.visit("/c/@dora").await;
    app.press("button", "request.block").await;
    let dialog = app.browser.find("dialog", &app.words.with("details.block_title", "name", "dora")).await;
    app.browser.press_in(&dialog, "button", &app.words.at("details.block_confirm")).await;
    app.at_home().await;
    app.browser.gone("link", &format!("{}*", app.words.at("request.title"))).await;
    dora.send("anna", "Feathers!").await.must_be(403);
    app.visit("/settings/blocked").await;
    app.browser.shows("@dora").await;
}
