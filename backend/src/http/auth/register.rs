//! `POST /api/auth/register`

use axum::extract::State;
use axum::response::Response;
use common::limits;
use common::text::{parse_line, parse_username};
use common::wire::ErrorCode;
use common::wire::http::{Register, Registration, SignedIn};
use http::StatusCode;

use super::{device_name, sign_in};
use crate::app::App;
use crate::auth::rate::Rate;
use crate::auth::token::Token;
use crate::error::Error;
use crate::http::body::Json;
use crate::http::who::Visitor;
use crate::store::{NewAccount, StoreError, TokenHash};

/// Makes an account and signs its first device in.
///
/// The answer also sets the session cookie, for browsers. Errors: `invalid` naming the field, `weakPassword`,
/// `nameTaken`, `inviteRequired`, `registrationClosed`, `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/auth/register", tag = "Accounts", security(()),
    request_body = Register, responses((status = CREATED, body = SignedIn)))]
pub async fn register(
    State(app): State<App>,
    visitor: Visitor,
    Json(request): Json<Register>,
) -> Result<Response, Error> {
    let invite = admit(&app, request.invite.as_deref())?;
    let user_id = parse_username(&request.username)?;
    let display_name = match &request.display_name {
        Some(name) => parse_line("displayName", name, limits::DISPLAY_NAME_CHARS)?,
        None => user_id.0.clone(),
    };
    let device = device_name(request.device_name.as_deref(), &visitor)?;
    app.limits.take(Rate::Register, visitor.address, app.clock.now_ms())?;
    // asked again by the store when it is made; here it saves the work of hashing
    if app.store.find_account(&user_id).await?.is_some() {
        return Err(StoreError::NameTaken.into());
    }
    let hints = vec![user_id.0.clone(), display_name.clone()];
    let password_hash = app
        .passwords
        .hash_new(request.password, hints, app.clock.random())
        .await
        .map_err(|error| error.refusal("password"))?;
    let now = app.clock.now_s();
    let (name, hash) = (user_id.clone(), password_hash.clone());
    let new = NewAccount { user_id: name, display_name, password_hash: hash, invite, now };
    let account = app.store.create_account(new).await?;
    let (who, address) = ((account, user_id), visitor.address);
    sign_in(&app, who, password_hash, device, address, StatusCode::CREATED).await
}

/// The invitation to use up, where one is needed.
fn admit(app: &App, invite: Option<&str>) -> Result<Option<TokenHash>, Error> {
    match app.config.registration {
        Registration::Open => Ok(None),
        Registration::Invite => match invite.and_then(Token::parse) {
            Some(token) => Ok(Some(token.hash())),
            None => Err(StoreError::InviteUnusable.into()),
        },
        Registration::Closed => {
            Err(Error::refused(ErrorCode::RegistrationClosed, "accounts are made by the operator here"))
        }
    }
}
