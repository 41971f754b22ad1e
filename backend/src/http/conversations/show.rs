//! `GET /api/conversations/{conversationId}`

use axum::Json;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::Conversation;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::InPath;

/// A conversation with all its members and receipts, without entries.
///
/// Errors: `notFound`.
#[utoipa::path(get, path = "/api/conversations/{conversationId}", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)), responses((status = OK, body = Conversation)))]
pub async fn show_conversation(
    State(app): State<App>,
    session: Session,
    InPath(id): InPath<ConversationId>,
) -> Result<Json<Conversation>, Error> {
    let conversation = converse::find(&app, &session.caller, id).await?;
    Ok(Json(Conversation { conversation }))
}
