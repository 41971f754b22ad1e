//! No network at all: the app opens from cold, shows what it has, lets one write; on return everything flows, once.

use support::browser::{App, Profile, Screen};
use support::{Network, Server, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_offline_survives_closing_and_a_cold_start_without_network() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), network.address(), "anna").await;
    app.write_to("bert").await;
    app.say("bert", "with a network").await;
    app.shows_state("with a network", "state.sent").await;
    bert.send("anna", "and an answer").await.must_be(200);
    app.shows_messages(&["with a network", "and an answer"]).await;
    app.kept_for_offline().await;

    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "written in the tunnel").await;
    app.shows_state("written in the tunnel", "state.queued_link").await;
    app.browser.shows("1 message will go out").await;
    app.browser.close().await;

    // a cold start: nothing answers
    let app = App::open(&profile, Screen::phone(), network.address()).await;
    app.at_home().await;
    app.open_conversation("bert").await;
    let shown = ["with a network", "and an answer", "written in the tunnel"];
    app.shows_messages(&shown).await;
    app.say("bert", "and after the cold start").await;
    app.shows_state("and after the cold start", "state.queued_link").await;
    assert_eq!(bert.texts().await.len(), 2);
    app.browser.kill();

    let app = App::open(&profile, Screen::phone(), network.address()).await;
    app.at_home().await;
    app.open_conversation("bert").await;
    app.shows_state("and after the cold start", "state.queued_link").await;
    network.heal();
    app.shows_state("and after the cold start", "state.sent").await;
    let all = ["with a network", "and an answer", "written in the tunnel", "and after the cold start"];
    app.shows_messages(&all).await;
    assert_eq!(bert.texts().await, all, "once, and in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_can_be_edited_and_taken_back() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.composer("bert").await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "a mistake").await;
    app.press("button", "state.menu").await;
    app.press("menuitem", "state.take_back").await;
    app.shows_messages(&[]).await;
    app.say("bert", "a tpyo").await;
    // ↑ in an empty composer edits the last one still queued
    app.browser.keys(thirtyfour::Key::Up.value().to_string()).await;
    app.browser.shows(&app.words.at("composer.editing")).await;
    app.holds("bert", "a tpyo").await;
    app.composer("bert").await.clear().await.unwrap();
    app.say("bert", "a typo").await;
    app.shows_messages(&["a typo"]).await;
    network.heal();
    app.shows_state("a typo", "state.sent").await;
    assert_eq!(bert.texts().await, ["a typo"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_was_lost_after_the_commit_doubles_nothing() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    // a browser writes cookies down at its leisure, and when it closes: this is about one that has
    app.browser.close().await;
    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.visit("/c/@bert").await;
    app.say("bert", "first").await;
    app.shows_state("first", "state.sent").await;
    network.lose_replies();
    app.say("bert", "second").await;
    eventually("it is on the server's disk", async || (bert.texts().await.len() == 2).then_some(())).await;
    app.browser.kill();
    network.heal();
    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.at_home().await;
    app.open_conversation("bert").await;
    app.shows_state("second", "state.sent").await;
    app.shows_messages(&["first", "second"]).await;
    assert_eq!(bert.texts().await, ["first", "second"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_an_answer_says_so_and_cannot_be_changed_until_its_outcome_is_known() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.say("bert", "first").await;
    app.shows_state("first", "state.sent").await;
    network.lose_replies();
    app.say("bert", "second").await;
    eventually("it is on the server's disk", async || (bert.texts().await.len() == 2).then_some(())).await;
    network.cut();
    app.shows_state("second", "state.unknown").await;
    app.browser.shows(&app.words.at("state.unknown_short")).await;
    app.browser.shows(&app.words.at("link.try_now")).await;

    // ↑ passes over it; what was written since can be changed
    let change = thirtyfour::Key::Up.value().to_string();
    app.browser.keys(&change).await;
    assert!(!app.browser.shows_now(&app.words.at("composer.editing")).await);
    for verb in ["state.menu", "state.take_back"] {
        assert!(!app.browser.sees("button", &app.words.at(verb)).await);
    }
    app.say("bert", "third").await;
    app.browser.keys(&change).await;
    app.browser.shows(&app.words.at("composer.editing")).await;
    app.holds("bert", "third").await;
    app.press("button", "composer.stop_editing").await;

    network.heal();
    app.shows_state("second", "state.sent").await;
    app.shows_state("third", "state.sent").await;
    app.shows_messages(&["first", "second", "third"]).await;
    assert_eq!(bert.texts().await, ["first", "second", "third"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_messages_that_could_not_be_fetched_come_by_themselves_on_return() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, _bert] = server.people(["anna", "bert"]).await;
    for number in 1..=300 {
        anna.send("bert", &format!("goose {number}")).await.must_be(200);
    }
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), network.address(), "anna").await;
    app.open_conversation("bert").await;
    app.browser.shows("goose 300").await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    let failed = app.words.at("timeline.history_failed");
    eventually("the oldest held are on screen", async || {
        app.browser.run("document.getElementById('messages').scrollTop = 0", vec![]).await;
        app.browser.shows_now(&failed).await.then_some(())
    })
    .await;
    let oldest = app.bubbles().await.remove(0).text;
    network.heal();
    eventually("older ones come", async || (app.bubbles().await.first()?.text != oldest).then_some(())).await;
}
