//! Two people in two browsers hold a conversation.

use support::browser::{App, Profile, Screen};
use support::{Server, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_talk() {
    let server = Server::start().await;
    let [annas, berts] = [Profile::fresh(), Profile::fresh()];
    let anna = App::open(&annas, Screen::desktop(), server.address()).await;
    let bert = App::open(&berts, Screen::phone(), server.address()).await;
    anna.create_account("anna").await;
    bert.create_account("bert").await;

    anna.write_to("bert").await;
    anna.say("bert", "Hello, Bert").await;
    anna.shows_messages(&["Hello, Bert"]).await;
    anna.shows_state("Hello, Bert", "state.sent").await;

    // he does not know her yet: it is a request, quiet, and she does not learn that he sees it
    bert.browser.press("link", &format!("{}*", bert.words.at("request.title"))).await;
    bert.browser.press("link", "anna*").await;
    bert.shows_messages(&["Hello, Bert"]).await;
    anna.shows_state("Hello, Bert", "state.sent").await;
    bert.press("button", "request.accept").await;
    bert.composer("anna").await;
    anna.shows_state("Hello, Bert", "state.read").await;

    bert.composer("anna").await.send_keys("Hel").await.unwrap();
    anna.browser.shows(&anna.words.at("presence.typing")).await;
    bert.say("anna", "lo, Anna 鴻雁").await;
    anna.shows_messages(&["Hello, Bert", "Hello, Anna 鴻雁"]).await;
    let bubbles = anna.bubbles().await;
    assert!(bubbles[0].mine && !bubbles[1].mine);
    bert.shows_state("Hello, Anna 鴻雁", "state.read").await;

    // what comes while one is elsewhere waits with its number
    bert.visit("/").await;
    anna.say("bert", "one").await;
    anna.say("bert", "two").await;
    let two_unread = "2 unread messages";
    bert.browser.shows(two_unread).await;
    bert.open_conversation("anna").await;
    bert.shows_messages(&["Hello, Bert", "Hello, Anna 鴻雁", "one", "two"]).await;
    anna.shows_state("two", "state.read").await;
    bert.browser.run("history.back()", vec![]).await;
    bert.at_home().await;
    bert.browser.find("link", "anna*").await;
    eventually("no number any more", async || (!bert.browser.shows_now(two_unread).await).then_some(()))
        .await;
    for app in [&anna, &bert] {
        assert_eq!(app.browser.console_errors().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_made_named_and_left() {
    let server = Server::start().await;
    let profile = Profile::fresh();
    let [_anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let anna = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    anna.press("button", "list.new").await;
    anna.press("button", "new.group").await;
    anna.browser.fill(&anna.words.at("group.title"), "geese").await;
    let people = anna.browser.find("combobox", &anna.words.at("group.people")).await;
    for name in ["bert", "carl"] {
        people.send_keys(name).await.unwrap();
        anna.browser.press("option", &format!("{name}*")).await;
    }
    anna.press("button", "group.create").await;
    anna.say("geese", "Who is here?").await;
    anna.shows_state("Who is here?", "state.sent").await;

    let list = bert.api.get("/api/conversations").await.must_be(200).body;
    let group = list["conversations"][0]["conversationId"].as_str().unwrap().to_owned();
    bert.send_into(&group, "Bert is").await.must_be(200);
    carl.send_into(&group, "Carl is").await.must_be(200);
    anna.shows_messages(&["Who is here?", "Bert is", "Carl is"]).await;
    carl.leave(&group).await.must_be(200);
    anna.browser.shows(&anna.words.with("system.left", "actor", "carl")).await;

    anna.press("link", "details.open").await;
    anna.press("button", "details.leave").await;
    anna.press("button", "details.leave_confirm").await;
    anna.browser.shows(&anna.words.at("timeline.not_in_group")).await;
    bert.send_into(&group, "And now?").await.must_be(200);
    bert.add(&group, &[&carl]).await.must_be(200);
    anna.visit(&format!("/c/{group}")).await;
    anna.shows_messages(&["Who is here?", "Bert is", "Carl is"]).await;
}
