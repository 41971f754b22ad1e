//! The WebSocket side.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::deadline::within;

/// A socket and what was heard on it.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// Frames that came while another was waited for; they are heard first.
    waiting: VecDeque<Value>,
    asked: u64,
}

/// Why an upgrade was refused.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// The HTTP status; 0 when there was no answer at all.
    pub status: u16,
    /// The body as JSON.
    pub body: Value,
}

/// What came next.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// A frame.
    Frame(Value),
    /// The server closed the socket, with its code and reason.
    Closed(u16, String),
    /// The connection ended without a word.
    Gone,
}

impl Socket {
    /// Opens one with a token or without.
    pub async fn open(address: SocketAddr, token: Option<&str>) -> Result<Self, Refused> {
        let headers = token.map(|token| ("authorization", format!("Bearer {token}")));
        Self::open_with(address, headers.as_slice(), None).await
    }

    /// Opens one that the kernel buffers little for: a slow reader is noticed soon.
    pub async fn open_narrow(address: SocketAddr, token: &str) -> Result<Self, Refused> {
        Self::open_with(address, &[("authorization", format!("Bearer {token}"))], Some(4096)).await
    }

    /// Opens one with these headers.
    pub async fn open_with(
        address: SocketAddr,
        headers: &[(&'static str, String)],
        receive_buffer: Option<u32>,
    ) -> Result<Self, Refused> {
        let mut request = format!("ws://{address}/ws").into_client_request().expect("an address makes a URL");
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
            request.headers_mut().insert(*name, value);
        }
        let nobody = Refused { status: 0, body: Value::Null };
        let tcp = TcpSocket::new_v4().expect("a socket");
        if let Some(size) = receive_buffer {
            tcp.set_recv_buffer_size(size).expect("a new socket takes a size");
        }
        let Ok(tcp) = tcp.connect(address).await else { return Err(nobody) };
        tcp.set_nodelay(true).expect("an open socket");
        match within("an upgrade", client_async(request, tcp)).await {
            Ok((stream, _)) => Ok(Self { stream, waiting: VecDeque::new(), asked: 0 }),
            Err(Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                let body = serde_json::from_slice(body).unwrap_or(Value::Null);
                Err(Refused { status: answer.status().as_u16(), body })
            }
            Err(_) => Err(nobody),
        }
    }

    /// Says something that needs no answer.
    pub async fn say(&mut self, action: &str, data: Value) {
        self.say_text(json!({"action": action, "data": data}).to_string()).await;
    }

    /// Says these very words.
    pub async fn say_text(&mut self, text: impl Into<String>) {
        // that it is gone is heard, not said
        let _ = self.stream.send(Message::text(text.into())).await;
    }

    /// Says these very bytes.
    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        let _ = self.stream.send(Message::binary(bytes)).await;
    }

    /// Sends a text frame whose bytes are not UTF-8.
    pub async fn say_broken_text(&mut self, bytes: Vec<u8>) {
        let frame = Frame::message(bytes, OpCode::Data(Data::Text), true);
        let _ = self.stream.send(Message::Frame(frame)).await;
    }

    /// Says something and hears the answer to it; what comes in between is heard later.
    pub async fn ask(&mut self, action: &str, data: Value) -> Value {
        self.asked += 1;
        let id = format!("q{}", self.asked);
        self.say_text(json!({"id": id, "action": action, "data": data}).to_string()).await;
        self.hear_where(&format!("the answer to {action}"), |frame| frame["replyTo"] == id.as_str()).await
    }

    /// The next frame, which has to come.
    pub async fn hear(&mut self) -> Value {
        match self.hear_anything().await {
            Heard::Frame(frame) => frame,
            other => panic!("a frame was expected: {other:?}"),
        }
    }

    /// The data of the next frame of this action; others are heard later.
    pub async fn hear_action(&mut self, action: &str) -> Value {
        let frame = self.hear_where(action, |frame| frame["action"] == action).await;
        frame["data"].clone()
    }

    /// The next frame that fits; others are heard later.
    pub async fn hear_where(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(&fits) {
            return self.waiting.remove(at).expect("it was just found there");
        }
        loop {
            match self.next().await {
                Heard::Frame(frame) if fits(&frame) => return frame,
                Heard::Frame(frame) => self.waiting.push_back(frame),
                other => panic!("{what} was expected: {other:?}; heard before: {:?}", self.waiting),
            }
        }
    }

    /// All that has come until the server has answered everything said before.
    pub async fn hear_all(&mut self) -> Vec<Value> {
        let pong = self.ask("ping", json!({})).await;
        assert_eq!(pong["action"], "pong", "{pong}");
        self.waiting.drain(..).collect()
    }

    /// How the socket ends; frames before that are passed over.
    pub async fn closed(&mut self) -> Heard {
        loop {
            match self.hear_anything().await {
                Heard::Frame(_) => {}
                end => return end,
            }
        }
    }

    /// Whatever comes next.
    pub async fn hear_anything(&mut self) -> Heard {
        match self.waiting.pop_front() {
            Some(frame) => Heard::Frame(frame),
            None => self.next().await,
        }
    }

    async fn next(&mut self) -> Heard {
        loop {
            return match within("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text);
                    Heard::Frame(frame.unwrap_or_else(|error| panic!("no JSON ({error}): {text}")))
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    Heard::Closed(frame.code.into(), frame.reason.to_string())
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => Heard::Gone,
                Some(Ok(_)) => continue,
            };
        }
    }
}
