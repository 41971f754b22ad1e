use std::convert::Infallible;

use axum::body::Body;
use futures_util::stream;
use serde_json::{Value, json};

use super::support::{Answer, By, House, ORIGIN, PASSWORD, request};
use crate::auth::cookie::SESSION_SECONDS;
use crate::auth::token::Token;
use crate::clock::Clock;

async fn me(house: &House, token: &str) -> Answer {
    house.by(token, "GET", "/api/me", Value::Null).await
}

#[tokio::test]
async fn signing_in_gives_a_token_and_a_cookie() {
    let house = House::open(&["--public-url", "https://chat.example"]).await;
    house.person("Anna").await;
    let body = json!({"username": "anna", "password": PASSWORD, "deviceName": "phone"});
    let answer = house.call(By::Nobody, "POST", "/api/auth/login", body).await.is(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    let token = answer.word("token");
    assert!(cookie.contains(&token));
    let shown = me(&house, &token).await.is(200).body();
    assert_eq!((&shown["account"]["userId"], &shown["device"]["name"]), (&json!("Anna"), &json!("phone")));
}

#[tokio::test]
async fn a_cookie_changes_things_only_from_our_own_pages() {
    let house = House::open(&[]).await;
    let token = house.person("anna").await;
    let note = json!({"to": "anna", "content": "a", "type": "text"});
    let send = async |by: By<'_>, origin: Option<&str>| {
        let mut request = request(by, "POST", "/api/messages/send", note.clone());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        house.ask(request).await
    };
    send(By::Cookie(&token), Some(ORIGIN)).await.is(200);
    for foreign in [None, Some("null"), Some("http://evil.example"), Some("http://chat.example:81")] {
        send(By::Cookie(&token), foreign).await.refuses(403, "forbidden");
    }
    send(By::Token(&token), None).await.is(200);
    // looking changes nothing, and makes the cookie last
    let shown = house.call(By::Cookie(&token), "GET", "/api/me", Value::Null).await.is(200);
    assert!(shown.header("set-cookie").unwrap().contains(&token));
    assert!(me(&house, &token).await.header("set-cookie").is_none());
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_in() {
    let house = House::open(&[]).await;
    house.person("anna").await;
    for path in ["/api/auth/login", "/api/auth/register"] {
        let body = json!({"username": "anna", "password": PASSWORD});
        let mut request = request(By::Nobody, "POST", path, body);
        request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        house.ask(request).await.refuses(403, "forbidden");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_the_same() {
    let house = House::open(&[]).await;
    house.person("anna").await;
    let mut answers = Vec::new();
    for name in ["anna", "nobody", "no name at all"] {
        let body = json!({"username": name, "password": "not this one"});
        let answer = house.call(By::Nobody, "POST", "/api/auth/login", body).await;
        answers.push(answer.refuses(401, "wrongCredentials").text);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn many_addresses_guess_no_faster_and_keep_nobody_out() {
    let clock = Clock::held(1_694_956_800, 7);
    let flags = ["--trusted-proxy", "0.0.0.0", "--logins-per-minute", "2"];
    let house = House::open_with(&flags, clock.clone()).await;
    let ask = async |path: &str, password: &str, address: &str| {
        let body = json!({"username": "Anna", "password": password});
        let mut request = request(By::Nobody, "POST", path, body);
        request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
        house.ask(request).await
    };
    let log_in = async |password: &str, address: &str| ask("/api/auth/login", password, address).await;
    ask("/api/auth/register", PASSWORD, "192.0.2.1").await.is(201);
    for number in 0..20 {
        let address = format!("198.51.100.{number}");
        log_in("not this one", &address).await.refuses(401, "wrongCredentials");
    }
    log_in("not this one", "198.51.100.99").await.refuses(429, "rateLimited");
    log_in(PASSWORD, "203.0.113.1").await.refuses(429, "rateLimited");
    log_in(PASSWORD, "192.0.2.1").await.is(200);
    // and who comes from elsewhere waits, but not for ever
    clock.advance_ms(180_000);
    log_in(PASSWORD, "203.0.113.1").await.is(200);
    log_in(PASSWORD, "203.0.113.1").await.is(200);
}

#[tokio::test]
async fn tokens_that_are_wrong_ended_revoked_or_unused_get_nothing() {
    let clock = Clock::held(1_694_956_800, 7);
    let house = House::open_with(&[], clock.clone()).await;
    let (anna, phone) = (house.person("anna").await, house.device("anna").await);
    me(&house, "").await.refuses(401, "unauthorized");
    me(&house, &"A".repeat(43)).await.refuses(401, "unauthorized");
    house.call(By::Nobody, "GET", "/api/me", Value::Null).await.refuses(401, "unauthorized");

    let left = house.by(&phone, "POST", "/api/auth/logout", Value::Null).await.is(204);
    assert!(left.header("set-cookie").unwrap().contains("Max-Age=0"));
    me(&house, &phone).await.refuses(401, "unauthorized");

    let tablet = house.device("anna").await;
    let devices = house.by(&anna, "GET", "/api/devices", Value::Null).await.is(200).body();
    let id = devices["devices"][1]["deviceId"].as_str().unwrap();
    let path = format!("/api/devices/{id}");
    house.by(&anna, "PATCH", &path, json!({"name": " tablet "})).await.is(204);
    assert_eq!(me(&house, &tablet).await.body()["device"]["name"], "tablet");
    house.by(&anna, "DELETE", &path, Value::Null).await.is(204);
    house.by(&anna, "DELETE", &path, Value::Null).await.refuses(404, "notFound");
    me(&house, &tablet).await.refuses(401, "revoked");

    clock.advance_ms((SESSION_SECONDS + 1) * 1_000);
    me(&house, &anna).await.refuses(401, "unauthorized");
}

#[tokio::test]
async fn a_body_that_comes_after_the_session_has_ended_changes_nothing() {
    let house = House::open(&[]).await;
    let (anna, phone) = (house.person("anna").await, house.device("anna").await);
    let store = house.app.store.clone();
    let session = store.find_session(&Token::parse(&phone).unwrap().hash()).await.unwrap().unwrap();
    let note = json!({"to": "anna", "content": "too late", "type": "text"});
    let late = note.to_string();
    let body = Body::from_stream(stream::once(async move {
        store.revoke_device(session.account, session.device, 0).await.unwrap();
        Ok::<_, Infallible>(late)
    }));
    let slow = request(By::Token(&phone), "POST", "/api/messages/send", note).map(|_| body);
    house.ask(slow).await.refuses(401, "revoked");
    let kept = house.by(&anna, "GET", "/api/conversations", Value::Null).await.is(200).body();
    assert_eq!(kept["conversations"], json!([]));
}

#[tokio::test]
async fn a_new_password_ends_the_other_devices() {
    let house = House::open(&[]).await;
    let (anna, phone) = (house.person("anna").await, house.device("anna").await);
    let change = async |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        house.by(&anna, "POST", "/api/me/password", body).await
    };
    change("not this one", "flying south in autumn")
        .await
        .refuses(401, "wrongCredentials")
        .naming("currentPassword");
    change(PASSWORD, "password").await.refuses(422, "weakPassword").naming("newPassword");
    me(&house, &phone).await.is(200);
    change(PASSWORD, "flying south in autumn").await.is(204);
    me(&house, &phone).await.refuses(401, "unauthorized");
    me(&house, &anna).await.is(200);
}

#[tokio::test]
async fn a_deleted_account_is_gone_for_good() {
    let house = House::open(&[]).await;
    let (anna, bert) = (house.person("anna").await, house.person("bert").await);
    let delete =
        async |password: &str| house.by(&anna, "POST", "/api/me/delete", json!({"password": password})).await;
    delete("not this one").await.refuses(401, "wrongCredentials").naming("password");
    delete(PASSWORD).await.is(204);
    me(&house, &anna).await.refuses(401, "revoked");
    let again = json!({"username": "anna", "password": PASSWORD});
    house.call(By::Nobody, "POST", "/api/auth/login", again.clone()).await.refuses(401, "wrongCredentials");
    house.call(By::Nobody, "POST", "/api/auth/register", again).await.refuses(409, "nameTaken");
    let shown = house.by(&bert, "GET", "/api/users/anna", Value::Null).await.is(200).body();
    assert_eq!(shown["deleted"], true);
}

#[tokio::test]
async fn people_are_found_renamed_and_blocked() {
    let house = House::open(&[]).await;
    let (anna, bert) = (house.person("anna").await, house.person("bert").await);
    let renamed = house.by(&bert, "PATCH", "/api/me", json!({"displayName": "Berthold 雁"})).await.is(200);
    assert_eq!(renamed.body()["displayName"], "Berthold 雁");
    let found = house.by(&anna, "GET", "/api/users?query=BERTH", Value::Null).await.is(200).body();
    assert_eq!(found["users"][0]["userId"], "bert");
    let blocked = house.by(&anna, "PUT", "/api/blocks/bert", Value::Null).await.is(200).body();
    assert_eq!(blocked["blocked"], json!(["bert"]));
    let hello = json!({"to": "anna", "content": "a", "type": "text"});
    house.by(&bert, "POST", "/api/messages/send", hello.clone()).await.refuses(403, "blocked");
    house.by(&anna, "DELETE", "/api/blocks/bert", Value::Null).await.is(200);
    house.by(&bert, "POST", "/api/messages/send", hello).await.is(200);
}
