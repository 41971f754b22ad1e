//! Signing in and out, and making an account.

use std::net::IpAddr;

use axum::Json;
use axum::response::{IntoResponse, Response};
use common::id::{DeviceId, UserId};
use common::limits;
use common::text::parse_line;
use common::wire::http::SignedIn;
use http::{HeaderValue, StatusCode, header};

use crate::app::App;
use crate::auth::cookie;
use crate::auth::token::Token;
use crate::error::Error;
use crate::http::who::Visitor;
use crate::store::{AccountId, NewDevice};

pub mod register;

pub mod login;

pub mod logout;

/// What a device is called that does not say.
const NAMELESS_DEVICE: &str = "Device";

/// What a device calls itself, or else the program on it.
fn device_name(given: Option<&str>, visitor: &Visitor) -> Result<String, Error> {
    match given {
        Some(name) => Ok(parse_line("deviceName", name, limits::DEVICE_NAME_CHARS)?),
        None => {
            let program = visitor.program.as_deref().unwrap_or_default();
            let name = parse_line("deviceName", program, limits::DEVICE_NAME_CHARS);
            Ok(name.unwrap_or_else(|_| NAMELESS_DEVICE.to_owned()))
        }
    }
}

/// Makes a device with a new token, and the answer that tells it. `password_hash` is what the password was compared with.
///
/// Errors: `notFound`, if the account was deleted or has another password by now.
async fn sign_in(
    app: &App,
    (account, user_id): (AccountId, UserId),
    password_hash: String,
    name: String,
    address: IpAddr,
    status: StatusCode,
) -> Result<Response, Error> {
    let token = Token::from_random(app.clock.random());
    let device_id = DeviceId(app.clock.uuid_v7());
    let (token_hash, now) = (token.hash(), app.clock.now_s());
    let new = NewDevice { id: device_id, name, token_hash, password_hash, now };
    app.store.create_device(account, new).await?;
    app.limits.note_home(&user_id.folded(), address, app.clock.now_ms());
    let cookie = cookie::sign_in(&token, app.config.is_https());
    let answer = SignedIn { user_id, token: token.reveal().to_owned(), device_id };
    Ok(with_cookie((status, Json(answer)), cookie))
}

/// An answer that sets a cookie.
pub fn with_cookie(answer: impl IntoResponse, cookie: HeaderValue) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
