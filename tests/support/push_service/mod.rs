//! A push service and the browsers that subscribed with it: takes pushes as RFC 8030 says, checks who sends them as RFC
//! 8292 says, and reads what is in them as RFC 8291 says, all by another implementation than the server's.

mod answer;
mod firefox;
mod read;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::HeaderMap;
use p256::SecretKey;
use rand::RngExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use state::State;

use crate::deadline::eventually;
use crate::raw::{Answer, Person};

/// A running push service. It ends when this is dropped.
pub struct PushService {
    /// Scheme, name and port.
    origin: Arc<str>,
    state: Arc<Mutex<State>>,
    listening: AbortHandle,
}

/// A browser that has subscribed with it.
#[derive(Clone)]
pub struct Subscriber {
    /// Where it is reached.
    pub endpoint: String,
    name: String,
    secret: SecretKey,
    auth: [u8; 16],
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Manner {
    /// As it should.
    Takes,
    /// With this status and these headers, and takes nothing.
    Refuses(u16, Vec<(&'static str, String)>),
    /// Not at all; the connection stays.
    IsSilent,
    /// Not before it behaves otherwise.
    Holds,
    /// As if it had, with a body that never ends.
    TalksForEver,
    /// With these bytes, which need not be HTTP, and hangs up; on new connections, when all are answered so.
    Says(Vec<u8>),
}

/// A push as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// What it says, once decrypted.
    pub payload: Value,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, encrypted.
    pub body: Bytes,
    /// How its sender says to be reached.
    pub contact: Option<String>,
}

/// How many pushes were taken, and how fast.
#[derive(Clone, Copy, Default, Debug)]
pub struct Pace {
    /// Pushes.
    pub count: usize,
    /// When the first came, and the last.
    pub span: Option<(Instant, Instant)>,
    /// That were answered at the same time, at most.
    pub most_at_once: usize,
    /// That came, whether they were taken or not.
    pub begun: usize,
}

impl PushService {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        Self::called("127.0.0.1").await
    }

    /// The same by another name of this machine: to servers it is another push service.
    pub async fn called(name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound listener").port();
        let origin: Arc<str> = format!("http://{name}:{port}").into();
        let own = Arc::clone(&origin);
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.expect("a connection");
                tokio::spawn(answer::serve(connection, Arc::clone(&shared), Arc::clone(&own)));
            }
        });
        Self { origin, state, listening: listening.abort_handle() }
    }

    /// What `HONGYAN_PUSH_ALLOW` has to hold for it.
    pub fn host(&self) -> String {
        let (_, host) = self.origin.split_once("//").expect("an origin");
        host.split(':').next().unwrap_or_default().to_owned()
    }

    /// A browser that subscribes; nobody knows of it yet.
    pub fn subscriber(&self) -> Subscriber {
        let mut chance = rand::rng();
        let secret = SecretKey::from_slice(&chance.random::<[u8; 32]>()).expect("nearly all are keys");
        let name = URL_SAFE_NO_PAD.encode(chance.random::<[u8; 16]>());
        let endpoint = format!("{}/push/{name}", self.origin);
        let subscriber = Subscriber { endpoint, name: name.clone(), secret, auth: chance.random() };
        self.state().subscribers.insert(name, subscriber.clone());
        subscriber
    }

    /// How it answers from now on.
    pub fn behaves(&self, manner: Manner) {
        let mut state = self.state();
        state.manner = Some(manner);
        state.changed.notify_waiters();
    }

    /// How it answers the next request; those after that as before.
    pub fn behaves_once(&self, manner: Manner) {
        self.state().next = Some(manner);
    }

    /// How it answers pushes to one browser from now on.
    pub fn behaves_to(&self, subscriber: &Subscriber, manner: Manner) {
        let mut state = self.state();
        state.manners.insert(subscriber.name.clone(), manner);
        state.changed.notify_waiters();
    }

    /// What a browser was sent so far. Panics when anything was wrong with any push.
    pub fn received(&self, subscriber: &Subscriber) -> Vec<Received> {
        self.look().received.get(&subscriber.name).cloned().unwrap_or_default()
    }

    /// Pushes that it took, for all browsers together.
    pub fn received_in_all(&self) -> usize {
        self.look().received.values().map(Vec::len).sum()
    }

    /// How many it took, and how fast.
    pub fn taken(&self) -> Pace {
        self.state().taken
    }

    /// How often it was asked to push to a browser, whatever it answered.
    pub fn asked(&self, subscriber: &Subscriber) -> usize {
        self.state().asked.get(&subscriber.name).copied().unwrap_or(0)
    }

    /// Waits until a browser was sent so many, and answers them.
    pub async fn hears(&self, subscriber: &Subscriber, count: usize) -> Vec<Received> {
        eventually(&format!("{count} pushes come"), async || {
            let received = self.received(subscriber);
            (received.len() >= count).then_some(received)
        })
        .await
    }

    /// Waits until it was asked so often to push to a browser.
    pub async fn is_asked(&self, subscriber: &Subscriber, count: usize) {
        eventually(&format!("it is asked {count} times"), async || {
            (self.asked(subscriber) >= count).then_some(())
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// Reads what came. Panics when anything was wrong with any of it.
    fn look(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        for push in std::mem::take(&mut state.unread) {
            if let Err(fault) = state.read(push, &self.origin) {
                state.faults.push(fault);
            }
        }
        assert!(state.faults.is_empty(), "{:?}", state.faults);
        state
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Subscriber {
    /// What a browser's `PushSubscription.toJSON()` says.
    pub fn to_json(&self) -> Value {
        let p256dh = URL_SAFE_NO_PAD.encode(self.secret.public_key().to_sec1_bytes());
        let auth = URL_SAFE_NO_PAD.encode(self.auth);
        json!({"endpoint": self.endpoint, "expirationTime": null, "keys": {"p256dh": p256dh, "auth": auth}})
    }
}

impl Person {
    /// Has this device notified at this browser.
    pub async fn subscribe(&self, subscriber: &Subscriber) -> Answer {
        self.api.post("/api/push/subscriptions", subscriber.to_json()).await
    }
}
