//! The same client in Firefox, which keeps, locks and serves offline in ways of its own.

use serde_json::json;
use support::browser::{App, Profile, Screen};
use support::push_service::PushService;
use support::{Network, Options, Server, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_in_firefox_talks_with_somebody_in_chromium() {
    let server = Server::start().await;
    let [annas, berts] = [Profile::of_firefox(), Profile::fresh()];
    let anna = App::open(&annas, Screen::desktop(), server.address()).await;
    let bert = App::open(&berts, Screen::phone(), server.address()).await;
    anna.create_account("anna").await;
    bert.create_account("bert").await;
    anna.write_to("bert").await;
    anna.say("bert", "from Firefox 🪿").await;
    bert.browser.press("link", &format!("{}*", bert.words.at("request.title"))).await;
    bert.browser.press("link", "anna*").await;
    bert.press("button", "request.accept").await;
    anna.shows_state("from Firefox 🪿", "state.read").await;
    bert.composer("anna").await.send_keys("from").await.unwrap();
    anna.browser.shows(&anna.words.at("presence.typing")).await;
    bert.say("anna", " Chromium 鴻雁").await;
    anna.shows_messages(&["from Firefox 🪿", "from Chromium 鴻雁"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_in_firefox_without_a_network_goes_out_after_a_cold_start() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::of_firefox();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.write_to("bert").await;
    app.say("bert", "with a network").await;
    app.shows_state("with a network", "state.sent").await;
    app.kept_for_offline().await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "written in the tunnel").await;
    app.shows_state("written in the tunnel", "state.queued_link").await;
    app.browser.close().await;

    // a cold start: nothing answers
    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.at_home().await;
    app.open_conversation("bert").await;
    app.shows_messages(&["with a network", "written in the tunnel"]).await;
    app.say("bert", "and after the cold start").await;
    app.shows_state("and after the cold start", "state.queued_link").await;
    app.browser.kill();

    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.at_home().await;
    network.heal();
    app.open_conversation("bert").await;
    app.shows_state("and after the cold start", "state.sent").await;
    let all = ["with a network", "written in the tunnel", "and after the cold start"];
    app.shows_messages(&all).await;
    assert_eq!(bert.texts().await, all, "once, and in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pressed_notification_brings_the_tab_that_is_open_to_the_front() {
    let push = PushService::start().await;
    let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    bert.send("anna", "do we know each other?").await.must_be(200);
    anna.send("bert", "we do").await.must_be(200);
    let profile = Profile::of_firefox().with_push_service(&push.for_firefox().await);
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/settings/notifications").await;
    app.press("button", "notify.turn_on").await;
    app.browser.shows(&app.words.at("notify.on")).await;
    app.visit("/settings/about").await;
    app.browser.shows(&app.words.at("about.lead")).await;
    let apps = app.browser.tab().await;
    let others = app.browser.open_tab("about:blank").await;
    // else she has as long to read it as at any device that she is at
    let mut berts = bert.socket().await;
    eventually("the server knows that she does not look at it", async || {
        let seen = berts.ask("watch", json!({"userIds": ["anna"]})).await;
        (seen["data"]["people"][0]["online"] == false).then_some(())
    })
    .await;
    bert.send("anna", "look here").await.must_be(200);
    eventually("the notification comes up", async || {
        (app.browser.alerts().await.last()? == "bert (2): look here").then_some(())
    })
    .await;
    assert_eq!(app.browser.address_in_front().await, "about:blank");
    app.browser.press_alert().await;
    eventually("the app comes to the front", async || {
        app.browser.address_in_front().await.ends_with("/c/@bert").then_some(())
    })
    .await;
    assert_eq!(app.browser.driver().windows().await.expect("tabs"), [apps.clone(), others], "no other one");
    app.browser.to_tab(&apps).await;
    app.browser.shows("look here").await;
}
