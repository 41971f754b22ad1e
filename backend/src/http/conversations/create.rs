//! `POST /api/conversations`

use axum::Json as Answer;
use axum::extract::State;
use common::wire::http::{Conversation, CreateGroup};
use http::StatusCode;

use crate::app::App;
use crate::chat::converse;
use crate::error::Error;
use crate::http::who::Asked;

/// Makes a group; the caller owns it.
///
/// A direct conversation is made by the first message to a person. Errors: `invalid`, `notFound` (a person),
/// `blocked`, `full`, `conflict` (the `requestId` made another group), `rateLimited`.
#[utoipa::path(post, path = "/api/conversations", tag = "Conversations",
    request_body = CreateGroup, responses((status = CREATED, body = Conversation)))]
pub async fn create_group(
    State(app): State<App>,
    Asked(session, request): Asked<CreateGroup>,
) -> Result<(StatusCode, Answer<Conversation>), Error> {
    let conversation = converse::create_group(&app, &session.caller, request).await?;
    Ok((StatusCode::CREATED, Answer(Conversation { conversation })))
}
