//! P6, honest states: sent, delivered, read, and when.

use common::sync::ConversationKey;
use serde_json::{Value, json};
use support::raw::{Person, Socket};
use support::{Device, Server, clock};

async fn status(person: &Person, message: &Value) -> Value {
    let path = format!("/api/messages/{}", message["messageId"].as_str().expect("an id"));
    person.api.get(&path).await.must_be(200).body
}

async fn hear_receipt(socket: &mut Socket, of: &str, delivered: u64, read: u64) {
    let expected = json!({"userId": of, "deliveredSeq": delivered, "readSeq": read});
    let fits = |frame: &Value| {
        let data = &frame["data"];
        frame["action"] == "receipt"
            && ["userId", "deliveredSeq", "readSeq"].iter().all(|field| data[field] == expected[field])
    };
    socket.hear_where(&format!("receipt {expected}"), fits).await;
}

#[tokio::test]
async fn a_message_between_two_goes_from_sent_to_delivered_to_read_and_the_times_are_kept() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    bert.send("anna", "hello").await.must_be(200);
    let first = anna.send("bert", "first").await.must_be(200).body;
    let second = anna.send("bert", "second").await.must_be(200).body;
    let (mut at_anna, mut at_bert) = (anna.socket().await, bert.socket().await);
    let conversation = first["conversationId"].clone();

    let info = status(&anna, &first).await;
    assert_eq!(
        (&info["status"], &info["deliveredAt"], &info["readAt"]),
        (&json!("sent"), &Value::Null, &Value::Null)
    );
    assert_eq!(
        (&info["from"], &info["to"], &info["content"]),
        (&json!("anna"), &json!("bert"), &json!("first"))
    );
    assert_eq!(info["timestamp"], first["timestamp"]);

    at_bert.say("ack", json!({"conversationId": conversation, "seq": 2})).await;
    hear_receipt(&mut at_anna, "bert", 2, 0).await;
    let info = status(&anna, &first).await;
    assert_eq!((&info["status"], &info["readAt"]), (&json!("delivered"), &Value::Null));
    let delivered_at = info["deliveredAt"].as_i64().expect("a time");
    assert!((clock::now_s() - delivered_at).abs() < 60);
    assert_eq!(status(&anna, &second).await["status"], "sent");

    // reading is receiving
    at_bert.say("markRead", json!({"conversationId": conversation, "seq": 3})).await;
    hear_receipt(&mut at_anna, "bert", 3, 3).await;
    let info = status(&anna, &first).await;
    assert_eq!(
        (&info["status"], &info["deliveredAt"]),
        (&json!("read"), &json!(delivered_at)),
        "the first time stays"
    );
    assert!(info["readAt"].is_i64());
    let info = status(&bert, &second).await;
    assert_eq!(info["status"], "read");
    assert!(info["deliveredAt"].is_i64() && info["readAt"].is_i64());

    // nothing goes back
    let path = format!("/api/conversations/{}/read", conversation.as_str().unwrap());
    bert.api.post(&path, json!({"seq": 1})).await.must_be(204);
    assert_eq!(status(&anna, &second).await["status"], "read");
}

#[tokio::test]
async fn mark_read_over_http_is_the_same() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    bert.send("anna", "hello").await.must_be(200);
    let message = anna.send("bert", "read me").await.must_be(200).body;
    let mut at_anna = anna.socket().await;
    let path = format!("/api/conversations/{}/read", message["conversationId"].as_str().unwrap());
    bert.api.post(&path, json!({"seq": 2})).await.must_be(204);
    hear_receipt(&mut at_anna, "bert", 2, 2).await;
    assert_eq!(status(&anna, &message).await["status"], "read");
}

#[tokio::test]
async fn in_a_group_all_other_current_members_count() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let group = anna.group("geese", &[&bert, &carl]).await;
    let message = anna.send_into(&group, "all of you").await.must_be(200).body;
    let seq = message["seq"].clone();
    let mark = json!({"conversationId": group, "seq": seq});
    let mut at_anna = anna.socket().await;
    let (mut at_bert, mut at_carl) = (bert.socket().await, carl.socket().await);

    at_bert.say("markRead", mark.clone()).await;
    let number = seq.as_u64().expect("a number");
    hear_receipt(&mut at_anna, "bert", number, number).await;
    assert_eq!(status(&anna, &message).await["status"], "sent", "one of two");
    at_carl.say("ack", mark.clone()).await;
    hear_receipt(&mut at_anna, "carl", number, 0).await;
    let info = status(&anna, &message).await;
    assert_eq!(info["status"], "delivered");
    assert!(info.get("deliveredAt").is_none_or(Value::is_null), "times are kept for one-to-one only: {info}");
    // who leaves is waited for no longer
    carl.leave(&group).await.must_be(200);
    assert_eq!(status(&anna, &message).await["status"], "read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_acknowledge_by_themselves_and_show_others_progress() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let sender = Device::start(&anna, server.address());
    sender.write("bert", "hello").await;
    sender.settled().await;
    // he writes back, so that it is no request any more
    bert.send("anna", "hi").await.must_be(200);
    let receiver = Device::start(&bert, server.address());
    let (to_bert, to_anna) =
        (ConversationKey::direct(&"bert".into()), ConversationKey::direct(&"anna".into()));
    sender
        .until("delivered", |disk, _| disk.conversation(&to_bert).is_some_and(|it| it.others_delivered >= 1))
        .await;
    receiver.until("it is there", |disk, _| disk.texts(&to_anna).len() == 2).await;
    assert_eq!(sender.disk().conversation(&to_bert).unwrap().others_read, 0);
    receiver.mark_read(&to_anna, 1);
    sender.until("read", |disk, _| disk.conversation(&to_bert).is_some_and(|it| it.others_read >= 1)).await;
}
