//! Catching up: from "the link is up" to "up to date".
//!
//! ```text
//!   link up ─▶ Asked ──delta──▶ Done            position frames move the position; something not understood: Asked
//!               ▲ │ └──reset──▶ Comparing ─▶ Asked (without a position)
//!               │ └────slice──▶ StoringSlice ─▶ Asked
//!               └── Refused (waits) ◀── error
//! ```
//!
//! What moves the position: the answer to a resume, and a `position` frame while [`Stage::Done`]. Both go into the same
//! stream of batches as all that came before them, so the position in storage never says more than storage holds. Where
//! it holds less (a hole), the record says so: its head is stored with it.

use std::collections::BTreeMap;

use crate::id::ConversationId;
use crate::sync::journal::After;
use crate::sync::requests::Request;
use crate::sync::{Engine, Write};
use crate::wire::{ClientWords, ErrorBody, Position, Remedy, Resume, ResumeKind, Resumed};

/// Unknown conversations that one connection asks about, at most; frames of further ones are passed over.
const STRANGERS: usize = 1_000;
/// How often one connection asks about the same; a server that speaks of it and never tells it is not well.
const ASKS_ABOUT_ONE: u32 = 8;

/// Where catching up is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Stage {
    /// No connection.
    #[default]
    Idle,
    /// A resume is unanswered.
    Asked,
    /// The server could not answer; the next try at this time.
    Refused { until_ms: u64 },
    /// A slice is in the batch with this number.
    StoringSlice { batch: u64 },
    /// After a reset, until the copies are compared.
    Comparing,
    /// Everything is known, or comes live.
    Done,
}

/// How far this device knows everything.
#[derive(Default, Debug)]
pub(super) struct CatchUp {
    /// The position, as text; `None` before the first answer.
    pub(super) position: Option<String>,
    /// A reset has begun, and what was asked for anew is not stored yet: the position is of no use.
    pub(super) resetting: bool,
    pub(super) stage: Stage,
    /// This connection's server is of the epoch of what is held.
    pub(super) confirmed: bool,
    /// This connection has been up to date once.
    pub(super) caught_up: bool,
    /// A frame was not understood or not believed; another resume will bring what it said.
    again: bool,
    /// This connection has had its reset.
    was_reset: bool,
    strangers: BTreeMap<ConversationId, u32>,
    failures: u32,
}

impl CatchUp {
    pub(super) fn new(position: Option<String>, resetting: bool) -> Self {
        Self { position, resetting, ..Self::default() }
    }

    /// When the next try is due.
    pub(super) fn due_at(&self) -> Option<u64> {
        match self.stage {
            Stage::Refused { until_ms } => Some(until_ms),
            _ => None,
        }
    }
}

impl Engine {
    pub(super) fn begin_catching_up(&mut self) {
        if self.catch_up.resetting { self.begin_reset() } else { self.ask_resume() }
    }

    pub(super) fn end_catching_up(&mut self) {
        let CatchUp { position, resetting, failures, .. } = std::mem::take(&mut self.catch_up);
        self.catch_up = CatchUp { failures, ..CatchUp::new(position, resetting) };
    }

    /// Whether all is known, or comes live on this connection.
    pub(super) fn is_live(&self) -> bool {
        self.link.is_up() && self.catch_up.stage == Stage::Done
    }

    /// Whether live words may be believed now. While a resume is unanswered they may be of another epoch, and another
    /// resume is needed to hear again what they said; while copies are compared, one follows anyway.
    pub(super) fn believes_live_words(&mut self) -> bool {
        if !self.catch_up.confirmed {
            self.catch_up.again = true;
        }
        self.catch_up.confirmed && self.catch_up.stage != Stage::Comparing
    }

    /// The same for what replaces rather than grows (a profile, one's own account, a standing): the answer to the resume
    /// that is under way may be older or newer than what came live, and comes after it. So another resume decides.
    pub(super) fn believes_live_registers(&mut self) -> bool {
        self.catch_up.again |= self.catch_up.stage == Stage::Asked;
        self.believes_live_words()
    }

    /// A frame spoke of a conversation that this device does not know. A resume from the position held brings it, one that
    /// is asked for after the frame: the one under way may have been answered before.
    pub(super) fn stranger(&mut self, id: ConversationId) {
        let strangers = &mut self.catch_up.strangers;
        if self.catch_up.again || (strangers.len() >= STRANGERS && !strangers.contains_key(&id)) {
            return;
        }
        let asks = strangers.entry(id).or_default();
        *asks += 1;
        if *asks <= ASKS_ABOUT_ONE {
            self.catch_up_again();
        }
    }

