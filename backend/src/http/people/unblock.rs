//! `DELETE /api/blocks/{userId}`

use axum::Json;
use axum::extract::State;
use common::id::UserId;
use common::model::Account;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::people;
use crate::error::Error;
use crate::http::target::{InPath, person};

/// Takes a person's direct messages again.
///
/// Errors: `notFound`, `rateLimited`.
#[utoipa::path(delete, path = "/api/blocks/{userId}", tag = "People",
    params(("userId" = UserId, Path)), responses((status = OK, body = Account)))]
pub async fn unblock(
    State(app): State<App>,
    session: Session,
    InPath(name): InPath<UserId>,
) -> Result<Json<Account>, Error> {
    people::unblock(&app, &session.caller, &person(&name)?).await.map(Json)
}
