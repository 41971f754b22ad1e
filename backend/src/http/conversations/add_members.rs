//! `POST /api/conversations/{conversationId}/members`

use axum::Json as Answer;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::{AddMembers, Conversation};

use crate::app::App;
use crate::chat::converse;
use crate::error::Error;
use crate::http::who::AskedOf;

/// Brings people into a group. Admins and owners.
///
/// Who is in already is passed over. Errors: `invalid`, `notFound`, `forbidden`, `blocked`, `full`, `rateLimited`.
#[utoipa::path(post, path = "/api/conversations/{conversationId}/members", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)),
    request_body = AddMembers, responses((status = OK, body = Conversation)))]
pub async fn add_members(
    State(app): State<App>,
    AskedOf(session, id, request): AskedOf<ConversationId, AddMembers>,
) -> Result<Answer<Conversation>, Error> {
    let conversation = converse::add_members(&app, &session.caller, id, request).await?;
    Ok(Answer(Conversation { conversation }))
}
