//! A new build under open tabs: it is offered, never forced; nothing breaks, and nothing that waits is lost.

use support::browser::{App, Profile, Screen};
use support::{Network, Server, eventually};

/// What the page consists of; nothing while it is being loaded.
async fn scripts(app: &App) -> Option<String> {
    let script = "return [...document.scripts].map(script => script.src).join()";
    let found = app.browser.driver().execute(script, vec![]).await.ok()?;
    found.json().as_str().filter(|found| !found.is_empty()).map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_build_is_offered_and_taken_when_the_person_says_so() {
    let next =
        std::env::var("HONGYAN_CLIENT_NEXT").expect("HONGYAN_CLIENT_NEXT names another build of the client");
    let mut server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
    app.visit("/c/@bert").await;
    app.say("bert", "by the old build").await;
    app.shows_state("by the old build", "state.sent").await;
    app.kept_for_offline().await;
    app.visit("/c/@bert").await;
    app.shows_messages(&["by the old build"]).await;
    let first = app.browser.tab().await;
    let second = app.browser.open_tab(&format!("{}/c/@bert", app.origin())).await;
    app.shows_messages(&["by the old build"]).await;
    let old_scripts = scripts(&app).await;
    assert!(old_scripts.is_some());

    // the deploy
    server.ask_to_stop();
    assert!(server.stopped().await.success());
    server.start_again_with("HONGYAN_CLIENT_DIR", &next).await;
    network.lead_to(server.address());
    let bert = bert.moved_to(server.address());
    app.say("bert", "under the new server").await;
    app.shows_state("under the new server", "state.sent").await;
    app.browser.run_async("await (await navigator.serviceWorker.ready).update()", vec![]).await;
    for tab in [&first, &second] {
        app.browser.to_tab(tab).await;
        app.browser.shows(&app.words.at("notice.update")).await;
        assert_eq!(scripts(&app).await, old_scripts, "nothing was forced");
    }
    // the old build goes on, also from cold
    app.visit("/c/@bert").await;
    app.shows_messages(&["by the old build", "under the new server"]).await;
    assert_eq!(scripts(&app).await, old_scripts);

    app.composer("bert").await.send_keys("a draft").await.unwrap();
    app.browser.shows(&app.words.at("notice.update")).await;
    network.cut();
    app.browser.shows(&app.words.at("link.offline")).await;
    app.press("button", "notice.update_action").await;
    for tab in [&second, &first] {
        app.browser.to_tab(tab).await;
        eventually("it runs the new build", async || {
            scripts(&app).await.filter(|now| Some(now) != old_scripts.as_ref()).map(drop)
        })
        .await;
        app.shows_messages(&["by the old build", "under the new server"]).await;
    }
    app.holds("bert", "a draft").await;
    network.heal();
    app.say("bert", " becomes a message").await;
    app.shows_state("a draft becomes a message", "state.sent").await;
    bert.send("anna", "and back").await.must_be(200);
    app.browser.shows("and back").await;
}
