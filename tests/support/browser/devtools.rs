//! The DevTools protocol on a socket of our own: a driver's answers commands to a page, and passes on no events and
//! nothing of what is no page.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::Browser;

/// An open socket to the whole browser. Closed by dropping.
pub struct DevTools {
    connection: Mutex<Connection>,
}

struct Connection {
    stream: WebSocketStream<TcpStream>,
    asked: u64,
    /// Events that came while an answer was waited for.
    events: VecDeque<Value>,
}

impl DevTools {
    /// Opens one.
    pub async fn of(browser: &Browser) -> Self {
        let url = browser.debugger();
        let address = url.trim_start_matches("ws://").split('/').next().expect("a URL names a host");
        let tcp = TcpStream::connect(address).await.expect("the browser listens");
        let (stream, _) = client_async(&url, tcp).await.expect("the browser takes the socket");
        Self { connection: Mutex::new(Connection { stream, asked: 0, events: VecDeque::new() }) }
    }

    /// Sends a command to the browser itself, or to the target that `Target.attachToTarget` attached under this id.
    pub async fn ask(&self, attached: Option<&str>, method: &str, parameters: Value) -> Value {
        let mut connection = self.connection.lock().await;
        connection.asked += 1;
        let id = connection.asked;
        let mut command = json!({"id": id, "method": method, "params": parameters});
        if let Some(id) = attached {
            command["sessionId"] = id.into();
        }
        connection
            .stream
            .send(Message::text(command.to_string()))
            .await
            .expect("the browser keeps the socket");
        loop {
            let mut frame = connection.hear().await;
            if frame["id"] == id {
                assert!(frame.get("error").is_none(), "{method}: {frame}");
                return frame["result"].take();
            }
            connection.events.push_back(frame);
        }
    }

    /// The next event: its `method` and `params`.
    pub async fn event(&self) -> Value {
        let mut connection = self.connection.lock().await;
        match connection.events.pop_front() {
            Some(event) => event,
            None => connection.hear().await,
        }
    }
}

impl Connection {
    async fn hear(&mut self) -> Value {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).expect("the browser speaks JSON");
                }
                Some(Ok(_)) => {}
                end => panic!("the browser ended the socket: {end:?}"),
            }
        }
    }
}
