//! `GET /api/messages/{messageId}`

use axum::Json;
use axum::extract::State;
use common::id::MessageId;
use common::wire::http::MessageInfo;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::message;
use crate::error::Error;
use crate::http::target::InPath;

/// A message, and how far it has come.
///
/// Errors: `notFound`, also where one may not see it.
#[utoipa::path(get, path = "/api/messages/{messageId}", tag = "Messages",
    params(("messageId" = MessageId, Path)), responses((status = OK, body = MessageInfo)))]
pub async fn show_message(
    State(app): State<App>,
    session: Session,
    InPath(id): InPath<MessageId>,
) -> Result<Json<MessageInfo>, Error> {
    message::info(&app, &session.caller, id).await.map(Json)
}
