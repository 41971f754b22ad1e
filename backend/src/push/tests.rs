//! What takes too long for the machine's clock, or ends before a slow machine is ready.

mod attention;
mod connected;
mod counted;
mod headers;
mod patience;
mod restart;
mod trouble;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpSocket;
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

/// The secrets of every subscription.
const AUTH: [u8; 16] = [9; 16];

fn secret() -> p256_old::SecretKey {
    p256_old::SecretKey::from_slice(&[7; 32]).unwrap()
}

/// Anna and Bert, who know each other and what they do with a clock that stands still; Bert hears of messages by the push
/// service at an address.
struct Scene {
    clock: Clock,
    house: House,
    anna: String,
    bert: String,
    address: SocketAddr,
}

impl Scene {
    /// With these flags of `hongyan serve`. Nobody listens at the address, which is nobody else's as long as there is the
    /// socket.
    async fn open(flags: &[&str]) -> (Self, TcpSocket) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = socket.local_addr().unwrap();
        let clock = Clock::held(1_694_956_800, 7);
        let house = House::open_with(&with(flags), clock.clone()).await;
        let (anna, bert) = (house.person("anna").await, house.person("bert").await);
        let scene = Self { clock, house, anna, bert, address };
        scene.subscribe(&scene.bert, "bert").await;
        scene.write(&scene.bert, "anna", "do we know each other?").await;
        scene.wait_for_the_grace().await;
        (scene, socket)
    }

    /// Has a device notified, by this name.
    async fn subscribe(&self, device: &str, name: &str) {
        self.subscribe_at(device, self.endpoint(name)).await;
    }

    async fn subscribe_at(&self, device: &str, endpoint: String) {
        let p256dh = URL_SAFE_NO_PAD.encode(secret().public_key().to_sec1_bytes());
        let subscription = json!({"endpoint": endpoint,
            "keys": {"p256dh": p256dh, "auth": URL_SAFE_NO_PAD.encode(AUTH)}});
        self.house.by(device, "POST", "/api/push/subscriptions", subscription).await.is(201);
    }

    fn endpoint(&self, name: &str) -> String {
        format!("http://{}/push/{name}", self.address)
    }

    /// Bert tries whether notifications come.
    async fn try_out(&self) {
        let endpoint = json!({"endpoint": self.endpoint("bert")});
        self.house.by(&self.bert, "POST", "/api/push/test", endpoint).await.is(200);
    }

    async fn say(&self, from: &str, to: &str, text: &str) {
        self.write(from, to, text).await;
        self.wait_for_the_grace().await;
    }

    async fn write(&self, from: &str, to: &str, text: &str) -> Value {
        let message = json!({"to": to, "content": text, "type": "text"});
        self.house.by(from, "POST", "/api/messages/send", message).await.is(200).body()
    }

    async fn read(&self, device: &str, sent: &Value) {
        let path = format!("/api/conversations/{}/read", sent["conversationId"].as_str().unwrap());
        self.house.by(device, "POST", &path, json!({"seq": sent["seq"]})).await.is(204);
    }

    /// The grace of what was written begins when it passes the publisher.
    async fn wait_until_it_is_published(&self) {
        eventually(async || self.is_last(self.house.app.fanout.published()).await).await;
    }

    /// It is over, and what was written has been looked at.
    async fn wait_for_the_grace(&self) {
        self.wait_until_it_is_published().await;
        self.clock.advance_ms(2_000);
        self.wait_until_it_is_expanded().await;
    }

    async fn wait_until_it_is_expanded(&self) {
        let store = &self.house.app.store;
        eventually(async || self.is_last(store.push_state([0; 32]).await.unwrap().expanded).await).await;
    }

    /// Whether no message was written after this position. The newest position may be nobody's: writes that are committed
    /// together take one each, whether they need it or not.
    async fn is_last(&self, position: u64) -> Option<()> {
        let store = &self.house.app.store;
        let newest = store.position().await.unwrap();
        store.fresh_since(position, newest).await.unwrap().is_empty().then_some(())
    }

    /// Everything that was to be told now has been, or was dropped.
    async fn wait_until_all_is_told(&self) {
        let store = &self.house.app.store;
        eventually(async || store.next_delivery_at().await.unwrap().is_none().then_some(())).await;
    }

    /// The next attempt is to be then.
    async fn wait_until_due_at(&self, at: i64) {
        let store = &self.house.app.store;
        eventually(async || (store.next_delivery_at().await.unwrap() == Some(at)).then_some(())).await;
    }

    /// When the last attempt at Bert's first device succeeded, and when the last one failed.
    async fn outcome(&self) -> (Option<i64>, Option<i64>) {
        let listed = self.house.by(&self.bert, "GET", "/api/push/subscriptions", Value::Null).await;
        let listed = listed.is(200).body();
        let mut subscriptions = listed["subscriptions"].as_array().unwrap().iter();
        let own = subscriptions.find(|one| one["endpoint"].is_string()).unwrap();
        (own["succeededAt"].as_i64(), own["failedAt"].as_i64())
    }

    /// Goes on to when the next attempt is due, if there is one.
    async fn next(&self) -> Option<i64> {
        let due = self.house.app.store.next_delivery_at().await.unwrap()?;
        self.clock.advance_ms((due - self.clock.now_s()).max(0) * 1_000);
        self.house.app.push.0.due.notify_one();
        Some(due)
    }
}

