//! `PATCH /api/conversations/{conversationId}`

use axum::Json as Answer;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::{ChangeGroup, Conversation};

use crate::app::App;
use crate::chat::converse;
use crate::error::Error;
use crate::http::who::AskedOf;

/// Changes a group's title, or what new members see. Admins and owners.
///
/// Errors: `invalid`, `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(patch, path = "/api/conversations/{conversationId}", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)),
    request_body = ChangeGroup, responses((status = OK, body = Conversation)))]
pub async fn change_group(
    State(app): State<App>,
    AskedOf(session, id, request): AskedOf<ConversationId, ChangeGroup>,
) -> Result<Answer<Conversation>, Error> {
    let conversation = converse::change_group(&app, &session.caller, id, request).await?;
    Ok(Answer(Conversation { conversation }))
}
