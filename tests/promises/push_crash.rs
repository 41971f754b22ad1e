//! What is to be told outlives the server that was to tell it: a crash loses nothing, and doubles nothing (P7).

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use support::push_service::{Manner, PushService, Received};
use support::{Server, eventually, within};
use uuid::Uuid;

use crate::push::{body, friends, read_all, server_for, settled, subscribed};

#[tokio::test]
async fn a_crash_between_the_commit_and_the_push_loses_and_doubles_nothing() {
    let push = PushService::start().await;
    let mut server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    friends(&anna, &bert).await;
    let berts = subscribed(&bert, &push).await;
    for number in 0..3 {
        let text = format!("before crash {number}");
        let anna = anna.moved_to(server.address());
        // so that none is taken before the crash, should that come after the grace
        push.behaves(Manner::IsSilent);
        anna.send("bert", &text).await.must_be(200);
        server.kill_hard();
        push.behaves(Manner::Takes);
        server.start_again().await;
        let heard = push.hears(&berts, number + 1).await;
        assert_eq!(body(heard.last().unwrap()), &json!(text));
        settled(&server).await;
    }
    assert_eq!(push.received(&berts).len(), 3);
}

#[tokio::test]
async fn what_is_on_its_way_when_the_server_ends_is_told_after_the_next_start_and_holds_up_no_news() {
    let push = PushService::start().await;
    let mut server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    let berts = subscribed(&bert, &push).await;
    for (told, crashes) in [false, true].into_iter().enumerate() {
        let asked = push.asked(&berts);
        push.behaves(Manner::IsSilent);
        anna.moved_to(server.address()).send("bert", "on its way").await.must_be(200);
        push.is_asked(&berts, asked + 1).await;
        if crashes {
            server.kill_hard();
        } else {
            server.ask_to_stop();
            server.stopped().await;
        }
        push.behaves(Manner::Takes);
        server.start_again().await;
        anna.moved_to(server.address()).send("bert", "news").await.must_be(200);
        let heard = eventually("all of it is told", async || {
            push.received(&berts).pop().filter(|last| body(last) == "news")
        });
        let title = format!("anna ({})", 2 * (told + 1));
        assert_eq!(heard.await.payload["notification"]["title"], title);
        settled(&server).await;
    }
}

/// The conversations of which something is still to be told, or was and nobody knows.
fn waiting(server: &Server, attempts: u32) -> HashSet<String> {
    let database = rusqlite::Connection::open(server.database()).expect("the database is a file");
    let sql = "select conversation from push_delivery where attempts >= ?1";
    let mut rows = database.prepare(sql).expect("a table of notifications");
    let rows = rows.query_map([attempts], |row| row.get(0)).expect("it can be read");
    rows.map(|id| Uuid::from_bytes(id.expect("an id")).to_string()).collect()
}

fn about(received: &Received) -> (String, String) {
    let word = |value: &Value| value.as_str().expect("an id").to_owned();
    let data = &received.payload["notification"]["data"];
    (word(&data["conversationId"]), word(&data["messageId"]))
}

#[tokio::test]
async fn a_crash_when_some_conversations_are_told_and_others_wait_loses_and_doubles_nothing() {
    let push = PushService::start().await;
    let mut server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let berts = subscribed(&bert, &push).await;
    let say = async |group: &str, text: &str| {
        let sent = anna.send_into(group, text).await.must_be(200).body;
        sent["messageId"].as_str().expect("an id").to_owned()
    };
    let mut newest: Vec<(String, String)> = vec![];
    within("something is told, and the server has written that down", async {
        while push.received(&berts).is_empty() || !waiting(&server, 0).is_empty() {
            // the last of each comes after the first of the next
            let group = anna.group("walks", &[&bert]).await;
            let mut last = say(&group, "the first").await;
            for _ in 0..10 {
                last = say(&group, "one more").await;
            }
            if let Some((before, message)) = newest.last_mut() {
                *message = say(before, "the last").await;
            }
            newest.push((group, last));
        }
    })
    .await;
    server.kill_hard();
    // the push service may have taken these, and the server not have learnt of it any more
    let unsure = waiting(&server, 1);
    server.start_again().await;
    settled(&server).await;
    let mut told: HashMap<String, Vec<String>> = HashMap::new();
    for (conversation, message) in push.received(&berts).iter().map(about) {
        told.entry(conversation).or_default().push(message);
    }
    for (conversation, message) in newest {
        let mut messages = told.remove(&conversation).unwrap_or_default();
        assert_eq!(messages.last(), Some(&message), "the newest of {conversation} is told");
        if !unsure.contains(&conversation) {
            let count = messages.len();
            messages.dedup();
            assert_eq!(messages.len(), count, "{conversation} is told of the same once");
        }
    }
}
