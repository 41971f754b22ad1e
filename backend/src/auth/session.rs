//! From a request to a caller: whose device asks, and whether it may ask from where it does.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use common::wire::ErrorCode;
use http::request::Parts;
use http::{HeaderMap, Method, header};

use crate::app::App;
use crate::auth::address::{client_address, subscriber};
use crate::auth::cookie::{self, SESSION_SECONDS};
use crate::auth::origin::{Provenance, provenance};
use crate::auth::token::Token;
use crate::error::Error;
use crate::store::Caller;

/// A device that is in use is written down as seen this often, in seconds; its sockets do it more precisely.
const SEEN_EVERY_S: i64 = 60 * 60;

/// A request whose device is known.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose device.
    pub caller: Caller,
    /// How it said so.
    pub credential: Credential,
    /// When it signed in, Unix seconds.
    pub created_at: i64,
    /// When it was last connected, Unix seconds.
    pub last_seen_at: i64,
}

/// How a request names its device.
#[derive(Clone, Debug)]
pub enum Credential {
    /// By the cookie: a browser.
    Cookie(Token),
    /// By `Authorization: Bearer`.
    Bearer(Token),
}

/// Whose device asks.
///
/// Errors: `unauthorized` (no token, an unknown one, one that was not used for [`SESSION_SECONDS`]), `revoked`,
/// `forbidden` (a cookie on a request that changes something, not from a page of ours), `unavailable`.
pub async fn authenticate(app: &App, request: &Parts) -> Result<Session, Error> {
    let credential = present(&request.headers)?;
    if matches!(credential, Credential::Cookie(_)) && changes(&request.method) {
        must_be_ours(app, request)?;
    }
    look_up(app, credential).await
}

/// Whose device wants a socket. What a page opens must be ours, whatever token it presents.
///
/// Errors: as [`authenticate`].
pub async fn authenticate_upgrade(app: &App, request: &Parts) -> Result<Session, Error> {
    if request.headers.contains_key(header::ORIGIN) {
        must_be_ours(app, request)?;
    }
    let credential = present(&request.headers)?;
    if matches!(credential, Credential::Cookie(_)) {
        must_be_ours(app, request)?;
    }
    look_up(app, credential).await
}

/// Refuses a page of another site that makes its visitor's browser sign in or register here.
///
/// Errors: `forbidden`.
pub fn must_not_be_foreign(app: &App, request: &Parts) -> Result<(), Error> {
    match judge(app, request) {
        Provenance::Foreign => Err(foreign()),
        Provenance::Ours | Provenance::Unsaid => Ok(()),
    }
}

/// The address that a request's rates are counted for: the client's, of IPv6 its network.
pub fn counted_address(app: &App, request: &Parts, peer: Option<SocketAddr>) -> IpAddr {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    subscriber(client_address(peer, &request.headers, &app.config.trusted_proxy))
}

fn must_be_ours(app: &App, request: &Parts) -> Result<(), Error> {
    match judge(app, request) {
        Provenance::Ours => Ok(()),
        Provenance::Foreign | Provenance::Unsaid => Err(foreign()),
    }
}

fn judge(app: &App, request: &Parts) -> Provenance {
    let config = &app.config;
    let (public, tls) = (config.public_url.as_ref(), config.tls_cert.is_some());
    provenance(&request.headers, &request.uri, public, tls)
}

fn foreign() -> Error {
    Error::refused(ErrorCode::Forbidden, "the request does not come from a page of this server")
}

fn present(headers: &HeaderMap) -> Result<Credential, Error> {
    match headers.get(header::AUTHORIZATION) {
        Some(value) => bearer(value.as_bytes()).map(Credential::Bearer),
        None => cookie::find_token(headers).map(Credential::Cookie),
    }
    .ok_or_else(unauthorized)
}

/// The token of an `Authorization` header; the scheme's name is in any case (RFC 9110, section 11.1).
fn bearer(value: &[u8]) -> Option<Token> {
    let (scheme, token) = std::str::from_utf8(value).ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::parse(token.trim())).flatten()
}

/// Whether a request with this method may change something (RFC 9110, section 9.2.1).
fn changes(method: &Method) -> bool {
    !method.is_safe()
}

async fn look_up(app: &App, credential: Credential) -> Result<Session, Error> {
    let (Credential::Cookie(token) | Credential::Bearer(token)) = &credential;
    let found = app.store.find_session(&token.hash()).await?.ok_or_else(unauthorized)?;
    if found.revoked {
        return Err(Error::refused(ErrorCode::Revoked, "this device was revoked"));
    }
    let unused_s = app.clock.now_s() - found.last_seen_at;
    if unused_s > SESSION_SECONDS {
        return Err(unauthorized());
    }
    let caller = Caller { account: found.account, user_id: found.user_id, device: found.device };
    if unused_s >= SEEN_EVERY_S {
        see(app, &caller);
    }
    Ok(Session { caller, credential, created_at: found.created_at, last_seen_at: found.last_seen_at })
}

/// Writes down that the device is in use, without making the request wait for it.
fn see(app: &App, caller: &Caller) {
    let (guest, device) = (app.clone(), caller.device);
    app.lifecycle.host(async move {
        if let Err(error) = guest.store.touch_device(device, guest.clock.now_s()).await {
            tracing::debug!(%error, "a device was seen and could not be written down");
        }
    });
}

fn unauthorized() -> Error {
    Error::refused(ErrorCode::Unauthorized, "no session, or one that has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearer_is_read_as_http_writes_it() {
        let token = Token::from_random([9; 32]);
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(bearer(format!("{scheme}  {} ", token.reveal()).as_bytes()), Some(token.clone()));
        }
        for bad in ["Bearer", "Bearer x", "Basic YTpi", "", "Bearer \u{fc}"] {
            assert_eq!(bearer(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn an_authorization_that_is_none_is_not_made_good_by_a_cookie() {
        let mut headers = HeaderMap::new();
        let cookie = format!("{}={}", cookie::NAME, Token::from_random([9; 32]).reveal());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        assert!(matches!(present(&headers), Ok(Credential::Cookie(_))));
        headers.insert(header::AUTHORIZATION, "Bearer nonsense".parse().unwrap());
        assert_eq!(present(&headers).unwrap_err().code(), ErrorCode::Unauthorized);
    }
}
