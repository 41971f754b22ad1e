//! `GET /healthz` and `GET /readyz`, for whoever watches over the process.

use axum::extract::State;

use crate::app::App;
use crate::error::Error;

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "Server", security(()), responses((status = OK, body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: it is not stopping, and the store answers.
///
/// Errors: `unavailable`.
#[utoipa::path(get, path = "/readyz", tag = "Server", security(()), responses((status = OK, body = String)))]
pub async fn readyz(State(app): State<App>) -> Result<&'static str, Error> {
    if app.lifecycle.is_stopping() {
        return Err(Error::unavailable());
    }
    app.store.position().await?;
    Ok("ready\n")
}
