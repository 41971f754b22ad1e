//! Each request gets a number, is timed, counted and logged. Nothing private is: a route is the pattern of a path.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use common::wire::ErrorCode;
use http::{HeaderName, HeaderValue, Method};
use tracing::Instrument;

use crate::app::App;

/// The request's number, for a person to find it in the log by.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest number that is taken over from a client or proxy.
const REQUEST_ID_CHARS: usize = 64;

/// See the module.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = number(&app, &request);
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (started.elapsed(), response.status().as_u16());
    let route = route.as_ref().map_or("page", MatchedPath::as_str);
    app.metrics.answered(method, route, status, took);
    let code = response.extensions().get::<ErrorCode>().copied();
    if let Some(code) = code {
        app.metrics.refused(code);
    }
    let _entered = span.enter();
    tracing::debug!(method, route, status, took_us = took.as_micros() as u64, ?code, "answered");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The number that the request came with, if it is one, or a new one.
fn number(app: &App, request: &Request) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let fits = |value: &&HeaderValue| {
        !value.is_empty() && value.len() <= REQUEST_ID_CHARS && value.as_bytes().iter().all(plain)
    };
    request.headers().get(REQUEST_ID).filter(fits).cloned().unwrap_or_else(|| {
        let number = u64::from_le_bytes(app.clock.random());
        HeaderValue::try_from(format!("{number:016x}")).expect("hexadecimal digits are a header")
    })
}

/// The method's name, if it is one of the usual: anyone can invent others.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
