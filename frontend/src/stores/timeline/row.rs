//! What a row of the timeline is.

use std::fmt;
use std::sync::Arc;

use common::id::{MessageId, Seq};
use common::model::{Entry, SystemEvent};
use common::sync::OutboxItem;
use leptos::prelude::ArcRwSignal;

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub enum Row {
    /// A date, centred.
    Day(DayRow),
    /// The hairline "unread" above the first message not yet read at opening. At most one; stays while open.
    Unread,
    /// A hole in what this device holds.
    Gap(GapRow),
    /// A message, in the log or waiting.
    Message(Bubble),
    /// Something happened to the conversation.
    System(SystemRow),
}

/// Where a bubble stands in its group (same sender, same day, at most five minutes between one and the next).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The first of its group: name above (groups only).
    pub first_in_group: bool,
    /// The last of its group: avatar, time and ticks.
    pub last_in_group: bool,
    /// Written by oneself, on any device.
    pub mine: bool,
}

/// How far one's own message has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ticks {
    /// None: somebody else's.
    None,
    /// In the log.
    Sent,
    /// On a device of everybody else.
    Delivered,
    /// Read by everybody else.
    Read,
}

/// A message.
#[derive(Clone, PartialEq, Debug)]
pub enum Bubble {
    /// In the log.
    Stored {
        /// The entry.
        entry: Arc<Entry>,
        /// Where it stands in its group.
        place: Place,
        /// How far it has come.
        ticks: Ticks,
        /// It came before those in front of it, and is not stored yet: shown below a hole that is being filled.
        hint: bool,
    },
    /// Waiting on this device. Becomes `Stored` in the same row.
    Waiting {
        /// The message and where it is (`item.state`).
        item: Arc<OutboxItem>,
        /// Where it stands in its group.
        place: Place,
    },
}

impl Bubble {
    /// The message's id.
    pub fn message_id(&self) -> MessageId {
        match self {
            Self::Stored { entry, .. } => entry.message_id,
            Self::Waiting { item, .. } => item.record.message_id,
        }
    }

    /// The text; `None` once erased.
    pub fn content(&self) -> Option<&str> {
        match self {
            Self::Stored { entry, .. } => entry.content.as_deref(),
            Self::Waiting { item, .. } => Some(&item.record.content),
        }
    }

    /// Where it stands in its group.
    pub fn place(&self) -> Place {
        match self {
            Self::Stored { place, .. } | Self::Waiting { place, .. } => *place,
        }
    }

    /// When it was taken by the server, or written here; Unix seconds.
    pub fn timestamp(&self) -> i64 {
        match self {
            Self::Stored { entry, .. } => entry.timestamp,
            Self::Waiting { item, .. } => (item.record.written_at_ms / 1000).cast_signed(),
        }
    }

    /// Its place in the log; `None` while waiting.
    pub fn seq(&self) -> Option<Seq> {
        match self {
            Self::Stored { entry, .. } => Some(entry.seq),
            Self::Waiting { .. } => None,
        }
    }
}

/// A date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayRow {
    /// The day's local midnight, Unix seconds.
    pub midnight: i64,
}

/// A hole: entries that exist and that this device does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GapRow {
    /// First seq missing.
    pub from: Seq,
    /// Last seq missing.
    pub to: Seq,
    /// Whether it is being filled now; else offer `Chat::fill(gap)`.
    pub loading: bool,
}

/// Something that happened to the conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct SystemRow {
    /// The entry; `from` is who did it.
    pub entry: Arc<Entry>,
    /// What it tells; `None` when this build does not know it (show nothing, or "something changed").
    pub event: Option<SystemEvent>,
}

/// What a row is known by while it changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RowKey {
    /// A date, by its local midnight.
    Day(i64),
    /// The unread line.
    Unread,
    /// A hole, by the first seq after it.
    Gap(Seq),
    /// A message or an event, waiting or stored.
    Message(MessageId),
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(midnight) => write!(f, "day {midnight}"),
            Self::Unread => f.write_str("unread"),
            Self::Gap(seq) => write!(f, "gap {seq}"),
            Self::Message(id) => id.fmt(f),
        }
    }
}

impl Row {
    /// What it is known by.
    pub fn key(&self) -> RowKey {
        match self {
            Self::Day(day) => RowKey::Day(day.midnight),
            Self::Unread => RowKey::Unread,
            Self::Gap(gap) => RowKey::Gap(gap.to + 1),
            Self::Message(bubble) => RowKey::Message(bubble.message_id()),
            Self::System(system) => RowKey::Message(system.entry.message_id),
        }
    }
}

/// A row on screen: its key, and a signal that tells when it changes.
#[derive(Clone, Debug)]
pub struct RowSlot {
    /// What it is known by.
    pub key: RowKey,
    /// The row.
    pub row: ArcRwSignal<Row>,
}
