//! Who asks, for handlers that want to know.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::auth::session::{Session, authenticate, counted_address, must_not_be_foreign};
use crate::error::Error;
use crate::http::body;
use crate::http::target::InPath;

/// The device that asks. What only reads counts against the rate of reading here; what changes something counts
/// where it is decided.
impl FromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let session = authenticate(app, parts).await?;
        if parts.method.is_safe() {
            app.limits.take(Rate::Read, session.caller.account, app.clock.now_ms())?;
        }
        Ok(session)
    }
}

/// The device that asks, and the body in which it says for what. Whose device it is, is looked up when the body is
/// there: a session that ends while a body is slowly sent has ended.
pub struct Asked<T>(pub Session, pub T);

/// The same about something that is named in the path, by `I`.
pub struct AskedOf<I, T>(pub Session, pub I, pub T);

impl<T: DeserializeOwned> FromRequest<App> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let (session, bytes) = wait_for_body(&mut parts, body, app).await?;
        let asked = body::parse(&bytes?).map_err(IntoResponse::into_response)?;
        Ok(Self(session, asked))
    }
}

impl<I: DeserializeOwned + Send, T: DeserializeOwned> FromRequest<App> for AskedOf<I, T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let (session, bytes) = wait_for_body(&mut parts, body, app).await?;
        let InPath(named) =
            InPath::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        let asked = body::parse(&bytes?).map_err(IntoResponse::into_response)?;
        Ok(Self(session, named, asked))
    }
}

/// Who asks once the body is there, and the body. What is wrong with the body is nothing to tell a stranger.
async fn wait_for_body(
    parts: &mut Parts,
    body: Body,
    app: &App,
) -> Result<(Session, Result<Vec<u8>, Response>), Response> {
    let bytes = body::receive(&parts.headers, body).await;
    let session = Session::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
    Ok((session, bytes))
}

/// Someone without a session yet, on a page of ours or in no browser.
pub struct Visitor {
    /// Whom attempts are counted for.
    pub address: IpAddr,
    /// What the program calls itself, for the list of devices.
    pub program: Option<String>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        must_not_be_foreign(app, parts)?;
        let program = parts.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok());
        let program = program.and_then(|text| text.split_whitespace().next()).map(str::to_owned);
        Ok(Self { address: counted_address(app, parts, peer(parts)), program })
    }
}

/// The other end of the connection.
pub fn peer(parts: &Parts) -> Option<SocketAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
}
