//! Accounts and sessions, as pinned.

use reqwest::Method;
use serde_json::{Value, json};
use support::raw::{Heard, PASSWORD, Socket};
use support::{Options, Server};

#[tokio::test]
async fn registering_and_signing_in_answer_as_pinned() {
    let server = Server::start().await;
    let api = server.api();
    let body = json!({"username": "Anna", "password": PASSWORD, "displayName": "Anna Wu 鴻"});
    let registered = api.post("/api/auth/register", body).await.must_be(201);
    let body = json!({"username": "anna", "password": PASSWORD, "deviceName": "phone"});
    let signed_in = api.post("/api/auth/login", body).await.must_be(200);
    for answer in [&registered, &signed_in] {
        assert_eq!(answer.body["userId"], "Anna");
        let token = answer.body["token"].as_str().unwrap();
        assert!(token.len() >= 40, "256 bits as text");
        let cookie = answer.header("set-cookie").expect("a session cookie");
        let low = cookie.to_lowercase();
        assert!(low.contains("httponly") && low.contains("samesite="), "{cookie}");
        assert!(!low.contains("secure"), "over plain http a Secure cookie would be lost: {cookie}");
    }
    assert_ne!(registered.body["deviceId"], signed_in.body["deviceId"]);

    let phone = api.with_token(signed_in.body["token"].as_str().unwrap());
    let me = phone.get("/api/me").await.must_be(200);
    assert_eq!(me.body["account"]["userId"], "Anna");
    assert_eq!(me.body["account"]["displayName"], "Anna Wu 鴻");
    assert_eq!(me.body["device"]["deviceId"], signed_in.body["deviceId"]);
    assert_eq!(me.body["device"]["name"], "phone");
}

#[tokio::test]
async fn a_name_is_of_letters_digits_dot_underscore_and_hyphen() {
    let server = Server::start().await;
    let api = server.api();
    let register = async |name: &str| {
        api.post("/api/auth/register", json!({"username": name, "password": PASSWORD})).await
    };
    for good in ["a", "7", "A.b_c-9", "x".repeat(64).as_str()] {
        assert_eq!(register(good).await.must_be(201).body["userId"], good);
    }
    for bad in ["", "...", "-_-", "a b", "a@b", "雁", "a/b", "a\n", "x".repeat(65).as_str()] {
        let answer = register(bad).await.must_fail(422, "invalid");
        assert_eq!(answer.body["error"]["field"], "username", "{}", answer.text);
    }
    let weak = json!({"username": "weak", "password": "password"});
    let answer = api.post("/api/auth/register", weak).await;
    assert!(answer.status == 422, "{}", answer.text);
}

#[tokio::test]
async fn signing_in_does_not_tell_an_unknown_name_from_a_wrong_password() {
    let server = Server::start().await;
    server.person("anna").await;
    let attempt = async |name: &str| {
        let body = json!({"username": name, "password": "not this one"});
        let started = tokio::time::Instant::now();
        let answer = server.api().post("/api/auth/login", body).await.must_fail(401, "wrongCredentials");
        (answer.body, started.elapsed())
    };
    // Without a hash for nobody the answer would come a hundred times as fast, however often it is asked for.
    let (mut known, mut unknown) = (f64::MAX, f64::MAX);
    let alike = |known: f64, unknown: f64| known / unknown < 3.0 && unknown / known < 3.0;
    for round in 0..30 {
        let (words, time) = attempt("anna").await;
        let (other_words, other_time) = attempt("nobody").await;
        assert_eq!(words, other_words);
        (known, unknown) = (known.min(time.as_secs_f64()), unknown.min(other_time.as_secs_f64()));
        if round >= 4 && alike(known, unknown) {
            break;
        }
    }
    assert!(alike(known, unknown), "known {known} s, unknown {unknown} s");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_closes_the_devices_sockets() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let phone = anna.another_device("phone").await;
    let (mut first, mut second) = (phone.socket().await, phone.socket().await);
    let mut laptop = anna.socket().await;

    phone.api.call("POST", "/api/auth/logout", None).await.must_be(204);
    for socket in [&mut first, &mut second] {
        assert!(matches!(socket.closed().await, Heard::Closed(4001, _)));
    }
    phone.api.get("/api/me").await.must_fail(401, "unauthorized");
    let refused = phone.try_socket().await.expect_err("no session, no socket");
    assert_eq!((refused.status, &refused.body["error"]["code"]), (401, &json!("unauthorized")));
    assert_eq!(laptop.ask("ping", json!({})).await["action"], "pong", "the other device stays");
}

#[tokio::test]
async fn a_cookie_works_only_with_our_own_origin() {
    let server = Server::start().await;
    let body = json!({"username": "anna", "password": PASSWORD});
    let registered = server.api().post("/api/auth/register", body).await.must_be(201);
    let cookie = registered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let own = format!("http://{}", server.address());
    let send = async |origin: Option<&str>| {
        let api = server.api();
        let note = json!({"to": "anna", "content": "a", "type": "text"});
        let mut request =
            api.request(Method::POST, "/api/messages/send").json(&note).header("cookie", &cookie);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        api.perform(request).await.unwrap()
    };
    send(Some(&own)).await.must_be(200);
    for foreign in [None, Some("null"), Some("http://evil.example"), Some("http://127.0.0.1:1")] {
        send(foreign).await.must_fail(403, "forbidden");
    }

    let upgrade = async |origin: Option<&str>| {
        let mut headers = vec![("cookie", cookie.clone())];
        headers.extend(origin.map(|origin| ("origin", origin.to_owned())));
        Socket::open_with(server.address(), &headers, None).await
    };
    let mut socket = upgrade(Some(&own)).await.expect("our own page gets a socket");
    assert_eq!(socket.ask("ping", json!({})).await["action"], "pong");
    for foreign in [Some("http://evil.example"), Some("null")] {
        assert_eq!(upgrade(foreign).await.expect_err("refused").status, 403);
    }
    // a foreign page that guesses a token is a foreign page all the same
    let token = registered.body["token"].as_str().unwrap();
    let headers = [("authorization", format!("Bearer {token}")), ("origin", "http://evil.example".into())];
    let foreign = Socket::open_with(server.address(), &headers, None).await;
    assert_eq!(foreign.expect_err("refused").status, 403);
}

#[tokio::test]
async fn registration_can_be_closed_or_by_invitation() {
    let server = Server::with(Options::default().flag(&["--registration", "invite"])).await;
    let register = async |name: &str, invite: Value| {
        let body = json!({"username": name, "password": PASSWORD, "invite": invite});
        server.api().post("/api/auth/register", body).await
    };
    register("anna", Value::Null).await.must_fail(403, "inviteRequired");
    register("anna", json!("guessed")).await.must_fail(403, "inviteRequired");
    let printed = server.command(&["invite"]);
    assert!(printed.status.success(), "{printed:?}");
    let printed = String::from_utf8(printed.stdout).unwrap();
    let token = printed.split_whitespace().last().expect("an invitation is printed");
    let invite = token.rsplit(['/', '=', '#']).next().unwrap();
    register("anna", json!(invite)).await.must_be(201);
    register("bert", json!(invite)).await.must_fail(403, "inviteRequired");

    let closed = Server::with(Options::default().flag(&["--registration", "closed"])).await;
    let body = json!({"username": "anna", "password": PASSWORD});
    closed.api().post("/api/auth/register", body).await.must_fail(403, "registrationClosed");
    assert_eq!(closed.api().get("/api/server").await.must_be(200).body["registration"], "closed");
}
