//! The open conversation, as rows from top to bottom.
//!
//! `row` says what a row is; `rows` lays entries and waiting messages out as rows; `window` keeps the stretch of the log
//! that is in memory. All plain functions, tested natively; `services::timeline` feeds them.

mod row;
mod rows;
mod window;

use common::id::MessageId;
use common::sync::ConversationKey;

use crate::stores::StoreSignal;

pub use rows::{Content, lay_out, reconcile};
pub use window::{Log, PAGE, Step, WINDOW_ENTRIES, Window};

pub use row::{Bubble, DayRow, GapRow, Place, Row, RowKey, RowSlot, SystemRow, Ticks};

/// What lies beyond one end of the rows in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// The conversation's beginning (or, below, its end): nothing more.
    End,
    /// More is there; call `Chat::older` or `Chat::newer` when the person comes near.
    More,
    /// More is on its way.
    Loading,
    /// More is on the server, and it did not come; call again on a tap, or wait for the link.
    Failed,
}

/// Where to scroll to once the rows are on screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Landing {
    /// The end.
    End,
    /// Such that this row is in the upper third.
    Row(RowKey),
    /// The same, and this message is pointed out.
    Message(MessageId),
}

/// The open conversation.
#[derive(Clone, Copy, Debug)]
pub struct TimelineStore {
    /// Which one is open.
    pub open: StoreSignal<Option<ConversationKey>>,
    /// Its rows from top to bottom, a window of at most about 400. For `<Rows>`, keyed by `slot.key`; a row that changes
    /// (ticks, group's edge, waiting → sent) keeps its slot, and its `row` signal tells. Rows above and below those on
    /// screen come and go: keep the topmost visible row where it is.
    pub rows: StoreSignal<Vec<RowSlot>>,
    /// What lies above the first row.
    pub older: StoreSignal<Edge>,
    /// What lies below the last row.
    pub newer: StoreSignal<Edge>,
    /// Messages of others below what the person has seen: the number on the pill "newer messages". 0 hides it.
    pub below: StoreSignal<u64>,
    /// Where to scroll to; set on opening and on `Chat::to_end`. Take it with `landing.get()` after the rows are there.
    pub landing: StoreSignal<Option<Landing>>,
    /// False until the first rows of the open conversation are there (a few milliseconds: show nothing meanwhile).
    pub ready: StoreSignal<bool>,
}

impl TimelineStore {
    pub(super) fn new() -> Self {
        Self {
            open: StoreSignal::new(None),
            rows: StoreSignal::new(Vec::new()),
            older: StoreSignal::new(Edge::End),
            newer: StoreSignal::new(Edge::End),
            below: StoreSignal::new(0),
            landing: StoreSignal::new(None),
            ready: StoreSignal::new(false),
        }
    }
}
