//! The device's socket: opened once, read until it ends.

use std::net::SocketAddr;

use common::sync::LinkDown;
use common::wire::{ClientFrame, CloseCode, ServerFrame};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::driver::Event;

/// Opens the socket number `number` and serves it to its end.
pub async fn serve(
    number: u64,
    address: SocketAddr,
    token: String,
    mut outgoing: mpsc::UnboundedReceiver<ClientFrame>,
    events: mpsc::UnboundedSender<Event>,
) {
    // a driver that ended hears nothing
    let tell = |event| drop(events.send(event));
    let stream = match open(address, &token).await {
        Ok(stream) => stream,
        Err(why) => return tell(Event::Down(number, why)),
    };
    tell(Event::Up(number));
    let (mut sink, mut stream) = stream.split();
    let why = loop {
        tokio::select! {
            frame = outgoing.recv() => {
                let Some(frame) = frame else {
                    // the engine wants no socket any more
                    let _ = sink.close().await;
                    return;
                };
                let text = serde_json::to_string(&frame).expect("frames are JSON");
                // that it is gone is heard from the stream
                let _ = sink.send(Message::text(text)).await;
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Some(frame) = ServerFrame::parse(&text) {
                        tell(Event::Frame(number, Box::new(frame)));
                    }
                }
                Some(Ok(Message::Close(frame))) => break closed(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break closed(None),
            },
        }
    };
    tell(Event::Down(number, why));
}

async fn open(address: SocketAddr, token: &str) -> Result<WebSocketStream<TcpStream>, LinkDown> {
    let mut request = format!("ws://{address}/ws").into_client_request().expect("an address makes a URL");
    let bearer = format!("Bearer {token}").parse().expect("a token is a header's value");
    request.headers_mut().insert("authorization", bearer);
    let tcp = TcpStream::connect(address).await.map_err(|_| LinkDown::Failed)?;
    match client_async(request, tcp).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(answer)) if answer.status().as_u16() == 401 => {
            let body = answer.body().as_deref().unwrap_or_default();
            let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            Err(LinkDown::Unauthorized { revoked: body["error"]["code"] == "revoked" })
        }
        Err(_) => Err(LinkDown::Failed),
    }
}

fn closed(frame: Option<CloseFrame>) -> LinkDown {
    let code = frame.as_ref().and_then(|frame| CloseCode::from_code(frame.code.into()));
    let retry_after_s = frame.and_then(|frame| {
        let reason: serde_json::Value = serde_json::from_str(&frame.reason).ok()?;
        reason["retryAfter"].as_u64()
    });
    LinkDown::Closed { code, retry_after_s }
}
