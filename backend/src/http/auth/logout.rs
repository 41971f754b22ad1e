//! `POST /api/auth/logout`

use axum::extract::State;
use axum::response::Response;
use common::wire::CloseCode;
use http::StatusCode;

use super::with_cookie;
use crate::app::App;
use crate::auth::cookie;
use crate::auth::session::Session;
use crate::error::Error;

/// Signs this device out; its sockets close at once.
#[utoipa::path(post, path = "/api/auth/logout", tag = "Accounts", responses((status = NO_CONTENT)))]
pub async fn logout(State(app): State<App>, session: Session) -> Result<Response, Error> {
    let caller = &session.caller;
    app.store.end_device(caller.account, caller.device).await?;
    app.fanout.close_device(caller.account, caller.device, CloseCode::SignedOut);
    Ok(with_cookie(StatusCode::NO_CONTENT, cookie::sign_out(app.config.is_https())))
}
