//! A server and its guests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Command, FromArgMatches};
use common::id::DeviceId;
use common::wire::Epoch;
use futures_util::{SinkExt, StreamExt};
use http::header;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use crate::app::{App, COMMIT_QUEUE};
use crate::auth::token::Token;
use crate::clock::Clock;
use crate::config::{Bounds, Config};
use crate::store::{Caller, NewAccount, NewDevice, Store, StoreOptions};
use crate::telemetry::Metrics;

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(20);

/// A running server.
pub struct House {
    pub app: App,
    pub address: SocketAddr,
    folder: TempDir,
}

/// A signed-in device.
#[derive(Clone)]
pub struct Guest {
    pub caller: Caller,
    token: Token,
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(Bounds::default()).await
    }

    pub async fn open_with(bounds: Bounds) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), bounds).await
    }

    /// Another life with the same folder, after [`App::stop`].
    pub async fn open_again(self) -> Self {
        Self::open_in(self.folder, Bounds::default()).await
    }

    async fn open_in(folder: TempDir, bounds: Bounds) -> Self {
        let clock = Clock::machine();
        let (commits, committed) = mpsc::channel(COMMIT_QUEUE);
        let ids = clock.clone();
        let mut options = StoreOptions::new(Epoch(7), Arc::new(move || ids.uuid_v7()));
        options.commits = Some(commits);
        let store = Store::open_sqlite(&folder.path().join("test.db"), options).await.unwrap();
        let config = Config { bounds, ..defaults() };
        let app = App::start(config, store, committed, clock, Metrics::new()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = crate::http::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        app.lifecycle.spawn("server", {
            let lifecycle = app.lifecycle.clone();
            let stopping = async move { lifecycle.stopping().await };
            async move { axum::serve(listener, service).with_graceful_shutdown(stopping).await.unwrap() }
        });
        Self { app, address, folder }
    }

    /// A new person on a first device.
    pub async fn person(&self, name: &str) -> Guest {
        let new = NewAccount {
            user_id: name.into(),
            display_name: name.to_owned(),
            password_hash: String::new(),
            invite: None,
            now: self.app.clock.now_s(),
        };
        self.app.store.create_account(new).await.unwrap();
        self.device(name).await
    }

    /// One more device of a person.
    pub async fn device(&self, name: &str) -> Guest {
        let account = self.app.store.find_account(&name.into()).await.unwrap().unwrap();
        let token = Token::from_random(self.app.clock.random());
        let device = DeviceId(self.app.clock.uuid_v7());
        let now = self.app.clock.now_s();
        let password_hash = account.password_hash;
        let new = NewDevice { id: device, name: "test".into(), token_hash: token.hash(), password_hash, now };
        self.app.store.create_device(account.id, new).await.unwrap();
        Guest { caller: Caller { account: account.id, user_id: account.user_id, device }, token }
    }

    pub async fn connect(&self, guest: &Guest) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.connect_over(guest, stream).await
    }

    pub async fn connect_over(&self, guest: &Guest, stream: TcpStream) -> Client {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        let bearer = format!("Bearer {}", guest.token.reveal());
        request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
        let (socket, _) = client_async(request, stream).await.unwrap();
        Client { socket }
    }

    /// A socket that has resumed from nothing, and the position it was given.
    pub async fn connect_synced(&self, guest: &Guest) -> (Client, String) {
        let mut client = self.connect(guest).await;
        client.send("resume", json!({})).await;
        let resumed = client.expect("resumed").await;
        assert_eq!(resumed["kind"], "delta");
        (client, resumed["position"].as_str().unwrap().to_owned())
    }
}

/// What `hongyan serve` is without any flag.
fn defaults() -> Config {
    let command = Config::augment_args(Command::new("test").no_binary_name(true));
    let matches = command.try_get_matches_from(std::iter::empty::<&str>()).unwrap();
    Config::from_arg_matches(&matches).unwrap()
}

/// A plain WebSocket client.
pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
}

impl Client {
    pub async fn send(&mut self, action: &str, data: Value) {
        self.send_text(&json!({"action": action, "data": data}).to_string()).await;
    }

    pub async fn ask(&mut self, id: &str, action: &str, data: Value) {
        self.send_text(&json!({"id": id, "action": action, "data": data}).to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::Text(Utf8Bytes::from(text))).await.unwrap();
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        loop {
            let message = timeout(DEADLINE, self.socket.next()).await.expect("a frame in time");
            match message.expect("the socket is open").expect("the socket works") {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(close) => panic!("closed: {close:?}"),
                _ => {}
            }
        }
    }

    /// The data of the next frame, which must have this action. A `position` comes when the clock says so, and is passed
    /// over.
    pub async fn expect(&mut self, action: &str) -> Value {
        let frame = loop {
            let frame = self.next().await;
            if frame["action"] != "position" || action == "position" {
                break frame;
            }
        };
        assert_eq!(frame["action"], action, "{frame}");
        frame["data"].clone()
    }

    /// The data of the next frame with this action; others are passed over.
    pub async fn wait_for(&mut self, action: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["action"] == action {
                return frame["data"].clone();
            }
        }
    }

    /// Nothing is on its way: a ping is answered first.
    pub async fn expect_silence(&mut self) {
        self.ask("silence", "ping", json!({})).await;
        let frame = self.next().await;
        assert_eq!(frame["replyTo"], "silence", "{frame}");
    }

    /// Nothing but such frames is on its way, and a `position`.
    pub async fn expect_silence_after(&mut self, action: &str) {
        self.ask("silence", "ping", json!({})).await;
        loop {
            let frame = self.next().await;
            if frame["replyTo"] == "silence" {
                return;
            }
            let is_position = frame["action"] == "position";
            assert!(is_position || frame["action"] == action, "{frame}");
        }
    }

    /// The code and reason with which the server closes; frames before it are passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            let message = timeout(DEADLINE, self.socket.next()).await.expect("a close in time");
            match message {
                Some(Ok(Message::Close(Some(close)))) => {
                    return (close.code.into(), close.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("the socket broke: {other:?}"),
            }
        }
    }
}

/// A message id.
pub fn id() -> String {
    Uuid::from_bytes(Clock::machine().random()).to_string()
}
