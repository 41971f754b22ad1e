//! The body of a request: JSON of ours, within its bounds of size and time.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use common::limits;
use common::wire::{ErrorBody, ErrorCode};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::http::answer::refusal_with;

/// Time in which a body has to be there.
const BODY_WITHIN: Duration = Duration::from_secs(15);
/// How much of a body that is too large is still read and thrown away: who is cut off in the middle of sending often
/// never sees the answer.
const DRAINED_BYTES: usize = 1024 * 1024;

/// The body, read and parsed.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let bytes = receive(&parts.headers, body).await?;
        parse(&bytes).map(Self).map_err(IntoResponse::into_response)
    }
}

/// The bytes of a body that says it is JSON.
pub async fn receive(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Response> {
    if !is_json(headers) {
        let body = ErrorBody::new(ErrorCode::Malformed, "the body's type must be application/json");
        return Err(refusal_with(StatusCode::UNSUPPORTED_MEDIA_TYPE, body));
    }
    match tokio::time::timeout(BODY_WITHIN, read(body)).await {
        Ok(read) => read.map_err(IntoResponse::into_response),
        Err(_) => {
            let body = ErrorBody::new(ErrorCode::Malformed, "the body took too long");
            Err(refusal_with(StatusCode::REQUEST_TIMEOUT, body))
        }
    }
}

/// `application/json`, with or without parameters (RFC 8259, section 11). Requests that a page of another site can
/// make a browser send without asking us first have other types.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn read(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|_| Error::refused(ErrorCode::Malformed, "the body did not arrive whole"))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limits::HTTP_BODY_BYTES {
            bytes.extend_from_slice(&data);
        } else if length > DRAINED_BYTES {
            break;
        }
    }
    match length <= limits::HTTP_BODY_BYTES {
        true => Ok(bytes),
        false => Err(Error::refused(ErrorCode::TooLarge, "the body is too large")),
    }
}

/// Parses a body; errors name the field at fault where there is one.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = field_of(&error);
        malformed(field, error.inner().to_string())
    })?;
    json.end().map_err(|error| malformed(None, error.to_string()))?;
    Ok(parsed)
}

fn field_of(error: &serde_path_to_error::Error<serde_json::Error>) -> Option<String> {
    if !error.inner().is_data() {
        return None;
    }
    let words = error.inner().to_string();
    // of a field that is missing or there twice serde tells the name between back-ticks, and the path leads to its object
    let named = words.strip_prefix("missing field `").or_else(|| words.strip_prefix("duplicate field `"));
    let named = named.and_then(|rest| rest.split('`').next());
    let path = error.path().to_string();
    named.map(str::to_owned).or_else(|| {
        let first = path.split(['.', '[']).next().filter(|name| !name.is_empty() && *name != "?");
        first.map(str::to_owned)
    })
}

/// Input that is not what we expect.
pub fn malformed(field: Option<String>, message: impl Into<String>) -> Error {
    let body = ErrorBody::new(ErrorCode::Malformed, message);
    Error::Refused(Box::new(ErrorBody { field, ..body }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::wire::http::{AddMembers, CreateGroup, SendMessage};

    fn refused<T: DeserializeOwned>(text: &[u8]) -> (ErrorCode, Option<String>) {
        let body = parse::<T>(text).err().expect("refused").body();
        (body.code, body.field)
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let named = |text: &str| refused::<SendMessage>(text.as_bytes()).1;
        assert_eq!(named(r#"{"to":"b","type":"text"}"#).as_deref(), Some("content"));
        assert_eq!(named(r#"{"to":"b","content":4,"type":"text"}"#).as_deref(), Some("content"));
        assert_eq!(named(r#"{"messageId":"x","content":"a","type":"t"}"#).as_deref(), Some("messageId"));
        assert_eq!(named(r#"{"to":"b","content":"a","to":"c","type":"t"}"#).as_deref(), Some("to"));
        assert_eq!(named("[]"), None);
        assert_eq!(named("{"), None);
        assert_eq!(refused::<AddMembers>(br#"{"userIds":["a",7]}"#).1.as_deref(), Some("userIds"));
        assert_eq!(refused::<CreateGroup>(br#"{"title":"a","history":"x"}"#).1.as_deref(), Some("history"));
    }

    #[test]
    fn what_is_not_json_in_utf_8_is_malformed() {
        for text in [&b""[..], b"nonsense", b"{\"to\":\"\xff\"}", b"{} {}", b"\xff\xfe{\0}\0"] {
            assert_eq!(refused::<SendMessage>(text).0, ErrorCode::Malformed);
        }
    }

    #[test]
    fn only_json_is_json() {
        let is = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            is_json(&headers)
        };
        assert!(is("application/json") && is("Application/JSON; charset=utf-8"));
        assert!(!is("text/plain") && !is("application/x-www-form-urlencoded"));
        assert!(!is_json(&HeaderMap::new()));
    }
}
