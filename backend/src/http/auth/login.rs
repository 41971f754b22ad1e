//! `POST /api/auth/login`

use axum::extract::State;
use axum::response::Response;
use common::text::parse_username;
use common::wire::ErrorCode;
use common::wire::http::{Login, SignedIn};
use http::StatusCode;

use super::{device_name, sign_in};
use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::http::body::Json;
use crate::http::who::Visitor;

/// Signs a device in.
///
/// The answer also sets the session cookie, for browsers. An unknown name and a wrong password are the same, by
/// words and by time. Errors: `wrongCredentials`, `invalid` (the device's name), `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/auth/login", tag = "Accounts", security(()),
    request_body = Login, responses((status = OK, body = SignedIn)))]
pub async fn login(
    State(app): State<App>,
    visitor: Visitor,
    Json(request): Json<Login>,
) -> Result<Response, Error> {
    let device = device_name(request.device_name.as_deref(), &visitor)?;
    let now_ms = app.clock.now_ms();
    app.limits.take(Rate::LoginFromAddress, visitor.address, now_ms)?;
    let name = request.username.to_ascii_lowercase();
    app.limits.take(Rate::Login, (visitor.address, &name), now_ms)?;
    if !app.limits.is_home(&name, visitor.address, now_ms) {
        app.limits.take(Rate::LoginFromElsewhere, &name, now_ms)?;
    }
    let account = match parse_username(&request.username) {
        Ok(name) => app.store.find_account(&name).await?.filter(|account| !account.deleted),
        Err(_) => None,
    };
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let known = app.passwords.verify(request.password, stored).await;
    match (known.map_err(|error| error.refusal("password"))?, account) {
        (true, Some(account)) => {
            let who = (account.id, account.user_id);
            let (hash, address) = (account.password_hash, visitor.address);
            let signed_in = sign_in(&app, who, hash, device, address, StatusCode::OK).await;
            // another password by now: this one is wrong
            signed_in.map_err(|error| if error.code() == ErrorCode::NotFound { wrong() } else { error })
        }
        _ => Err(wrong()),
    }
}

fn wrong() -> Error {
    Error::refused(ErrorCode::WrongCredentials, "unknown name or wrong password")
}
