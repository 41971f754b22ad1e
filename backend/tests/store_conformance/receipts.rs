//! How far members have come, and what is told of it.

use backend::store::{Mark, StoreError};
use common::model::{HistoryPolicy, Standing};
use common::wire::http::MessageStatus;

use crate::support::{START, World, cases};

cases![
    marks_only_grow_and_never_beyond_the_head,
    reading_counts_messages_of_others_and_ones_own_apart,
    receipts_of_a_request_are_told_to_nobody_until_it_is_accepted,
    a_direct_message_tells_when_it_was_delivered_and_read,
    a_group_message_is_read_once_every_other_member_has_read_it,
    one_learns_nothing_of_a_message_that_one_may_not_see,
];

async fn marks_only_grow_and_never_beyond_the_head(mut world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    world.say(&anna, &bert, "one").await;
    let conversation = world.say(&bert, &anna, "two").await.conversation;
    let beyond = world.mark(&bert, conversation, Mark::Delivered, 3).await;
    assert!(matches!(beyond, Err(StoreError::BeyondHead)), "{beyond:?}");
    let beyond = world.mark(&bert, conversation, Mark::Read, u64::MAX).await;
    assert!(matches!(beyond, Err(StoreError::BeyondHead)), "{beyond:?}");
    let stranger = world.mark(&carl, conversation, Mark::Read, 1).await;
    assert!(matches!(stranger, Err(StoreError::NotFound)), "{stranger:?}");

    let moved = world.mark(&bert, conversation, Mark::Delivered, 2).await.unwrap();
    assert_eq!(moved.moves, [Mark::Delivered]);
    assert_eq!((moved.receipt.delivered_seq, moved.receipt.read_seq), (2, 0));
    assert_eq!(moved.audience[..], [anna.account, bert.account]);
    let back = world.mark(&bert, conversation, Mark::Delivered, 1).await.unwrap();
    assert!(back.moves.is_empty() && back.audience.is_empty());
    assert_eq!((back.receipt, back.position), (moved.receipt, moved.position));
    let read = world.mark(&anna, conversation, Mark::Read, 1).await.unwrap();
    assert_eq!((read.receipt.delivered_seq, read.receipt.read_seq), (1, 1), "what is read is received");
    assert_eq!(read.moves, [Mark::Delivered, Mark::Read]);
    world.store.close().await;
    let mut told = 0;
    while world.commits.recv().await.is_some() {
        told += 1;
    }
    assert_eq!(told, 4, "two messages, two moves");
}

async fn reading_counts_messages_of_others_and_ones_own_apart(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let conversation = world.say(&anna, &bert, "1").await.conversation;
    for (from, to) in [(&anna, &bert), (&bert, &anna), (&anna, &bert), (&bert, &anna), (&bert, &anna)] {
        world.say(from, to, "more").await;
    }
    let unread = async |who| {
        let view = world.view(who, conversation).await;
        (view.own.unread(view.head.count), view.own.own_count, view.own.own_read)
    };
    assert_eq!(unread(&anna).await, (3, 3, 0));
    assert_eq!(unread(&bert).await, (3, 3, 0));
    let moved = world.mark(&bert, conversation, Mark::Read, 3).await.unwrap();
    assert_eq!((moved.read_count, moved.own_read), (3, 1));
    assert_eq!(unread(&bert).await, (1, 3, 1));
    world.mark(&bert, conversation, Mark::Read, 4).await.unwrap();
    assert_eq!(unread(&bert).await, (0, 3, 1));
    world.mark(&bert, conversation, Mark::Read, 6).await.unwrap();
    assert_eq!(unread(&bert).await, (0, 3, 3));
    world.say(&anna, &bert, "7").await;
    world.say(&bert, &anna, "8").await;
    assert_eq!(unread(&bert).await, (1, 4, 3));
}

async fn receipts_of_a_request_are_told_to_nobody_until_it_is_accepted(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let request = world.say(&anna, &bert, "hello").await;
    let (conversation, message) = (request.conversation, request.entry.message_id);
    let before = world.resume(&anna, None).await.position;
    let moved = world.mark(&bert, conversation, Mark::Read, 1).await.unwrap();
    assert_eq!(moved.audience[..], [bert.account], "one's own devices agree");
    assert!(
        world.resume(&anna, Some(before)).await.conversations.is_empty(),
        "not even that something moved"
    );
    assert!(world.view(&anna, conversation).await.receipts.iter().all(|r| r.user_id == anna.user_id));
    let own = world.resume(&bert, Some(before)).await.conversations;
    assert_eq!(own[0].own.read_seq, 1);
    let info = world.store.message_info(anna.account, message).await.unwrap();
    assert_eq!((info.status, info.delivered_at, info.read_at), (MessageStatus::Sent, None, None));

    let forbidden = world.store.set_standing(&bert, conversation, Standing::Request).await;
    assert!(matches!(forbidden, Err(StoreError::Forbidden)));
    let declined = world.store.set_standing(&bert, conversation, Standing::Declined).await.unwrap();
    assert_eq!(declined.audience[..], [bert.account]);
    assert!(world.resume(&anna, Some(before)).await.conversations.is_empty());
    let accepted = world.store.set_standing(&bert, conversation, Standing::Accepted).await.unwrap();
    assert!(accepted.changed && accepted.entries.is_empty());
    assert_eq!(accepted.audience[..], [anna.account, bert.account]);
    let again = world.store.set_standing(&bert, conversation, Standing::Accepted).await.unwrap();
    assert!(!again.changed);
    let told = world.resume(&anna, Some(before)).await.conversations;
    let receipt = told[0].receipts.iter().find(|receipt| receipt.user_id == bert.user_id).unwrap();
    assert_eq!((receipt.delivered_seq, receipt.read_seq), (1, 1));
    let info = world.store.message_info(anna.account, message).await.unwrap();
    assert_eq!((info.status, info.read_at), (MessageStatus::Read, Some(START)));
}

