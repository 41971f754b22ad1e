//! Patience with IndexedDB, which in some browsers and profiles never answers.

use std::future::Future;
use std::pin::pin;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

use crate::clock::now_ms;

/// How long opening the database or one transaction may take, milliseconds.
pub const PATIENCE_MS: u32 = 2_500;

/// It did not answer in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hangs;

/// Waits for `work`, but not longer than [`PATIENCE_MS`].
///
/// A machine that was asleep meanwhile is given the time again: then the clock moved much further than the timer.
pub async fn with_patience<T>(work: impl Future<Output = T>) -> Result<T, Hangs> {
    let mut work = pin!(work);
    loop {
        let began_ms = now_ms();
        match select(work, TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left((done, _)) => return Ok(done),
            Either::Right(((), unfinished)) => {
                if now_ms().saturating_sub(began_ms) < u64::from(PATIENCE_MS) * 2 {
                    return Err(Hangs);
                }
                work = unfinished;
            }
        }
    }
}