/// These flags, and those that every scene needs.
fn with<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    [&["--push-allow", "127.0.0.1", "--rate-limits", "off"], flags].concat()
}

/// A push service. Cheap to clone.
#[derive(Clone, Default)]
struct PushService(Arc<Mutex<Pushes>>);

#[derive(Default)]
struct Pushes {
    /// All that came, oldest first.
    came: Vec<Came>,
    /// With what it answers whose pushes it does not take now.
    refused: HashMap<&'static str, Refusal>,
}

struct Came {
    name: String,
    headers: HeaderMap,
    body: Bytes,
}

/// A status, and `Retry-After`.
type Refusal = (StatusCode, Option<&'static str>);

impl PushService {
    fn listen(socket: TcpSocket) -> Self {
        let service = Self::default();
        let own = service.clone();
        let take = async move |Path(name): Path<String>, headers: HeaderMap, body: Bytes| {
            let mut pushes = own.0.lock().unwrap();
            let refused = pushes.refused.get(&*name).copied();
            pushes.came.push(Came { name, headers, body });
            let (status, patience) = refused.unwrap_or((StatusCode::CREATED, None));
            (status, patience.map(|patience| [(RETRY_AFTER, patience)]), ())
        };
        let listener = socket.listen(16).unwrap();
        tokio::spawn(
            async move { axum::serve(listener, Router::new().route("/push/{name}", post(take))).await },
        );
        service
    }

    /// Takes nothing for this one from now on, and answers with this status.
    fn refuses(&self, name: &'static str, status: StatusCode) {
        self.0.lock().unwrap().refused.insert(name, (status, None));
    }

    /// Takes nothing for this one from now on, and wants to be asked again after a while.
    fn asks_for_patience(&self, name: &'static str, patience: &'static str) {
        self.0.lock().unwrap().refused.insert(name, (StatusCode::TOO_MANY_REQUESTS, Some(patience)));
    }

    /// Takes what comes for this one from now on.
    fn takes(&self, name: &'static str) {
        self.0.lock().unwrap().refused.remove(name);
    }

    /// What came for one, whether it was taken or not.
    fn came(&self, name: &str) -> Vec<Value> {
        let pushes = self.0.lock().unwrap();
        let own = pushes.came.iter().filter(|came| came.name == name);
        own.map(|came| {
            let said = web_push_native::decrypt(came.body.to_vec(), &secret(), &AUTH.into()).unwrap();
            serde_json::from_slice(&said).unwrap()
        })
        .collect()
    }

    /// The headers of all that came for one, which has to be so many by now or soon.
    async fn headers_of(&self, count: usize, name: &str) -> Vec<HeaderMap> {
        eventually(async || {
            let pushes = self.0.lock().unwrap();
            let own = pushes.came.iter().filter(|came| came.name == name);
            let headers: Vec<HeaderMap> = own.map(|came| came.headers.clone()).collect();
            (headers.len() >= count).then_some(headers)
        })
        .await
    }

    /// Title and text of the newest notification of so many.
    async fn newest_of(&self, count: usize, name: &str) -> (String, String) {
        let newest = eventually(async || {
            let mut came = self.came(name);
            (came.len() >= count).then(|| came.pop().expect("one at least"))
        });
        let notification = &newest.await["notification"];
        let word = |field: &str| notification[field].as_str().unwrap().to_owned();
        (word("title"), word("body"))
    }
}

fn says(title: &str, body: &str) -> (String, String) {
    (title.to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_test_notification_counts_like_any_other() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let test = async || {
        let endpoint = json!({"endpoint": scene.endpoint("bert")});
        scene.house.by(&scene.bert, "POST", "/api/push/test", endpoint).await.is(200).body()
    };
    let now = scene.clock.now_s();
    assert_eq!(test().await["trouble"], Value::Null);
    assert_eq!(scene.outcome().await, (Some(now), None));
    service.refuses("bert", StatusCode::SERVICE_UNAVAILABLE);
    let tested = test().await;
    assert_eq!((&tested["trouble"], &tested["status"]), (&json!("refused"), &json!(503)));
    assert_eq!(scene.outcome().await, (Some(now), Some(now)));
}

#[tokio::test]
async fn what_one_device_has_read_rings_on_no_other() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let phone = scene.house.device("bert").await;
    scene.subscribe(&phone, "phone").await;
    let count = || [service.came("bert").len(), service.came("phone").len()];
    let sent = scene.write(&scene.anna, "bert", "seen at once").await;
    scene.read(&phone, &sent).await;
    scene.wait_for_the_grace().await;
    scene.wait_until_all_is_told().await;
    assert_eq!(count(), [0, 0]);

    // while one of them is tried again: what was taken stays, what waits is dropped
    service.refuses("bert", StatusCode::SERVICE_UNAVAILABLE);
    let sent = scene.write(&scene.anna, "bert", "seen in time").await;
    scene.wait_for_the_grace().await;
    eventually(async || scene.outcome().await.1).await;
    assert_eq!(service.newest_of(1, "phone").await, says("anna", "seen in time"));
    scene.read(&phone, &sent).await;
    service.takes("bert");
    scene.next().await.expect("it is not given up");
    scene.wait_until_all_is_told().await;
    assert_eq!(count(), [1, 1]);

    // the next one is told to both, and says nothing of those before
    scene.say(&scene.anna, "bert", "not seen yet").await;
    for name in ["bert", "phone"] {
        assert_eq!(service.newest_of(2, name).await, says("anna", "not seen yet"));
    }
}

#[tokio::test]
async fn what_was_never_shown_is_not_taken_away() {
    let (scene, socket) = Scene::open(&["--push-clear"]).await;
    let service = PushService::listen(socket);
    let phone = scene.house.device("bert").await;
    let sent = scene.write(&scene.anna, "bert", "read me").await;
    scene.wait_for_the_grace().await;
    service.newest_of(1, "bert").await;
    scene.read(&phone, &sent).await;
    eventually(async || (service.came("bert").len() == 2).then_some(())).await;
    assert!(service.came("bert")[1]["clearing"].is_object());
    let sent = scene.write(&scene.anna, "bert", "read me at once").await;
    scene.read(&phone, &sent).await;
    scene.wait_for_the_grace().await;
    scene.wait_until_all_is_told().await;
    assert_eq!(service.came("bert").len(), 2);
}

#[tokio::test]
async fn a_burst_within_one_grace_is_one_notification() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    for number in 1..=50 {
        scene.write(&scene.anna, "bert", &format!("line {number}")).await;
    }
    scene.wait_for_the_grace().await;
    scene.wait_until_all_is_told().await;
    assert_eq!(service.newest_of(1, "bert").await, says("anna (50)", "line 50"));
    assert_eq!(service.came("bert").len(), 1);
}

