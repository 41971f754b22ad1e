//! Writing to a socket whose reader may be slow, and closing it properly.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use common::wire::CloseCode;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use crate::fanout::{Ending, Frame, Listener};

/// The upgraded connection.
pub type Io = TokioIo<Upgraded>;

/// How long a close may take: the frame to go out, and the other side to answer it.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// When to come back to a server that let nobody in.
const NO_ROOM_RETRY_AFTER_S: u64 = 2;
/// Bytes of a frame that was too big which are read and thrown away, so that its sender gets to hear why.
const DRAINED_BYTES: u64 = 64 * 1024 * 1024;

/// What a socket is told when it is closed.
pub struct Farewell {
    code: u16,
    reason: String,
    /// The other side is in the middle of a frame that we do not read.
    interrupts: bool,
}

impl From<Ending> for Farewell {
    fn from(ending: Ending) -> Self {
        let reason = match ending.retry_after_s {
            Some(seconds) => format!("{{\"retryAfter\": {seconds}}}"),
            None => String::new(),
        };
        let interrupts = ending.code == CloseCode::FrameTooBig;
        Self { code: ending.code.code(), reason, interrupts }
    }
}

impl From<CloseCode> for Farewell {
    fn from(code: CloseCode) -> Self {
        Ending::from(code).into()
    }
}

impl Farewell {
    /// The number on the wire.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// What came was no WebSocket frame, or no text (RFC 6455, section 7.4.1).
    pub fn to_broken(error: &Error) -> Option<Self> {
        let code = match error {
            Error::Capacity(_) => return Some(CloseCode::FrameTooBig.into()),
            Error::Utf8(_) => 1007,
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
            Error::Protocol(_) => 1002,
            _ => return None,
        };
        Some(Self { code, reason: String::new(), interrupts: true })
    }

    /// There was no room for it, or the server is about to stop.
    pub fn no_room(code: CloseCode) -> Self {
        let retry_after_s = (code == CloseCode::ComeBack).then_some(NO_ROOM_RETRY_AFTER_S);
        Ending { code, retry_after_s }.into()
    }
}

/// Why writing stopped.
pub enum Stuck {
    /// The socket is to be closed, whether its reader is slow or not.
    Ended(Ending),
    /// It is broken.
    Broken,
}

/// The socket, for writing frames to it.
pub struct Writer {
    socket: WebSocketStream<Io>,
    unflushed: bool,
}

impl Writer {
    /// Nothing was written yet.
    pub fn new(socket: WebSocketStream<Io>) -> Self {
        Self { socket, unflushed: false }
    }

    /// The socket, for reading.
    pub fn socket(&mut self) -> &mut WebSocketStream<Io> {
        &mut self.socket
    }

    /// Whether something was written that may not be on its way yet.
    pub fn is_unflushed(&self) -> bool {
        self.unflushed
    }

    /// Writes a frame, to go out with the next flush or when enough has come together.
    pub async fn write(&mut self, listener: &Listener, frame: Frame) -> Result<(), Stuck> {
        let text = Utf8Bytes::try_from(frame).map_err(|_| Stuck::Broken)?;
        self.unflushed = true;
        unless_ended(listener, self.socket.feed(Message::Text(text))).await
    }

    /// Asks whether the other side is still there; any client answers by itself (RFC 6455, section 5.5.2).
    pub async fn ask(&mut self, listener: &Listener) -> Result<(), Stuck> {
        self.unflushed = true;
        unless_ended(listener, self.socket.feed(Message::Ping(Bytes::new()))).await
    }

    /// Sends what was written on its way.
    pub async fn flush(&mut self, listener: &Listener) -> Result<(), Stuck> {
        self.unflushed = false;
        unless_ended(listener, self.socket.flush()).await
    }

    /// Closes with a code, and waits a while for the other side to do the same.
    pub async fn close(mut self, farewell: Farewell) {
        let frame = CloseFrame { code: farewell.code.into(), reason: farewell.reason.into() };
        let closed = async {
            if self.socket.close(Some(frame)).await.is_err() {
                return;
            }
            if farewell.interrupts {
                // closing with bytes unread would reset the connection before the other side has read why
                let rest = self.socket.get_mut().take(DRAINED_BYTES);
                tokio::io::copy(&mut pin!(rest), &mut tokio::io::sink()).await.unwrap_or_default();
            } else {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        // whoever takes longer has to do without a farewell
        timeout(CLOSE_WITHIN, closed).await.unwrap_or_default();
    }
}

/// Does a piece of writing; when it has to wait, waits also for the socket's end.
async fn unless_ended(
    listener: &Listener,
    writing: impl Future<Output = Result<(), Error>>,
) -> Result<(), Stuck> {
    let mut writing = pin!(writing);
    poll_fn(|context| match writing.as_mut().poll(context) {
        Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
        Poll::Ready(Err(_)) => Poll::Ready(Err(Stuck::Broken)),
        Poll::Pending => listener.poll_ended(context).map(|ending| Err(Stuck::Ended(ending))),
    })
    .await
}
