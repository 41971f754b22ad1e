//! `POST /api/push/subscriptions`

use axum::extract::State;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use common::wire::http::Subscribe;
use http::StatusCode;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::http::who::Asked;
use crate::push::encrypt::{AUTH_BYTES, PUBLIC_KEY_BYTES, Recipient};
use crate::store::NewSubscription;

/// Some browsers pad what others do not.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Notifies this device from now on, by what its browser's `PushSubscription.toJSON()` says.
///
/// The same endpoint again is updated (200); what it does not say stays as it was. Errors: `invalid` naming the field (an
/// endpoint of no push service that this server talks to, say), `rateLimited`.
#[utoipa::path(post, path = "/api/push/subscriptions", tag = "Notifications", request_body = Subscribe,
    responses((status = CREATED), (status = OK)))]
pub async fn subscribe(
    State(app): State<App>,
    Asked(session, request): Asked<Subscribe>,
) -> Result<StatusCode, Error> {
    app.limits.take(Rate::Change, session.caller.account, app.clock.now_ms())?;
    let Subscribe { endpoint, keys, shows, language } = request;
    let Some(known) = app.push.services().parse(&endpoint) else {
        return Err(Error::invalid("endpoint", "not of a push service that this server sends to"));
    };
    let p256dh = key("keys.p256dh", &keys.p256dh)?;
    let auth: [u8; AUTH_BYTES] = key("keys.auth", &keys.auth)?;
    if Recipient::new(&p256dh, auth).is_err() {
        return Err(Error::invalid("keys.p256dh", "not a point of P-256"));
    }
    // as it is written by everybody, so that one browser is one subscription
    let (endpoint, host, now) = (known.to_string(), known.host().to_owned(), app.clock.now_s());
    let new = NewSubscription { endpoint, host, p256dh, auth, shows, language, now };
    let is_new = app.store.subscribe(&session.caller, new).await?;
    Ok(if is_new { StatusCode::CREATED } else { StatusCode::OK })
}

fn key<const N: usize>(field: &str, text: &str) -> Result<[u8; N], Error> {
    const { assert!(N <= PUBLIC_KEY_BYTES) };
    let bytes = BASE64URL.decode(text).unwrap_or_default();
    bytes.try_into().map_err(|_| Error::invalid(field, format!("must be {N} bytes in base64url")))
}
