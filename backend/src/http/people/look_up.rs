//! `GET /api/users`

use axum::Json;
use axum::extract::State;
use common::wire::http::Users;
use serde::Deserialize;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::people;
use crate::error::Error;
use crate::http::body::malformed;
use crate::http::target::InQuery;

/// The query of a look-up.
#[derive(Deserialize)]
pub struct LookUp {
    query: Option<String>,
}

/// People whose user name or display name starts so.
///
/// From 2 characters on, at most 20. Errors: `malformed` and `invalid` naming `query`, `rateLimited`.
#[utoipa::path(get, path = "/api/users", tag = "People",
    params(("query" = String, Query, description = "How the name starts, in any case")),
    responses((status = OK, body = Users)))]
pub async fn look_up(
    State(app): State<App>,
    session: Session,
    InQuery(words): InQuery<LookUp>,
) -> Result<Json<Users>, Error> {
    let query = words.query.ok_or_else(|| malformed(Some("query".to_owned()), "query is missing"))?;
    people::look_up(&app, &session.caller, &query).await.map(Json)
}
