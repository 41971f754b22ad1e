//! Laying entries and waiting messages out as rows: dates, the unread line, holes, groups of bubbles, ticks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use common::id::{MessageId, Seq, UserId};
use common::model::{Entry, EntryType};
use common::sync::OutboxItem;
use leptos::prelude::*;

use super::row::{Bubble, DayRow, GapRow, Place, Row, RowKey, RowSlot, SystemRow, Ticks};
use super::window::Log;

/// Bubbles of one sender stay in a group while at most this lies between one and the next, seconds.
const GROUP_PAUSE_S: i64 = 5 * 60;

/// What is laid out.
pub struct Content<'a> {
    /// Entries in memory, ascending.
    pub entries: Vec<&'a Arc<Entry>>,
    /// Entries that came early, ascending; below the end of what is in memory.
    pub hints: Vec<&'a Arc<Entry>>,
    /// Messages that wait, in the order of writing; empty where the rows do not reach the end.
    pub waiting: &'a [Arc<OutboxItem>],
    /// Oneself.
    pub me: &'a UserId,
    /// The log they are from.
    pub log: Log<'a>,
    /// How far everybody else has received.
    pub others_delivered: Seq,
    /// How far everybody else has read.
    pub others_read: Seq,
    /// The unread line stands above the first message of others after this seq.
    pub unread_after: Option<Seq>,
    /// Holes being filled, by the seq after them.
    pub loading: &'a HashSet<Seq>,
}

/// Lays it out, top to bottom. `day` answers the local midnights around a time.
pub fn lay_out(content: &Content<'_>, mut day: impl FnMut(i64) -> (i64, i64)) -> Vec<Row> {
    let mut rows = Vec::with_capacity(content.entries.len() + content.waiting.len() + 8);
    let mut today: Option<(i64, i64)> = None;
    let mut date = |rows: &mut Vec<Row>, timestamp: i64| {
        let known = today.filter(|(start, end)| *start <= timestamp && timestamp < *end);
        if known.is_none() {
            let found = day(timestamp);
            // a clock that was set back does not bring yesterday's date again below today's
            if today.is_none_or(|(start, _)| found.0 > start) {
                today = Some(found);
                rows.push(Row::Day(DayRow { midnight: found.0 }));
            }
        }
    };

    let mut unread_after = unread_line(content);
    let mut stored: HashSet<MessageId> = HashSet::new();
    let mut before: Option<Seq> = None;
    let hints = content.hints.iter().map(|entry| (*entry, true));
    for (entry, hint) in content.entries.iter().map(|entry| (*entry, false)).chain(hints) {
        if !stored.insert(entry.message_id) {
            continue;
        }
        if let Some(gap) = gap_between(content, before, entry.seq, hint) {
            rows.push(Row::Gap(gap));
        }
        before = Some(entry.seq);
        date(&mut rows, entry.timestamp);
        if unread_after.is_some_and(|seq| entry.seq > seq && is_news(content, entry)) {
            rows.push(Row::Unread);
            unread_after = None;
        }
        rows.push(match entry.kind {
            EntryType::System => {
                Row::System(SystemRow { entry: Arc::clone(entry), event: entry.system_event() })
            }
            EntryType::Text => Row::Message(Bubble::Stored {
                entry: Arc::clone(entry),
                place: alone(is_mine(content, &entry.from)),
                ticks: ticks(content, entry),
                hint,
            }),
        });
    }
    for item in content.waiting {
        if stored.insert(item.record.message_id) {
            let bubble = Bubble::Waiting { item: Arc::clone(item), place: alone(true) };
            date(&mut rows, bubble.timestamp());
            rows.push(Row::Message(bubble));
        }
    }
    group(&mut rows);
    rows
}

/// After which seq the unread line stands, if its place is among the entries in memory.
fn unread_line(content: &Content<'_>) -> Option<Seq> {
    let after = content.unread_after?;
    let first = content.entries.first()?.seq;
    (first <= after || content.log.visible_below(first).is_none_or(|below| below <= after)).then_some(after)
}

fn gap_between(content: &Content<'_>, before: Option<Seq>, seq: Seq, hint: bool) -> Option<GapRow> {
    let before = before?;
    let from = content.log.visible_above(before).filter(|from| *from < seq)?;
    let to = content.log.visible_below(seq).filter(|to| *to >= from)?;
    Some(GapRow { from, to, loading: hint || content.loading.contains(&(to + 1)) })
}

fn is_mine(content: &Content<'_>, from: &UserId) -> bool {
    from.0.eq_ignore_ascii_case(&content.me.0)
}

fn is_news(content: &Content<'_>, entry: &Entry) -> bool {
    entry.kind.counts() && !is_mine(content, &entry.from)
}

fn ticks(content: &Content<'_>, entry: &Entry) -> Ticks {
    if !is_mine(content, &entry.from) {
        Ticks::None
    } else if entry.seq <= content.others_read {
        Ticks::Read
    } else if entry.seq <= content.others_delivered {
        Ticks::Delivered
    } else {
        Ticks::Sent
    }
}

fn alone(mine: bool) -> Place {
    Place { first_in_group: true, last_in_group: true, mine }
}

/// Joins neighbouring bubbles of one sender. Any other row between two parts them.
fn group(rows: &mut [Row]) {
    for next in 1..rows.len() {
        let (above, below) = rows.split_at_mut(next);
        let (Some(Row::Message(upper)), Some(Row::Message(lower))) = (above.last_mut(), below.first_mut())
        else {
            continue;
        };
        let pause = lower.timestamp().saturating_sub(upper.timestamp());
        if same_sender(upper, lower) && pause.abs() <= GROUP_PAUSE_S {
            place_mut(upper).last_in_group = false;
            place_mut(lower).first_in_group = false;
        }
    }
}

fn same_sender(upper: &Bubble, lower: &Bubble) -> bool {
    match (upper, lower) {
        (Bubble::Stored { entry: upper, .. }, Bubble::Stored { entry: lower, .. }) => {
            upper.from == lower.from
        }
        _ => upper.place().mine && lower.place().mine,
    }
}

fn place_mut(bubble: &mut Bubble) -> &mut Place {
    match bubble {
        Bubble::Stored { place, .. } | Bubble::Waiting { place, .. } => place,
    }
}

/// Brings the slots on screen to what the rows now are: rows that stay keep their slot, and tell only if they changed.
/// Answers the new slots where rows came, went or moved.
pub fn reconcile(slots: &[RowSlot], rows: Vec<Row>) -> Option<Vec<RowSlot>> {
    let same_keys =
        slots.len() == rows.len() && slots.iter().zip(&rows).all(|(slot, row)| slot.key == row.key());
    let mut known: HashMap<RowKey, &RowSlot> = HashMap::new();
    if !same_keys {
        known.extend(slots.iter().map(|slot| (slot.key, slot)));
    }
    let mut next = Vec::with_capacity(if same_keys { 0 } else { rows.len() });
    for (index, row) in rows.into_iter().enumerate() {
        let slot = if same_keys { slots.get(index) } else { known.get(&row.key()).copied() };
        match slot {
            Some(slot) => {
                if !same_keys {
                    next.push(slot.clone());
                }
                if slot.row.with_untracked(|old| *old != row) {
                    slot.row.set(row);
                }
            }
            None => next.push(RowSlot { key: row.key(), row: ArcRwSignal::new(row) }),
        }
    }
    (!same_keys).then_some(next)
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