async fn a_direct_message_tells_when_it_was_delivered_and_read(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let conversation = world.say(&bert, &anna, "1").await.conversation;
    let second = world.say(&anna, &bert, "2").await.entry.message_id;
    let third = world.say(&anna, &bert, "3").await.entry.message_id;
    let mark = async |mark, seq, now| {
        world.store.move_mark(&bert, conversation, mark, seq, now).await.unwrap();
    };
    mark(Mark::Delivered, 2, START + 10).await;
    mark(Mark::Delivered, 3, START + 20).await;
    mark(Mark::Read, 2, START + 30).await;
    let info =
        async |who: &backend::store::Caller, id| world.store.message_info(who.account, id).await.unwrap();
    let of_second = info(&anna, second).await;
    assert_eq!(of_second.status, MessageStatus::Read);
    assert_eq!((of_second.delivered_at, of_second.read_at), (Some(START + 10), Some(START + 30)));
    assert_eq!((of_second.to.clone(), of_second.content.as_deref()), (Some(bert.user_id.clone()), Some("2")));
    assert_eq!(info(&bert, second).await, of_second, "both are told the same");
    let of_third = info(&anna, third).await;
    assert_eq!(of_third.status, MessageStatus::Delivered);
    assert_eq!((of_third.delivered_at, of_third.read_at), (Some(START + 20), None));
    mark(Mark::Read, 3, START + 40).await;
    assert_eq!(info(&anna, third).await.read_at, Some(START + 40));
    assert_eq!(info(&anna, second).await.read_at, Some(START + 30), "the first time counts");
    // read at once, without an ack before
    let fourth = world.say(&anna, &bert, "4").await.entry.message_id;
    mark(Mark::Read, 4, START + 50).await;
    let of_fourth = info(&anna, fourth).await;
    assert_eq!((of_fourth.delivered_at, of_fourth.read_at), (Some(START + 50), Some(START + 50)));
    let note = world.say(&anna, &anna, "milk").await.entry.message_id;
    let of_note = info(&anna, note).await;
    assert_eq!((of_note.status, of_note.to), (MessageStatus::Sent, Some(anna.user_id.clone())));
}

async fn a_group_message_is_read_once_every_other_member_has_read_it(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert, &carl], HistoryPolicy::FromJoining).await;
    let message = world.say_in(&anna, group, "hello").await.unwrap().entry;
    let status = async || world.store.message_info(bert.account, message.message_id).await.unwrap().status;
    world.mark(&bert, group, Mark::Read, message.seq).await.unwrap();
    assert_eq!(status().await, MessageStatus::Sent);
    world.mark(&carl, group, Mark::Delivered, message.seq).await.unwrap();
    assert_eq!(status().await, MessageStatus::Delivered);
    world.add(&anna, group, &dora).await;
    assert_eq!(status().await, MessageStatus::Delivered, "a newcomer holds nothing up");
    world.remove(&anna, group, &carl).await;
    assert_eq!(status().await, MessageStatus::Read, "nor does someone who went");
    let info = world.store.message_info(bert.account, message.message_id).await.unwrap();
    assert_eq!((info.to, info.delivered_at, info.read_at), (None, None, None));
}

async fn one_learns_nothing_of_a_message_that_one_may_not_see(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let direct = world.say(&anna, &bert, "between us").await.entry.message_id;
    let group = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    let before = world.say_in(&anna, group, "before").await.unwrap().entry.message_id;
    world.add(&anna, group, &carl).await;
    let during = world.say_in(&anna, group, "during").await.unwrap().entry.message_id;
    world.remove(&anna, group, &carl).await;
    let after = world.say_in(&anna, group, "after").await.unwrap().entry.message_id;
    for hidden in [direct, before, after, world.message_id()] {
        let info = world.store.message_info(carl.account, hidden).await;
        assert!(matches!(info, Err(StoreError::NotFound)), "{info:?}");
    }
    assert!(world.store.message_info(carl.account, during).await.is_ok());
}
