//! What happens around every request, whatever it asks for.

mod headers;
mod watch;

pub use headers::{HeaderPolicy, guard};
pub use watch::watch;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Carries a request to its end even when the client goes away, so that what has two steps (end a session, close its
/// sockets) never stops after the first; and lets a stop wait for it.
pub async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    app.lifecycle.finish(next.run(request)).await
}