#[tokio::test]
async fn who_blocks_left_was_removed_or_signed_out_within_the_grace_is_not_told() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let Scene { house, anna, bert, .. } = &scene;
    let mut others = vec![];
    for name in ["carl", "dora", "emil"] {
        let token = house.person(name).await;
        scene.subscribe(&token, name).await;
        scene.write(&token, "anna", "do we know each other?").await;
        others.push(token);
    }
    let [carl, _, emil] = others.as_slice() else { unreachable!("three of them") };
    let phone = house.device("emil").await;
    scene.subscribe(&phone, "phone").await;
    let group = json!({"title": "Walks", "userIds": ["carl", "dora", "emil"]});
    let group = house.by(anna, "POST", "/api/conversations", group).await.is(201).body();
    let group = group["conversation"]["conversationId"].as_str().unwrap();
    let send_into = async |text: &str| {
        let message = json!({"conversationId": group, "content": text, "type": "text"});
        house.by(anna, "POST", "/api/messages/send", message).await.is(200);
    };
    let members = format!("/api/conversations/{group}/members");
    let devices = house.by(emil, "GET", "/api/devices", Value::Null).await.is(200).body();
    let phone = devices["devices"][1]["deviceId"].as_str().unwrap();

    scene.write(anna, "bert", "to who blocks").await;
    house.by(bert, "PUT", "/api/blocks/anna", Value::Null).await.is(200);
    send_into("to all of you").await;
    house.by(carl, "DELETE", &format!("{members}/carl"), Value::Null).await.is(200);
    house.by(anna, "DELETE", &format!("{members}/dora"), Value::Null).await.is(200);
    house.by(emil, "DELETE", &format!("/api/devices/{phone}"), Value::Null).await.is(204);
    scene.wait_for_the_grace().await;
    assert_eq!(service.newest_of(1, "emil").await, says("Walks", "anna: to all of you"));
    // nor of what is written from then on
    send_into("to those who are left").await;
    scene.wait_for_the_grace().await;
    assert_eq!(service.newest_of(2, "emil").await, says("Walks (2)", "anna: to those who are left"));
    scene.wait_until_all_is_told().await;
    assert_eq!(["bert", "carl", "dora", "phone"].map(|name| service.came(name).len()), [0; 4]);
}
