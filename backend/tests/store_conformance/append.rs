//! Messages, and the one order in which they stand.

use backend::store::{Committed, NewMessage, StoreError, Target};
use common::id::UserId;
use common::model::{Digest, Standing};

use crate::support::{World, cases, content};

cases![
    a_message_to_a_person_makes_the_conversation_once,
    numbers_are_dense_and_the_digest_is_a_chain,
    retry_of_a_stored_message_answers_as_the_first_time,
    an_id_with_another_content_target_or_sender_is_a_conflict,
    a_message_to_nobody_is_not_found,
    a_blocked_person_cannot_write_and_others_can,
    a_message_that_comes_too_early_is_refused_until_the_one_before_is_there,
    a_note_to_oneself_has_one_member,
    answering_a_request_accepts_it,
    a_flood_from_many_is_stored_once_each_and_in_each_senders_order,
];

async fn a_message_to_a_person_makes_the_conversation_once(mut world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("Bert").await);
    let first = world.say(&anna, &bert, "hello").await;
    assert!(first.created && !first.duplicate);
    assert_eq!(first.entry.seq, 1);
    assert_eq!(first.entry.from, anna.user_id);
    assert_eq!(first.audience[..], [anna.account, bert.account]);
    let answer = world.say(&bert, &anna, "hello yourself").await;
    assert_eq!((answer.conversation, answer.entry.seq, answer.created), (first.conversation, 2, false));
    assert_eq!((answer.entry.count, answer.entry.actor_count), (2, 1));
    let told = world.commits.recv().await.unwrap();
    assert_eq!(told.position, first.position);
    assert!(matches!(told.what, Committed::Appended(told, None) if told == first));
    assert!(world.commits.recv().await.unwrap().position > first.position);
}

async fn numbers_are_dense_and_the_digest_is_a_chain(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let mut digest = Digest::default();
    let mut conversation = None;
    for number in 1..=20 {
        let (from, to) = if number % 3 == 0 { (&bert, &anna) } else { (&anna, &bert) };
        let appended = world.say(from, to, &format!("number {number}")).await;
        assert_eq!((appended.entry.seq, appended.entry.count), (number, number));
        digest = digest.after(&appended.entry);
        conversation = Some(appended.conversation);
    }
    let delta = world.store.load_conversation(bert.account, conversation.unwrap()).await.unwrap();
    assert_eq!((delta.head.seq, delta.head.count, delta.head.digest), (20, 20, digest));
}

async fn retry_of_a_stored_message_answers_as_the_first_time(mut world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let message = world.message(&anna, &bert, "once");
    let first = world.store.append_message(message.clone()).await.unwrap();
    world.say(&bert, &anna, "in between").await;
    let later = NewMessage { now: message.now + 60 * 86_400, ..message.clone() };
    let again = world.store.append_message(later).await.unwrap();
    assert!(again.duplicate && !again.created && again.audience.is_empty());
    assert_eq!((again.conversation, again.position), (first.conversation, first.position));
    assert_eq!(again.entry, first.entry);
    // the same conversation by its id is the same target
    let by_id = NewMessage { target: Target::Conversation(first.conversation), ..message };
    assert!(world.store.append_message(by_id).await.unwrap().duplicate);
    world.store.close().await;
    let mut told = 0;
    while world.commits.recv().await.is_some() {
        told += 1;
    }
    assert_eq!(told, 2, "a duplicate is not told");
}

async fn an_id_with_another_content_target_or_sender_is_a_conflict(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let message = world.message(&anna, &bert, "once");
    world.store.append_message(message.clone()).await.unwrap();
    for other in [
        NewMessage { content: content("twice"), ..message.clone() },
        NewMessage { target: Target::Person(carl.user_id.clone()), ..message.clone() },
        NewMessage { target: Target::Person(UserId::from("nobody")), ..message.clone() },
        NewMessage { caller: bert.clone(), ..message.clone() },
        NewMessage { caller: bert, target: Target::Person(anna.user_id.clone()), ..message },
    ] {
        let refused = world.store.append_message(other).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    }
}

async fn a_message_to_nobody_is_not_found(world: World) {
    let anna = world.person("anna").await;
    let bert = world.person("bert").await;
    let carl = world.person("carl").await;
    let nobody = NewMessage { target: Target::Person("nobody".into()), ..world.message(&anna, &bert, "x") };
    assert!(matches!(world.store.append_message(nobody).await, Err(StoreError::NotFound)));
    let theirs = world.say(&anna, &bert, "between us").await.conversation;
    assert!(matches!(world.say_in(&carl, theirs, "me too").await, Err(StoreError::NotFound)));
    let nowhere = common::id::ConversationId(world.id());
    assert!(matches!(world.say_in(&carl, nowhere, "anyone").await, Err(StoreError::NotFound)));
    assert!(matches!(world.store.load_conversation(carl.account, theirs).await, Err(StoreError::NotFound)));
}

