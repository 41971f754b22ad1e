//! Storage that fails: it is said, text goes out all the same, and nothing is lost without a notice.

use serde_json::json;
use support::Server;
use support::browser::{App, Profile, Screen};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_storage_it_says_so_and_chats_in_memory() {
    let server = Server::start().await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::desktop(), server.address()).await;
    // as browsers do that were told to keep nothing
    let forbid =
        "IDBFactory.prototype.open = () => { throw new DOMException('forbidden', 'SecurityError'); };";
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": forbid})).await;
    app.visit("/").await;
    app.sign_in("anna").await;
    app.browser.shows(&app.words.at("notice.storage_memory")).await;
    app.write_to("bert").await;
    app.say("bert", "from memory").await;
    app.shows_state("from memory", "state.sent").await;
    bert.send("anna", "I hear you").await.must_be(200);
    app.shows_messages(&["from memory", "I hear you"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_storage_is_told_and_what_is_written_goes_out_all_the_same() {
    let server = Server::start().await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.write_to("bert").await;
    app.say("bert", "while there is room").await;
    app.shows_state("while there is room", "state.sent").await;
    // a limit set by DevTools is not looked at before half a minute has passed, so the browser's words are said for it
    let full = "for (const verb of ['add', 'put']) IDBObjectStore.prototype[verb] = () => {
        throw new DOMException('full', 'QuotaExceededError'); };";
    app.browser.run(full, vec![]).await;
    app.say("bert", "when there is none").await;
    app.browser.shows(&app.words.at("notice.storage_full")).await;
    app.shows_state("when there is none", "state.sent").await;
    bert.send("anna", "both came").await.must_be(200);
    let all = ["while there is room", "when there is none", "both came"];
    app.shows_messages(&all).await;

    // there is room again
    app.visit("/c/@bert").await;
    app.shows_messages(&all).await;
    app.shows_state("when there is none", "state.sent").await;
}
