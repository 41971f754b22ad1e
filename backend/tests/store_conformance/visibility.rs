//! Only members see it: every read is clipped to the stretches in which one was in.

use backend::store::{Caller, GroupChange, HistoryRange, Mark, NewMessage, StoreError, Target};
use common::id::ConversationId;
use common::model::{Digest, HistoryPolicy, Interval};
use common::wire::{Compare, ComparePoint, ComparePoints, Page};

use crate::support::{START, World, cases};

cases![
    a_newcomer_sees_from_their_joining_on_unless_the_group_shows_all,
    a_former_member_sees_the_conversation_as_it_was_when_they_went,
    whoever_comes_back_sees_two_stretches_and_counts_nothing_between_as_unread,
    pages_end_where_ones_sight_ends_and_carry_the_digest_of_the_whole_chain,
    comparing_tells_the_common_prefix_and_nothing_of_what_one_may_not_see,
    a_retry_is_answered_even_after_the_sender_has_left,
    only_members_hear_that_one_types,
];

fn seqs(page: &Page) -> Vec<u64> {
    page.entries.iter().map(|entry| entry.seq).collect()
}

async fn a_newcomer_sees_from_their_joining_on_unless_the_group_shows_all(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[], HistoryPolicy::FromJoining).await;
    for text in ["2", "3"] {
        world.say_in(&anna, group, text).await.unwrap();
    }
    world.add(&anna, group, &bert).await;
    let view = world.view(&bert, group).await;
    assert_eq!(view.own.intervals, [Interval { from: 4, to: None }]);
    assert_eq!((view.own.read_seq, view.own.delivered_seq, view.own.unread(view.head.count)), (3, 3, 0));
    assert_eq!(seqs(&world.newest(&bert, group).await), [4]);
    world.say_in(&anna, group, "5").await.unwrap();
    let view = world.view(&bert, group).await;
    assert_eq!((view.head.seq, view.own.unread(view.head.count)), (5, 1));

    let open = GroupChange { title: None, history: Some(HistoryPolicy::All) };
    world.store.change_group(&anna, group, open, START).await.unwrap();
    world.add(&anna, group, &carl).await;
    let view = world.view(&carl, group).await;
    assert_eq!(view.own.intervals, [Interval { from: 1, to: None }]);
    assert_eq!(view.own.unread(view.head.count), 0, "the past is not unread");
    assert_eq!(seqs(&world.newest(&carl, group).await), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        seqs(&world.newest(&bert, group).await),
        [4, 5, 6, 7],
        "for those who were in, nothing changed"
    );
}

async fn a_former_member_sees_the_conversation_as_it_was_when_they_went(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert, &carl], HistoryPolicy::All).await;
    world.say_in(&anna, group, "seen").await.unwrap();
    let removed = world.remove(&anna, group, &bert).await;
    let last = removed.entries.last().unwrap();
    let then = world.view(&bert, group).await;
    let position = world.resume(&bert, None).await.position;

    let rename = GroupChange { title: Some("Secret".into()), history: None };
    world.store.change_group(&anna, group, rename, START).await.unwrap();
    let unseen = world.say_in(&anna, group, "unseen").await.unwrap();
    world.mark(&carl, group, Mark::Read, unseen.entry.seq).await.unwrap();
    world.add(&anna, group, &dora).await;

    assert!(world.resume(&bert, Some(position)).await.conversations.is_empty(), "nothing of it reaches them");
    let now = world.view(&bert, group).await;
    assert_eq!((now.head, now.title.as_deref()), (then.head, Some("Geese")));
    assert_eq!(now.own.intervals, [Interval { from: 1, to: Some(last.seq) }]);
    assert_eq!((now.own.role, then.own.role), (None, None));
    assert!(now.members.iter().all(|member| member.user_id != dora.user_id));
    assert!(now.receipts.iter().all(|receipt| receipt.read_seq <= last.seq));
    assert_eq!(world.newest(&bert, group).await.entries.last(), Some(last));
    let beyond = world.mark(&bert, group, Mark::Read, last.seq + 1).await;
    assert!(matches!(beyond, Err(StoreError::BeyondHead)), "{beyond:?}");
    let moved = world.mark(&bert, group, Mark::Read, last.seq).await.unwrap();
    assert_eq!(moved.audience[..], [bert.account], "one's own devices still agree");
    let everything = world.resume(&bert, None).await;
    assert_eq!(everything.conversations.len(), 1);
    assert_eq!(everything.conversations[0].head, then.head);
    assert_eq!(everything.conversations[0].page.as_ref().unwrap().entries.last(), Some(last));
    let refused = world.say_in(&bert, group, "let me in").await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    for refused in [
        world.store.add_members(&bert, group, vec![bert.user_id.clone()], START).await.map(drop),
        world.store.change_group(&bert, group, GroupChange::default(), START).await.map(drop),
    ] {
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
    }
}

