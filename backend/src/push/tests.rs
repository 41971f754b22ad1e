//! What takes too long for the machine's clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::clock::Clock;
use crate::http::tests::support::House;

/// How long anything may take by the machine's clock; it is shared.
const DEADLINE: Duration = Duration::from_secs(20);

async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(DEADLINE, asking).await.expect("it happens before the deadline")
}

#[tokio::test]
async fn an_hour_without_a_push_service_is_waited_out_ever_more_patiently_and_loses_nothing() {
    // nobody listens there for an hour
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let clock = Clock::held(1_694_956_800, 7);
    let house = House::open_with(&["--push-allow", "127.0.0.1"], clock.clone()).await;
    let (anna, bert) = (house.person("anna").await, house.person("bert").await);
    let say = async |from: &str, to: &str, text: &str| {
        let message = json!({"to": to, "content": text, "type": "text"});
        house.by(from, "POST", "/api/messages/send", message).await.is(200);
        // the grace is over, and the worker has looked
        clock.advance_ms(2_000);
        let position = house.app.store.position().await.unwrap();
        eventually(async || {
            let state = house.app.store.push_state([0; 32]).await.unwrap();
            (state.expanded == position).then_some(())
        })
        .await;
    };
    let (secret, auth) = (p256_old::SecretKey::from_slice(&[7; 32]).unwrap(), [9; 16]);
    let p256dh = URL_SAFE_NO_PAD.encode(secret.public_key().to_sec1_bytes());
    let subscription = json!({"endpoint": format!("http://{address}/push/bert"),
        "keys": {"p256dh": p256dh, "auth": URL_SAFE_NO_PAD.encode(auth)}});
    house.by(&bert, "POST", "/api/push/subscriptions", subscription).await.is(201);
    say(&bert, "anna", "do we know each other?").await;

    let start = clock.now_s();
    say(&anna, "bert", "the first").await;
    // what came of the attempts so far: when the last one succeeded, and when the last one failed
    let outcome = async || {
        let listed = house.by(&bert, "GET", "/api/push/subscriptions", Value::Null).await.is(200).body();
        let last = &listed["subscriptions"][0];
        (last["succeededAt"].as_i64(), last["failedAt"].as_i64())
    };
    eventually(async || outcome().await.1).await;
    let mut tried_at = vec![clock.now_s()];
    let next = async || {
        let due = house.app.store.next_delivery_at().await.unwrap().expect("it is not given up");
        clock.advance_ms((due - clock.now_s()).max(0) * 1_000);
        house.app.push.0.due.notify_one();
        due
    };
    while clock.now_s() < start + 60 * 60 {
        let due = next().await;
        eventually(async || (outcome().await.1 == Some(due)).then_some(())).await;
        tried_at.push(due);
        match tried_at.len() {
            5 => say(&anna, "bert", "the second").await,
            8 => say(&anna, "bert", "the third").await,
            _ => {}
        }
    }
    let pauses: Vec<i64> = tried_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (number, pause) in pauses.iter().enumerate() {
        let whole = (5 << number).min(15 * 60);
        assert!((whole / 2..=whole).contains(pause), "attempt {number}: {pauses:?}");
    }

    // it is back
    let heard: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let service = Arc::clone(&heard);
    let take = async move |body: Bytes| {
        service.lock().unwrap().push(body.to_vec());
        StatusCode::CREATED
    };
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/push/bert", post(take))).await });
    let due = next().await;
    eventually(async || (outcome().await.0 == Some(due)).then_some(())).await;
    assert_eq!(house.app.store.next_delivery_at().await.unwrap(), None);
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1, "an hour's news come at once, and once");
    let said = web_push_native::decrypt(heard[0].clone(), &secret, &auth.into()).unwrap();
    let notification = &serde_json::from_slice::<Value>(&said).unwrap()["notification"];
    assert_eq!((&notification["title"], &notification["body"]), (&json!("anna (3)"), &json!("the third")));
}
