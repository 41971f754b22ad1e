//! `POST /api/me/delete`

use axum::extract::State;
use axum::response::Response;
use common::wire::http::DeleteAccount;
use http::StatusCode;

use super::prove;
use crate::app::App;
use crate::auth::cookie;
use crate::error::Error;
use crate::http::auth::with_cookie;
use crate::http::who::Asked;

/// Deletes the account.
///
/// Its devices wipe what they hold, it leaves its groups, and its name is never given again. What it wrote to others
/// stays with them. Errors: `wrongCredentials` naming `password`, `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/me/delete", tag = "Me",
    request_body = DeleteAccount, responses((status = NO_CONTENT)))]
pub async fn delete_account(
    State(app): State<App>,
    Asked(session, request): Asked<DeleteAccount>,
) -> Result<Response, Error> {
    prove(&app, &session.caller, request.password, "password").await?;
    // its sockets are closed by the publisher, after everything that was committed before
    app.store.delete_account(session.caller.account, app.clock.now_s()).await?;
    Ok(with_cookie(StatusCode::NO_CONTENT, cookie::sign_out(app.config.is_https())))
}
