//! `GET /api/server`

use axum::Json;
use axum::extract::State;
use common::wire::http::ServerInfo;

use crate::app::App;

/// What a client must know before signing in.
#[utoipa::path(get, path = "/api/server", tag = "Server", security(()), responses((status = OK, body = ServerInfo)))]
pub async fn server_info(State(app): State<App>) -> Json<ServerInfo> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Json(ServerInfo { version, registration: app.config.registration })
}
