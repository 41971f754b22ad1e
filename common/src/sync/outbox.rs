//! The messages that wait: per conversation a lane, in the order in which they were written.
//!
//! A message's stages, and what moves it:
//!
//! ```text
//!                         its turn             durable, link up        messageSent, entry not next
//!   Storing ──▶ Queued ──────────▶ Handing ──────────────▶ InFlight ──────────────────────▶ Sent ─┐
//!                 ▲  ▲                │ link down            │  │ │ messageSent, entry stored     ├─▶ gone
//!                 │  └────────────────┘                      │  │ └─────────────────────────────┘
//!                 │     refused for now, no doubt about it   │  │ refused for good
//!                 ├──────────────────────────────────────────┤  └──────────────▶ Refused ──▶ edited, taken back
//!              Unknown ◀────────── link down, or in doubt ───┘
//! ```
//!
//! A lane goes out in order: up to [`limits::SEND_WINDOW`] messages unanswered, each naming the one before it by `after`
//! while that one is unanswered too, so that the server takes none before its predecessor. What is refused for good or
//! already sent is passed over; everything else that cannot go yet holds up those behind it.

use std::collections::BTreeMap;

use crate::id::{MessageId, Seq};
use crate::limits;
use crate::order::by_number;
use crate::sync::{ConversationKey, OutboxItem, OutboxRecord, SendState, WaitCause};

/// Where a waiting message is; see the module's picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    /// Its row (or its new text) is in the batch with this number.
    Storing { batch: u64 },
    /// Stored; certainly not on the server.
    Queued,
    /// The mark that it is handed over is in the batch with this number.
    Handing { batch: u64 },
    /// Handed to this connection at this time, unanswered.
    InFlight { since_ms: u64 },
    /// Handed to an earlier connection, unanswered.
    Unknown,
    /// Durable on the server; its entry comes with a page. `asked`: on this connection, for that page.
    Sent { seq: Seq, asked: bool },
    /// Waits for the person.
    Refused,
}

/// A waiting message.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) record: OutboxRecord,
    pub(super) stage: Stage,
    /// Whether the answer to an earlier handing-over was lost, so that it may be on the server.
    pub(super) in_doubt: bool,
    /// Whether its row, as it is now, is stored; views hear of it from then on.
    pub(super) stored: bool,
    /// How often the server said that it came too early.
    pub(super) early: u32,
    /// How often the server failed on it.
    pub(super) failures: u32,
    told: Option<SendState>,
}

impl Item {
    /// An item whose row is in storage.
    fn stored(record: OutboxRecord) -> Self {
        let stage = match (record.refused, record.handed_over) {
            (Some(_), _) => Stage::Refused,
            (None, true) => Stage::Unknown,
            (None, false) => Stage::Queued,
        };
        Self {
            in_doubt: stage == Stage::Unknown,
            stored: true,
            stage,
            record,
            early: 0,
            failures: 0,
            told: None,
        }
    }

    /// An item that was in the log until a reset; its row is in the batch with this number.
    fn returned(record: OutboxRecord, batch: u64) -> Self {
        let stage = Stage::Storing { batch };
        Self { record, stage, in_doubt: true, stored: false, early: 0, failures: 0, told: None }
    }

    /// Its text is another: views hear of it once it is stored.
    pub(super) fn rewritten(&mut self) {
        self.stored = false;
        self.told = None;
        (self.early, self.failures) = (0, 0);
    }

    fn state(&self, cause: WaitCause) -> SendState {
        match self.stage {
            Stage::Storing { .. } | Stage::Queued => SendState::Queued(cause),
            Stage::Handing { .. } | Stage::InFlight { .. } => SendState::InFlight,
            Stage::Unknown => SendState::Unknown(cause),
            Stage::Sent { seq, .. } => SendState::Sent { seq },
            Stage::Refused => self.record.refused.map_or(SendState::Queued(cause), SendState::Refused),
        }
    }
}

/// The waiting messages of one conversation, in order.
#[derive(Default, Debug)]
pub(super) struct Lane {
    pub(super) items: Vec<Item>,
    /// Nothing goes before this time.
    pub(super) wait_until_ms: u64,
    /// How often in a row the server could not take a message.
    pub(super) failures: u32,
}

/// What a lane may do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Store the mark that this one is handed over; then it goes.
    Mark(MessageId),
    /// Hand this one over; its mark is stored.
    HandOver(MessageId),
}

