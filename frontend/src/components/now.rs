//! The time, for what is said relative to it. Moves once a minute.

use std::time::Duration;

use leptos::prelude::*;

use crate::clock::now_s;
use crate::stores::StoreSignal;

/// How often what is relative to now is said anew.
const RENEWED_EVERY: Duration = Duration::from_secs(60);

/// The time; its own type in context.
#[derive(Clone, Copy)]
pub struct Now(StoreSignal<i64>);

impl Now {
    /// Starts to move. Call once.
    pub fn start() -> Self {
        let now = Self(StoreSignal::new(now_s()));
        let renew = move || {
            now.0.try_set(now_s());
        };
        if let Ok(interval) = set_interval_with_handle(renew, RENEWED_EVERY) {
            on_cleanup(move || interval.clear());
        }
        let seen_again = window_event_listener(leptos::ev::visibilitychange, move |_| renew());
        on_cleanup(move || seen_again.remove());
        now
    }

    /// Seconds since 1970. Reactive.
    pub fn get(self) -> i64 {
        self.0.get()
    }

    /// Seconds since 1970. Not reactive.
    pub fn get_untracked(self) -> i64 {
        self.0.get_untracked()
    }
}

/// The time, from the context.
pub fn use_now() -> Now {
    use_context::<Now>().expect("the root view provides the time")
}
