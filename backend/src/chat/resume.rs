//! Catching up: what changed since a position, and how much of a copy is still ours after a reset.

use common::limits;
use common::wire::{Compare, Compared, Position, Resume, Resumed};

use crate::app::App;
use crate::error::Error;
use crate::store::{Caller, ResumeLimits};

/// Answers "this is how far I know everything" with a delta, a slice or a reset.
///
/// Errors: `unavailable`. Text that is no position of ours is a reset, not an error.
pub async fn resume(app: &App, caller: &Caller, resume: Resume) -> Result<Resumed, Error> {
    let base = match resume.position.as_deref().map(str::parse::<Position>) {
        None => None,
        Some(Ok(position)) => Some(position),
        Some(Err(_)) => return Ok(app.store.reset()),
    };
    Ok(app.store.resume(caller.account, base, ResumeLimits::default()).await?)
}

/// Says up to where a device's copies are ours.
///
/// Errors: `invalid` (more conversations or points than [`limits`] allows).
pub async fn compare(app: &App, caller: &Caller, compare: &Compare) -> Result<Compared, Error> {
    if compare.conversations.len() > limits::COMPARE_CONVERSATIONS {
        return Err(Error::invalid("conversations", "too many conversations at once"));
    }
    if compare.conversations.iter().any(|samples| samples.points.len() > limits::COMPARE_POINTS) {
        return Err(Error::invalid("points", "too many points for one conversation"));
    }
    Ok(app.store.compare(caller.account, compare).await?)
}
