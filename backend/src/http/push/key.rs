//! `GET /api/push/key`

use axum::Json;
use axum::extract::State;
use common::wire::http::PushKey;

use crate::app::App;

/// The key that a browser subscribes with, for its `applicationServerKey`.
///
/// Whoever subscribed with another one (the operator has replaced it) does so anew.
#[utoipa::path(get, path = "/api/push/key", tag = "Notifications", security(()),
    responses((status = OK, body = PushKey)))]
pub async fn push_key(State(app): State<App>) -> Json<PushKey> {
    Json(PushKey { public_key: app.push.public_key() })
}
