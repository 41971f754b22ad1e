//! Notifications, the whole way in a real browser: Firefox subscribes with a push service of ours, the app is closed,
//! somebody writes, the notification comes up and is pressed.

use serde_json::json;
use support::browser::{App, Profile, Screen};
use support::push_service::PushService;
use support::raw::Person;
use support::{Options, Server, eventually};

async fn server_for(push: &PushService) -> Server {
    Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await
}

/// Makes nothing a request any more, and leaves nothing unread.
async fn friends(one: &Person, other: &Person) {
    other.send(&one.name, "do we know each other?").await.must_be(200);
    let sent = one.send(&other.name, "we do").await.must_be(200).body;
    let path = format!("/api/conversations/{}/read", sent["conversationId"].as_str().expect("an id"));
    one.api.post(&path, json!({"seq": sent["seq"]})).await.must_be(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_a_closed_app_comes_up_and_leads_to_its_conversation() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    friends(&anna, &bert).await;
    let profile = Profile::of_firefox().with_push_service(&push.for_firefox().await);
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/settings/notifications").await;
    app.press("button", "notify.turn_on").await;
    app.browser.shows(&app.words.at("notify.on")).await;

    // it tells each hop
    app.press("button", "notify.test").await;
    app.browser.shows(&app.words.with("notify.test_taken", "service", &push.host())).await;
    eventually("the test comes up", async || {
        app.browser.alerts().await.iter().any(|alert| alert.contains("Hongyan")).then_some(())
    })
    .await;
    app.browser.dismiss_alerts().await;

    app.browser.go("about:blank").await;
    bert.send("anna", "are you there?").await.must_be(200);
    eventually("the notification comes up", async || {
        (app.browser.alerts().await.last()? == "bert: are you there?").then_some(())
    })
    .await;
    // whom she does not know is told of quietly, and counts nowhere
    carl.send("anna", "psst").await.must_be(200);
    let request = "carl: wants to write to you";
    eventually("the request comes up", async || {
        (app.browser.alerts().await.last()? == request).then_some(())
    })
    .await;
    bert.send("anna", "hello?").await.must_be(200);
    eventually("the next one takes the first one's place, and only its", async || {
        let alerts = app.browser.alerts().await;
        (alerts == [request, "bert (2): hello?"]).then_some(())
    })
    .await;
    app.browser.press_alert().await;
    app.browser.to_page("/c/@bert").await;
    app.browser.shows("hello?").await;
    assert_eq!(push.delivered(), 4);
}
