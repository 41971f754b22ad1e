//! `PUT /api/conversations/{conversationId}/mute`

use axum::Json as Answer;
use axum::extract::State;
use common::id::ConversationId;
use common::wire::http::{Conversation, Mute};

use crate::app::App;
use crate::chat::converse;
use crate::error::Error;
use crate::http::who::AskedOf;

/// Notifies oneself of nothing in a conversation for a while. Nobody else learns of it.
///
/// Errors: `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(put, path = "/api/conversations/{conversationId}/mute", tag = "Conversations",
    params(("conversationId" = ConversationId, Path)),
    request_body = Mute, responses((status = OK, body = Conversation)))]
pub async fn mute(
    State(app): State<App>,
    AskedOf(session, id, request): AskedOf<ConversationId, Mute>,
) -> Result<Answer<Conversation>, Error> {
    let conversation = converse::mute(&app, &session.caller, id, request.seconds).await?;
    Ok(Answer(Conversation { conversation }))
}
