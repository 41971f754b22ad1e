//! One's own account.

pub mod show;

pub mod rename;

pub mod change_password;

pub mod delete;

use common::wire::{ErrorBody, ErrorCode};

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::store::Caller;

/// Asks for the password once more, so that an open screen is not enough. `field` is its name on the wire. Answers what
/// the password was compared with.
///
/// Errors: `wrongCredentials` naming the field, `rateLimited`, `unavailable`.
async fn prove(app: &App, caller: &Caller, password: String, field: &str) -> Result<String, Error> {
    app.limits.take(Rate::OwnPassword, caller.account, app.clock.now_ms())?;
    let stored = app.store.find_account(&caller.user_id).await?.map(|account| account.password_hash);
    let known = app.passwords.verify(password, stored.clone()).await.map_err(|error| error.refusal(field))?;
    stored.filter(|_| known).ok_or_else(|| wrong_password(field))
}

fn wrong_password(field: &str) -> Error {
    let body = ErrorBody::new(ErrorCode::WrongCredentials, "wrong password");
    Error::Refused(Box::new(ErrorBody { field: Some(field.to_owned()), ..body }))
}
