//! The composer: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither; drafts survive.

use serde_json::json;
use support::browser::{App, Profile, Screen};
use support::{Network, Server};
use thirtyfour::prelude::*;

async fn open(profile: &Profile) -> (Server, App) {
    let server = Server::start().await;
    server.people(["anna", "bert"]).await;
    let app = App::signed_in(profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/c/@bert").await;
    (server, app)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_enter_of_an_input_method_sends_nothing() {
    let profile = Profile::fresh();
    let (_server, app) = open(&profile).await;
    let composer = app.composer("bert").await;
    composer.click().await.unwrap();
    let key = async |kind: &str, key: &str, code: u32| {
        let event = json!({"type": kind, "key": key, "code": "Enter", "windowsVirtualKeyCode": code,
            "nativeVirtualKeyCode": code});
        app.browser.devtools("Input.dispatchKeyEvent", event).await;
    };
    let composing = json!({"text": "ㄋㄧˇ", "selectionStart": 3, "selectionEnd": 3});
    app.browser.devtools("Input.imeSetComposition", composing).await;
    // Chromium and Firefox on Windows and Linux say `Process` and 229; others say Enter while it composes
    key("rawKeyDown", "Process", 229).await;
    key("keyUp", "Enter", 13).await;
    key("rawKeyDown", "Enter", 13).await;
    key("keyUp", "Enter", 13).await;
    assert_eq!(app.bubbles().await, []);
    app.browser.devtools("Input.insertText", json!({"text": "你好"})).await;
    // Safari ends the composition first and then says Enter, with 229 still
    key("rawKeyDown", "Enter", 229).await;
    key("keyUp", "Enter", 13).await;
    assert_eq!(composer.prop("value").await.unwrap().as_deref(), Some("你好"));
    assert_eq!(app.bubbles().await, []);

    app.browser.keys(Key::Enter.value().to_string()).await;
    app.shows_messages(&["你好"]).await;
    app.shows_state("你好", "state.sent").await;
    assert_eq!(composer.prop("value").await.unwrap().as_deref(), Some(""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shift_enter_breaks_the_line_and_drafts_survive_a_reload_each_in_its_conversation() {
    let profile = Profile::fresh();
    let (server, app) = open(&profile).await;
    server.person("carl").await;
    let composer = app.composer("bert").await;
    composer.send_keys("first line").await.unwrap();
    composer.send_keys(Key::Shift + Key::Enter).await.unwrap();
    composer.send_keys("second line").await.unwrap();
    app.browser.keys(Key::Enter.value().to_string()).await;
    app.shows_messages(&["first line\nsecond line"]).await;

    app.composer("bert").await.send_keys("for bert, later").await.unwrap();
    app.write_to("carl").await;
    app.composer("carl").await.send_keys("for carl, later").await.unwrap();
    app.browser.shows("for bert, later").await;
    app.visit("/c/@bert").await;
    app.holds("bert", "for bert, later").await;
    app.visit("/c/@carl").await;
    app.holds("carl", "for carl, later").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_says_why_and_can_be_taken_back() {
    let profile = Profile::fresh();
    let (_server, app) = open(&profile).await;
    app.visit("/c/@nobody-here").await;
    app.say("nobody-here", "anyone?").await;
    app.browser.shows(&app.words.at("refused.not_found")).await;
    app.press("button", "state.take_back").await;
    app.shows_messages(&[]).await;
    app.visit("/c/@bert").await;
    app.say("bert", "others go on").await;
    app.shows_state("others go on", "state.sent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_is_fixed_and_those_behind_it_do_not_wait_for_it() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.composer("bert").await;
    bert.block(&anna).await.must_be(200);
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "one, tpyo").await;
    app.say("bert", "two").await;
    network.heal();
    // each is asked for by itself and hears its own answer
    app.shows_state("one, tpyo", "state.refused").await;
    app.shows_state("two", "state.refused").await;
    app.browser.shows(&app.words.with("refused.blocked", "name", "bert")).await;

    bert.unblock(&anna).await.must_be(200);
    app.say("bert", "three").await;
    app.shows_state("three", "state.sent").await;
    app.press("button", "state.fix").await;
    app.browser.shows(&app.words.at("composer.fixing")).await;
    app.holds("bert", "one, tpyo").await;
    app.composer("bert").await.clear().await.unwrap();
    app.say("bert", "one, typo").await;
    app.shows_state("one, typo", "state.sent").await;
    app.shows_state("two", "state.refused").await;
    app.press("button", "state.take_back").await;
    app.shows_messages(&["three", "one, typo"]).await;
    assert_eq!(bert.texts().await, ["three", "one, typo"]);
}
