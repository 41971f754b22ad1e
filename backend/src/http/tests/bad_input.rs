use axum::body::Body;
use common::limits;
use http::{Request, header};
use serde_json::{Value, json};

use super::support::{Answer, By, HOST, House, request};
use crate::clock::Clock;

const NOWHERE: &str = "018f2f6e-0000-7000-8000-000000000001";

async fn post(house: &House, token: &str, body: &[u8], kind: &str) -> Answer {
    let request = Request::post("/api/messages/send")
        .header(header::HOST, HOST)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_vec()));
    house.ask(request.unwrap()).await
}

#[tokio::test]
async fn bodies_that_are_not_ours_are_refused_in_one_form() {
    let house = House::open(&[]).await;
    let token = house.person("anna").await;
    let json_type = "application/json";
    for (body, field) in [
        (&b""[..], None),
        (b"nonsense", None),
        (b"[]", None),
        (b"{\"to\":\"anna\",\"content\":\"\xff\",\"type\":\"text\"}", None),
        (b"{\"to\":\"anna\",\"type\":\"text\"}", Some("content")),
        (b"{\"to\":7,\"content\":\"a\",\"type\":\"text\"}", Some("to")),
        (b"{\"to\":\"anna\",\"content\":\"a\",\"type\":\"text\",\"messageId\":\"x\"}", Some("messageId")),
    ] {
        let answer = post(&house, &token, body, json_type).await.refuses(400, "malformed");
        assert_eq!(answer.body()["error"].get("field").and_then(Value::as_str), field, "{}", answer.text);
    }
    let fine = br#"{"to":"anna","content":"a","type":"text","novel":[1]}"#;
    post(&house, &token, fine, "text/plain").await.refuses(415, "malformed");
    let huge = [&fine[..], &vec![b' '; limits::HTTP_BODY_BYTES]].concat();
    post(&house, &token, &huge, json_type).await.refuses(413, "tooLarge");
    post(&house, &token, fine, "application/json; charset=utf-8").await.is(200);
    let list = house.by(&token, "GET", "/api/conversations", Value::Null).await.is(200).body();
    assert_eq!(list["conversations"][0]["head"]["seq"], 1, "only the last one was stored");
}

#[tokio::test]
async fn contents_that_are_no_messages_are_refused_by_field() {
    let house = House::open(&[]).await;
    let token = house.person("anna").await;
    let long = "x".repeat(limits::CONTENT_BYTES + 1);
    for (change, status, code, field) in [
        (json!({"content": ""}), 422, "invalid", "content"),
        (json!({"content": "bell\u{7}"}), 422, "invalid", "content"),
        (json!({"content": "\u{200b}\u{2060}"}), 422, "invalid", "content"),
        (json!({"type": "video"}), 422, "invalid", "type"),
        (json!({"content": long}), 413, "tooLarge", "content"),
        (json!({"to": null}), 422, "invalid", "to"),
        (json!({"conversationId": NOWHERE}), 422, "invalid", "to"),
    ] {
        let mut body = json!({"to": "anna", "content": "a", "type": "text"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        house.by(&token, "POST", "/api/messages/send", body).await.refuses(status, code).naming(field);
    }
    let list = house.by(&token, "GET", "/api/conversations", Value::Null).await.is(200).body();
    assert_eq!(list["conversations"], json!([]));
}

#[tokio::test]
async fn paths_methods_ids_and_queries_that_are_none_are_told() {
    let house = House::open(&[]).await;
    let token = house.person("anna").await;
    for (method, path, status, code) in [
        ("GET", "/api", 404, "notFound"),
        ("GET", "/api/nothing", 404, "notFound"),
        ("POST", "/api/auth/nothing", 404, "notFound"),
        ("PUT", "/api/me", 405, "malformed"),
        ("GET", "/api/auth/login", 405, "malformed"),
        ("BREW", "/api/me", 405, "malformed"),
        ("GET", "/api/messages/x", 404, "notFound"),
        ("GET", "/api/messages/%ff", 404, "notFound"),
        ("GET", "/api/conversations/x", 404, "notFound"),
        ("DELETE", "/api/devices/7", 404, "notFound"),
        ("GET", "/api/users/a%20b", 404, "notFound"),
        ("PUT", "/api/blocks/nobody", 404, "notFound"),
        ("GET", "/api/users", 400, "malformed"),
        ("GET", "/api/users?query=a", 422, "invalid"),
        ("GET", "/api/users?query=a&query=b", 400, "malformed"),
        ("GET", "/api/conversations?cursor=x", 422, "invalid"),
    ] {
        house.by(&token, method, path, Value::Null).await.refuses(status, code);
    }
    let history = format!("/api/conversations/{NOWHERE}/messages");
    for (query, status, code, field) in [
        ("before=x", 400, "malformed", "before"),
        ("after=-1", 400, "malformed", "after"),
        ("limit=1.5", 400, "malformed", "limit"),
        ("limit=0", 422, "invalid", "limit"),
        ("before=1&after=1", 422, "invalid", "after"),
    ] {
        let path = format!("{history}?{query}");
        house.by(&token, "GET", &path, Value::Null).await.refuses(status, code).naming(field);
    }
    house.by(&token, "GET", &history, Value::Null).await.refuses(404, "notFound");
}

#[tokio::test]
async fn names_passwords_and_invitations_are_looked_at() {
    let house = House::open(&[]).await;
    let register = async |change: Value| {
        let mut body = json!({"username": "anna", "password": super::support::PASSWORD});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        house.call(By::Nobody, "POST", "/api/auth/register", body).await
    };
    register(json!({"username": "a b"})).await.refuses(422, "invalid").naming("username");
    register(json!({"displayName": " "})).await.refuses(422, "invalid").naming("displayName");
    register(json!({"deviceName": "a\u{7}"})).await.refuses(422, "invalid").naming("deviceName");
    for weak in ["", "short", "password1", "anna1234", &"x".repeat(500)] {
        register(json!({"password": weak})).await.refuses(422, "weakPassword").naming("password");
    }
    register(json!({})).await.is(201);
    register(json!({"username": "ANNA"})).await.refuses(409, "nameTaken");

    let closed = House::open(&["--registration", "closed"]).await;
    let body = json!({"username": "anna", "password": super::support::PASSWORD});
    closed.call(By::Nobody, "POST", "/api/auth/register", body).await.refuses(403, "registrationClosed");
    let server = closed.call(By::Nobody, "GET", "/api/server", Value::Null).await.is(200);
    assert_eq!(server.body()["registration"], "closed");
}

#[tokio::test]
async fn who_is_too_fast_is_told_when_to_come_back() {
    let strict = ["--logins-per-minute", "2", "--registrations-per-hour", "1"];
    let house = House::open_with(&strict, Clock::held(1_694_956_800, 7)).await;
    house.person("anna").await;
    let body = json!({"username": "bert", "password": super::support::PASSWORD});
    let slow = house.call(By::Nobody, "POST", "/api/auth/register", body).await.refuses(429, "rateLimited");
    assert_eq!(slow.header("retry-after"), Some("3600"));
    let guess = json!({"username": "anna", "password": "not this one"});
    for _ in 0..2 {
        let answer = house.call(By::Nobody, "POST", "/api/auth/login", guess.clone()).await;
        answer.refuses(401, "wrongCredentials");
    }
    let slow =
        house.ask(request(By::Nobody, "POST", "/api/auth/login", guess)).await.refuses(429, "rateLimited");
    assert_eq!(
        slow.header("retry-after"),
        slow.body()["error"]["retryAfter"].as_u64().map(|s| s.to_string()).as_deref()
    );
}
