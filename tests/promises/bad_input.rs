//! Every row of bad input, over HTTP and over the socket: the right answer, and nothing stored.

use reqwest::Method;
use serde_json::{Value, json};
use support::raw::{Heard, Person, Socket};
use support::{Server, clock};

use crate::log::texts;

/// A server, two people, and a conversation between them with one message in it.
async fn scene() -> (Server, Person, Person, String) {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut told = bert.socket().await;
    let sent = anna.send("bert", "the only one").await.must_be(200).body;
    // told from here on, so that no socket that is opened later hears of it in the middle of something else
    told.hear_action("receiveMessage").await;
    let conversation = sent["conversationId"].as_str().expect("an id").to_owned();
    (server, anna, bert, conversation)
}

async fn assert_nothing_was_stored(person: &Person, conversation: &str) {
    assert_eq!(texts(&person.log(conversation).await), ["the only one"]);
    let list = person.api.get("/api/conversations").await.must_be(200).body;
    assert_eq!(list["conversations"].as_array().map(Vec::len), Some(1), "{list}");
}

fn error_of(answer: &Value) -> (&str, &Value) {
    assert_eq!(answer["action"], "error", "{answer}");
    assert!(answer["data"]["message"].is_string(), "{answer}");
    (answer["data"]["code"].as_str().expect("a code"), &answer["data"]["field"])
}

