//! `POST /api/conversations/{conversationId}/decline`

use axum::Json;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::Conversation;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::InPath;

/// Declines a stranger's request: it is hidden until one writes to that person oneself.
///
/// Errors: `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(post, path = "/api/conversations/{conversationId}/decline", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)), responses((status = OK, body = Conversation)))]
pub async fn decline(
    State(app): State<App>,
    session: Session,
    InPath(id): InPath<ConversationId>,
) -> Result<Json<Conversation>, Error> {
    let conversation = converse::decline(&app, &session.caller, id).await?;
    Ok(Json(Conversation { conversation }))
}
