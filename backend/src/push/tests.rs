//! What takes too long for the machine's clock.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::id::DeviceId;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::clock::Clock;
use crate::fanout::{Attention, Room};
use crate::http::tests::support::House;
use crate::store::{Caller, Mark};

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

/// Anna and Bert, who know each other and what they do with a clock that stands still; Bert hears of messages by the push
/// service at an address.
struct Scene {
    clock: Clock,
    house: House,
    anna: String,
    bert: String,
    secret: p256_old::SecretKey,
    address: SocketAddr,
}

/// The secret of his subscription.
const AUTH: [u8; 16] = [9; 16];

impl Scene {
    /// Nobody listens at the address.
    async fn without_push_service() -> Self {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = gone.local_addr().unwrap();
        drop(gone);
        let clock = Clock::held(1_694_956_800, 7);
        let house = House::open_with(&["--push-allow", "127.0.0.1"], clock.clone()).await;
        let (anna, bert) = (house.person("anna").await, house.person("bert").await);
        let secret = p256_old::SecretKey::from_slice(&[7; 32]).unwrap();
        let p256dh = URL_SAFE_NO_PAD.encode(secret.public_key().to_sec1_bytes());
        let subscription = json!({"endpoint": format!("http://{address}/push/bert"),
            "keys": {"p256dh": p256dh, "auth": URL_SAFE_NO_PAD.encode(AUTH)}});
        house.by(&bert, "POST", "/api/push/subscriptions", subscription).await.is(201);
        let scene = Self { clock, house, anna, bert, secret, address };
        scene.say(&scene.bert, "anna", "do we know each other?").await;
        scene
    }

    async fn say(&self, from: &str, to: &str, text: &str) {
        self.write(from, to, text).await;
        self.wait_for_the_grace().await;
    }

    async fn write(&self, from: &str, to: &str, text: &str) -> Value {
        let message = json!({"to": to, "content": text, "type": "text"});
        self.house.by(from, "POST", "/api/messages/send", message).await.is(200).body()
    }

    /// It is over, and what was written has been looked at.
    async fn wait_for_the_grace(&self) {
        self.clock.advance_ms(2_000);
        let position = self.house.app.store.position().await.unwrap();
        eventually(async || {
            let state = self.house.app.store.push_state([0; 32]).await.unwrap();
            (state.expanded == position).then_some(())
        })
        .await;
    }

    /// When the last attempt succeeded, and when the last one failed.
    async fn outcome(&self) -> (Option<i64>, Option<i64>) {
        let listed = self.house.by(&self.bert, "GET", "/api/push/subscriptions", Value::Null).await;
        let listed = listed.is(200).body();
        let last = &listed["subscriptions"][0];
        (last["succeededAt"].as_i64(), last["failedAt"].as_i64())
    }

    /// Goes on to when the next attempt is due, if there is one.
    async fn next(&self) -> Option<i64> {
        let due = self.house.app.store.next_delivery_at().await.unwrap()?;
        self.clock.advance_ms((due - self.clock.now_s()).max(0) * 1_000);
        self.house.app.push.0.due.notify_one();
        Some(due)
    }

    /// There is a push service now: what it takes.
    async fn with_push_service(&self) -> Arc<Mutex<Vec<Vec<u8>>>> {
        let heard: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let service = Arc::clone(&heard);
        let take = async move |body: Bytes| {
            service.lock().unwrap().push(body.to_vec());
            StatusCode::CREATED
        };
        let listener = TcpListener::bind(self.address).await.unwrap();
        tokio::spawn(
            async move { axum::serve(listener, Router::new().route("/push/bert", post(take))).await },
        );
        heard
    }
}

