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

/// Whether the app can be installed from here.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Install {
    /// It is installed, or cannot be.
    #[default]
    NotHere,
    /// By the browser's own menu.
    FromMenu,
    /// The browser asks the person when we say so.
    Offered,
    /// By the person's own hand: on iPhone and iPad.
    ByHand,
}

/// What this browser lets us do, and what the system asks of us.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentStore {
    /// What it lets us do; all is well until known better.
    pub environment: StoreSignal<Environment>,
    /// Whether the app can be installed from here.
    pub install: StoreSignal<Install>,
    /// The person wants no offer to install it among the conversations.
    pub install_declined: StoreSignal<bool>,
    /// The address to which the system leads while the app is open: a notification was pressed, or
    /// the app started once more.
    pub led_to: StoreSignal<Option<String>>,
}

impl EnvironmentStore {
    pub(super) fn new() -> Self {
        let all_well = Environment { secure: true, starts_offline: true, installed: false };
        Self {
            environment: StoreSignal::new(all_well),
            install: StoreSignal::new(Install::NotHere),
            install_declined: StoreSignal::new(false),
            led_to: StoreSignal::new(None),
        }
    }
}
