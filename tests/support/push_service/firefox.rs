//! Firefox's side of it: the protocol of Mozilla's push service (autopush), as far as Firefox needs.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use super::PushService;
use super::read::verify;
use super::state::State;

impl PushService {
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
}

/// Gives a push to the Firefox that listens.
pub(super) fn forward(
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
