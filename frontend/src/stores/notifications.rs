//! Whether this browser notifies.

use crate::stores::StoreSignal;

/// Whether this browser notifies.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum NotificationState {
    /// Not looked yet.
    #[default]
    Unknown,
    /// The browser offers none (here).
    Unavailable,
    /// It does once the app is installed: iOS.
    InstallFirst,
    /// The person (or the system) has told the browser never to ask.
    Blocked,
    /// The browser could not reach its push service.
    NoPushService,
    /// It may be asked for.
    Off,
    /// It notifies.
    On,
}

/// Whether this browser notifies, and whether it could show a test.
#[derive(Clone, Copy, Debug)]
pub struct NotificationsStore {
    /// Whether it does.
    pub state: StoreSignal<NotificationState>,
    /// The person wants no offer of it among the conversations.
    pub declined: StoreSignal<bool>,
    /// Test notifications that the service worker has shown since this page began.
    pub tests_shown: StoreSignal<u64>,
}

impl NotificationsStore {
    pub(super) fn new() -> Self {
        Self {
            state: StoreSignal::new(NotificationState::Unknown),
            declined: StoreSignal::new(false),
            tests_shown: StoreSignal::new(0),
        }
    }
}
