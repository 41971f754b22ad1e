//! `POST /api/messages/send`

use axum::Json as Answer;
use axum::extract::State;
use common::wire::http::{MessageSent, SendMessage};

use crate::app::App;
use crate::chat::send;
use crate::error::Error;
use crate::http::who::Asked;

/// Sends a message; it is durable once answered.
///
/// The same `messageId` again is answered as the first time and stores nothing, for ever. Errors: `forbidden` (`from` is
/// another), `notFound`, `blocked`, `conflict` (the id is taken by something else), `tooEarly` (the message named by `after` is
/// not stored), `tooLarge`, `invalid` naming the field, `rateLimited`, `unavailable`.
#[utoipa::path(post, path = "/api/messages/send", tag = "Messages",
    request_body = SendMessage, responses((status = OK, body = MessageSent)))]
pub async fn send_message(
    State(app): State<App>,
    Asked(session, request): Asked<SendMessage>,
) -> Result<Answer<MessageSent>, Error> {
    send::over_http(&app, &session.caller, request).await.map(Answer)
}
