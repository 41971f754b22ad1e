//! `GET /ws`

use axum::extract::{Request, State};
use axum::response::Response;

use crate::app::App;
use crate::auth::session::{authenticate_upgrade, counted_address};
use crate::error::Error;
use crate::gateway::upgrade::upgrade;
use crate::http::who::peer;

/// Opens a WebSocket, over which messages go both ways.
///
/// What is said over it stands in the protocol's description, `docs/protocol.md`. Errors: `unauthorized`, `revoked`,
/// `forbidden` (a page of another site), `malformed` (no WebSocket's opening handshake).
#[utoipa::path(get, path = "/ws", tag = "Socket", responses((status = SWITCHING_PROTOCOLS)))]
pub async fn open_socket(State(app): State<App>, request: Request) -> Result<Response, Error> {
    // first the ticket, then the session: what ends in between is noticed
    let ticket = app.fanout.hub().ticket();
    let (parts, body) = request.into_parts();
    let session = authenticate_upgrade(&app, &parts).await?;
    let address = counted_address(&app, &parts, peer(&parts));
    app.limits.note_home(&session.caller.user_id.folded(), address, app.clock.now_ms());
    upgrade(&app, session.caller, address, ticket, Request::from_parts(parts, body))
}
