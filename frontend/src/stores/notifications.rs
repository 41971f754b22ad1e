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

/// Whether this browser notifies, and what was opened from a notification.
#[derive(Clone, Copy, Debug)]
pub struct NotificationsStore {
    /// Whether it does.
    pub state: StoreSignal<NotificationState>,
    /// The path that a notification leads to, when one was pressed while the app was open.
    pub opened: StoreSignal<Option<String>>,
}

impl NotificationsStore {
    pub(super) fn new() -> Self {
        Self { state: StoreSignal::new(NotificationState::Unknown), opened: StoreSignal::new(None) }
    }
}
