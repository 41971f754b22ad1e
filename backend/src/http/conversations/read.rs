//! `POST /api/conversations/{conversationId}/read`

use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::MarkRead;
use http::StatusCode;

use crate::app::App;
use crate::chat::read;
use crate::error::Error;
use crate::http::who::AskedOf;

/// Marks everything up to `seq` as read.
///
/// Errors: `notFound`, `invalid` naming `seq` (beyond the end of the log), `unavailable`.
#[utoipa::path(post, path = "/api/conversations/{conversationId}/read", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)),
    request_body = MarkRead, responses((status = NO_CONTENT)))]
pub async fn mark_read(
    State(app): State<App>,
    AskedOf(session, id, request): AskedOf<ConversationId, MarkRead>,
) -> Result<StatusCode, Error> {
    read::mark_read(&app, &session.caller, id, request.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}
