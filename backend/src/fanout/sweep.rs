//! Sockets from which nothing is heard: asked after a while, and then ended. One clock for all of them, so that an
//! idle socket has no timer of its own.

use std::time::Duration;

use common::limits;
use common::wire::CloseCode;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;

/// Time between two rounds; what is measured in rounds is that coarse.
const ROUND_MS: u64 = 10_000;
/// A client that pings in time is never asked.
const ASK_AFTER_ROUNDS: u32 = (limits::PING_AFTER_MS + 10_000).div_ceil(ROUND_MS) as u32;
/// One more than the limit says: a round may have begun just after something was heard.
const END_AFTER_ROUNDS: u32 = limits::SILENCE_MS.div_ceil(ROUND_MS) as u32 + 1;

/// Goes round until the program stops.
pub async fn run(app: App) {
    let mut rounds = interval(Duration::from_millis(ROUND_MS));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.lifecycle.stopping() => break,
            _ = rounds.tick() => go_round(&app),
        }
    }
}

fn go_round(app: &App) {
    let now = app.fanout.hub().next_tick();
    app.fanout.hub().every(|listener| match now.wrapping_sub(listener.silent_since()) {
        rounds if rounds >= END_AFTER_ROUNDS => listener.end(CloseCode::Silent.into()),
        ASK_AFTER_ROUNDS => listener.ask(),
        _ => {}
    });
}
