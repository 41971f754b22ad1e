//! HTTP: one function per method, errors as the server words them.

use std::pin::pin;

use common::json;
use common::wire::ErrorCode;
use common::wire::http::ErrorAnswer;
use futures::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder};
use gloo_timers::future::TimeoutFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ApiTrouble;

/// How long an answer may take, milliseconds.
const ANSWER_WITHIN_MS: u32 = 20_000;
/// How long it may take to find out why there is no socket, milliseconds.
const PROBE_WITHIN_MS: u32 = 6_000;

/// Asks for something.
pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiTrouble> {
    parse(&call(Method::GET, path, None).await?)
}

/// Makes or does something.
pub(super) async fn post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ApiTrouble> {
    parse(&call(Method::POST, path, Some(json::write(body))).await?)
}

/// Does something that answers nothing.
pub(super) async fn post_quietly<B: Serialize>(path: &str, body: &B) -> Result<(), ApiTrouble> {
    call(Method::POST, path, Some(json::write(body))).await.map(drop)
}

/// Changes something.
pub(super) async fn patch<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ApiTrouble> {
    parse(&call(Method::PATCH, path, Some(json::write(body))).await?)
}

/// Changes something; answers nothing.
pub(super) async fn patch_quietly<B: Serialize>(path: &str, body: &B) -> Result<(), ApiTrouble> {
    call(Method::PATCH, path, Some(json::write(body))).await.map(drop)
}

/// Makes something as it is told.
pub(super) async fn put<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ApiTrouble> {
    parse(&call(Method::PUT, path, Some(json::write(body))).await?)
}

/// Takes something away.
pub(super) async fn delete<T: DeserializeOwned>(path: &str) -> Result<T, ApiTrouble> {
    parse(&call(Method::DELETE, path, None).await?)
}

/// Takes something away; answers nothing.
pub(super) async fn delete_quietly(path: &str) -> Result<(), ApiTrouble> {
    call(Method::DELETE, path, None).await.map(drop)
}

/// Takes away what the body names; answers nothing.
pub(super) async fn delete_with_quietly<B: Serialize>(path: &str, body: &B) -> Result<(), ApiTrouble> {
    call(Method::DELETE, path, Some(json::write(body))).await.map(drop)
}

/// Why no socket could be opened: browsers hide the reason, so ask over HTTP. `Some(revoked)` when there is no session.
pub(super) async fn probe_session() -> Option<bool> {
    let answer = within(PROBE_WITHIN_MS, call(Method::GET, "/api/me", None)).await;
    match answer {
        Err(ApiTrouble::Refused(body)) => match body.code {
            ErrorCode::Revoked => Some(true),
            ErrorCode::Unauthorized => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Escapes a piece of a path or query.
pub(super) fn escape(piece: &str) -> String {
    js_sys::encode_uri_component(piece).into()
}

async fn call(method: Method, path: &str, body: Option<String>) -> Result<String, ApiTrouble> {
    within(ANSWER_WITHIN_MS, call_patiently(method, path, body)).await
}

async fn call_patiently(method: Method, path: &str, body: Option<String>) -> Result<String, ApiTrouble> {
    let builder = RequestBuilder::new(path).method(method);
    let request = match body {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    let request = request.map_err(|_| ApiTrouble::Unintelligible)?;
    let response = request.send().await.map_err(|_| ApiTrouble::NoConnection)?;
    let text = response.text().await.map_err(|_| ApiTrouble::NoConnection)?;
    if response.ok() {
        return Ok(text);
    }
    Err(trouble(response.status(), &text))
}

/// What an answer that is no success means.
fn trouble(status: u16, text: &str) -> ApiTrouble {
    match json::read::<ErrorAnswer>(text) {
        Ok(answer) => ApiTrouble::Refused(answer.error),
        // not our server: a proxy that does not reach it
        Err(_) if matches!(status, 502..=504) => ApiTrouble::NoConnection,
        Err(_) => ApiTrouble::Unintelligible,
    }
}

async fn within<T>(
    limit_ms: u32,
    work: impl Future<Output = Result<T, ApiTrouble>>,
) -> Result<T, ApiTrouble> {
    match select(pin!(work), TimeoutFuture::new(limit_ms)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(ApiTrouble::NoConnection),
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiTrouble> {
    json::read(text).map_err(|_| ApiTrouble::Unintelligible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_as_the_server_words_them() {
        let refused = trouble(409, r#"{"error":{"code":"nameTaken","message":"taken"}}"#);
        assert_eq!(refused.code(), Some(ErrorCode::NameTaken));
        assert_eq!(trouble(502, "<html>"), ApiTrouble::NoConnection);
        assert_eq!(trouble(418, "short and stout"), ApiTrouble::Unintelligible);
    }
}