async fn whoever_comes_back_sees_two_stretches_and_counts_nothing_between_as_unread(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let group = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    world.say_in(&bert, group, "3").await.unwrap();
    world.say_in(&anna, group, "4").await.unwrap();
    world.remove(&anna, group, &bert).await;
    for text in ["6", "7", "8"] {
        world.say_in(&anna, group, text).await.unwrap();
    }
    let position = world.resume(&bert, None).await.position;
    world.add(&anna, group, &bert).await;
    let view = world.view(&bert, group).await;
    assert_eq!(view.own.intervals, [Interval { from: 1, to: Some(5) }, Interval { from: 9, to: None }]);
    assert_eq!((view.own.unread(view.head.count), view.own.own_count), (0, 1));
    world.say_in(&anna, group, "10").await.unwrap();
    world.say_in(&bert, group, "11").await.unwrap();
    let resumed = world.resume(&bert, Some(position)).await;
    let delta = &resumed.conversations[0];
    assert_eq!((delta.own.unread(delta.head.count), delta.own.own_count), (1, 2));
    assert_eq!(seqs(delta.page.as_ref().unwrap()), [9, 10, 11], "a page does not reach over the gap");
    assert_eq!(delta.members.len(), 2, "who comes back is told of everyone anew");
    let page = world.store.history(bert.account, group, HistoryRange::Before(9), 100).await.unwrap();
    assert_eq!(seqs(&page), [1, 2, 3, 4, 5]);
    let page = world.store.history(bert.account, group, HistoryRange::After(4), 100).await.unwrap();
    assert_eq!(seqs(&page), [5]);
    let page = world.store.history(bert.account, group, HistoryRange::After(5), 2).await.unwrap();
    assert_eq!(seqs(&page), [9, 10]);
}

async fn pages_end_where_ones_sight_ends_and_carry_the_digest_of_the_whole_chain(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[], HistoryPolicy::FromJoining).await;
    for number in 2..=7 {
        world.say_in(&anna, group, &format!("{number}")).await.unwrap();
    }
    world.add(&anna, group, &bert).await;
    for number in 9..=12 {
        world.say_in(&anna, group, &format!("{number}")).await.unwrap();
    }
    let whole = world.newest(&anna, group).await;
    assert_eq!(whole.digest_before, Digest::default());
    let digest_at = |seq: u64| {
        whole.entries.iter().take(seq as usize).fold(Digest::default(), |digest, entry| digest.after(entry))
    };
    let page = async |who: &Caller, range, limit| {
        let page = world.store.history(who.account, group, range, limit).await.unwrap();
        if let Some(first) = page.entries.first() {
            assert_eq!(page.digest_before, digest_at(first.seq - 1));
        }
        seqs(&page)
    };
    assert_eq!(page(&bert, HistoryRange::Newest, 100).await, [8, 9, 10, 11, 12]);
    assert_eq!(page(&bert, HistoryRange::Newest, 2).await, [11, 12]);
    assert_eq!(page(&bert, HistoryRange::Before(11), 100).await, [8, 9, 10]);
    assert_eq!(page(&bert, HistoryRange::Before(8), 100).await, [0; 0]);
    assert_eq!(page(&bert, HistoryRange::After(0), 2).await, [8, 9]);
    assert_eq!(page(&bert, HistoryRange::After(12), 2).await, [0; 0]);
    assert_eq!(page(&anna, HistoryRange::Before(5), 2).await, [3, 4]);
    assert_eq!(page(&anna, HistoryRange::Newest, 0).await, [12], "at least one");
    let stranger = world.store.history(carl.account, group, HistoryRange::Newest, 9).await;
    assert!(matches!(stranger, Err(StoreError::NotFound)), "{stranger:?}");
    assert_eq!(world.view(&bert, group).await.head.digest, digest_at(12));
}

