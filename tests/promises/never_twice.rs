//! P2, exactly once: a message id is unique for ever, whoever repeats it, however and whenever.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::{Server, clock};

use crate::log::{assert_dense, texts};

#[tokio::test]
async fn the_same_message_again_is_answered_as_the_first_time() {
    let mut server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let id = clock::fresh_id().to_string();
    let frame = json!({"to": "bert", "content": "once", "type": "text", "messageId": id});

    let mut socket = anna.socket().await;
    let mut at_bert = bert.socket().await;
    let first = socket.ask("sendMessage", frame.clone()).await["data"].clone();
    assert_eq!(first["messageId"], id.as_str());
    let pinned = |answer: &Value| {
        ["messageId", "conversationId", "seq", "status", "timestamp"].map(|field| answer[field].clone())
    };
    assert_eq!(pinned(&socket.ask("sendMessage", frame.clone()).await["data"]), pinned(&first));
    assert_eq!(pinned(&anna.send_as(&id, "bert", "once").await.must_be(200).body), pinned(&first));
    let shouted = anna.send_as(&id, "BERT", "once").await.must_be(200).body;
    assert_eq!(pinned(&shouted), pinned(&first), "another way to write the same name");
    let conversation = first["conversationId"].as_str().unwrap();
    at_bert.hear_action("receiveMessage").await;

    server.kill_hard();
    server.start_again().await;
    let (anna, bert) = (anna.moved_to(server.address()), bert.moved_to(server.address()));
    assert_eq!(pinned(&anna.send_as(&id, "bert", "once").await.must_be(200).body), pinned(&first));
    let phone = anna.another_device("phone").await;
    let mut from_phone = phone.socket().await;
    assert_eq!(pinned(&from_phone.ask("sendMessage", frame).await["data"]), pinned(&first));

    let mut at_bert = bert.socket().await;
    assert!(at_bert.hear_all().await.iter().all(|frame| frame["action"] != "receiveMessage"));
    let log = bert.log(conversation).await;
    assert_dense(&log);
    assert_eq!(texts(&log), ["once"]);
}

#[tokio::test]
async fn fifty_at_once_over_http_and_sockets_store_one() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut at_bert = bert.socket().await;
    for round in 0..4 {
        let id = clock::fresh_id().to_string();
        let content = format!("round {round}");
        let mut attempts = tokio::task::JoinSet::new();
        for attempt in 0..50 {
            let (anna, id, content) = (anna.clone(), id.clone(), content.clone());
            attempts.spawn(async move {
                if attempt % 2 == 0 {
                    return anna.send_as(&id, "bert", &content).await.must_be(200).body["seq"].clone();
                }
                let mut socket = anna.socket().await;
                let frame = json!({"to": "bert", "content": content, "type": "text", "messageId": id});
                let answer = socket.ask("sendMessage", frame).await;
                assert_eq!(answer["action"], "messageSent", "{answer}");
                answer["data"]["seq"].clone()
            });
        }
        let seqs: BTreeSet<u64> =
            attempts.join_all().await.iter().map(|seq| seq.as_u64().expect("a number")).collect();
        assert_eq!(seqs, BTreeSet::from([round + 1]));
    }
    let mut received = Vec::new();
    for _ in 0..4 {
        received.push(at_bert.hear_action("receiveMessage").await);
    }
    let more = at_bert.hear_all().await;
    assert!(more.iter().all(|frame| frame["action"] != "receiveMessage"), "each is told once: {more:?}");
    let log = bert.log(received[0]["conversationId"].as_str().unwrap()).await;
    assert_dense(&log);
    assert_eq!(texts(&log), ["round 0", "round 1", "round 2", "round 3"]);
}

#[tokio::test]
async fn the_same_id_with_anything_else_is_a_bare_conflict() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let id = clock::fresh_id().to_string();
    anna.send_as(&id, "bert", "the secret").await.must_be(200);
    let note = clock::fresh_id().to_string();
    anna.send_as(&note, "anna", "the secret").await.must_be(200);

    // other content, other target; and ids of others, whoever may see the message and whoever may not
    let attempts = [
        (&anna, &id, "bert", "the secret, changed"),
        (&anna, &id, "carl", "the secret"),
        (&anna, &note, "bert", "the secret"),
        (&bert, &id, "anna", "the secret"),
        (&carl, &id, "bert", "the secret"),
        (&carl, &note, "anna", "the secret"),
        // a target that would be refused by itself: the id is looked up before anything else
        (&carl, &note, "nobody-of-this-name", "x"),
    ];
    let mut bodies = BTreeSet::new();
    for (person, id, to, content) in attempts {
        let answer = person.send_as(id, to, content).await.must_fail(409, "conflict");
        assert!(!answer.text.contains("secret"), "{}", answer.text);
        bodies.insert(answer.text);

        let mut socket = person.socket().await;
        let frame = json!({"to": to, "content": content, "type": "text", "messageId": id});
        let answer = socket.ask("sendMessage", frame).await;
        assert_eq!(
            (&answer["action"], &answer["data"]["code"]),
            (&json!("error"), &json!("conflict")),
            "{answer}"
        );
        assert_eq!(answer["data"]["messageId"], id.as_str());
    }
    assert_eq!(bodies.len(), 1, "one answer for all, which tells nothing more: {bodies:?}");
}

#[tokio::test]
async fn a_repetition_is_answered_even_after_the_sender_has_left() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let group = anna.group("geese", &[&bert]).await;
    let id = clock::fresh_id().to_string();
    let message = json!({"conversationId": group, "content": "goodbye", "type": "text", "messageId": id});
    let first = bert.api.post("/api/messages/send", message.clone()).await.must_be(200).body;
    bert.leave(&group).await.must_be(200);
    let again = bert.api.post("/api/messages/send", message).await.must_be(200).body;
    assert_eq!(again, first);
    bert.send_into(&group, "still here?").await.must_fail(404, "notFound");
    assert_eq!(texts(&anna.log(&group).await), ["goodbye"]);
}