#[tokio::test]
async fn an_hour_without_a_push_service_is_waited_out_ever_more_patiently_and_loses_nothing() {
    let scene = Scene::without_push_service().await;
    let Scene { clock, house, anna, secret, .. } = &scene;
    let start = clock.now_s();
    scene.say(anna, "bert", "the first").await;
    eventually(async || scene.outcome().await.1).await;
    let mut tried_at = vec![clock.now_s()];
    while clock.now_s() < start + 60 * 60 {
        let due = scene.next().await.expect("it is not given up");
        eventually(async || (scene.outcome().await.1 == Some(due)).then_some(())).await;
        tried_at.push(due);
        match tried_at.len() {
            5 => scene.say(anna, "bert", "the second").await,
            8 => scene.say(anna, "bert", "the third").await,
            _ => {}
        }
    }
    let pauses: Vec<i64> = tried_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (number, pause) in pauses.iter().enumerate() {
        let whole = (5 << number).min(15 * 60);
        assert!((whole / 2..=whole).contains(pause), "attempt {number}: {pauses:?}");
    }

    let heard = scene.with_push_service().await;
    let due = scene.next().await.expect("it is not given up");
    eventually(async || (scene.outcome().await.0 == Some(due)).then_some(())).await;
    assert_eq!(house.app.store.next_delivery_at().await.unwrap(), None);
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1, "an hour's news come at once, and once");
    let said = web_push_native::decrypt(heard[0].clone(), secret, &AUTH.into()).unwrap();
    let notification = &serde_json::from_slice::<Value>(&said).unwrap()["notification"];
    assert_eq!((&notification["title"], &notification["body"]), (&json!("anna (3)"), &json!("the third")));
}

#[tokio::test]
async fn what_nobody_takes_for_a_day_is_given_up() {
    let scene = Scene::without_push_service().await;
    let start = scene.clock.now_s();
    scene.say(&scene.anna, "bert", "of use today").await;
    eventually(async || scene.outcome().await.1).await;
    let mut last = start;
    while let Some(due) = scene.next().await {
        eventually(async || (scene.outcome().await.1 == Some(due)).then_some(())).await;
        last = due;
    }
    let day = 24 * 60 * 60;
    assert!((start + day - 15 * 60..start + day + 2).contains(&last), "{} s", last - start);
}

#[tokio::test]
async fn who_is_at_a_device_that_has_it_is_left_half_a_minute_and_rings_then() {
    let scene = Scene::without_push_service().await;
    let Scene { house, clock, .. } = &scene;
    let heard = scene.with_push_service().await;
    let hears = || heard.lock().unwrap().len();
    let app = &house.app;
    let bert = app.store.find_account(&"bert".into()).await.unwrap().expect("an account");
    let bert = Caller { account: bert.id, user_id: bert.user_id, device: DeviceId(Uuid::nil()) };
    let (hub, room) = (app.fanout.hub(), Room { per_account: 1, per_address: 1 });
    let here = hub.admit(bert.clone(), IpAddr::V4(Ipv4Addr::LOCALHOST), hub.ticket(), room).unwrap();
    app.fanout.attend(&here, Attention::Here(None));

    let sent = scene.write(&scene.anna, "bert", "are you looking?").await;
    let conversation = sent["conversationId"].as_str().unwrap().parse().unwrap();
    let (seq, now) = (sent["seq"].as_u64().unwrap(), clock.now_s());
    app.store.move_mark(&bert, conversation, Mark::Delivered, seq, now).await.unwrap();
    scene.wait_for_the_grace().await;
    let half_a_minute = sent["timestamp"].as_i64().unwrap() + 30;
    eventually(async || {
        let due = app.store.next_delivery_at().await.unwrap();
        (due == Some(half_a_minute)).then_some(())
    })
    .await;
    assert_eq!(hears(), 0);
    scene.next().await;
    eventually(async || (hears() == 1).then_some(())).await;

    // who only has it, and is at no device, is not waited for
    app.fanout.attend(&here, Attention::Away);
    let sent = scene.write(&scene.anna, "bert", "are you there?").await;
    let (seq, now) = (sent["seq"].as_u64().unwrap(), clock.now_s());
    app.store.move_mark(&bert, conversation, Mark::Delivered, seq, now).await.unwrap();
    scene.wait_for_the_grace().await;
    eventually(async || (hears() == 2).then_some(())).await;
}
