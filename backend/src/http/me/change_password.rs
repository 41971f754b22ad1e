//! `POST /api/me/password`

use axum::extract::State;
use common::wire::CloseCode;
use common::wire::http::ChangePassword;
use http::StatusCode;

use super::{prove, wrong_password};
use crate::app::App;
use crate::error::Error;
use crate::http::who::Asked;
use crate::store::{Proven, StoreError};

/// Changes the password and ends every other device.
///
/// Their sockets close at once; they keep what waits to be sent and ask to sign in. Errors: `wrongCredentials`
/// naming `currentPassword`, `weakPassword` naming `newPassword`, `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/me/password", tag = "Me",
    request_body = ChangePassword, responses((status = NO_CONTENT)))]
pub async fn change_password(
    State(app): State<App>,
    Asked(session, request): Asked<ChangePassword>,
) -> Result<StatusCode, Error> {
    let caller = &session.caller;
    let proven = prove(&app, caller, request.current_password, "currentPassword").await?;
    let hints = vec![caller.user_id.0.clone()];
    let hash = app
        .passwords
        .hash_new(request.new_password, hints, app.clock.random())
        .await
        .map_err(|error| error.refusal("newPassword"))?;
    let by = Proven { device: caller.device, password_hash: proven };
    match app.store.set_password(caller.account, hash, Some(by)).await {
        // another device was faster, and ended this one
        Err(StoreError::NotFound) => return Err(wrong_password("currentPassword")),
        set => set?,
    };
    app.fanout.close_account(caller.account, Some(caller.device), CloseCode::SignedOut);
    Ok(StatusCode::NO_CONTENT)
}
