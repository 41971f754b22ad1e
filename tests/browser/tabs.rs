//! Several tabs: one leads and has the only socket; when it goes, another takes over within two seconds.

use std::time::Duration;

use support::browser::{App, Profile, Screen};
use support::{Network, Server, eventually};
use tokio::time::Instant;

/// How long it may take until another tab leads, beside what a message takes on this machine anyway.
const TAKES_OVER_WITHIN: Duration = Duration::from_secs(2);

/// Sends Bert a message; answers how long that took until its tick.
async fn says_and_sees_it_sent(app: &App, text: &str) -> Duration {
    let began = Instant::now();
    app.say("bert", text).await;
    app.shows_state(text, "state.sent").await;
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_tabs_have_one_socket_and_another_leads_when_the_leading_one_goes() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    anna.send("bert", "hello").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.open_conversation("bert").await;
    let leading = app.browser.tab().await;
    let here = format!("{}/c/@bert", app.origin());
    let second = app.browser.open_tab(&here).await;
    app.shows_messages(&["hello"]).await;
    let third = app.browser.open_tab(&here).await;
    app.shows_messages(&["hello"]).await;
    eventually("one socket for all", async || (network.sockets() == 1).then_some(())).await;

    // a tab that does not lead writes, and all show it once
    let usual = says_and_sees_it_sent(&app, "from the third tab").await;
    for tab in [&second, &leading] {
        app.browser.to_tab(tab).await;
        app.shows_messages(&["hello", "from the third tab"]).await;
    }
    assert_eq!(network.sockets(), 1);

    app.browser.close_tab(&second).await;
    let gone = Instant::now();
    bert.send("anna", "are you there?").await.must_be(200);
    app.shows_messages(&["hello", "from the third tab", "are you there?"]).await;
    let after = gone.elapsed();
    assert!(after < TAKES_OVER_WITHIN + usual, "{after:?} to take over, where {usual:?} are usual");
    app.browser.to_tab(&third).await;
    app.shows_messages(&["hello", "from the third tab", "are you there?"]).await;
    app.say("bert", "yes").await;
    app.shows_state("yes", "state.sent").await;
    app.browser.to_tab(&second).await;
    app.say("bert", "both of us").await;
    app.shows_messages(&["hello", "from the third tab", "are you there?", "yes", "both of us"]).await;
    eventually("one socket again", async || (network.sockets() == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_leading_tab_of_three_is_killed_another_leads_and_nothing_is_lost_or_doubled() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    let usual = says_and_sees_it_sent(&app, "while all three live").await;
    let leading = app.browser.tab().await;
    let here = format!("{}/c/@bert", app.origin());
    let second = app.browser.open_tab(&here).await;
    app.shows_messages(&["while all three live"]).await;
    let third = app.browser.open_tab(&here).await;
    app.shows_messages(&["while all three live"]).await;

    // a text is on its way through the tab that dies: on the server's disk already, and not known to be
    network.lose_replies();
    app.say("bert", "through the one that dies").await;
    eventually("it is on the server's disk", async || (bert.texts().await.len() == 2).then_some(())).await;
    app.browser.to_tab(&leading).await;
    // its connection ends with that; no other tab has tried and waits before it tries again
    network.heal();
    app.browser.kill_tab(&second).await;
    let gone = Instant::now();
    app.say("bert", "while nobody leads").await;
    bert.send("anna", "are you there?").await.must_be(200);
    app.browser.shows("are you there?").await;
    let after = gone.elapsed();
    assert!(after < TAKES_OVER_WITHIN + usual, "{after:?} to take over, where {usual:?} are usual");

    app.shows_state("while nobody leads", "state.sent").await;
    app.browser.to_tab(&third).await;
    app.say("bert", "after all that").await;
    app.shows_state("after all that", "state.sent").await;
    let log = bert.texts().await;
    let written =
        ["while all three live", "through the one that dies", "while nobody leads", "after all that"];
    let of_anna: Vec<&str> =
        log.iter().map(String::as_str).filter(|text| *text != "are you there?").collect();
    assert_eq!(of_anna, written, "once, and in order");
    let log: Vec<&str> = log.iter().map(String::as_str).collect();
    for tab in [&second, &third] {
        app.browser.to_tab(tab).await;
        app.shows_messages(&log).await;
    }
    eventually("one socket again", async || (network.sockets() == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_tab_writes_while_nobody_can_lead_is_not_lost() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.composer("bert").await;
    let leading = app.browser.tab().await;
    let second = app.browser.open_tab(&format!("{}/c/@bert", app.origin())).await;
    app.composer("bert").await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.say("bert", "one").await;
    app.browser.to_tab(&leading).await;
    app.shows_messages(&["one"]).await;
    app.browser.close_tab(&second).await;
    app.say("bert", "two").await;
    app.shows_messages(&["one", "two"]).await;
    network.heal();
    app.shows_state("two", "state.sent").await;
    assert_eq!(bert.texts().await, ["one", "two"]);
}
