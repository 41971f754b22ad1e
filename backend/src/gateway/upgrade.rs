//! Letting a socket in: who it is, whether there is room, and from then on it hears everything.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use common::limits;
use common::wire::{CloseCode, ErrorCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connection;
use super::writer::{Farewell, Io, Writer};
use crate::app::App;
use crate::error::Error;
use crate::fanout::{Room, Seat, Ticket};
use crate::store::Caller;

/// Time in which an upgrade has to be finished.
const UPGRADE_WITHIN: Duration = Duration::from_secs(10);
/// Bytes read at once. An idle socket keeps a buffer of this size; a larger frame gets a larger one.
const READ_BUFFER_BYTES: usize = 1_024;
/// Bytes that come together before they are written without waiting for a flush.
const WRITE_BUFFER_BYTES: usize = 16 * 1_024;

/// Upgrades a request of `caller`. `ticket` was taken before the caller's session was looked up, `address` is whom
/// the socket is counted for.
///
/// The socket is among those who hear before the answer goes out, so nothing that is committed after the client sees
/// it open can miss it. Where there is no room it is opened all the same, and closed with a code that tells why: a
/// browser shows nothing else of a refused upgrade to its page.
///
/// Errors: `malformed`, what was asked is no WebSocket's opening handshake (RFC 6455, section 4.2.1).
pub fn upgrade(
    app: &App,
    caller: Caller,
    address: IpAddr,
    ticket: Ticket,
    mut request: Request,
) -> Result<Response, Error> {
    let no_handshake =
        || Error::refused(ErrorCode::Malformed, "here a WebSocket is opened, and this is no handshake");
    let upgrading = request.extensions_mut().remove::<OnUpgrade>().ok_or_else(no_handshake)?;
    let response = create_response_with_body(&request, Body::empty).map_err(|_| no_handshake())?;
    let bounds = &app.config.bounds;
    let room = Room {
        per_account: bounds.sockets_per_account as usize,
        per_address: match bounds.rate_limited() {
            true => bounds.sockets_per_address as usize,
            false => usize::MAX,
        },
    };
    let seat = app.fanout.admit(caller, address, ticket, room);
    app.lifecycle.host(open(app.clone(), seat, upgrading));
    Ok(response)
}

/// Waits for the upgrade, and serves the socket.
async fn open(app: App, seat: Result<Seat, CloseCode>, upgrading: OnUpgrade) {
    let Ok(Ok(upgraded)) = timeout(UPGRADE_WITHIN, upgrading).await else { return };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(limits::CLIENT_FRAME_BYTES))
        .max_frame_size(Some(limits::CLIENT_FRAME_BYTES));
    let io: Io = TokioIo::new(upgraded);
    let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    match seat {
        // boxed, so that what the upgrade needed is not kept as long as the socket lives
        Ok(seat) => Box::pin(connection::serve(app, seat, socket)).await,
        Err(code) => {
            app.metrics.closed(code);
            Writer::new(socket).close(Farewell::no_room(code)).await;
        }
    }
}
