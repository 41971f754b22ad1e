//! `GET /healthz` and `GET /readyz`, for whoever watches over the process.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use tokio::sync::Mutex;

use crate::app::App;
use crate::error::Error;

/// How long what was found out about the store holds, in milliseconds: anybody may ask, and each answer costs a write.
const HOLDS_MS: i64 = 1_000;

/// When the store was last seen to write. Whoever asks meanwhile waits for the same answer.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<Mutex<Option<i64>>>);

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "Server", security(()), responses((status = OK, body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: it is not stopping, and the store takes writes.
///
/// Errors: `unavailable`.
#[utoipa::path(get, path = "/readyz", tag = "Server", security(()), responses((status = OK, body = String)))]
pub async fn readyz(
    State(app): State<App>,
    Extension(readiness): Extension<Readiness>,
) -> Result<&'static str, Error> {
    if app.lifecycle.is_stopping() {
        return Err(Error::unavailable());
    }
    let mut seen_ms = readiness.0.lock().await;
    let now_ms = app.clock.now_ms();
    if !seen_ms.is_some_and(|seen_ms| (seen_ms..seen_ms + HOLDS_MS).contains(&now_ms)) {
        *seen_ms = None;
        app.store.check_writable().await?;
        *seen_ms = Some(now_ms);
    }
    Ok("ready\n")
}
