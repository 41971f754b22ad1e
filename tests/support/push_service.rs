//! A push service and the browsers that subscribed with it: takes pushes as RFC 8030 says, checks who sends them as RFC
//! 8292 says, and reads what is in them as RFC 8291 says, all by another implementation than the server's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use p256::SecretKey;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use rand::RngExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::futures::OwnedNotified;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

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

struct Unread {
    name: String,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Default)]
struct State {
    manner: Option<Manner>,
    /// For the next request only.
    next: Option<Manner>,
    /// Somebody behaves otherwise.
    changed: Arc<Notify>,
    /// For some endpoints another manner.
    manners: HashMap<String, Manner>,
    subscribers: HashMap<String, Subscriber>,
    /// As they came; who looks reads them, so that taking them costs little.
    unread: Vec<Unread>,
    received: HashMap<String, Vec<Received>>,
    taken: Pace,
    at_once: usize,
    asked: HashMap<String, usize>,
    /// What was wrong with a push: the test is to fail by it.
    faults: Vec<String>,
    public_key: Option<String>,
    /// Firefoxes that listen, by the channel that each push comes over.
    channels: HashMap<String, mpsc::UnboundedSender<Message>>,
    delivered: usize,
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
                let (state, origin) = (Arc::clone(&shared), Arc::clone(&own));
                tokio::spawn(async move {
                    let words = state.lock().expect("nobody panics with it").words();
                    if let Some(words) = words {
                        return blurt(connection, &state, &words).await;
                    }
                    let service =
                        service_fn(move |request| take(Arc::clone(&state), Arc::clone(&origin), request));
                    // the server may leave in the middle
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(connection), service).await;
                });
            }
        });
        Self { origin, state, listening: listening.abort_handle() }
    }

    /// Where Firefox finds it, for its `dom.push.serverURL`. It then speaks the protocol of Mozilla's push service with it
    /// (autopush), as far as Firefox needs.
    pub async fn for_firefox(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let (state, own) = (Arc::clone(&self.state), Arc::clone(&self.origin));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve_firefox(connection, Arc::clone(&state), Arc::clone(&own)));
            }
        });
        format!("ws://{address}/")
    }

    /// Pushes that Firefoxes were given.
    pub fn delivered(&self) -> usize {
        self.look().delivered
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

impl State {
    /// How it answers a push to this browser, and when that may have changed.
    fn manner_to(&mut self, name: &str) -> (Manner, OwnedNotified) {
        let changed = Arc::clone(&self.changed).notified_owned();
        let manner = self.next.take();
        let manner = manner.or_else(|| self.manners.get(name).or(self.manner.as_ref()).cloned());
        (manner.unwrap_or(Manner::Takes), changed)
    }

    /// What a new connection is answered with, where that need not be HTTP.
    fn words(&mut self) -> Option<Vec<u8>> {
        let Some(Manner::Says(words)) = self.next.as_ref().or(self.manner.as_ref()) else { return None };
        let words = words.clone();
        self.next = None;
        Some(words)
    }

    /// False when nobody subscribed there.
    fn take(&mut self, push: Unread) -> bool {
        if !self.subscribers.contains_key(&push.name) {
            return false;
        }
        let now = Instant::now();
        self.taken.count += 1;
        self.taken.span = Some((self.taken.span.map_or(now, |(first, _)| first), now));
        self.unread.push(push);
        true
    }

    fn read(&mut self, push: Unread, origin: &str) -> Result<(), String> {
        let Unread { name, headers, body } = push;
        let (payload, key) = read(&self.subscribers[&name], origin, &headers, &body)?;
        if *self.public_key.get_or_insert_with(|| key.clone()) != key {
            return Err("another key than before".into());
        }
        self.received.entry(name).or_default().push(Received { payload, headers, body });
        Ok(())
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

async fn take(
    state: Arc<Mutex<State>>,
    origin: Arc<str>,
    request: Request<Incoming>,
) -> Result<Response<http_body_util::combinators::BoxBody<Bytes, std::convert::Infallible>>, hyper::Error> {
    let name = request.uri().path().trim_start_matches("/push/").to_owned();
    let _answering = Answering::begin(&state);
    let headers = request.headers().clone();
    let body = request.into_body().collect().await?.to_bytes();
    *state.lock().expect("nobody panics with it").asked.entry(name.clone()).or_default() += 1;
    let manner = loop {
        let (manner, changed) = state.lock().expect("nobody panics with it").manner_to(&name);
        match manner {
            Manner::Holds => changed.await,
            manner => break manner,
        }
    };
    let answer = |status: u16| Response::builder().status(status);
    let empty = || Full::new(Bytes::new()).boxed();
    match manner {
        Manner::Refuses(status, headers) => {
            let answer =
                headers.into_iter().fold(answer(status), |answer, (name, value)| answer.header(name, value));
            return Ok(answer.body(empty()).expect("a status"));
        }
        Manner::IsSilent => {
            // until the server hangs up, which ends the connection and this with it
            return std::future::pending().await;
        }
        // this connection was there before
        Manner::Says(_) => return Ok(answer(503).body(empty()).expect("a status")),
        Manner::Takes | Manner::TalksForEver | Manner::Holds => {}
    }
    let channel = state.lock().expect("nobody panics with it").channels.get(&name).cloned();
    if let Some(channel) = channel {
        let status = forward(&state, &origin, &name, &channel, &headers, &body);
        return Ok(answer(status).body(empty()).expect("a status"));
    }
    if !state.lock().expect("nobody panics with it").take(Unread { name, headers, body }) {
        return Ok(answer(404).body(empty()).expect("a status"));
    }
    if matches!(manner, Manner::TalksForEver) {
        let for_ever = futures_util::stream::repeat_with(|| {
            Ok::<_, std::convert::Infallible>(hyper::body::Frame::data(Bytes::from_static(&[b' '; 1_024])))
        });
        return Ok(answer(201)
            .body(BodyExt::boxed(http_body_util::StreamBody::new(for_ever)))
            .expect("a status"));
    }
    Ok(answer(201).body(empty()).expect("a status"))
}

/// A request that is being answered, until this is dropped.
struct Answering(Arc<Mutex<State>>);

impl Answering {
    fn begin(state: &Arc<Mutex<State>>) -> Self {
        let mut now = state.lock().expect("nobody panics with it");
        now.at_once += 1;
        now.taken.begun += 1;
        now.taken.most_at_once = now.taken.most_at_once.max(now.at_once);
        Self(Arc::clone(state))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.lock().expect("nobody panics with it").at_once -= 1;
    }
}

/// Hears who is meant, and says something.
async fn blurt(mut connection: TcpStream, state: &Mutex<State>, words: &[u8]) {
    let mut heard = vec![0; 8_192];
    // the server may leave in the middle, here and below
    let Ok(length) = connection.read(&mut heard).await else { return };
    let request = String::from_utf8_lossy(&heard[..length]);
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches("/push/").to_owned();
    *state.lock().expect("nobody panics with it").asked.entry(name).or_default() += 1;
    let _ = connection.write_all(words).await;
}

/// Gives a push to the Firefox that listens.
fn forward(
    state: &Mutex<State>,
    origin: &str,
    channel_id: &str,
    channel: &mpsc::UnboundedSender<Message>,
    headers: &HeaderMap,
    body: &[u8],
) -> u16 {
    let mut state = state.lock().expect("nobody panics with it");
    let authorization =
        headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if verify(authorization, origin).is_none() {
        state.faults.push("not signed as it should be".into());
        return 401;
    }
    state.delivered += 1;
    let notification = json!({"messageType": "notification", "channelID": channel_id,
        "version": state.delivered.to_string(), "ttl": 60, "data": URL_SAFE_NO_PAD.encode(body),
        "headers": {"encoding": "aes128gcm"}});
    match channel.send(Message::text(notification.to_string())) {
        Ok(()) => 201,
        Err(_) => 410,
    }
}

/// One Firefox: says hello, registers channels, hears what is pushed to them.
async fn serve_firefox(connection: TcpStream, state: Arc<Mutex<State>>, own: Arc<str>) {
    let Ok(socket) = accept_async(connection).await else { return };
    let (mut out, mut heard) = socket.split();
    let (queue, mut queued) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = queued.recv().await {
            let Ok(()) = out.send(message).await else { return };
        }
    });
    while let Some(Ok(message)) = heard.next().await {
        let Ok(text) = message.to_text() else { continue };
        let Ok(said) = serde_json::from_str::<Value>(text) else { continue };
        let channel_id = said["channelID"].as_str().unwrap_or_default();
        let answer = match said["messageType"].as_str() {
            Some("hello") => {
                json!({"messageType": "hello", "status": 200, "uaid": "0123456789abcdef0123456789abcdef",
                    "use_webpush": true, "broadcasts": {}})
            }
            Some("register") => {
                state
                    .lock()
                    .expect("nobody panics with it")
                    .channels
                    .insert(channel_id.to_owned(), queue.clone());
                json!({"messageType": "register", "status": 200, "channelID": channel_id,
                    "pushEndpoint": format!("{own}/push/{channel_id}")})
            }
            Some("unregister") => {
                state.lock().expect("nobody panics with it").channels.remove(channel_id);
                json!({"messageType": "unregister", "status": 200, "channelID": channel_id})
            }
            _ => continue,
        };
        let Ok(()) = queue.send(Message::text(answer.to_string())) else { return };
    }
}

/// What a push says, and the key of who sent it.
fn read(
    subscriber: &Subscriber,
    origin: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Value, String), String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ttl: u64 = header("ttl").parse().map_err(|_| "no TTL".to_owned())?;
    if ttl == 0 || header("content-encoding") != "aes128gcm" || header("urgency").is_empty() {
        return Err(format!("headers {headers:?}"));
    }
    let topic = header("topic");
    let fits = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    if topic.is_empty() || topic.len() > 32 || !topic.chars().all(fits) {
        return Err(format!("topic {topic:?}"));
    }
    if body.len() > 4_096 {
        return Err(format!("a body of {} bytes", body.len()));
    }
    let key = verify(header("authorization"), origin).ok_or("not signed as it should be")?;
    let read = web_push_native::decrypt(body.to_vec(), &subscriber.secret, &subscriber.auth.into())
        .map_err(|error| format!("cannot be read: {error}"))?;
    let payload = serde_json::from_slice(&read).map_err(|error| format!("is no JSON: {error}"))?;
    Ok((payload, key))
}

/// The sender's key, when it has signed for this push service.
fn verify(authorization: &str, origin: &str) -> Option<String> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let (token, key) = authorization.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (signed, signature) = token.rsplit_once('.')?;
    let claims: Value = serde_json::from_slice(&decode(signed.split_once('.')?.1)?).ok()?;
    let (now, end) = (crate::clock::now_s(), claims["exp"].as_i64()?);
    let is_for_us = claims["aud"] == *origin && end > now && end <= now + 86_400;
    let verifying = VerifyingKey::from_sec1_bytes(&decode(key)?).ok()?;
    verifying.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature)?).ok()?).ok()?;
    is_for_us.then(|| key.to_owned())
}
