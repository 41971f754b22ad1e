//! Several tabs: one leads and has the only socket; when it goes, another takes over within two seconds.

use std::time::Duration;

use support::browser::{App, Profile, Screen};
use support::{Network, Server, eventually};
use tokio::time::Instant;

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
    app.say("bert", "from the third tab").await;
    app.shows_state("from the third tab", "state.sent").await;
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
    assert!(after < Duration::from_secs(2), "{after:?} to take over");
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
    let list = bert.api.get("/api/conversations").await.must_be(200).body;
    let log = bert.log(list["conversations"][0]["conversationId"].as_str().unwrap()).await;
    let texts: Vec<&str> = log.iter().map(|entry| entry["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["one", "two"]);
}
