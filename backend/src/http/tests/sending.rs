use serde_json::{Value, json};

use super::support::{Answer, By, House};
use crate::clock::Clock;

const ID: &str = "018f2f6e-0000-7000-8000-000000000001";

async fn send(house: &House, token: &str, id: &str, to: &str, content: &str) -> Answer {
    let body = json!({"to": to, "content": content, "type": "text", "messageId": id});
    house.by(token, "POST", "/api/messages/send", body).await
}

#[tokio::test]
async fn a_message_is_answered_as_pinned_and_only_once_stored() {
    let house = House::open(&[]).await;
    let (anna, bert) = (house.person("anna").await, house.person("bert").await);
    let first = send(&house, &anna, ID, "bert", "Hello, world!").await.is(200).body();
    assert_eq!(
        (&first["messageId"], &first["status"], &first["seq"]),
        (&json!(ID), &json!("sent"), &json!(1))
    );
    assert!(first["timestamp"].is_i64() && first["conversationId"].is_string());
    assert_eq!(send(&house, &anna, ID, "BERT", "Hello, world!").await.is(200).body(), first);

    let other = send(&house, &anna, ID, "bert", "other words").await.refuses(409, "conflict");
    let others = send(&house, &bert, ID, "anna", "Hello, world!").await.refuses(409, "conflict");
    assert_eq!(other.text, others.text, "it tells nothing more");

    let path = format!("/api/messages/{ID}");
    let info = house.by(&bert, "GET", &path, Value::Null).await.is(200).body();
    assert_eq!(
        (&info["status"], &info["to"], &info["readAt"]),
        (&json!("sent"), &json!("bert"), &Value::Null)
    );
    let stranger = house.person("carl").await;
    house.by(&stranger, "GET", &path, Value::Null).await.refuses(404, "notFound");
}

#[tokio::test]
async fn a_message_waits_for_the_one_it_names() {
    let house = House::open(&[]).await;
    let anna = house.person("anna").await;
    let second = json!({"to": "anna", "content": "b", "type": "text", "after": ID});
    house.by(&anna, "POST", "/api/messages/send", second.clone()).await.refuses(425, "tooEarly");
    send(&house, &anna, ID, "anna", "a").await.is(200);
    house.by(&anna, "POST", "/api/messages/send", second).await.is(200);
}

#[tokio::test]
async fn from_must_be_oneself_and_to_must_be_there() {
    let house = House::open(&[]).await;
    let (anna, _bert) = (house.person("anna").await, house.person("bert").await);
    let body = |from: &str, to: &str| json!({"from": from, "to": to, "content": "a", "type": "text"});
    house.by(&anna, "POST", "/api/messages/send", body("bert", "anna")).await.refuses(403, "forbidden");
    house.by(&anna, "POST", "/api/messages/send", body("anna", "nobody")).await.refuses(404, "notFound");
    house.by(&anna, "POST", "/api/messages/send", body("anna", "anna")).await.is(200);
}

#[tokio::test]
async fn reading_moves_the_mark_and_never_beyond_the_end() {
    let house = House::open(&[]).await;
    let (anna, bert) = (house.person("anna").await, house.person("bert").await);
    let sent = send(&house, &anna, ID, "bert", "a").await.is(200).word("conversationId");
    let read = format!("/api/conversations/{sent}/read");
    house.by(&bert, "POST", &format!("/api/conversations/{sent}/accept"), Value::Null).await.is(200);
    house.by(&bert, "POST", &read, json!({"seq": 2})).await.refuses(422, "invalid").naming("seq");
    house.by(&bert, "POST", &read, json!({"seq": 1})).await.is(204);
    let info = house.by(&anna, "GET", &format!("/api/messages/{ID}"), Value::Null).await.is(200).body();
    assert_eq!(info["status"], "read");
    let page =
        house.by(&bert, "GET", &format!("/api/conversations/{sent}/messages"), Value::Null).await.is(200);
    assert_eq!(page.body()["entries"][0]["content"], "a");
    let stranger = house.person("carl").await;
    house.by(&stranger, "POST", &read, json!({"seq": 1})).await.refuses(404, "notFound");
}

#[tokio::test]
async fn a_store_that_cannot_write_is_unavailable_for_a_while() {
    let clock = Clock::held(1_694_956_800, 7);
    let house = House::open_with(&[], clock.clone()).await;
    let anna = house.person("anna").await;
    house.call(By::Nobody, "GET", "/readyz", Value::Null).await.is(200);
    house.app.store.close().await;
    let answer = send(&house, &anna, ID, "anna", "a").await.refuses(503, "unavailable");
    let wait = answer.body()["error"]["retryAfter"].as_u64().expect("a time to wait");
    assert_eq!(answer.header("retry-after"), Some(wait.to_string().as_str()));
    clock.advance_ms(1_000);
    house.call(By::Nobody, "GET", "/readyz", Value::Null).await.refuses(503, "unavailable");
    house.call(By::Nobody, "GET", "/healthz", Value::Null).await.is(200);
}
