//! From what was written to who is to be notified, after a short grace.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use common::id::{ConversationId, Seq};
use common::model::EntryType;
use tokio::time::{MissedTickBehavior, interval};

use super::clear::clear_read;
use crate::app::App;
use crate::auth::cookie::SESSION_SECONDS;
use crate::store::{Commit, Committed, Fresh};

/// How long one who is there has for reading before others of their devices ring.
const GRACE_MS: i64 = 2_000;
const ROUND: Duration = Duration::from_millis(500);
/// A notification that could not be given for so long is of no use any more, seconds.
pub(super) const OF_USE_FOR_S: i64 = 24 * 60 * 60;
/// Conversations that may be noted at once; beyond, the log is read instead.
const MOST_NOTES: usize = 65_536;

/// Conversations in one write; a large group may be thousands of deliveries, and people's messages wait behind each write.
const AT_ONCE: usize = 8;

/// What was written and is not expanded yet.
pub(super) struct Notes(Mutex<State>);

struct State {
    by_conversation: HashMap<ConversationId, Note>,
    /// The newest commit that was looked at.
    newest: u64,
    /// What was written after this is only in the log: it was before the start, or too much to note.
    only_in_log: Option<u64>,
}

impl State {
    /// What was written after `since` is not noted, or no more. Nothing may be noted of before that is not read from the log
    /// then: the log is read up to the first note only.
    fn rely_on_log(&mut self, since: u64) {
        let noted = std::mem::take(&mut self.by_conversation).into_values().map(|note| note.position - 1);
        self.only_in_log = noted.chain(self.only_in_log).chain([since]).min();
    }
}

#[derive(Clone, Copy)]
struct Note {
    from: Seq,
    to: Seq,
    position: u64,
    since_ms: i64,
}

/// What is to be expanded, up to a position.
struct Ready {
    fresh: Vec<Fresh>,
    only_in_log: Option<u64>,
    position: u64,
}

impl Notes {
    /// What was written after `expanded`, up to `newest`, is to be looked for in the log; every commit after that is to be
    /// noted.
    pub(super) fn new(expanded: u64, newest: u64) -> Self {
        let by_conversation = HashMap::new();
        Self(Mutex::new(State { by_conversation, newest, only_in_log: Some(expanded) }))
    }

    /// Takes note of a commit, if it is a message.
    pub(super) fn add(&self, commit: &Commit, now_ms: i64) {
        let mut state = self.state();
        let before = std::mem::replace(&mut state.newest, commit.position);
        let Committed::Appended(appended, _) = &commit.what else { return };
        if appended.entry.kind != EntryType::Text {
            return;
        }
        let (seq, position) = (appended.entry.seq, commit.position);
        if let Some(note) = state.by_conversation.get_mut(&appended.conversation) {
            note.to = seq;
        } else if state.by_conversation.len() < MOST_NOTES {
            let note = Note { from: seq, to: seq, position, since_ms: now_ms };
            state.by_conversation.insert(appended.conversation, note);
        } else {
            state.rely_on_log(before);
        }
    }

    /// Takes what has waited for long enough.
    fn take(&self, now_ms: i64, grace_ms: i64) -> Option<Ready> {
        let mut state = self.state();
        let is_ready = |note: &Note| note.since_ms <= now_ms - grace_ms;
        let fresh: Vec<Fresh> = state
            .by_conversation
            .extract_if(|_, note| is_ready(note))
            .map(|(conversation, Note { from, to, .. })| Fresh { conversation, from, to })
            .collect();
        let only_in_log = state.only_in_log.take();
        if fresh.is_empty() && only_in_log.is_none() {
            return None;
        }
        let waiting = state.by_conversation.values().map(|note| note.position - 1).min();
        Some(Ready { fresh, only_in_log, position: waiting.unwrap_or(state.newest) })
    }

