//! `PATCH /api/conversations/{conversationId}/members/{userId}`

use axum::Json as Answer;
use axum::extract::State;
use common::id::{ConversationId, UserId};
use common::wire::http::{ChangeRole, Conversation};

use crate::app::App;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::person;
use crate::http::who::AskedOf;

/// Gives a member another role. Owners.
///
/// Errors: `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(patch, path = "/api/conversations/{conversationId}/members/{userId}", tag = "Conversations",
    params(("conversationId" = ConversationId, Path), ("userId" = UserId, Path)),
    request_body = ChangeRole, responses((status = OK, body = Conversation)))]
pub async fn change_role(
    State(app): State<App>,
    AskedOf(session, (id, name), request): AskedOf<(ConversationId, UserId), ChangeRole>,
) -> Result<Answer<Conversation>, Error> {
    let conversation = converse::change_role(&app, &session.caller, id, &person(&name)?, request).await?;
    Ok(Answer(Conversation { conversation }))
}