impl Lane {
    fn position_of(&self, message_id: MessageId) -> Option<usize> {
        self.items.iter().position(|item| item.record.message_id == message_id)
    }

    /// The next step, if there is one now. `gathering` is the number of the batch that has not left yet: an item whose
    /// row is in it can be marked in the same transaction.
    pub(super) fn next_step(&self, gathering: u64) -> Option<Step> {
        let mut under_way = 0;
        let mut one_is_being_marked = false;
        for item in &self.items {
            if under_way >= limits::SEND_WINDOW {
                return None;
            }
            match item.stage {
                Stage::Refused | Stage::Sent { .. } => {}
                Stage::InFlight { .. } => under_way += 1,
                Stage::Handing { .. } => {
                    under_way += 1;
                    one_is_being_marked = true;
                }
                Stage::Queued => return Some(Step::Mark(item.record.message_id)),
                Stage::Storing { batch } if batch == gathering && !item.in_doubt => {
                    return Some(Step::Mark(item.record.message_id));
                }
                Stage::Unknown if !one_is_being_marked => {
                    return Some(Step::HandOver(item.record.message_id));
                }
                Stage::Storing { .. } | Stage::Unknown => return None,
            }
        }
        None
    }

    /// Whether nothing before it would be overtaken: all are answered for good, or on their way.
    pub(super) fn may_go(&self, message_id: MessageId) -> bool {
        self.items
            .iter()
            .take_while(|item| item.record.message_id != message_id)
            .all(|item| matches!(item.stage, Stage::Refused | Stage::Sent { .. } | Stage::InFlight { .. }))
    }

    /// The message that one must name by `after`: the nearest before it that is unanswered.
    pub(super) fn predecessor_of(&self, message_id: MessageId) -> Option<MessageId> {
        self.items
            .iter()
            .take_while(|item| item.record.message_id != message_id)
            .filter(|item| matches!(item.stage, Stage::InFlight { .. }))
            .last()
            .map(|item| item.record.message_id)
    }
}

/// All waiting messages of a device.
#[derive(Default, Debug)]
pub(super) struct Outbox {
    lanes: BTreeMap<ConversationKey, Lane>,
    lane_of: BTreeMap<MessageId, ConversationKey>,
    last_order: u64,
    /// Nothing goes before this time: the server asked this device to slow down.
    pub(super) wait_until_ms: u64,
    /// Whether some item's state may have changed since the views were told.
    pub(super) changed: bool,
}

impl Outbox {
    /// What storage holds.
    pub(super) fn stored(records: Vec<OutboxRecord>) -> Self {
        let mut outbox = Self::default();
        for record in by_number(records, |record| record.order) {
            outbox.push(Item::stored(record));
        }
        outbox
    }

    fn push(&mut self, item: Item) {
        let key = item.record.target.key();
        self.last_order = self.last_order.max(item.record.order);
        self.lane_of.insert(item.record.message_id, key.clone());
        self.lanes.entry(key).or_default().items.push(item);
        self.changed = true;
    }

    /// The next number in this device's order of writing.
    pub(super) fn next_order(&mut self) -> u64 {
        self.last_order += 1;
        self.last_order
    }

    /// Takes a message that is new here, whose row is in the batch with this number.
    pub(super) fn add(&mut self, record: OutboxRecord, batch: u64) {
        let (stage, in_doubt) = (Stage::Storing { batch }, record.handed_over);
        self.push(Item { record, stage, in_doubt, stored: false, early: 0, failures: 0, told: None });
    }

    pub(super) fn contains(&self, message_id: MessageId) -> bool {
        self.lane_of.contains_key(&message_id)
    }

    pub(super) fn key_of(&self, message_id: MessageId) -> Option<&ConversationKey> {
        self.lane_of.get(&message_id)
    }

    pub(super) fn get(&self, message_id: MessageId) -> Option<&Item> {
        let lane = self.lanes.get(self.lane_of.get(&message_id)?)?;
        lane.items.get(lane.position_of(message_id)?)
    }

    /// The item, to be changed.
    pub(super) fn get_mut(&mut self, message_id: MessageId) -> Option<&mut Item> {
        let lane = self.lanes.get_mut(self.lane_of.get(&message_id)?)?;
        let place = lane.position_of(message_id)?;
        self.changed = true;
        lane.items.get_mut(place)
    }

