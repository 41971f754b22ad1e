//! What a push has to be, and what it says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;

use super::Subscriber;

/// Who sent a push.
pub(super) struct Sender {
    pub(super) key: String,
    /// `sub` (RFC 8292, section 2.1).
    pub(super) contact: Option<String>,
}

/// What a push says, and who sent it.
pub(super) fn read(
    subscriber: &Subscriber,
    origin: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Value, Sender), String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ttl: u64 = header("ttl").parse().map_err(|_| "no TTL".to_owned())?;
    // of use for a day at most, and at once
    if !(1..=86_400).contains(&ttl)
        || header("content-encoding") != "aes128gcm"
        || header("urgency") != "high"
    {
        return Err(format!("headers {headers:?}"));
    }
    let topic = header("topic");
    let fits = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    if topic.is_empty() || topic.len() > 32 || !topic.chars().all(fits) {
        return Err(format!("topic {topic:?}"));
    }
    if body.len() > 4_096 {
        return Err(format!("a body of {} bytes", body.len()));
    }
    let sender = verify(header("authorization"), origin).ok_or("not signed as it should be")?;
    let read = web_push_native::decrypt(body.to_vec(), &subscriber.secret, &subscriber.auth.into())
        .map_err(|error| format!("cannot be read: {error}"))?;
    let payload = serde_json::from_slice(&read).map_err(|error| format!("is no JSON: {error}"))?;
    Ok((payload, sender))
}

/// The sender, when it has signed for this push service.
pub(super) fn verify(authorization: &str, origin: &str) -> Option<Sender> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let (token, key) = authorization.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (signed, signature) = token.rsplit_once('.')?;
    let claims: Value = serde_json::from_slice(&decode(signed.split_once('.')?.1)?).ok()?;
    let (now, end) = (crate::clock::now_s(), claims["exp"].as_i64()?);
    let is_for_us = claims["aud"] == *origin && end > now && end <= now + 86_400;
    let verifying = VerifyingKey::from_sec1_bytes(&decode(key)?).ok()?;
    verifying.verify(signed.as_bytes(), &Signature::from_slice(&decode(signature)?).ok()?).ok()?;
    let contact = claims["sub"].as_str().map(str::to_owned);
    is_for_us.then(|| Sender { key: key.to_owned(), contact })
}
