//! `POST /api/me/password`

use axum::extract::State;
use common::wire::CloseCode;
use common::wire::http::ChangePassword;
use http::StatusCode;

use super::prove;
use crate::app::App;
use crate::auth::session::Session;
use crate::error::Error;
use crate::http::body::Json;

/// Changes the password and ends every other device.
///
/// Their sockets close at once; they keep what waits to be sent and ask to sign in. Errors: `wrongCredentials`
/// naming `currentPassword`, `weakPassword` naming `newPassword`, `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/me/password", tag = "Me",
    request_body = ChangePassword, responses((status = NO_CONTENT)))]
pub async fn change_password(
    State(app): State<App>,
    session: Session,
    Json(request): Json<ChangePassword>,
) -> Result<StatusCode, Error> {
    let caller = &session.caller;
    prove(&app, caller, request.current_password, "currentPassword").await?;
    let hints = vec![caller.user_id.0.clone()];
    let hash = app
        .passwords
        .hash_new(request.new_password, hints, app.clock.random())
        .await
        .map_err(|error| error.refusal("newPassword"))?;
    app.store.set_password(caller.account, hash, Some(caller.device)).await?;
    app.fanout.close_account(caller.account, Some(caller.device), CloseCode::SignedOut);
    Ok(StatusCode::NO_CONTENT)
}