    /// Resumes once more: at once, or when the resume under way is done. Until then the position stays.
    pub(super) fn catch_up_again(&mut self) {
        match self.catch_up.stage {
            Stage::Done => self.ask_resume(),
            _ => self.catch_up.again = true,
        }
    }

    pub(super) fn ask_resume(&mut self) {
        let position = self.catch_up.position.clone();
        let id = self.requests.ask(Request::Resume { position: position.clone() }, self.now_ms);
        self.catch_up.stage = Stage::Asked;
        self.transmit_as(Some(id), ClientWords::Resume(Resume { position }));
    }

    /// The comparison is finished: everything is asked for anew. The reset is over when the first answer is stored; until
    /// then another epoch could not be told from this one.
    pub(super) fn resume_from_nothing(&mut self) {
        self.catch_up.position = None;
        self.catch_up.again = false;
        self.catch_up.confirmed = true;
        self.ask_resume();
    }

    pub(super) fn resumed(&mut self, asked: Option<String>, resumed: Resumed) {
        let position = resumed.position.to_string();
        match resumed.kind {
            // a reset that does not help, or a slice that leads nowhere: this server is not well
            ResumeKind::Reset if asked.is_none() || self.catch_up.was_reset => return self.fail_link(),
            ResumeKind::Slice if asked.as_ref() == Some(&position) => return self.fail_link(),
            ResumeKind::Reset => {
                self.catch_up.was_reset = true;
                return self.begin_reset();
            }
            ResumeKind::Delta | ResumeKind::Slice => {}
        }
        self.link.worked();
        self.catch_up.failures = 0;
        let was_resetting = std::mem::take(&mut self.catch_up.resetting);
        let newly_believed = !std::mem::replace(&mut self.catch_up.confirmed, true) || was_resetting;
        if let Some(account) = resumed.account {
            self.take_account(account);
        }
        for profile in resumed.profiles {
            self.take_profile(profile);
        }
        for delta in resumed.conversations {
            self.take_delta(delta);
        }
        if was_resetting {
            self.journal.write(Write::PutResetting(false));
        }
        self.catch_up.position = Some(position);
        self.journal.touch_position();
        match resumed.kind {
            ResumeKind::Slice => {
                self.catch_up.stage = Stage::StoringSlice { batch: self.journal.next_number() };
                self.journal.then(After::SliceStored);
            }
            _ if std::mem::take(&mut self.catch_up.again) => self.ask_resume(),
            _ => {
                self.catch_up.stage = Stage::Done;
                self.catch_up.caught_up = true;
                self.fill_soon();
            }
        }
        if newly_believed {
            self.ask_what_was_wanted();
            self.all_progress_may_be_due();
        }
    }

    /// The next slice is asked for only when the one before is stored: storage sets the pace.
    pub(super) fn slice_stored(&mut self, number: u64) {
        if self.link.is_up() && self.catch_up.stage == (Stage::StoringSlice { batch: number }) {
            self.ask_resume();
        }
    }

    pub(super) fn resume_refused(&mut self, error: &ErrorBody) {
        if error.code.remedy() == Remedy::Never {
            return self.fail_link();
        }
        self.catch_up.failures = self.catch_up.failures.saturating_add(1);
        let wait_ms = self.wait_after(error, self.catch_up.failures);
        self.catch_up.stage = Stage::Refused { until_ms: self.now_ms.saturating_add(wait_ms) };
    }

    pub(super) fn retry_resume(&mut self) {
        if self.catch_up.due_at().is_some_and(|until_ms| until_ms <= self.now_ms) {
            self.ask_resume();
        }
    }

    /// All frames up to here have been queued to this socket, and they came before this one.
    pub(super) fn take_position(&mut self, position: Position) {
        if self.catch_up.stage != Stage::Done || position.missing.is_some() {
            return;
        }
        let known: Option<Position> = self.catch_up.position.as_deref().and_then(|text| text.parse().ok());
        if known.is_some_and(|known| known.epoch == position.epoch && known.at < position.at) {
            self.catch_up.position = Some(position.to_string());
            self.journal.touch_position();
        }
    }
}
