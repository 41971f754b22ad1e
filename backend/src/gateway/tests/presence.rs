//! Who is here, who writes, and who reads: hints.

use serde_json::json;

use super::support::{Client, Guest, House};
use crate::chat::{converse, people};
use common::id::{ConversationId, UserId};
use common::wire::http::CreateGroup;

/// Two people who have accepted each other.
async fn friends(house: &House) -> (Guest, Guest, ConversationId) {
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    at_anna.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    at_anna.expect("messageSent").await;
    let conversation = at_ben.expect("receiveMessage").await["conversationId"].clone();
    at_ben.send("sendMessage", json!({"to": "anna", "content": "b", "type": "text"})).await;
    at_ben.expect("messageSent").await;
    (anna, ben, conversation.as_str().unwrap().parse().unwrap())
}

async fn watch(client: &mut Client, person: &str) -> serde_json::Value {
    client.send("watch", json!({"userIds": [person]})).await;
    client.wait_for("presence").await["people"].clone()
}

#[tokio::test]
async fn typing_is_told_to_the_others_only_and_not_to_who_blocks() {
    let house = House::open().await;
    let (anna, ben, conversation) = friends(&house).await;
    let (mut at_anna, _) = house.connect_synced(&anna).await;
    let (mut at_ben, _) = house.connect_synced(&ben).await;
    at_anna.send("typing", json!({"conversationId": conversation, "active": true})).await;
    let typing = at_ben.expect("typing").await;
    assert_eq!(typing, json!({"conversationId": conversation, "userId": "anna", "active": true}));
    at_anna.expect_silence().await;

    people::block(&house.app, &ben.caller, &UserId::from("anna")).await.unwrap();
    assert_eq!(at_ben.expect("account").await["blocked"], json!(["anna"]));
    at_anna.send("typing", json!({"conversationId": conversation, "active": true})).await;
    at_anna.expect_silence().await;
    // whatever was told is told before this
    at_ben.send("sendMessage", json!({"to": "ben", "content": "note", "type": "text"})).await;
    at_ben.expect("conversation").await;
    at_ben.expect("messageSent").await;
}

#[tokio::test]
async fn presence_is_known_to_friends_and_follows_coming_and_going() {
    let house = House::open().await;
    let (anna, ben, _) = friends(&house).await;
    house.person("cleo").await;
    let (mut at_anna, _) = house.connect_synced(&anna).await;
    assert_eq!(watch(&mut at_anna, "cleo").await, json!([]), "a stranger's presence is nobody's to know");
    while house.app.metrics.sockets.get() > 1 {
        tokio::task::yield_now().await;
    }
    let people = watch(&mut at_anna, "ben").await;
    assert_eq!((&people[0]["userId"], &people[0]["online"]), (&json!("ben"), &json!(false)));
    let (mut at_ben, _) = house.connect_synced(&ben).await;
    assert_eq!(at_anna.wait_for("presence").await["people"][0]["online"], true);
    at_ben.send("attention", json!({"active": false})).await;
    let people = at_anna.wait_for("presence").await["people"].clone();
    assert_eq!(people[0]["online"], false);
    assert!(people[0]["lastSeenAt"].is_i64());

    people::block(&house.app, &ben.caller, &UserId::from("anna")).await.unwrap();
    at_ben.send("attention", json!({"active": true})).await;
    at_ben.expect_silence_after("account").await;
    assert_eq!(watch(&mut at_anna, "ben").await, json!([]));
}

#[tokio::test]
async fn receipts_of_a_large_group_are_gathered_for_who_has_it_open() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let mut readers = Vec::new();
    for number in 0..40 {
        readers.push(house.person(&format!("reader{number}")).await);
    }
    let new = CreateGroup {
        request_id: None,
        title: "Flock".into(),
        user_ids: readers.iter().map(|reader| reader.caller.user_id.clone()).collect(),
        history: Default::default(),
    };
    let group = converse::create_group(&house.app, &anna.caller, new).await.unwrap().conversation_id;
    let (mut open, _) = house.connect_synced(&anna).await;
    let (mut closed, _) = house.connect_synced(&anna).await;
    open.send("attention", json!({"active": true, "conversationId": group})).await;
    assert!(open.expect("receipts").await["receipts"].is_array(), "what was missed comes with opening");
    for reader in &readers {
        crate::chat::read::mark_read(&house.app, &reader.caller, group, 1).await.unwrap();
    }
    let mut heard = std::collections::HashSet::new();
    let mut frames = 0;
    while heard.len() < readers.len() {
        for receipt in open.wait_for("receipts").await["receipts"].as_array().unwrap() {
            heard.insert(receipt["userId"].as_str().unwrap().to_owned());
        }
        frames += 1;
    }
    assert!(frames < readers.len() / 2, "{frames} frames");
    closed.expect_silence_after("position").await;
}
