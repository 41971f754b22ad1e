//! `GET /api/me`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use common::wire::http::Me;

use crate::app::App;
use crate::auth::cookie;
use crate::auth::session::{Credential, Session};
use crate::error::Error;
use crate::http::auth::with_cookie;

/// The account and this device.
///
/// In a browser it also makes the session's cookie last anew.
#[utoipa::path(get, path = "/api/me", tag = "Me", responses((status = OK, body = Me)))]
pub async fn me(State(app): State<App>, session: Session) -> Result<Response, Error> {
    let caller = &session.caller;
    let account = app.store.load_account(caller.account).await?;
    let devices = app.store.list_devices(caller.account, caller.device).await?;
    let device = devices.into_iter().find(|device| device.current).ok_or_else(Error::not_found)?;
    let answer = Json(Me { account, device });
    Ok(match &session.credential {
        Credential::Cookie(token) => with_cookie(answer, cookie::sign_in(token, app.config.is_https())),
        Credential::Bearer(_) => answer.into_response(),
    })
}
