//! `POST /api/conversations/{conversationId}/accept`

use axum::Json;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::Conversation;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::InPath;

/// Takes a stranger's request: from now on it is an ordinary conversation.
///
/// Errors: `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(post, path = "/api/conversations/{conversationId}/accept", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)), responses((status = OK, body = Conversation)))]
pub async fn accept(
    State(app): State<App>,
    session: Session,
    InPath(id): InPath<ConversationId>,
) -> Result<Json<Conversation>, Error> {
    let conversation = converse::accept(&app, &session.caller, id).await?;
    Ok(Json(Conversation { conversation }))
}
