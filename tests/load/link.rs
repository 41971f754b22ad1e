//! A lean client: thousands of these have to fit beside a server on a small machine.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// One socket.
pub struct Link {
    stream: WebSocketStream<TcpStream>,
}

/// Small buffers: the defaults would cost 128 KiB each.
pub fn lean() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0)
}

impl Link {
    /// Connects and authenticates. Panics where the server refuses: then there is nothing to measure.
    pub async fn open(address: SocketAddr, token: &str) -> Self {
        let mut request = format!("ws://{address}/ws").into_client_request().expect("an address makes a URL");
        let bearer = format!("Bearer {token}").parse().expect("a token is a header's value");
        request.headers_mut().insert("authorization", bearer);
        let tcp = TcpStream::connect(address).await.expect("the server listens");
        tcp.set_nodelay(true).expect("an open socket");
        let (stream, _) =
            client_async_with_config(request, tcp, Some(lean())).await.expect("the server takes the socket");
        Self { stream }
    }

    /// Says these words.
    pub async fn say(&mut self, text: impl Into<Utf8Bytes>) {
        self.stream.send(Message::Text(text.into())).await.expect("the server keeps the socket");
    }

    /// The next text.
    pub async fn hear(&mut self) -> Utf8Bytes {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return text,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
                end => panic!("the server ended the socket: {end:?}"),
            }
        }
    }

    /// The next text of this action.
    pub async fn hear_action(&mut self, action: &str) -> Utf8Bytes {
        let start = format!("\"action\":\"{action}\"");
        loop {
            let text = self.hear().await;
            if text.contains(&start) {
                return text;
            }
        }
    }

    /// Two halves, for reading and writing at once.
    pub fn split(self) -> (Sayer, Hearer) {
        let (sink, stream) = self.stream.split();
        (Sayer { sink }, Hearer { stream })
    }
}

/// The writing half.
pub struct Sayer {
    sink: futures_util::stream::SplitSink<WebSocketStream<TcpStream>, Message>,
}

impl Sayer {
    /// Says these words.
    pub async fn say(&mut self, text: impl Into<Utf8Bytes>) {
        self.sink.send(Message::Text(text.into())).await.expect("the server keeps the socket");
    }
}

/// The reading half.
pub struct Hearer {
    stream: futures_util::stream::SplitStream<WebSocketStream<TcpStream>>,
}

impl Hearer {
    /// The next text; `None` when the socket ended.
    pub async fn hear(&mut self) -> Option<Utf8Bytes> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Some(text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// A frame that sends a message.
pub fn send_frame(to: &str, content: &str) -> String {
    format!(r#"{{"action":"sendMessage","data":{{"to":"{to}","content":"{content}","type":"text"}}}}"#)
}

/// The value of a string or number field in a frame of ours, found without parsing the whole: the generator must not
/// be what is measured.
pub fn field<'a>(frame: &'a str, name: &str) -> Option<&'a str> {
    let start = frame.find(&format!("\"{name}\":"))? + name.len() + 3;
    let rest = &frame[start..];
    match rest.strip_prefix('"') {
        Some(text) => text.split('"').next(),
        None => rest.split([',', '}']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_without_parsing() {
        let frame = r#"{"action":"messageSent","data":{"seq":17,"from":"a"}}"#;
        assert_eq!(field(frame, "seq"), Some("17"));
        assert_eq!(field(frame, "from"), Some("a"));
        assert_eq!(field(frame, "to"), None);
    }
}
