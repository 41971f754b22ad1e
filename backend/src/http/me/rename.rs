//! `PATCH /api/me`

use axum::extract::State;
use common::model::Account;
use common::wire::http::ChangeProfile;

use crate::app::App;
use crate::chat::people;
use crate::error::Error;
use crate::http::who::Asked;

/// Changes the name by which one is shown.
///
/// Everybody with whom one shares a conversation hears of it. Errors: `invalid`, `rateLimited`.
#[utoipa::path(patch, path = "/api/me", tag = "Me",
    request_body = ChangeProfile, responses((status = OK, body = Account)))]
pub async fn change_profile(
    State(app): State<App>,
    Asked(session, request): Asked<ChangeProfile>,
) -> Result<axum::Json<Account>, Error> {
    people::rename(&app, &session.caller, request).await.map(axum::Json)
}
