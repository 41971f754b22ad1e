//! Who asks, for handlers that want to know.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::auth::session::{Session, authenticate, counted_address, must_not_be_foreign};
use crate::error::Error;

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
