//! The pinned frames.

use serde_json::{Value, json};

use super::support::{House, id};

fn keys(data: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = data.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_client_that_knows_two_frames_holds_a_conversation() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("Ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);

    let hello = json!({"to": "ben", "content": "Hello, world!", "type": "text"});
    at_anna.send("sendMessage", hello).await;
    let sent = at_anna.expect("messageSent").await;
    assert_eq!((&sent["seq"], &sent["status"]), (&json!(1), &json!("sent")));
    let received = at_ben.expect("receiveMessage").await;
    assert_eq!(received["from"], "anna");
    assert_eq!(received["content"], "Hello, world!");
    assert_eq!(received["type"], "text");
    for key in ["messageId", "conversationId", "seq", "timestamp"] {
        assert_eq!(received[key], sent[key], "{key}");
    }
    assert_eq!(
        keys(&received),
        ["actorCount", "content", "conversationId", "count", "from", "messageId", "seq", "timestamp", "type"]
    );

    let answer =
        json!({"conversationId": received["conversationId"], "content": "Hello, anna!", "type": "text"});
    at_ben.ask("1", "sendMessage", answer).await;
    let frame = at_ben.next().await;
    assert_eq!((&frame["action"], &frame["replyTo"]), (&json!("messageSent"), &json!("1")));
    assert_eq!(at_anna.expect("receiveMessage").await["seq"], 2);
    at_anna.expect_silence().await;
    at_ben.expect_silence().await;
}

#[tokio::test]
async fn the_other_devices_of_the_sender_hear_it_too() {
    let house = House::open().await;
    let (anna, tablet) = (house.person("anna").await, house.device("anna").await);
    house.person("ben").await;
    let mut here = house.connect(&anna).await;
    let mut tab = house.connect(&anna).await;
    let mut there = house.connect(&tablet).await;
    here.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    here.expect("messageSent").await;
    assert_eq!(tab.expect("receiveMessage").await["content"], "a");
    assert_eq!(there.expect("receiveMessage").await["from"], "anna");
    here.expect_silence().await;
}

#[tokio::test]
async fn a_note_to_oneself_is_a_conversation() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let (mut one, mut two) = (house.connect(&anna).await, house.connect(&anna).await);
    one.send("sendMessage", json!({"to": "anna", "content": "milk", "type": "text"})).await;
    one.expect("messageSent").await;
    assert_eq!(two.expect("receiveMessage").await["content"], "milk");
}

#[tokio::test]
async fn the_same_message_again_is_answered_as_the_first_time_and_told_to_nobody() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    let message = json!({"to": "ben", "content": "once", "type": "text", "messageId": id()});
    for reply in ["1", "2"] {
        at_anna.ask(reply, "sendMessage", message.clone()).await;
    }
    let (first, second) = (at_anna.next().await, at_anna.next().await);
    assert_eq!(first["data"], second["data"]);
    let mut replies = [first["replyTo"].as_str().unwrap(), second["replyTo"].as_str().unwrap()];
    replies.sort_unstable();
    assert_eq!(replies, ["1", "2"]);
    at_ben.expect("receiveMessage").await;
    let mut other = message;
    other["content"] = json!("twice");
    at_anna.send("sendMessage", other.clone()).await;
    let error = at_anna.expect("error").await;
    assert_eq!(error["code"], "conflict");
    assert_eq!(error["messageId"], other["messageId"]);
    at_ben.expect_silence().await;
}

#[tokio::test]
async fn a_window_of_messages_stays_in_order_and_a_refusal_does_not_reorder_them() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    let mut after: Option<String> = None;
    for number in 0..40 {
        let message_id = id();
        let content = if number == 7 { " ".to_owned() } else { number.to_string() };
        let message = json!({"to": "ben", "content": content, "type": "text", "messageId": message_id,
            "after": after});
        at_anna.ask(&number.to_string(), "sendMessage", message).await;
        after = Some(message_id);
    }
    // what came before the refused one is stored; what names it has to wait until the client sends it again
    let mut early = 0;
    for _ in 0..40 {
        let frame = at_anna.next().await;
        match frame["action"].as_str().unwrap() {
            "messageSent" => assert!(frame["data"]["seq"].as_u64().unwrap() <= 7),
            _ if frame["replyTo"] == "7" => assert_eq!(frame["data"]["field"], "content"),
            _ => {
                assert_eq!(frame["data"]["code"], "tooEarly");
                early += 1;
            }
        }
    }
    assert_eq!(early, 32);
    for number in 0..7 {
        assert_eq!(at_ben.expect("receiveMessage").await["content"], number.to_string());
    }
    at_ben.expect_silence().await;
}

#[tokio::test]
async fn what_two_people_say_at_once_is_heard_in_the_order_of_the_log() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    for number in 0..50 {
        for (client, to) in [(&mut at_anna, "ben"), (&mut at_ben, "anna")] {
            client
                .send("sendMessage", json!({"to": to, "content": number.to_string(), "type": "text"}))
                .await;
        }
    }
    for client in [&mut at_anna, &mut at_ben] {
        for seq in 1..=100 {
            assert_eq!(client.next().await["data"]["seq"], seq);
        }
    }
}

#[tokio::test]
async fn receipts_go_to_every_member_and_their_counts_to_ones_own_devices() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    at_anna.send("sendMessage", json!({"to": "ben", "content": "a", "type": "text"})).await;
    at_anna.expect("messageSent").await;
    let conversation = at_ben.expect("receiveMessage").await["conversationId"].clone();
    at_ben.send("sendMessage", json!({"conversationId": conversation, "content": "b", "type": "text"})).await;
    at_ben.expect("messageSent").await;
    at_anna.expect("receiveMessage").await;

    at_ben.send("ack", json!({"conversationId": conversation, "seq": 1})).await;
    let own = at_ben.expect("receipt").await;
    assert_eq!((&own["deliveredSeq"], &own["readSeq"]), (&json!(1), &json!(0)));
    assert!(own["readCount"].is_u64() && own["ownRead"].is_u64());
    let others = at_anna.expect("receipt").await;
    assert_eq!((&others["userId"], &others["deliveredSeq"]), (&json!("ben"), &json!(1)));
    assert!(others.get("readCount").is_none() && others.get("ownRead").is_none());

    at_ben.ask("9", "markRead", json!({"conversationId": conversation, "seq": 9})).await;
    let frame = at_ben.next().await;
    assert_eq!((&frame["action"], &frame["replyTo"]), (&json!("error"), &json!("9")));
    assert_eq!(frame["data"]["field"], "seq");
    at_anna.expect_silence().await;
}
