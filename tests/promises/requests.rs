//! A stranger's first message is a request: it arrives, quietly and without receipts, until one accepts.

use common::model::Standing;
use common::sync::ConversationKey;
use serde_json::{Value, json};
use support::raw::Person;
use support::{Device, Server};

async fn standing(person: &Person, conversation: &str) -> Value {
    person.conversation(conversation).await.must_be(200).body["conversation"]["own"]["standing"].clone()
}

async fn status(person: &Person, message: &Value) -> Value {
    let path = format!("/api/messages/{}", message["messageId"].as_str().expect("an id"));
    person.api.get(&path).await.must_be(200).body["status"].clone()
}

#[tokio::test]
async fn a_request_arrives_and_tells_the_stranger_nothing_until_it_is_accepted() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let (mut at_anna, mut at_bert) = (anna.socket().await, bert.socket().await);
    let message = anna.send("bert", "we have not met").await.must_be(200).body;
    let conversation = message["conversationId"].as_str().unwrap();
    assert_eq!(at_bert.hear_action("receiveMessage").await["content"], "we have not met");
    assert_eq!(standing(&bert, conversation).await, "request");
    assert_eq!(standing(&anna, conversation).await, "accepted");
    at_anna.hear_all().await;

    // even a client that acknowledges and reads tells her nothing
    at_bert.ask("ack", json!({"conversationId": conversation, "seq": 1})).await;
    at_bert.ask("markRead", json!({"conversationId": conversation, "seq": 1})).await;
    at_bert.say("typing", json!({"conversationId": conversation, "active": true})).await;
    at_bert.hear_all().await;
    let hers = at_anna.ask("watch", json!({"userIds": ["bert"]})).await;
    assert_eq!(hers["data"]["people"], json!([]), "nor whether he is here");
    assert_eq!(at_anna.hear_all().await, Vec::<Value>::new());
    assert_eq!(status(&anna, &message).await, "sent");

    bert.answer_request(conversation, "accept").await.must_be(200);
    assert_eq!(standing(&bert, conversation).await, "accepted");
    at_bert.ask("markRead", json!({"conversationId": conversation, "seq": 1})).await;
    assert_eq!(status(&anna, &message).await, "read");
    let his = at_anna.ask("watch", json!({"userIds": ["bert"]})).await;
    assert_eq!(his["data"]["people"][0]["userId"], "bert");
}

#[tokio::test]
async fn writing_back_accepts_also_after_declining() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let message = anna.send("bert", "hello?").await.must_be(200).body;
    let conversation = message["conversationId"].as_str().unwrap();
    bert.answer_request(conversation, "decline").await.must_be(200);
    assert_eq!(standing(&bert, conversation).await, "declined");
    anna.send("bert", "hello again?").await.must_be(200);
    assert_eq!(standing(&bert, conversation).await, "declined", "and stays so");
    carl.answer_request(conversation, "accept").await.must_fail(404, "notFound");
    bert.send("anna", "all right, hello").await.must_be(200);
    assert_eq!(standing(&bert, conversation).await, "accepted");
}

#[tokio::test]
async fn who_is_blocked_is_refused_and_learns_nothing_else() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    bert.send("anna", "hello").await.must_be(200);
    anna.send("bert", "hello").await.must_be(200);
    let (mut berts_phone, _) = bert.another_device("phone").await.resumed_socket(None).await;
    bert.block(&anna).await.must_be(200);
    assert_eq!(berts_phone.hear_action("account").await["blocked"], json!(["anna"]), "all devices know");

    anna.send("bert", "are you angry?").await.must_fail(403, "blocked");
    let mut at_anna = anna.socket().await;
    let refusal = at_anna.ask("sendMessage", json!({"to": "bert", "content": "?", "type": "text"})).await;
    assert_eq!(refusal["data"]["code"], "blocked");
    let presence = at_anna.ask("watch", json!({"userIds": ["bert"]})).await;
    assert_eq!(presence["data"]["people"], json!([]));
    bert.block(&bert).await.must_fail(403, "forbidden");

    bert.unblock(&anna).await.must_be(200);
    anna.send("bert", "thank you").await.must_be(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_shows_a_request_apart_and_acknowledges_nothing_by_itself() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let device = Device::start(&bert, server.address());
    device.until("it is live", |_, view| view.is_live()).await;
    let message = anna.send("bert", "we have not met").await.must_be(200).body;
    let key = ConversationKey::direct(&"anna".into());
    device
        .until("it is a request", |disk, _| {
            disk.conversation(&key).is_some_and(|it| it.own.standing == Standing::Request)
                && disk.texts(&key).len() == 1
        })
        .await;
    // whatever it would acknowledge went out before this answer
    let mut at_bert = bert.socket().await;
    at_bert.hear_all().await;
    assert_eq!(status(&anna, &message).await, "sent");
    device.write("anna", "now we have").await;
    device
        .until("accepted", |disk, _| {
            disk.conversation(&key).is_some_and(|it| it.own.standing == Standing::Accepted)
        })
        .await;
}
