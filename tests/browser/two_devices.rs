//! Two devices of one account agree; a revoked one wipes.

use support::Server;
use support::browser::{App, Profile, Screen};
use support::eventually;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_agree_on_history_read_state_and_unread_counts() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let [first, second] = [Profile::fresh(), Profile::fresh()];
    let laptop = App::signed_in(&first, Screen::desktop(), server.address(), "anna").await;
    let phone = App::signed_in(&second, Screen::phone(), server.address(), "anna").await;
    for text in ["one", "two", "three"] {
        bert.send("anna", text).await.must_be(200);
    }
    for app in [&laptop, &phone] {
        app.browser.shows("3 unread messages").await;
    }
    laptop.open_conversation("bert").await;
    laptop.shows_messages(&["hello", "one", "two", "three"]).await;
    eventually("read there, read here", async || {
        (!phone.browser.shows_now("unread message").await).then_some(())
    })
    .await;
    laptop.say("bert", "from the laptop").await;
    phone.open_conversation("bert").await;
    phone.say("bert", "from the phone").await;
    let all = ["hello", "one", "two", "three", "from the laptop", "from the phone"];
    for app in [&laptop, &phone] {
        app.shows_messages(&all).await;
        app.shows_state("from the laptop", "state.sent").await;
        app.shows_state("from the phone", "state.sent").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_removed_closes_at_once_and_wipes() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let [first, second] = [Profile::fresh(), Profile::fresh()];
    let phone = App::signed_in(&second, Screen::phone(), server.address(), "anna").await;
    phone.open_conversation("bert").await;
    phone.shows_messages(&["hello"]).await;
    // the bare device that made the account goes, so that one is left to remove
    anna.api.call("POST", "/api/auth/logout", None).await.must_be(204);

    let laptop = App::signed_in(&first, Screen::desktop(), server.address(), "anna").await;
    laptop.visit("/settings/devices").await;
    let remove = laptop.words.at("devices.remove");
    let (remove, _) = remove.split_once("{name}").expect("the name stands in it");
    laptop.browser.press("button", &format!("{remove}*")).await;
    let confirm = laptop.words.at("devices.remove_confirm");
    laptop.browser.press("button", &confirm).await;

    phone.browser.shows(&phone.words.at("welcome.revoked_title")).await;
    assert!(!phone.browser.shows_now("hello").await);
    eventually("everything is wiped", async || phone.databases().await.is_empty().then_some(())).await;
    phone.visit("/c/@bert").await;
    phone.at_welcome().await;
    assert!(!phone.browser.shows_now("hello").await);
    bert.send("anna", "still there?").await.must_be(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_muted_here_is_muted_there_and_counts_nowhere() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let [first, second] = [Profile::fresh(), Profile::fresh()];
    let laptop = App::signed_in(&first, Screen::desktop(), server.address(), "anna").await;
    let phone = App::signed_in(&second, Screen::phone(), server.address(), "anna").await;
    let title = async || phone.browser.run("return document.title", vec![]).await;
    laptop.visit("/c/@bert/details").await;
    laptop.press("button", "mute.begin").await;
    laptop.press("button", "mute.week").await;
    laptop.press("button", "details.close").await;
    phone.browser.shows(&phone.words.at("list.muted")).await;
    laptop.browser.go("about:blank").await;
    bert.send("anna", "quietly").await.must_be(200);
    phone.browser.shows("1 unread message").await;
    assert_eq!(title().await, "Hongyan", "no number on the tab");

    phone.visit("/c/@bert/details").await;
    phone.browser.shows("Muted until").await;
    phone.press("button", "mute.end").await;
    phone.browser.find("button", &phone.words.at("mute.begin")).await;
    phone.visit("/").await;
    phone.at_home().await;
    assert!(!phone.browser.shows_now(&phone.words.at("list.muted")).await);
}
