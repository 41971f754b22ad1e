//! `DELETE /api/conversations/{conversationId}/members/{userId}`

use axum::Json;
use axum::extract::State;
use common::id::{ConversationId, UserId};
use common::wire::http::Conversation;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::converse;
use crate::error::Error;
use crate::http::target::{InPath, person};

/// Removes a member from a group, or leaves it, if it is oneself.
///
/// Admins remove members, owners everybody. Errors: `notFound`, `forbidden`, `rateLimited`.
#[utoipa::path(delete, path = "/api/conversations/{conversationId}/members/{userId}", tag = "Conversations",
    params(("conversationId" = ConversationId, Path), ("userId" = UserId, Path)),
    responses((status = OK, body = Conversation)))]
pub async fn remove_member(
    State(app): State<App>,
    session: Session,
    InPath((id, name)): InPath<(ConversationId, UserId)>,
) -> Result<Json<Conversation>, Error> {
    let conversation = converse::remove_member(&app, &session.caller, id, &person(&name)?).await?;
    Ok(Json(Conversation { conversation }))
}
