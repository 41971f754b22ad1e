//! The link to the server, as the banner shows it.

use common::sync::LinkState;

use crate::stores::StoreSignal;

/// The link to the server.
#[derive(Clone, Copy, Debug)]
pub struct LinkStore {
    /// Where it is. Starts as `Connecting`.
    pub state: StoreSignal<LinkState>,
    /// Messages that wait in all conversations, refused ones not counted: "3 messages will go out when it returns".
    pub waiting: StoreSignal<usize>,
    /// Messages that the server refused and that wait for the person.
    pub refused: StoreSignal<usize>,
}

impl LinkStore {
    pub(super) fn new() -> Self {
        Self {
            state: StoreSignal::new(LinkState::Connecting),
            waiting: StoreSignal::new(0),
            refused: StoreSignal::new(0),
        }
    }
}
