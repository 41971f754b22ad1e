//! Catching up, and staying caught up.

use serde_json::{Value, json};

use super::support::{House, id};
use crate::chat::converse;
use common::wire::http::{AddMembers, CreateGroup};

#[tokio::test]
async fn a_position_covers_everything_that_was_queued_before_it() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, _) = house.connect_synced(&anna).await;
    let (mut at_ben, start) = house.connect_synced(&ben).await;
    at_anna.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    let delta = at_ben.expect("conversation").await;
    assert_eq!((&delta["own"]["standing"], &delta["peer"]), (&json!("request"), &json!("anna")));
    assert_eq!(at_ben.expect("receiveMessage").await["seq"], 1);
    let position = at_ben.expect("position").await["position"].clone();
    assert_ne!(position, json!(start));
    at_anna.expect("conversation").await;
    at_anna.expect("messageSent").await;
    assert_eq!(at_anna.expect("position").await["position"], position);

    at_ben.ask("r", "resume", json!({"position": position})).await;
    let frame = at_ben.next().await;
    assert_eq!(frame["replyTo"], "r");
    assert_eq!(frame["data"], json!({"kind": "delta", "position": position}), "nothing is new");
    at_ben.send("resume", json!({"position": start})).await;
    let resumed = at_ben.expect("resumed").await;
    assert_eq!(resumed["conversations"][0]["page"]["entries"][0]["content"], "a");
}

#[tokio::test]
async fn a_hint_does_not_cost_a_socket_its_positions() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, _) = house.connect_synced(&anna).await;
    let (mut at_ben, _) = house.connect_synced(&ben).await;
    at_anna.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    let conversation = at_anna.wait_for("messageSent").await["conversationId"].clone();
    at_ben.send("sendMessage", json!({"to": "anna", "content": "b", "type": "text"})).await;
    at_ben.wait_for("messageSent").await;
    at_ben.wait_for("position").await;
    at_anna.send("typing", json!({"conversationId": conversation, "active": true})).await;
    at_ben.wait_for("typing").await;
    at_anna.send("sendMessage", json!({"to": "ben", "content": "c", "type": "text"})).await;
    assert_eq!(at_ben.wait_for("receiveMessage").await["content"], "c");
    at_ben.wait_for("position").await;
}

#[tokio::test]
async fn who_never_resumed_is_given_no_position() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    let (mut synced, _) = house.connect_synced(&ben).await;
    at_anna.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    synced.wait_for("position").await;
    at_ben.expect("receiveMessage").await;
    at_ben.expect_silence().await;
}

#[tokio::test]
async fn history_comes_in_pages() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    let mut conversation = Value::Null;
    for number in 1..=5 {
        client
            .send("sendMessage", json!({"to": "anna", "content": number.to_string(), "type": "text"}))
            .await;
        conversation = client.expect("messageSent").await["conversationId"].clone();
    }
    let seqs = |data: &Value| -> Vec<u64> {
        let entries = data["page"]["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect()
    };
    for (range, expected) in [
        (json!({"limit": 2}), vec![4, 5]),
        (json!({"before": 4, "limit": 2}), vec![2, 3]),
        (json!({"after": 3}), vec![4, 5]),
        (json!({"before": 1}), vec![]),
    ] {
        let mut asked = json!({"conversationId": conversation});
        asked.as_object_mut().unwrap().extend(range.as_object().unwrap().clone());
        client.send("loadHistory", asked).await;
        assert_eq!(seqs(&client.expect("history").await), expected, "{range}");
    }
    client.send("loadHistory", json!({"conversationId": conversation, "before": 1, "after": 1})).await;
    assert_eq!(client.expect("error").await["code"], "invalid");
    client.send("loadHistory", json!({"conversationId": id()})).await;
    assert_eq!(client.expect("error").await["code"], "notFound");
    client.send("compare", json!({"conversations": []})).await;
    assert_eq!(client.expect("compared").await, json!({"conversations": []}));
}

#[tokio::test]
async fn a_removed_member_hears_of_the_removal_and_nothing_after() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    house.person("cleo").await;
    let (mut at_anna, _) = house.connect_synced(&anna).await;
    let (mut at_ben, _) = house.connect_synced(&ben).await;
    let new = CreateGroup {
        request_id: None,
        title: "Geese".into(),
        user_ids: vec!["ben".into()],
        history: Default::default(),
    };
    let group = converse::create_group(&house.app, &anna.caller, new).await.unwrap().conversation_id;
    let delta = at_ben.expect("conversation").await;
    assert_eq!((&delta["title"], &delta["own"]["role"]), (&json!("Geese"), &json!("member")));
    at_ben.expect("receiveEntry").await;

    let add = AddMembers { user_ids: vec!["cleo".into()] };
    converse::add_members(&house.app, &anna.caller, group, add).await.unwrap();
    let entry = at_ben.wait_for("receiveEntry").await;
    assert!(entry["content"].as_str().unwrap().contains("membersAdded"), "{entry}");
    let delta = at_ben.wait_for("conversation").await;
    let members: Vec<&Value> = delta["members"].as_array().unwrap().iter().map(|m| &m["userId"]).collect();
    assert_eq!(members, ["cleo"], "only who changed");

    converse::remove_member(&house.app, &anna.caller, group, &"ben".into()).await.unwrap();
    at_anna.send("sendMessage", json!({"conversationId": group, "content": "now", "type": "text"})).await;
    at_anna.wait_for("messageSent").await;
    at_anna.send("typing", json!({"conversationId": group, "active": true})).await;
    at_anna.wait_for("position").await;
    let mut after_removal = Vec::new();
    at_ben.ask("end", "ping", json!({})).await;
    loop {
        let frame = at_ben.next().await;
        if frame["replyTo"] == "end" {
            break;
        }
        after_removal.push(frame);
    }
    let actions: Vec<&str> = after_removal
        .iter()
        .filter_map(|frame| frame["action"].as_str())
        .filter(|action| *action != "position")
        .collect();
    assert_eq!(actions, ["receiveEntry", "conversation"], "{after_removal:?}");
    assert!(after_removal.iter().any(|frame| frame["data"]["own"]["role"].is_null()));
    at_ben.send("sendMessage", json!({"conversationId": group, "content": "x", "type": "text"})).await;
    assert_eq!(at_ben.wait_for("error").await["code"], "notFound");
    at_ben.send("typing", json!({"conversationId": group, "active": true})).await;
    assert_eq!(at_ben.wait_for("error").await["code"], "notFound");
}
