//! Errors as HTTP says them: the status of their code, `{"error": …}`, and `Retry-After` where there is a time to wait.

use axum::Json;
use axum::response::{IntoResponse, Response};
use common::wire::http::ErrorAnswer;
use common::wire::{ErrorBody, ErrorCode};
use http::{HeaderValue, StatusCode, header};

use crate::error::Error;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if self.is_failure() {
            tracing::error!(error = %self, "a request failed");
        }
        refusal(self.body())
    }
}

/// The answer that refuses a request for this reason.
pub fn refusal(body: ErrorBody) -> Response {
    let status = StatusCode::from_u16(body.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    refusal_with(status, body)
}

/// The same with another status than the code has of itself: HTTP tells a wrong method and a wrong kind of body
/// apart, the closed list of codes does not.
pub fn refusal_with(status: StatusCode, body: ErrorBody) -> Response {
    let (code, retry_after) = (body.code, body.retry_after);
    let mut response = (status, Json(ErrorAnswer { error: body })).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // for whoever counts refusals
    response.extensions_mut().insert(code);
    response
}

/// `POST` to a path that only takes `GET`, say.
pub async fn wrong_method() -> Response {
    let body = ErrorBody::new(ErrorCode::Malformed, "this path does not take that method");
    refusal_with(StatusCode::METHOD_NOT_ALLOWED, body)
}

/// A path under `/api` that does not exist.
pub async fn no_such_path() -> Response {
    refusal(ErrorBody::new(ErrorCode::NotFound, "there is no such path"))
}

/// Something of ours panicked; the report is in the log.
pub fn broken() -> Response {
    refusal(ErrorBody::new(ErrorCode::Internal, "the server failed"))
}
