//! What this browser lets us do at this address.

use crate::stores::StoreSignal;

/// What this browser lets us do at this address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Environment {
    /// https, or this very machine. Without it the browser offers no service worker, push, locks or installing: the app
    /// does not start without a network then. Say so in words, once, where it can be put away.
    pub secure: bool,
    /// Whether the app can start without a network (a service worker is offered).
    pub starts_offline: bool,
    /// Whether the browser runs the app in its own window.
    pub installed: bool,
}

/// What this browser lets us do.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentStore {
    /// What it lets us do; all is well until known better.
    pub environment: StoreSignal<Environment>,
}

impl EnvironmentStore {
    pub(super) fn new() -> Self {
        let all_well = Environment { secure: true, starts_offline: true, installed: false };
        Self { environment: StoreSignal::new(all_well) }
    }
}