async fn comparing_tells_the_common_prefix_and_nothing_of_what_one_may_not_see(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[], HistoryPolicy::FromJoining).await;
    for number in 2..=5 {
        world.say_in(&anna, group, &format!("{number}")).await.unwrap();
    }
    world.add(&anna, group, &bert).await;
    let entries = world.newest(&anna, group).await.entries;
    let mut digest = Digest::default();
    let mut points: Vec<_> = entries
        .iter()
        .map(|entry| {
            digest = digest.after(entry);
            ComparePoint { seq: entry.seq, digest }
        })
        .collect();
    points.reverse();
    let compare = async |who: &Caller, points: &[ComparePoint]| {
        let asked = ComparePoints { conversation_id: group, points: points.to_vec() };
        let answer = world.store.compare(who.account, &Compare { conversations: vec![asked] }).await.unwrap();
        (answer.conversations[0].common_seq, answer.conversations[0].known)
    };
    assert_eq!(compare(&anna, &points).await, (6, true));
    assert_eq!(compare(&anna, &points[3..]).await, (3, true));
    assert_eq!(compare(&anna, &[]).await, (0, true));
    let other = Digest::of_content("other");
    let mut diverged = points.clone();
    diverged[0].digest = other;
    diverged[1].digest = other;
    diverged.insert(0, ComparePoint { seq: 900, digest: other });
    diverged.push(ComparePoint { seq: u64::MAX, digest: other });
    assert_eq!(compare(&anna, &diverged).await, (4, true));
    assert_eq!(compare(&bert, &points).await, (6, true));
    assert_eq!(
        compare(&bert, &points[1..]).await,
        (0, true),
        "what lies before their joining does not count"
    );
    assert_eq!(compare(&carl, &points).await, (0, false));

    // several at once are answered in the order asked, more samples than one statement takes among them
    let direct = world.say(&anna, &carl, "1").await;
    let digest = Digest::default().after(&direct.entry);
    let mut many: Vec<_> = (2..200).rev().map(|seq| ComparePoint { seq, digest: other }).collect();
    many.push(ComparePoint { seq: 1, digest });
    let asked = |conversation_id, points| ComparePoints { conversation_id, points };
    let nowhere = ConversationId(world.id());
    let conversations = vec![
        asked(direct.conversation, many),
        asked(nowhere, points.clone()),
        asked(group, points[2..].to_vec()),
    ];
    let answer = world.store.compare(anna.account, &Compare { conversations }).await.unwrap();
    let answers = answer.conversations.iter().map(|one| (one.conversation_id, one.common_seq, one.known));
    let expected = [(direct.conversation, 1, true), (nowhere, 0, false), (group, 4, true)];
    assert_eq!(answers.collect::<Vec<_>>(), expected);
}

async fn a_retry_is_answered_even_after_the_sender_has_left(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    let message = NewMessage { target: Target::Conversation(group), ..world.message(&bert, &bert, "once") };
    let first = world.store.append_message(message.clone()).await.unwrap();
    world.store.leave(&bert, group, START).await.unwrap();
    let again = world.store.append_message(message.clone()).await.unwrap();
    assert!(again.duplicate);
    assert_eq!(again.entry, first.entry);
    let other = NewMessage { content: crate::support::content("twice"), ..message };
    assert!(matches!(world.store.append_message(other).await, Err(StoreError::Conflict)));
}

async fn only_members_hear_that_one_types(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    let audience = async |who: &Caller| world.store.audience(who.account, group).await;
    assert_eq!(audience(&bert).await.unwrap(), [anna.account, bert.account]);
    assert!(matches!(audience(&carl).await, Err(StoreError::NotFound)));
    world.remove(&anna, group, &bert).await;
    assert_eq!(audience(&anna).await.unwrap(), [anna.account]);
    assert!(matches!(audience(&bert).await, Err(StoreError::NotFound)));
}
