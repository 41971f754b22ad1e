//! Waiting for a state, never for a time.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

/// How long anything may take before a test calls it lost. The machines are shared, and a client may wait for 30 s before
/// it tries again.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer; panics with `what` when there is none before [`DEADLINE`].
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    match soon(ask).await {
        Some(answer) => answer,
        None => panic!("waited {DEADLINE:?} in vain: {what}"),
    }
}

/// The same for who has more to say when there is no answer before [`DEADLINE`].
pub async fn soon<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        sleep(Duration::from_millis(15)).await;
    }
}

/// The future's outcome, which has to come before [`DEADLINE`].
pub async fn within<T>(what: impl Debug, future: impl Future<Output = T>) -> T {
    match timeout(DEADLINE, future).await {
        Ok(outcome) => outcome,
        Err(_) => panic!("waited {DEADLINE:?} in vain: {what:?}"),
    }
}