#[tokio::test]
async fn a_text_that_is_no_frame_is_answered_and_the_socket_stays() {
    let (_server, anna, _bert, conversation) = scene().await;
    let mut socket = anna.socket().await;
    let id = conversation.as_str();
    let rows: [(String, Value); 15] = [
        ("nonsense".into(), Value::Null),
        ("".into(), Value::Null),
        ("[]".into(), Value::Null),
        ("{\"action\":".into(), Value::Null),
        (json!({"data": {}}).to_string(), json!("action")),
        (json!({"action": 3}).to_string(), json!("action")),
        (json!({"action": "dance", "data": {}}).to_string(), json!("action")),
        (json!({"action": "ack"}).to_string(), json!("data")),
        (json!({"action": "ack", "data": []}).to_string(), json!("data")),
        (json!({"action": "ack", "data": {"conversationId": id}}).to_string(), json!("seq")),
        (json!({"action": "ack", "data": {"conversationId": id, "seq": "1"}}).to_string(), json!("seq")),
        (json!({"action": "ack", "data": {"conversationId": id, "seq": -1}}).to_string(), json!("seq")),
        (
            json!({"action": "markRead", "data": {"conversationId": 7, "seq": 1}}).to_string(),
            json!("conversationId"),
        ),
        (
            json!({"action": "sendMessage", "data": {"to": "bert", "type": "text"}}).to_string(),
            json!("content"),
        ),
        (
            json!({"action": "sendMessage", "data": {"to": "bert", "content": 4, "type": "text"}})
                .to_string(),
            json!("content"),
        ),
    ];
    for (text, field) in rows {
        socket.say_text(text.clone()).await;
        let answer = socket.hear().await;
        let (code, named) = error_of(&answer);
        assert_eq!((code, named), ("malformed", &field), "to {text}");
    }
    socket.say_bytes(b"\x00\x01".to_vec()).await;
    assert_eq!(error_of(&socket.hear().await).0, "malformed", "bytes are no frame either");

    let answer = socket.ask("dance", json!({})).await;
    assert_eq!(error_of(&answer).0, "malformed", "an error answers to the frame's id");
    assert_eq!(socket.ask("ping", json!({})).await["action"], "pong");
    assert_nothing_was_stored(&anna, &conversation).await;
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_with_its_code() {
    let (_server, anna, _bert, conversation) = scene().await;
    let mut socket = anna.socket().await;
    let frame = |padding: usize| {
        let data = json!({"to": "bert", "content": "", "type": "text", "padding": "x".repeat(padding)});
        json!({"action": "sendMessage", "data": data}).to_string()
    };
    socket.say_text(frame(120 * 1024)).await;
    assert_eq!(error_of(&socket.hear().await), ("invalid", &json!("content")), "large, and within the limit");
    socket.say_text(frame(128 * 1024)).await;
    assert!(matches!(socket.closed().await, Heard::Closed(1009, _)));
    assert_nothing_was_stored(&anna, &conversation).await;
}

#[tokio::test]
async fn content_that_is_no_message_is_refused() {
    let (_server, anna, _bert, conversation) = scene().await;
    let mut socket = anna.socket().await;
    let too_long = "鴻".repeat(16 * 1024 / 3 + 1);
    let rows = [
        ("", "text", 422, "invalid", "content"),
        (" \n\t ", "text", 422, "invalid", "content"),
        ("bell\u{7}", "text", 422, "invalid", "content"),
        ("nul\u{0}", "text", 422, "invalid", "content"),
        ("next line\u{85}", "text", 422, "invalid", "content"),
        ("return\r\n", "text", 422, "invalid", "content"),
        ("escape\u{1b}[0m", "text", 422, "invalid", "content"),
        ("fine", "image", 422, "invalid", "type"),
        ("fine", "system", 422, "invalid", "type"),
        ("fine", "", 422, "invalid", "type"),
        (too_long.as_str(), "text", 413, "tooLarge", "content"),
    ];
    for (content, kind, status, code, field) in rows {
        let id = clock::fresh_id().to_string();
        let body = json!({"to": "bert", "content": content, "type": kind, "messageId": id});
        let answer = anna.api.post("/api/messages/send", body.clone()).await.must_fail(status, code);
        assert_eq!(answer.body["error"]["field"], field, "{}", answer.text);
        let answer = socket.ask("sendMessage", body).await;
        assert_eq!(error_of(&answer), (code, &json!(field)), "{content:?}");
        assert_eq!(answer["data"]["messageId"], id.as_str());
    }
    let longest = format!("{}x", "鴻".repeat(16 * 1024 / 3));
    assert_eq!(longest.len(), 16 * 1024);
    assert_nothing_was_stored(&anna, &conversation).await;
    anna.send("bert", &longest).await.must_be(200);
    // the longest content there is, each byte escaped as long as JSON allows, still fits a frame
    let tabs = format!("{}x", "\t".repeat(16 * 1024 - 1));
    let escaped = json!({"to": "bert", "content": "TABS", "type": "text"})
        .to_string()
        .replace("TABS", &tabs.replace('\t', "\\u0009"));
    socket.say_text(format!("{{\"action\":\"sendMessage\",\"data\":{escaped}}}")).await;
    let sent = socket.hear_where("the answer", |frame| frame["action"] != "receiveMessage").await;
    assert_eq!(sent["action"], "messageSent", "{sent}");
}

#[tokio::test]
async fn a_body_that_is_no_json_of_ours_is_malformed() {
    let (_server, anna, _bert, conversation) = scene().await;
    let send = async |body: Vec<u8>, kind: &str| {
        let request =
            anna.api.request(Method::POST, "/api/messages/send").header("content-type", kind).body(body);
        anna.api.perform(request).await.unwrap()
    };
    let json_type = "application/json";
    let valid = br#"{"to":"bert","content":"a","type":"text"}"#;
    send(b"{\"to\":".to_vec(), json_type).await.must_fail(400, "malformed");
    send(Vec::new(), json_type).await.must_fail(400, "malformed");
    send(b"{\"to\":\"bert\",\"content\":\"\xff\xfe\",\"type\":\"text\"}".to_vec(), json_type)
        .await
        .must_fail(400, "malformed");
    let missing =
        send(br#"{"to":"bert","type":"text"}"#.to_vec(), json_type).await.must_fail(400, "malformed");
    assert_eq!(missing.body["error"]["field"], "content", "{}", missing.text);
    let typed = br#"{"to":"bert","content":4,"type":"text"}"#.to_vec();
    let typed = send(typed, json_type).await.must_fail(400, "malformed");
    assert_eq!(typed.body["error"]["field"], "content", "{}", typed.text);
    let form = send(valid.to_vec(), "text/plain").await;
    form.must_fail(415, "malformed");
    let mut huge = valid.to_vec();
    huge.extend(vec![b' '; 200 * 1024]);
    send(huge, json_type).await.must_fail(413, "tooLarge");
    let neither = send(br#"{"content":"a","type":"text"}"#.to_vec(), json_type).await;
    neither.must_fail(422, "invalid");
    let both = json!({"to": "bert", "conversationId": conversation, "content": "a", "type": "text"});
    let both = anna.api.post("/api/messages/send", both).await;
    both.must_fail(422, "invalid");
    anna.api.get("/api/nothing/here").await.must_fail(404, "notFound");
    assert_nothing_was_stored(&anna, &conversation).await;
}

#[tokio::test]
async fn asking_for_a_socket_without_a_handshake_is_told_so() {
    let (_server, anna, _bert, _conversation) = scene().await;
    anna.api.get("/ws").await.must_fail(400, "malformed");
}

#[tokio::test]
async fn a_text_frame_that_is_not_utf_8_ends_that_socket_only() {
    let (_server, anna, _bert, conversation) = scene().await;
    let mut other = anna.socket().await;
    let mut socket = anna.socket().await;
    socket.say_broken_text(b"{\"action\":\"\xff\xfe\"}".to_vec()).await;
    let end = socket.closed().await;
    assert!(matches!(end, Heard::Closed(1007, _)), "{end:?}");
    assert_eq!(other.ask("ping", json!({})).await["action"], "pong");
    assert_nothing_was_stored(&anna, &conversation).await;
}

#[tokio::test]
async fn who_one_is_and_whom_one_writes_to_is_checked() {
    let (server, _anna, bert, conversation) = scene().await;
    let carl = server.person("carl").await;
    let nowhere = clock::fresh_id().to_string();
    let text = |field: &str, value: &str| json!({field: value, "content": "x", "type": "text"});
    let mut from_other = text("to", "anna");
    from_other["from"] = json!("bert");
    let rows = [
        (&carl, from_other, 403, "forbidden"),
        (&carl, text("to", "nobody-of-this-name"), 404, "notFound"),
        (&carl, text("conversationId", &conversation), 404, "notFound"),
        (&carl, text("conversationId", &nowhere), 404, "notFound"),
    ];
    let mut words = Vec::new();
    for (person, body, status, code) in rows {
        let answer = person.api.post("/api/messages/send", body.clone()).await.must_fail(status, code);
        let mut socket = person.socket().await;
        let refusal = socket.ask("sendMessage", body).await;
        assert_eq!(error_of(&refusal).0, code);
        words.push(answer.body["error"]["message"].clone());
    }
    assert_eq!(words[2], words[3], "no hint whether the conversation exists");
    assert_nothing_was_stored(&bert, &conversation).await;
    assert_eq!(carl.api.get("/api/conversations").await.body["conversations"], json!([]));
}

#[tokio::test]
async fn receipts_beyond_the_head_are_errors_and_move_nothing() {
    let (_server, anna, bert, conversation) = scene().await;
    let (mut at_anna, mut at_bert) = (anna.socket().await, bert.socket().await);
    let beyond = json!({"conversationId": conversation, "seq": 2});
    for action in ["ack", "markRead"] {
        let answer = at_bert.ask(action, beyond.clone()).await;
        assert_eq!(error_of(&answer), ("invalid", &json!("seq")), "{action}");
    }
    let path = format!("/api/conversations/{conversation}/read");
    bert.api.post(&path, json!({"seq": 2})).await.must_fail(422, "invalid");
    bert.api.post(&path, json!({"seq": "2"})).await.must_fail(400, "malformed");
    assert!(at_anna.hear_all().await.is_empty(), "nobody is told of anything");
    let whole = bert.api.get(&format!("/api/conversations/{conversation}")).await.must_be(200).body;
    let own = &whole["conversation"]["own"];
    assert_eq!((&own["deliveredSeq"], &own["readSeq"]), (&json!(0), &json!(0)), "{whole}");

    // to a conversation that is not theirs, and to none: the same
    let nowhere = json!({"conversationId": clock::fresh_id().to_string(), "seq": 1});
    for action in ["ack", "markRead"] {
        assert_eq!(error_of(&at_bert.ask(action, nowhere.clone()).await).0, "notFound");
    }
}

#[tokio::test]
async fn a_token_that_is_none_gets_nothing() {
    let (server, _anna, _bert, _conversation) = scene().await;
    for token in ["", "x", "Bearer", &"0".repeat(64), "ünïcode"] {
        let refused = Socket::open(server.address(), Some(token)).await.expect_err("no session");
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (401, &json!("unauthorized")),
            "{token}"
        );
    }
    let refused = Socket::open(server.address(), None).await.expect_err("no session");
    assert_eq!(refused.status, 401);
    server.api().with_token("x").get("/api/me").await.must_fail(401, "unauthorized");
    server.api().get("/api/me").await.must_fail(401, "unauthorized");
}
