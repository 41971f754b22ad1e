//! `GET /api/conversations/{conversationId}/messages`

use axum::Json;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::Page;
use serde::Deserialize;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::read;
use crate::error::Error;
use crate::http::target::{InPath, InQuery, number};

/// Which part of a log.
#[derive(Deserialize)]
pub struct Part {
    before: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// A page of a conversation's log: the newest entries, those below `before`, or the oldest above `after`.
///
/// Errors: `malformed` and `invalid` naming the field, `notFound`.
#[utoipa::path(get, path = "/api/conversations/{conversationId}/messages", tag = "Conversations",
    params(
        ("conversationId" = ConversationId, Path),
        ("before" = Option<u64>, Query, description = "The newest entries below this seq"),
        ("after" = Option<u64>, Query, description = "The oldest entries above this seq"),
        ("limit" = Option<u32>, Query, description = "How many at most; 100 where absent, and no more"),
    ),
    responses((status = OK, body = Page)))]
pub async fn history(
    State(app): State<App>,
    session: Session,
    InPath(id): InPath<ConversationId>,
    InQuery(part): InQuery<Part>,
) -> Result<Json<Page>, Error> {
    let range = (number("before", part.before)?, number("after", part.after)?);
    let limit = number("limit", part.limit)?;
    read::history(&app, &session.caller, id, range, limit).await.map(Json)
}
