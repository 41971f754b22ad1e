//! Whether a newer build waits.

use crate::stores::StoreSignal;

/// Whether a newer build waits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum UpdateState {
    /// This is the newest build known.
    #[default]
    Current,
    /// A newer one is downloaded: offer "Update ready"; `ThisDevice::update` applies it in all tabs.
    Ready,
    /// Another tab already runs a newer build, and this one can no longer write: ask to reload.
    ReloadNeeded,
}

/// Whether a newer build waits.
#[derive(Clone, Copy, Debug)]
pub struct UpdatesStore {
    /// Whether one does.
    pub state: StoreSignal<UpdateState>,
}

impl UpdatesStore {
    pub(super) fn new() -> Self {
        Self { state: StoreSignal::new(UpdateState::Current) }
    }
}
