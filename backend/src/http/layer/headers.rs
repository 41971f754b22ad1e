//! Headers that keep browsers from doing with our pages and answers what we do not want.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use common::wire::ErrorCode;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version, header};

use crate::error::Error;

/// How long browsers remember that this server is reached by https only: a year.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The headers, made once.
#[derive(Clone, Debug)]
pub struct HeaderPolicy(Arc<[(HeaderName, HeaderValue)]>);

impl HeaderPolicy {
    /// For a server that browsers reach by https, or not.
    pub fn new(https: bool) -> Self {
        let text = HeaderValue::from_static;
        let mut headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, text("nosniff")),
            (header::REFERRER_POLICY, text("no-referrer")),
            (HeaderName::from_static("cross-origin-opener-policy"), text("same-origin")),
            (HeaderName::from_static("cross-origin-resource-policy"), text("same-origin")),
            (
                HeaderName::from_static("permissions-policy"),
                text("camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
            ),
        ];
        if https {
            headers.push((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT));
        }
        Self(headers.into())
    }
}

/// Puts the headers on every answer, and refuses requests that do not say clearly which host they are for.
pub async fn guard(State(policy): State<HeaderPolicy>, request: Request, next: Next) -> Response {
    let host = asked_on(request.headers(), request.uri());
    let of_api = request.uri().path().starts_with("/api/");
    let mut response = match names_one_host(&request) {
        true => next.run(request).await,
        false => Error::refused(ErrorCode::Malformed, "one Host must be named").into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in policy.0.iter() {
        headers.insert(name, value.clone());
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, content_policy(host.as_deref()));
    if of_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// What our pages may load. `'self'` covers the socket in today's browsers; those that do not think so yet are told
/// the host by name.
fn content_policy(host: Option<&str>) -> HeaderValue {
    let socket = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; \
         base-uri 'self'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("the host was looked at")
}

/// Whether there is a `Host` where there must be one, and no second (RFC 9112, section 3.2): of two, a proxy before us may
/// have gone by the other.
fn names_one_host(request: &Request) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() != Version::HTTP_11,
        count => count == 1,
    }
}

/// The host that the request was sent to, if it is nothing but one.
fn asked_on(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(header::HOST)?.to_str().ok()?,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(plain)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_host_and_no_other_words() {
        let named = content_policy(Some("chat.example:8443"));
        assert!(
            named
                .to_str()
                .unwrap()
                .contains("connect-src 'self' ws://chat.example:8443 wss://chat.example:8443;")
        );
        assert!(!content_policy(None).to_str().unwrap().contains("unsafe-inline"));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "a; script-src *".parse().unwrap());
        assert_eq!(asked_on(&headers, &"/".parse().unwrap()), None);
    }

    #[test]
    fn https_is_remembered_only_where_it_is() {
        let strict = |https| {
            HeaderPolicy::new(https).0.iter().any(|(name, _)| name == header::STRICT_TRANSPORT_SECURITY)
        };
        assert!(strict(true) && !strict(false));
    }
}
