//! From what the engine tells to what views read.

use std::collections::HashMap;
use std::sync::Arc;

use common::id::UserId;
use common::sync::{
    Change, ConversationKey, ConversationRecord, LinkState, LostReason, OutboxItem, OutboxRecord, SendState,
    Snapshot, WaitCause,
};
use leptos::prelude::*;

use crate::stores::{SessionState, Stores};

/// Shows what is stored, before anything else is known. Right also when something older is shown already. `now_s` is now,
/// Unix seconds, here and below.
pub(super) fn show_snapshot(stores: &Stores, snapshot: &Snapshot, now_s: i64) {
    stores.session.account.set(snapshot.account.clone());
    stores.people.put_profiles(snapshot.profiles.clone());
    stores.people.put_members(snapshot.members.clone());
    stores.conversations.put(snapshot.conversations.clone());
    let waiting = snapshot.outbox.iter().map(|record| Arc::new(as_stored(record.clone()))).collect();
    stores.conversations.replace_waiting(waiting);
    stores.conversations.sort(now_s);
    count_waiting(stores);
    stores.conversations.loaded.set(true);
}

/// A waiting message as it is known from storage alone.
fn as_stored(record: OutboxRecord) -> OutboxItem {
    let state = match (record.refused, record.handed_over) {
        (Some(code), _) => SendState::Refused(code),
        (None, true) => SendState::Unknown(WaitCause::Link),
        (None, false) => SendState::Queued(WaitCause::Link),
    };
    OutboxItem { record, state }
}

/// Applies changes to all stores but the timeline. Answers why the session is over, if that is among them.
pub(super) fn apply(stores: &Stores, changes: &[Change], now_s: i64) -> Option<LostReason> {
    let mut records: HashMap<&ConversationKey, &ConversationRecord> = HashMap::new();
    let mut profiles = Vec::new();
    let mut members = Vec::new();
    let mut lost = None;
    for change in changes {
        match change {
            Change::Conversation(record) => {
                records.insert(&record.key, record);
            }
            Change::Members(record) => members.push(record.clone()),
            Change::Profile(profile) => profiles.push(profile.clone()),
            Change::Link(LinkState::Lost(reason)) | Change::Lost(reason) => lost = Some(*reason),
            _ => {}
        }
    }
    if !profiles.is_empty() {
        stores.people.put_profiles(profiles);
    }
    if !members.is_empty() {
        stores.people.put_members(members);
    }
    if !records.is_empty() {
        stores.conversations.put(records.into_values().cloned().collect());
    }
    for change in changes {
        apply_one(stores, change);
    }
    let of_outbox = |change: &Change| matches!(change, Change::Outbox(_) | Change::OutboxGone { .. });
    let of_list = |change: &Change| matches!(change, Change::Conversation(_) | Change::ConversationGone(_));
    let outbox_moved = changes.iter().any(of_outbox);
    if outbox_moved || changes.iter().any(of_list) {
        stores.conversations.sort(now_s);
    }
    if outbox_moved {
        count_waiting(stores);
    }
    lost
}

fn apply_one(stores: &Stores, change: &Change) {
    match change {
        Change::Link(state) => {
            if !matches!(state, LinkState::Live | LinkState::CatchingUp) {
                stores.presence.forget();
            }
            stores.link.state.set(state.clone());
        }
        Change::Account(account) => stores.session.account.set(Some(account.clone())),
        Change::ConversationGone(key) => {
            stores.conversations.remove(key);
            stores.people.remove_members(key);
        }
        Change::Outbox(item) => stores.conversations.put_waiting(Arc::new(item.clone())),
        Change::OutboxGone { key, message_id } => stores.conversations.remove_waiting(key, *message_id),
        Change::Presence(people) => stores.presence.put(people.clone()),
        Change::Typing { key, user_id, until_ms } => {
            set_typing(stores, key, user_id, until_ms.is_some());
        }
        // gathered before, or for the timeline
        Change::Conversation(_)
        | Change::Members(_)
        | Change::Profile(_)
        | Change::Lost(_)
        | Change::Entries { .. }
        | Change::Hint { .. }
        | Change::Truncated { .. }
        | Change::HistoryFailed { .. } => {}
    }
}

/// The engine takes a hint back itself when its time is over.
fn set_typing(stores: &Stores, key: &ConversationKey, user: &UserId, active: bool) {
    let Some(slot) = stores.conversations.slot(key) else { return };
    let listed = slot.typing.with_untracked(|people| people.contains(user));
    if listed != active {
        slot.typing.update(|people| match active {
            true => people.push(user.clone()),
            false => people.retain(|other| other != user),
        });
    }
}

