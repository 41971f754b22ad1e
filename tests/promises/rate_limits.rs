//! Too fast: 429 with the time to wait; the client waits, and nothing is lost or reordered.

use common::sync::ConversationKey;
use serde_json::json;
use support::{Device, Options, Server};

use crate::log::{assert_dense, texts};

async fn strict_server(per_second: &str) -> Server {
    let slow = ["--sends-per-second", per_second, "--send-burst", "5"];
    Server::with(Options::default().rate_limits().flag(&slow)).await
}

#[tokio::test]
async fn too_fast_is_told_how_long_to_wait() {
    let server = strict_server("1").await;
    let anna = server.person("anna").await;
    let mut refused = 0;
    for number in 0..40 {
        let answer = anna.send("anna", &number.to_string()).await;
        if answer.status == 200 {
            continue;
        }
        refused += 1;
        let answer = answer.must_fail(429, "rateLimited");
        let wait: u64 = answer.header("retry-after").expect("Retry-After").parse().expect("in seconds");
        assert!(wait >= 1);
        assert_eq!(answer.body["error"]["retryAfter"], wait);
    }
    assert!(refused > 0, "40 at once were too many");

    let mut socket = anna.socket().await;
    let mut refusals = 0;
    for number in 0..40 {
        let frame = json!({"to": "anna", "content": number.to_string(), "type": "text"});
        let answer = socket.ask("sendMessage", frame).await;
        if answer["action"] == "error" {
            assert_eq!(answer["data"]["code"], "rateLimited", "{answer}");
            assert!(answer["data"]["retryAfter"].as_u64().is_some_and(|wait| wait >= 1), "{answer}");
            refusals += 1;
        }
    }
    assert!(refusals > 0, "it is the account that is limited, not the way in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_too_fast_waits_and_loses_and_reorders_nothing() {
    let server = strict_server("10").await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let device = Device::start(&anna, server.address());
    let mut expected = Vec::new();
    for number in 0..40 {
        let text = number.to_string();
        device.write("bert", &text).await;
        expected.push(text);
    }
    device.settled().await;
    let key = ConversationKey::direct(&"bert".into());
    device.until("all are entries", |disk, _| disk.texts(&key) == expected).await;
    let conversation = device.disk().conversation(&key).unwrap().conversation_id.unwrap();
    let log = bert.log(&conversation.to_string()).await;
    assert_dense(&log);
    assert_eq!(texts(&log), expected);
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_and_others_sign_in() {
    let server = Server::with(Options::default().rate_limits()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let guess = json!({"username": "anna", "password": "a guess among many"});
    let mut slowed = false;
    for _ in 0..30 {
        let answer = server.api().post("/api/auth/login", guess.clone()).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some());
            slowed = true;
            break;
        }
        answer.must_fail(401, "wrongCredentials");
    }
    assert!(slowed, "thirty guesses in a row");
    bert.another_device("phone").await;
    anna.api.get("/api/me").await.must_be(200);
}
