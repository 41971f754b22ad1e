//! People: looking them up, blocking them, and how one is shown to them.

use common::id::UserId;
use common::limits;
use common::model::{Account, Profile};
use common::text::parse_line;
use common::wire::http::{ChangeProfile, Users};

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::store::Caller;

/// `GET /api/users?query=`: people whose user name or display name starts so. Errors: `invalid`, `rateLimited`.
pub async fn look_up(app: &App, caller: &Caller, query: &str) -> Result<Users, Error> {
    let query = query.trim().trim_start_matches('@');
    let chars = query.chars().count();
    if chars < limits::LOOKUP_MIN_CHARS {
        return Err(Error::invalid("query", "is too short"));
    }
    if chars > limits::DISPLAY_NAME_CHARS {
        return Ok(Users { users: Vec::new() });
    }
    app.limits.take(Rate::LookUp, caller.account, app.clock.now_ms())?;
    Ok(Users { users: app.store.search_people(query, limits::LOOKUP_RESULTS).await? })
}

/// `GET /api/users/{userId}`: how a person is shown. Errors: `notFound`, `rateLimited`.
pub async fn find(app: &App, caller: &Caller, person: &UserId) -> Result<Profile, Error> {
    app.limits.take(Rate::LookUp, caller.account, app.clock.now_ms())?;
    let found = app.store.find_account(person).await?.ok_or_else(Error::not_found)?;
    Ok(Profile { user_id: found.user_id, display_name: found.display_name, deleted: found.deleted })
}

/// `PATCH /api/me`: shows oneself by another name; all who share a conversation hear of it.
/// Errors: `invalid`, `rateLimited`.
pub async fn rename(app: &App, caller: &Caller, request: ChangeProfile) -> Result<Account, Error> {
    let name = parse_line("displayName", &request.display_name, limits::DISPLAY_NAME_CHARS)?;
    take_change(app, caller)?;
    app.store.set_display_name(caller.account, name).await?;
    Ok(app.store.load_account(caller.account).await?)
}

/// `PUT /api/blocks/{userId}`: refuses the person's direct messages from now on, and hides one's presence from them.
/// They are not told. Errors: `notFound`, `forbidden` (oneself), `rateLimited`.
pub async fn block(app: &App, caller: &Caller, person: &UserId) -> Result<Account, Error> {
    take_change(app, caller)?;
    Ok(app.store.block(caller.account, person.clone()).await?.state)
}

/// `DELETE /api/blocks/{userId}`. Errors: `notFound`, `rateLimited`.
pub async fn unblock(app: &App, caller: &Caller, person: &UserId) -> Result<Account, Error> {
    take_change(app, caller)?;
    Ok(app.store.unblock(caller.account, person.clone()).await?.state)
}

fn take_change(app: &App, caller: &Caller) -> Result<(), Error> {
    Ok(app.limits.take(Rate::Change, caller.account, app.clock.now_ms())?)
}