fn count_waiting(stores: &Stores) {
    let (waiting, refused) = stores.conversations.count_waiting();
    for (signal, count) in [(stores.link.waiting, waiting), (stores.link.refused, refused)] {
        if signal.get_untracked() != count {
            signal.set(count);
        }
    }
}

/// The session is over, and the outbox is kept: ask to sign in.
pub(super) fn ask_to_sign_in(stores: &Stores) {
    let state = stores.session.state.get_untracked();
    if let SessionState::SignedIn { user_id, device_id } = state {
        stores.session.state.set(SessionState::Expired { user_id, device_id });
    }
}

#[cfg(test)]
mod tests {
    use common::id::MessageId;
    use common::model::{ConversationKind, HistoryPolicy, OwnState, Standing};
    use common::sync::Target;
    use common::wire::ErrorCode;

    use super::*;

    const NOW: i64 = 1_000;

    fn record(name: &str, active_at: i64, standing: Standing) -> ConversationRecord {
        ConversationRecord {
            key: ConversationKey::direct(&name.into()),
            conversation_id: None,
            kind: ConversationKind::Direct,
            peer: Some(name.into()),
            title: None,
            history: HistoryPolicy::FromJoining,
            own: OwnState { standing, ..OwnState::default() },
            head_seq: 0,
            head_count: 2,
            held: vec![],
            newest: None,
            active_at,
            others_delivered: 0,
            others_read: 0,
            read_pending: None,
        }
    }

    fn waiting(number: u128, to: &str, at_s: u64) -> OutboxItem {
        as_stored(OutboxRecord {
            message_id: MessageId(uuid::Uuid::from_u128(number)),
            target: Target::Person(to.into()),
            content: "x".into(),
            order: u64::try_from(number).unwrap(),
            written_at_ms: at_s * 1000,
            handed_over: false,
            refused: None,
        })
    }

    fn list(stores: &Stores) -> Vec<String> {
        stores.conversations.order.get_untracked().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_list_is_newest_first_and_requests_stand_apart() {
        let owner = Owner::new();
        owner.set();
        let stores = Stores::new();
        let changes = [
            Change::Conversation(record("anna", 10, Standing::Accepted)),
            Change::Conversation(record("bert", 20, Standing::Accepted)),
            Change::Conversation(record("carl", 30, Standing::Request)),
            Change::Conversation(record("dora", 40, Standing::Declined)),
        ];
        assert_eq!(apply(&stores, &changes, NOW), None);
        assert_eq!(list(&stores), ["@bert", "@anna"]);
        assert_eq!(stores.conversations.requests.get_untracked().len(), 1);
        assert_eq!(stores.conversations.unread.get_untracked(), 4);

        apply(&stores, &[Change::Outbox(waiting(1, "anna", 99))], NOW);
        assert_eq!(list(&stores), ["@anna", "@bert"], "what one writes counts as news");
        assert_eq!(stores.link.waiting.get_untracked(), 1);
        apply(&stores, &[Change::ConversationGone(ConversationKey::direct(&"bert".into()))], NOW);
        assert_eq!(list(&stores), ["@anna"]);

        let mut muted = record("anna", 10, Standing::Accepted);
        muted.own.muted_until = NOW + 1;
        apply(&stores, &[Change::Conversation(muted)], NOW);
        assert_eq!(stores.conversations.unread.get_untracked(), 0, "what is muted does not count");
    }

    #[test]
    fn waiting_messages_are_counted_and_refused_ones_apart() {
        let owner = Owner::new();
        owner.set();
        let stores = Stores::new();
        apply(&stores, &[Change::Conversation(record("anna", 10, Standing::Accepted))], NOW);
        let refused = OutboxItem { state: SendState::Refused(ErrorCode::Blocked), ..waiting(2, "anna", 1) };
        apply(&stores, &[Change::Outbox(waiting(1, "anna", 1)), Change::Outbox(refused)], NOW);
        assert_eq!(stores.link.waiting.get_untracked(), 1);
        assert_eq!(stores.link.refused.get_untracked(), 1);
        let key = ConversationKey::direct(&"anna".into());
        let message_id = waiting(1, "anna", 1).record.message_id;
        apply(&stores, &[Change::OutboxGone { key, message_id }], NOW);
        assert_eq!(stores.link.waiting.get_untracked(), 0);
    }

    #[test]
    fn a_lost_session_is_noticed_and_presence_ends_with_the_link() {
        let owner = Owner::new();
        owner.set();
        let stores = Stores::new();
        let lost = apply(&stores, &[Change::Link(LinkState::Lost(LostReason::SignedOut))], NOW);
        assert_eq!(lost, Some(LostReason::SignedOut));
    }
}