async fn a_blocked_person_cannot_write_and_others_can(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let before = world.say(&bert, &anna, "before").await;
    let blocks = world.store.block(anna.account, bert.user_id.clone()).await.unwrap();
    assert!(blocks.changed);
    assert_eq!(blocks.state.blocked, std::slice::from_ref(&bert.user_id));
    assert!(!world.store.block(anna.account, "BERT".into()).await.unwrap().changed);
    let refused = world.store.append_message(world.message(&bert, &anna, "after")).await;
    assert!(matches!(refused, Err(StoreError::Blocked)), "{refused:?}");
    let by_id = world.say_in(&bert, before.conversation, "after").await;
    assert!(matches!(by_id, Err(StoreError::Blocked)), "{by_id:?}");
    assert_eq!(world.say(&anna, &bert, "I may").await.entry.seq, 2);
    // a block also holds where there is no conversation yet
    let carl = world.person("carl").await;
    world.store.block(carl.account, anna.user_id.clone()).await.unwrap();
    let refused = world.store.append_message(world.message(&anna, &carl, "hello")).await;
    assert!(matches!(refused, Err(StoreError::Blocked)), "{refused:?}");
    assert!(world.say(&carl, &anna, "hello").await.created, "the refused one made no conversation");
    assert!(world.store.unblock(anna.account, bert.user_id.clone()).await.unwrap().changed);
    assert_eq!(world.say(&bert, &anna, "again").await.entry.seq, 3);
    let oneself = world.store.block(anna.account, anna.user_id.clone()).await;
    assert!(matches!(oneself, Err(StoreError::Forbidden)));
    let nobody = world.store.block(anna.account, "nobody".into()).await;
    assert!(matches!(nobody, Err(StoreError::NotFound)));
}

async fn a_message_that_comes_too_early_is_refused_until_the_one_before_is_there(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let first = world.message(&anna, &bert, "first");
    let second = NewMessage { after: Some(first.message_id), ..world.message(&anna, &bert, "second") };
    let early = world.store.append_message(second.clone()).await;
    assert!(matches!(early, Err(StoreError::TooEarly)), "{early:?}");
    world.store.append_message(first.clone()).await.unwrap();
    assert_eq!(world.store.append_message(second).await.unwrap().entry.seq, 2);
    // another's message, or one elsewhere, is not before mine
    let not_mine = NewMessage { after: Some(first.message_id), ..world.message(&bert, &anna, "third") };
    assert!(matches!(world.store.append_message(not_mine).await, Err(StoreError::TooEarly)));
    let elsewhere = NewMessage { after: Some(first.message_id), ..world.message(&anna, &anna, "note") };
    assert!(matches!(world.store.append_message(elsewhere).await, Err(StoreError::TooEarly)));
    // sent together, they are taken in order, all in one go
    let mut before = None;
    let chain: Vec<_> = (0..50)
        .map(|number| {
            let message = NewMessage { after: before, ..world.message(&bert, &anna, &format!("{number}")) };
            before = Some(message.message_id);
            message
        })
        .collect();
    let answers =
        futures_util::future::join_all(chain.into_iter().map(|m| world.store.append_message(m))).await;
    let seqs: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().entry.seq).collect();
    assert_eq!(seqs, (3..=52).collect::<Vec<_>>());
}

async fn a_note_to_oneself_has_one_member(world: World) {
    let anna = world.person("Anna").await;
    let note = world.message(&anna, &anna, "milk");
    let note = world.store.append_message(NewMessage { target: Target::Person("aNNa".into()), ..note }).await;
    let note = note.unwrap();
    assert_eq!(note.audience[..], [anna.account]);
    assert_eq!(world.say(&anna, &anna, "eggs").await.conversation, note.conversation);
    let delta = world.store.load_conversation(anna.account, note.conversation).await.unwrap();
    assert_eq!(delta.peer, Some(anna.user_id.clone()));
    assert_eq!((delta.members.len(), delta.own.standing), (1, Standing::Accepted));
    assert_eq!((delta.own.own_count, delta.own.unread(delta.head.count)), (2, 0));
}

async fn answering_a_request_accepts_it(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let request = world.say(&anna, &bert, "hello").await;
    let standing = async |who: &backend::store::Caller| {
        world.store.load_conversation(who.account, request.conversation).await.unwrap().own.standing
    };
    assert_eq!(standing(&anna).await, Standing::Accepted);
    assert_eq!(standing(&bert).await, Standing::Request);
    assert!(!world.say(&anna, &bert, "still here").await.accepted);
    assert!(world.say(&bert, &anna, "hello yourself").await.accepted);
    assert!(!world.say(&bert, &anna, "how are you").await.accepted);
    assert_eq!(standing(&bert).await, Standing::Accepted);
}

async fn a_flood_from_many_is_stored_once_each_and_in_each_senders_order(world: World) {
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(world.person(&format!("p{number}")).await);
    }
    let mut sends = Vec::new();
    for round in 0..40 {
        for (index, from) in people.iter().enumerate() {
            let to = &people[(index + 1 + round % 3) % people.len()];
            let message = world.message(from, to, &format!("{index} {round}"));
            // each is sent twice, as if the first answer had been lost
            sends.push(message.clone());
            sends.push(message);
        }
    }
    let sent = sends.len() / 2;
    let answers =
        futures_util::future::join_all(sends.into_iter().map(|m| world.store.append_message(m))).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), sent);
    for pair in answers.chunks(2) {
        assert_eq!(pair[0].entry, pair[1].entry);
    }
    let mut logs = std::collections::BTreeMap::new();
    for answer in answers.iter().filter(|answer| !answer.duplicate) {
        logs.entry(answer.conversation).or_insert_with(Vec::new).push(answer.entry.clone());
    }
    for (conversation, mut log) in logs {
        log.sort_by_key(|entry| entry.seq);
        assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as u64), "{conversation} has holes");
        let round = |entry: &common::model::Entry| -> u64 {
            entry.content.as_ref().unwrap().split(' ').nth(1).unwrap().parse().unwrap()
        };
        for person in &people {
            let mine: Vec<_> = log.iter().filter(|entry| entry.from == person.user_id).map(round).collect();
            assert!(mine.is_sorted(), "{} was reordered", person.user_id);
        }
    }
}
