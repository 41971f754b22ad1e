//! The link to the server, as the banner shows it.

use common::sync::LinkState;
use leptos::prelude::*;

/// The link to the server.
#[derive(Clone, Copy, Debug)]
pub struct LinkStore {
    /// Where it is. Starts as `Connecting`.
    pub state: RwSignal<LinkState>,
    /// Messages that wait in all conversations, refused ones not counted: "3 messages will go out when it returns".
    pub waiting: RwSignal<usize>,
    /// Messages that the server refused and that wait for the person.
    pub refused: RwSignal<usize>,
}

impl LinkStore {
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(LinkState::Connecting),
            waiting: RwSignal::new(0),
            refused: RwSignal::new(0),
        }
    }
}
