use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{By, House};

/// Every call there is. A new one is added here, so that nothing becomes public by accident.
const CALLS: [&str; 40] = [
    "DELETE /api/blocks/{userId}",
    "DELETE /api/conversations/{conversationId}/members/{userId}",
    "DELETE /api/devices/{deviceId}",
    "DELETE /api/push/subscriptions",
    "GET /api/conversations",
    "GET /api/conversations/{conversationId}",
    "GET /api/conversations/{conversationId}/messages",
    "GET /api/devices",
    "GET /api/docs",
    "GET /api/docs.css",
    "GET /api/me",
    "GET /api/messages/{messageId}",
    "GET /api/openapi.json",
    "GET /api/push/key",
    "GET /api/push/subscriptions",
    "GET /api/server",
    "GET /api/users",
    "GET /api/users/{userId}",
    "GET /healthz",
    "GET /readyz",
    "GET /ws",
    "PATCH /api/conversations/{conversationId}",
    "PATCH /api/conversations/{conversationId}/members/{userId}",
    "PATCH /api/devices/{deviceId}",
    "PATCH /api/me",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/register",
    "POST /api/conversations",
    "POST /api/conversations/{conversationId}/accept",
    "POST /api/conversations/{conversationId}/decline",
    "PUT /api/conversations/{conversationId}/mute",
    "POST /api/conversations/{conversationId}/members",
    "POST /api/conversations/{conversationId}/read",
    "POST /api/me/delete",
    "POST /api/me/password",
    "POST /api/messages/send",
    "POST /api/push/subscriptions",
    "POST /api/push/test",
    "PUT /api/blocks/{userId}",
];

/// Calls that need no session.
const OPEN: [&str; 9] = [
    "GET /api/docs",
    "GET /api/docs.css",
    "GET /api/openapi.json",
    "GET /api/push/key",
    "GET /api/server",
    "GET /healthz",
    "GET /readyz",
    "POST /api/auth/login",
    "POST /api/auth/register",
];

async fn document(house: &House) -> Value {
    house.call(By::Nobody, "GET", "/api/openapi.json", Value::Null).await.is(200).body()
}

fn calls(document: &Value) -> Vec<(String, String, Value)> {
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            calls.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    calls
}

#[tokio::test]
async fn every_call_is_described_and_every_description_is_a_call() {
    let house = House::open(&[]).await;
    let document = document(&house).await;
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<String> =
        calls(&document).iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let expected: BTreeSet<String> = CALLS.iter().map(|call| (*call).to_owned()).collect();
    assert_eq!(described, expected);

    for (method, path, operation) in calls(&document) {
        let call = format!("{method} {path}");
        assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{call}");
        assert!(operation["responses"]["default"].is_object(), "{call}");
        let open = operation["security"] == json!([{}]);
        assert_eq!(open, OPEN.contains(&call.as_str()), "{call}");
        let answer = house.call(By::Nobody, &method, &path, Value::Null).await;
        if open {
            assert!(matches!(answer.status.as_u16(), 200 | 415), "{call}: {}", answer.text);
        } else {
            answer.refuses(401, "unauthorized");
        }
    }
}

#[tokio::test]
async fn every_type_that_is_named_is_there() {
    let house = House::open(&[]).await;
    let document = document(&house).await;
    let mut names = BTreeSet::new();
    collect(&document, &mut names);
    assert!(names.contains("ErrorCode") && names.contains("ConversationDelta"), "{names:?}");
    for name in names {
        let schema = &document["components"]["schemas"][&name];
        assert!(schema.is_object(), "{name} is not described");
        let fields = schema["properties"].as_object().into_iter().flatten();
        for (field, schema) in fields {
            let told = schema["description"].is_string() || schema["oneOf"].is_array();
            assert!(told, "{name}.{field} is not described");
        }
    }
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| match (key.as_str(), value) {
            ("$ref", Value::String(path)) => {
                names.insert(path.rsplit('/').next().unwrap().to_owned());
            }
            _ => collect(value, names),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_shows_every_call_and_keeps_to_the_policy() {
    let house = House::open(&[]).await;
    let answer = house.call(By::Nobody, "GET", "/api/docs", Value::Null).await.is(200);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    for (method, path, _) in calls(&document(&house).await) {
        let shown = format!("<span class=\"method\">{method}</span> <code>{path}</code>");
        assert!(answer.text.contains(&shown), "{method} {path}");
    }
    for forbidden in ["<script", "<style", "style=", "onclick", "http://"] {
        assert!(!answer.text.contains(forbidden), "{forbidden}");
    }
    let style = house.call(By::Nobody, "GET", "/api/docs.css", Value::Null).await.is(200);
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
}
