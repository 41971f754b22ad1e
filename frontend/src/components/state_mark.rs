//! How far a message of one's own has come: an envelope, ticks, or a word.

use common::sync::{ConversationRecord, SendState, WaitCause};
use leptos::prelude::*;

use crate::i18n::{Clock, Texts, use_clock, use_texts};
use crate::stores::timeline::{Bubble, Ticks};

/// How far a message has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Stored on this device; why it waits.
    Queued(WaitCause),
    /// Handed over.
    InFlight,
    /// Handed over, and no answer came.
    Unknown,
    /// The server did not take it.
    Refused,
    /// In the log.
    Sent,
    /// On a device of everybody else.
    Delivered,
    /// Read by everybody else.
    Read,
}

impl Mark {
    /// The mark of a bubble; none for those of others.
    pub fn of_bubble(bubble: &Bubble) -> Option<Self> {
        match bubble {
            Bubble::Waiting { item, .. } => Some(Self::of_waiting(&item.state)),
            Bubble::Stored { ticks, .. } => match ticks {
                Ticks::None => None,
                Ticks::Sent => Some(Self::Sent),
                Ticks::Delivered => Some(Self::Delivered),
                Ticks::Read => Some(Self::Read),
            },
        }
    }

    /// The mark of a waiting message.
    pub fn of_waiting(state: &SendState) -> Self {
        match state {
            SendState::Queued(cause) => Self::Queued(*cause),
            SendState::InFlight => Self::InFlight,
            SendState::Unknown(_) => Self::Unknown,
            SendState::Sent { .. } => Self::Sent,
            SendState::Refused(_) => Self::Refused,
        }
    }

    /// The mark of one's own entry at `seq`, by how far the others of its conversation are.
    pub fn of_entry(seq: u64, record: &ConversationRecord) -> Self {
        if seq <= record.others_read {
            Self::Read
        } else if seq <= record.others_delivered {
            Self::Delivered
        } else {
            Self::Sent
        }
    }

    /// The mark in words.
    pub fn words(self, texts: Texts, clock: Clock) -> String {
        let words = match self {
            Self::Queued(WaitCause::Turn) => texts.state_queued(),
            Self::Queued(WaitCause::Link) => texts.state_queued_link(),
            Self::Queued(WaitCause::SignIn) => texts.state_queued_sign_in(),
            Self::Queued(WaitCause::Until(ms)) => {
                return texts.state_queued_until(&clock.time((ms / 1000).cast_signed()));
            }
            Self::InFlight => texts.state_in_flight(),
            Self::Unknown => texts.state_unknown(),
            Self::Refused => texts.state_refused(),
            Self::Sent => texts.state_sent(),
            Self::Delivered => texts.state_delivered(),
            Self::Read => texts.state_read(),
        };
        words.to_owned()
    }

    /// Its strokes on a grid of 18 × 14.
    fn path(self) -> &'static str {
        match self {
            Self::Queued(_) | Self::InFlight | Self::Unknown => "M3 3.2h12v8.6H3zM3.3 3.7L9 8.2l5.7-4.5",
            Self::Refused => "M9 2.5v5.5M9 11.2v.1",
            Self::Sent => "M4.5 7.5l3 3 6-7",
            Self::Delivered | Self::Read => "M1.5 7.5l3 3 6-7M8 9.2l1.3 1.3 6-7",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Queued(_) => "mark mark-queued",
            Self::InFlight => "mark mark-in-flight",
            Self::Unknown => "mark mark-unknown",
            Self::Refused => "mark mark-refused",
            Self::Sent | Self::Delivered => "mark",
            Self::Read => "mark mark-read",
        }
    }
}

/// Draws a mark, and says it in words to those who hear it and to the pointer that rests on it.
#[component]
pub fn StateMark(
    /// Which.
    mark: Mark,
) -> impl IntoView {
    let words = mark.words(use_texts(), use_clock());
    let title = words.clone();
    view! {
        <span class=mark.class() title=title>
            <svg viewBox="0 0 18 14" aria-hidden="true" focusable="false"><path d=mark.path()></path></svg>
            <span class="heard">{words}</span>
        </span>
    }
    .into_any()
}
