//! Bringing the rows on screen to what they are now.

use std::collections::HashSet;

use common::id::Seq;
use leptos::prelude::*;

use super::{Going, Inner};
use crate::clock::local_day;
use crate::stores::timeline::{Content, Edge, Log, Row, Step, lay_out, reconcile};

impl Inner {
    /// Brings the rows on screen to what they are now.
    pub(super) fn show(&self) {
        let timeline = self.stores.timeline;
        let Some((rows, older, newer)) = self.rows() else { return };
        let slots = timeline.rows.with_untracked(|slots| reconcile(slots, rows));
        if let Some(slots) = slots {
            timeline.rows.set(slots);
        }
        for (signal, edge) in [(timeline.older, older), (timeline.newer, newer)] {
            if signal.get_untracked() != edge {
                signal.set(edge);
            }
        }
        self.count_below();
    }

    pub(super) fn rows(&self) -> Option<(Vec<Row>, Edge, Edge)> {
        let open = self.open.borrow();
        let open = open.as_ref().filter(|open| open.shown)?;
        let me = self.stores.session.state.with_untracked(|state| state.user_id().cloned())?;
        let slot = self.stores.conversations.slot(open.key.as_ref()?);
        let record = slot.as_ref().map(|slot| slot.record.get_untracked());
        let waiting = slot.map(|slot| slot.waiting.get_untracked()).unwrap_or_default();
        let log = record.as_ref().map_or(Log { held: &[], visible: &[], head: 0 }, Log::from);
        let asked = |going: Going| match going {
            Going::Asked(before) => Some(before),
            _ => None,
        };
        let loading: HashSet<Seq> = asked(open.older).into_iter().chain(asked(open.newer)).collect();
        let content = Content {
            entries: open.window.entries().collect(),
            hints: if open.follows { open.hints.values().collect() } else { Vec::new() },
            waiting: if open.follows || record.is_none() { &waiting } else { &[] },
            me: &me,
            log,
            others_delivered: record.as_ref().map_or(0, |record| record.others_delivered),
            others_read: record.as_ref().map_or(0, |record| record.others_read),
            unread_after: open.unread_after,
            loading: &loading,
        };
        let rows = lay_out(&content, local_day);
        let edge = |going: Going, step: Step| match (going, step) {
            (_, Step::End) => Edge::End,
            (Going::Reading | Going::Asked(_), _) => Edge::Loading,
            (Going::Failed, _) => Edge::Failed,
            (Going::Nothing, _) => Edge::More,
        };
        let older = edge(open.older, open.window.older(log, false));
        let newer = edge(open.newer, open.window.newer(log, false));
        Some((rows, older, newer))
    }

    /// How many messages of others lie below what was seen.
    pub(super) fn count_below(&self) {
        let below = self.below().unwrap_or(0);
        if self.stores.timeline.below.get_untracked() != below {
            self.stores.timeline.below.set(below);
        }
    }

    pub(super) fn below(&self) -> Option<u64> {
        let open = self.open.borrow();
        let open = open.as_ref().filter(|open| open.shown && !(open.at_end && open.follows))?;
        let me = self.stores.session.state.with_untracked(|state| state.user_id().cloned())?;
        let record = self.record(open.key.as_ref()?)?;
        Some(open.window.news_below(&record, open.seen, &me))
    }
}
