//! `GET /api/conversations`

use axum::Json;
use axum::extract::State;
use common::wire::http::Conversations;
use serde::Deserialize;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::InQuery;

/// Where a list goes on.
#[derive(Deserialize)]
pub struct From {
    cursor: Option<String>,
}

/// A page of one's conversations, most recently changed first.
///
/// For bots and lists; a device that keeps a copy resumes over the socket instead. Errors: `invalid` naming `cursor`.
#[utoipa::path(get, path = "/api/conversations", tag = "Conversations",
    params(("cursor" = Option<String>, Query, description = "As the page before answered it")),
    responses((status = OK, body = Conversations)))]
pub async fn list_conversations(
    State(app): State<App>,
    session: Session,
    InQuery(from): InQuery<From>,
) -> Result<Json<Conversations>, Error> {
    converse::list(&app, &session.caller, from.cursor.as_deref()).await.map(Json)
}
