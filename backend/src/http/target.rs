//! What stands in a request's path and query.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use common::id::UserId;
use common::text::parse_username;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::http::body::malformed;

/// The ids in a path. What cannot be an id is one that does not exist.
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(ids) = Path::from_request_parts(parts, state).await.map_err(|_| Error::not_found())?;
        Ok(Self(ids))
    }
}

/// The name of a person in a path, if it can be one.
///
/// Errors: `notFound`.
pub fn person(name: &UserId) -> Result<UserId, Error> {
    parse_username(&name.0).map_err(|_| Error::not_found())
}

/// The words of a query; each is text until [`number`] or its reader parses it.
pub struct InQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Query(words) = Query::from_request_parts(parts, state)
            .await
            .map_err(|_| malformed(None, "the query is not as we expect it"))?;
        Ok(Self(words))
    }
}

/// A number in a query.
///
/// Errors: `malformed`, naming the field.
pub fn number<N: FromStr>(field: &str, text: Option<String>) -> Result<Option<N>, Error> {
    let parse = |text: String| {
        text.parse().map_err(|_| malformed(Some(field.to_owned()), "must be a whole number, not negative"))
    };
    text.map(parse).transpose()
}
