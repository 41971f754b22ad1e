//! `PUT /api/blocks/{userId}`

use axum::Json;
use axum::extract::State;
use common::id::UserId;
use common::model::Account;

use crate::app::App;
use crate::auth::session::Session;
use crate::chat::people;
use crate::error::Error;
use crate::http::target::{InPath, person};

/// Refuses a person's direct messages from now on.
///
/// They are told only when they write (`blocked`), and see no presence of one's own. Errors: `notFound`, `forbidden` (oneself), `rateLimited`.
#[utoipa::path(put, path = "/api/blocks/{userId}", tag = "People",
    params(("userId" = UserId, Path)), responses((status = OK, body = Account)))]
pub async fn block(
    State(app): State<App>,
    session: Session,
    InPath(name): InPath<UserId>,
) -> Result<Json<Account>, Error> {
    people::block(&app, &session.caller, &person(&name)?).await.map(Json)
}