    pub(super) fn remove(&mut self, message_id: MessageId) -> Option<Item> {
        let key = self.lane_of.remove(&message_id)?;
        let lane = self.lanes.get_mut(&key)?;
        let item = lane.items.remove(lane.position_of(message_id)?);
        if lane.items.is_empty() {
            self.lanes.remove(&key);
        }
        Some(item)
    }

    /// Moves a message behind all others of its lane: what was fixed goes out as if it was written now.
    pub(super) fn move_to_end(&mut self, message_id: MessageId) {
        let order = self.next_order();
        if let Some(mut item) = self.remove(message_id) {
            item.record.order = order;
            self.push(item);
        }
    }

    pub(super) fn lane(&self, key: &ConversationKey) -> Option<&Lane> {
        self.lanes.get(key)
    }

    pub(super) fn lane_mut(&mut self, key: &ConversationKey) -> Option<&mut Lane> {
        self.changed = true;
        self.lanes.get_mut(key)
    }

    pub(super) fn lanes(&self) -> impl Iterator<Item = (&ConversationKey, &Lane)> {
        self.lanes.iter()
    }

    /// All items, to be changed.
    pub(super) fn items_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.changed = true;
        self.lanes.values_mut().flat_map(|lane| lane.items.iter_mut())
    }

    /// Puts messages that were in the log, and no longer are, before all others of their lane under the same ids. Those
    /// that are in the lane already stay where they are. Every row of the lane gets a new number in the order, by the batch with
    /// this number.
    pub(super) fn return_to_front(&mut self, key: &ConversationKey, records: Vec<OutboxRecord>, batch: u64) {
        let waiting = self.lanes.remove(key).unwrap_or_default();
        let returned = records.into_iter().filter(|record| !self.lane_of.contains_key(&record.message_id));
        let returned: Vec<Item> = returned.map(|record| Item::returned(record, batch)).collect();
        for mut item in returned.into_iter().chain(waiting.items) {
            item.record.order = self.next_order();
            self.push(item);
        }
    }

    /// When the first of the waits that hold something up is over, after `now_ms`.
    pub(super) fn due_at(&self, now_ms: u64) -> Option<u64> {
        let waits = self.lanes.values().map(|lane| lane.wait_until_ms.max(self.wait_until_ms));
        waits.filter(|until| *until > now_ms).min()
    }

    /// Since when the longest unanswered message has been on its way.
    pub(super) fn unanswered_since(&self) -> Option<u64> {
        let items = self.lanes.values().flat_map(|lane| &lane.items);
        items
            .filter_map(|item| match item.stage {
                Stage::InFlight { since_ms } => Some(since_ms),
                _ => None,
            })
            .min()
    }

    /// What views do not know yet. `cause` is what everything waits for, if it does; else lanes say.
    pub(super) fn untold(&mut self, cause: Option<WaitCause>, now_ms: u64) -> Vec<OutboxItem> {
        let mut news = Vec::new();
        if !std::mem::take(&mut self.changed) {
            return news;
        }
        for lane in self.lanes.values_mut() {
            let cause = cause.unwrap_or(lane_cause(lane.wait_until_ms.max(self.wait_until_ms), now_ms));
            for item in lane.items.iter_mut().filter(|item| item.stored) {
                let state = item.state(cause);
                if item.told.as_ref() != Some(&state) {
                    item.told = Some(state.clone());
                    news.push(OutboxItem { record: item.record.clone(), state });
                }
            }
        }
        news
    }

    /// All that is stored, as views that open now must know it.
    pub(super) fn all(&self, cause: Option<WaitCause>, now_ms: u64) -> Vec<OutboxItem> {
        let mut items = Vec::new();
        for lane in self.lanes.values() {
            let cause = cause.unwrap_or(lane_cause(lane.wait_until_ms.max(self.wait_until_ms), now_ms));
            let stored = lane.items.iter().filter(|item| item.stored);
            items.extend(
                stored.map(|item| OutboxItem { record: item.record.clone(), state: item.state(cause) }),
            );
        }
        items
    }
}

fn lane_cause(until_ms: u64, now_ms: u64) -> WaitCause {
    if until_ms > now_ms { WaitCause::Until(until_ms) } else { WaitCause::Turn }
}
