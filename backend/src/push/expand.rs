//! From what was written to who is to be notified, after a short grace.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::clear::clear_read;
use super::notes::Ready;
use crate::app::App;
use crate::auth::cookie::SESSION_SECONDS;
use crate::store::StoreError;

const ROUND: Duration = Duration::from_millis(500);
/// A notification that could not be given for so long is of no use any more, seconds.
pub(super) const OF_USE_FOR_S: i64 = 24 * 60 * 60;
/// Conversations in one write; a large group may be thousands of deliveries, and people's messages wait behind each write.
const AT_ONCE: usize = 8;

/// Expands until the program stops. What has its grace still is left to the log and the next start, when people are back at
/// their devices.
pub(super) async fn run(app: App) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.lifecycle.stopping() => break,
            _ = rounds.tick() => {}
        }
        expand_ready(&app).await;
        clear_read(&app).await;
    }
    // only here, and lost with the program
    clear_read(&app).await;
}

async fn expand_ready(app: &App) {
    let notes = &app.push.0.notes;
    let Some(ready) = notes.take(app.clock.now_ms()) else { return };
    let (since, through) = (ready.since, ready.through);
    match expand(app, ready).await {
        Ok(0) => {}
        Ok(_) => app.push.0.due.notify_one(),
        Err(error) => {
            tracing::warn!(%error, "notifications wait for the store");
            notes.put_back(since, through, app.clock.now_ms());
        }
    }
}

/// Answers how many deliveries it made.
async fn expand(app: &App, ready: Ready) -> Result<u64, StoreError> {
    let Ready { since, through, fresh } = ready;
    let now = app.clock.now_s();
    if !app.store.has_subscriptions().await? {
        // nobody to notify: only the position, at the start, so that the next start has not all of the log to read
        return match fresh {
            None => app.store.expand_push(vec![], through, now, now, now).await,
            Some(_) => Ok(0),
        };
    }
    let mut fresh = match fresh {
        Some(fresh) => fresh,
        None => app.store.fresh_since(since, through).await?,
    };
    // in parts: people's messages wait behind each
    let mut made = 0;
    while fresh.len() > AT_ONCE {
        let part = fresh.split_off(fresh.len() - AT_ONCE);
        made += app.store.expand_push(part, 0, now, now + OF_USE_FOR_S, now - SESSION_SECONDS).await?;
    }
    made += app.store.expand_push(fresh, through, now, now + OF_USE_FOR_S, now - SESSION_SECONDS).await?;
    Ok(made)
}