    /// Whatever was taken is to be looked for in the log again.
    fn put_back(&self, expanded: u64) {
        self.state().rely_on_log(expanded);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Expands until the program stops.
pub(super) async fn run(app: App) {
    let mut rounds = interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut expanded = app.push.0.notes.state().newest;
    loop {
        tokio::select! {
            () = app.lifecycle.stopping() => break,
            _ = rounds.tick() => {}
        }
        expand_ready(&app, &mut expanded).await;
        clear_read(&app).await;
    }
    // only here, and lost with the program
    clear_read(&app).await;
    // without the grace: what was expanded after the first that waits would be once more, after the next start
    if let Some(ready) = app.push.0.notes.take(app.clock.now_ms(), 0)
        && let Err(error) = expand(&app, ready).await
    {
        tracing::warn!(%error, "what waits is told after the next start");
    }
}

async fn expand_ready(app: &App, expanded: &mut u64) {
    let notes = &app.push.0.notes;
    let Some(ready) = notes.take(app.clock.now_ms(), GRACE_MS) else { return };
    let (position, since) = (ready.position, ready.only_in_log.unwrap_or(*expanded));
    match expand(app, ready).await {
        Ok(made) => {
            *expanded = position;
            if made > 0 {
                app.push.0.due.notify_one();
            }
        }
        Err(error) => {
            tracing::warn!(%error, "notifications wait for the store");
            notes.put_back(since.min(*expanded));
        }
    }
}

/// Answers how many deliveries it made.
async fn expand(app: &App, ready: Ready) -> Result<u64, crate::store::StoreError> {
    let Ready { mut fresh, only_in_log, position } = ready;
    let now = app.clock.now_s();
    if !app.store.has_subscriptions().await? {
        // nobody to notify: only the position, at the start, so that the next start has not all of the log to read
        return match only_in_log {
            Some(_) => app.store.expand_push(vec![], position, now, now, now).await,
            None => Ok(0),
        };
    }
    if let Some(since) = only_in_log {
        fresh.extend(app.store.fresh_since(since, position).await?);
    }
    // in parts: people's messages wait behind each
    let mut made = 0;
    while fresh.len() > AT_ONCE {
        let part = fresh.split_off(fresh.len() - AT_ONCE);
        made += app.store.expand_push(part, 0, now, now + OF_USE_FOR_S, now - SESSION_SECONDS).await?;
    }
    made += app.store.expand_push(fresh, position, now, now + OF_USE_FOR_S, now - SESSION_SECONDS).await?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use common::id::{MessageId, UserId};
    use common::model::Entry;
    use uuid::Uuid;

    use super::*;
    use crate::store::Appended;

    fn conversation(number: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(number))
    }

    /// A message at this seq of a conversation, committed at this position.
    fn message(number: u128, seq: Seq, position: u64) -> Commit {
        let entry = Entry {
            seq,
            message_id: MessageId(Uuid::from_u128(u128::from(position))),
            from: UserId("anna".into()),
            kind: EntryType::Text,
            content: None,
            content_hash: None,
            timestamp: 0,
            count: seq,
            actor_count: seq,
        };
        let appended = Appended {
            conversation: conversation(number),
            entry,
            duplicate: false,
            created: false,
            accepted: false,
            audience: [].into(),
            position,
        };
        Commit { position, what: Committed::Appended(appended, None) }
    }

    fn notes() -> Notes {
        let notes = Notes::new(0, 10);
        let at_start = notes.take(0, GRACE_MS).expect("the log since the last time");
        assert_eq!((at_start.only_in_log, at_start.position), (Some(0), 10));
        notes
    }

    fn fresh(number: u128, from: Seq, to: Seq) -> Fresh {
        Fresh { conversation: conversation(number), from, to }
    }

    #[test]
    fn everything_counts_as_done_up_to_what_still_waits() {
        let notes = notes();
        notes.add(&message(1, 5, 11), 0);
        notes.add(&message(2, 8, 12), 100);
        notes.add(&message(1, 6, 13), 200);
        assert!(notes.take(GRACE_MS - 1, GRACE_MS).is_none());
        let ready = notes.take(GRACE_MS, GRACE_MS).unwrap();
        assert_eq!((ready.fresh, ready.only_in_log, ready.position), (vec![fresh(1, 5, 6)], None, 11));
        let ready = notes.take(GRACE_MS + 100, GRACE_MS).unwrap();
        assert_eq!((ready.fresh, ready.only_in_log, ready.position), (vec![fresh(2, 8, 8)], None, 13));
    }

    #[test]
    fn what_could_not_be_expanded_is_read_from_the_log_with_all_that_waited() {
        let notes = notes();
        notes.add(&message(1, 5, 11), 0);
        notes.add(&message(2, 8, 12), 100);
        notes.add(&message(1, 6, 13), 200);
        notes.take(GRACE_MS, GRACE_MS).unwrap();
        notes.put_back(10);
        // the other one waited at 12: were it noted still, the log would be read up to 11 only, and 13 be lost
        notes.add(&message(3, 1, 14), 300);
        let ready = notes.take(GRACE_MS, GRACE_MS).unwrap();
        assert_eq!((ready.fresh, ready.only_in_log, ready.position), (vec![], Some(10), 13));
    }

    #[test]
    fn more_than_can_be_noted_is_read_from_the_log() {
        let notes = notes();
        let most = MOST_NOTES as u64;
        for number in 0..=most {
            notes.add(&message(u128::from(number), 1, 11 + number), 0);
        }
        let newest = 11 + most;
        let ready = notes.take(GRACE_MS - 1, GRACE_MS).unwrap();
        assert_eq!((ready.fresh, ready.only_in_log, ready.position), (vec![], Some(10), newest));
        notes.add(&message(1, 2, newest + 1), 0);
        let ready = notes.take(GRACE_MS, GRACE_MS).unwrap();
        assert_eq!((ready.fresh, ready.only_in_log), (vec![fresh(1, 2, 2)], None));
    }
}
