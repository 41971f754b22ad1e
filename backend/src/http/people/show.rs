//! `GET /api/users/{userId}`

use axum::Json;
use axum::extract::State;
use common::id::UserId;
use common::model::Profile;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::people;
use crate::error::Error;
use crate::http::target::{InPath, person};

/// How a person is shown.
///
/// Errors: `notFound`, `rateLimited`.
#[utoipa::path(get, path = "/api/users/{userId}", tag = "People",
    params(("userId" = UserId, Path)), responses((status = OK, body = Profile)))]
pub async fn show_person(
    State(app): State<App>,
    session: Session,
    InPath(name): InPath<UserId>,
) -> Result<Json<Profile>, Error> {
    people::find(&app, &session.caller, &person(&name)?).await.map(Json)
}
