//! A client that nobody here wrote speaks the pinned frames and nothing else, and it works.

use serde_json::{Value, json};
use support::{Server, clock};

fn assert_is_uuid(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("no id: {value}"));
    let id: uuid::Uuid = text.parse().unwrap_or_else(|_| panic!("no UUID: {text}"));
    assert_eq!(id.to_string(), text, "ids are in lower case");
}

fn assert_is_now(value: &Value) {
    let time = value.as_i64().unwrap_or_else(|| panic!("no whole seconds: {value}"));
    assert!((clock::now_s() - time).abs() < 60, "{time} is not now");
}

#[tokio::test]
async fn two_bare_clients_hold_a_conversation_without_any_handshake() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["userA", "userB"]).await;
    let (mut at_anna, mut at_bert) = (anna.socket().await, bert.socket().await);
    let (mut annas_tablet, mut berts_tablet) = (anna.socket().await, bert.socket().await);

    let hello = r#"{"action":"sendMessage","data":{"to":"userB","content":"Hello, world!","type":"text"}}"#;
    at_anna.say_text(hello).await;
    let sent = at_anna.hear_action("messageSent").await;
    assert_is_uuid(&sent["messageId"]);
    assert_is_uuid(&sent["conversationId"]);
    assert_is_now(&sent["timestamp"]);
    assert_eq!((&sent["seq"], &sent["status"]), (&json!(1), &json!("sent")));

    for socket in [&mut at_bert, &mut berts_tablet, &mut annas_tablet] {
        let received = socket.hear_action("receiveMessage").await;
        assert_eq!(received["messageId"], sent["messageId"]);
        assert_eq!(received["conversationId"], sent["conversationId"]);
        assert_eq!(received["seq"], 1);
        assert_eq!(received["from"], "userA");
        assert_eq!(received["content"], "Hello, world!");
        assert_eq!(received["type"], "text");
        assert_eq!(received["timestamp"], sent["timestamp"]);
    }

    let answer = r#"{"action":"sendMessage","data":{"to":"userA","content":"你好","type":"text"}}"#;
    at_bert.say_text(answer).await;
    let answered = at_bert.hear_action("messageSent").await;
    assert_eq!(answered["conversationId"], sent["conversationId"], "one conversation per pair");
    assert_eq!(answered["seq"], 2);
    assert_eq!(at_anna.hear_action("receiveMessage").await["content"], "你好");

    let echoes = at_anna.hear_all().await;
    let own = |frame: &Value| frame["action"] == "receiveMessage" && frame["data"]["from"] == "userA";
    assert!(!echoes.iter().any(own), "the sending socket hears no echo: {echoes:?}");
}

#[tokio::test]
async fn an_id_on_a_frame_comes_back_on_its_answer_and_only_then() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let mut socket = anna.socket().await;

    let note = json!({"to": "anna", "content": "a", "type": "text"});
    let answer = socket.ask("sendMessage", note.clone()).await;
    assert_eq!(answer["action"], "messageSent");
    let refusal = socket.ask("sendMessage", json!({"to": "anna", "content": "", "type": "text"})).await;
    assert_eq!(refusal["action"], "error");

    socket.say("sendMessage", note).await;
    let frame = socket.hear_where("messageSent", |frame| frame["action"] == "messageSent").await;
    assert!(frame.get("replyTo").is_none(), "{frame}");
}

#[tokio::test]
async fn fields_that_nobody_knows_are_passed_over() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let mut socket = anna.socket().await;
    let frame = json!({"action": "sendMessage", "novel": 1, "id": "x", "data":
        {"to": "anna", "content": "a", "type": "text", "priority": {"very": "high"}}});
    socket.say_text(frame.to_string()).await;
    let sent = socket.hear().await;
    assert_eq!((&sent["action"], &sent["replyTo"]), (&json!("messageSent"), &json!("x")), "{sent}");
    let body = json!({"to": "anna", "content": "a", "type": "text", "priority": 7});
    anna.api.post("/api/messages/send", body).await.must_be(200);
}

#[tokio::test]
async fn sending_over_http_answers_as_pinned_and_reaches_sockets() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["userA", "userB"]).await;
    let mut at_bert = bert.socket().await;
    let mut at_anna = anna.socket().await;

    let body = json!({"from": "userA", "to": "userB", "content": "Hello, world!", "type": "text"});
    let sent = anna.api.post("/api/messages/send", body).await.must_be(200).body;
    assert_is_uuid(&sent["messageId"]);
    assert_is_now(&sent["timestamp"]);
    assert_eq!(sent["status"], "sent");
    assert_eq!(sent["seq"], 1);

    assert_eq!(at_bert.hear_action("receiveMessage").await["messageId"], sent["messageId"]);
    let echo = at_anna.hear_action("receiveMessage").await;
    assert_eq!(echo["messageId"], sent["messageId"], "no socket of the sender sent this one");

    let again = json!({"conversationId": sent["conversationId"], "content": "2", "type": "text"});
    let second = bert.api.post("/api/messages/send", again).await.must_be(200).body;
    assert_eq!(second["seq"], 2);
    assert_eq!(second["conversationId"], sent["conversationId"]);
}

#[tokio::test]
async fn a_note_to_oneself_is_a_conversation_with_oneself() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let phone = anna.another_device("phone").await;
    let mut at_phone = phone.socket().await;

    let note = anna.send("ANNA", "milk, bread").await.must_be(200).body;
    assert_eq!(at_phone.hear_action("receiveMessage").await["content"], "milk, bread");
    let more = phone.send("anna", "and salt").await.must_be(200).body;
    assert_eq!(more["conversationId"], note["conversationId"]);
    assert_eq!(more["seq"], 2);

    let path = format!("/api/messages/{}", note["messageId"].as_str().unwrap());
    let info = anna.api.get(&path).await.must_be(200).body;
    assert_eq!(info["content"], "milk, bread");
}

#[tokio::test]
async fn names_go_without_regard_to_case_and_are_shown_as_registered() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["Anna", "bert"]).await;
    let mut at_bert = bert.socket().await;

    let password = support::raw::PASSWORD;
    let taken = json!({"username": "aNNA", "password": password});
    server.api().post("/api/auth/register", taken).await.must_fail(409, "nameTaken");
    let shouting = json!({"username": "ANNA", "password": password});
    let answer = server.api().post("/api/auth/login", shouting).await.must_be(200);
    assert_eq!(answer.body["userId"], "Anna");

    let first = anna.send("BERT", "1").await.must_be(200).body;
    let second = anna.send("bert", "2").await.must_be(200).body;
    assert_eq!(first["conversationId"], second["conversationId"]);
    assert_eq!(at_bert.hear_action("receiveMessage").await["from"], "Anna");
    let from = json!({"from": "anna", "to": "Bert", "content": "3", "type": "text"});
    anna.api.post("/api/messages/send", from).await.must_be(200);
}
