//! What a device missed: all of it, in its order, once (protocol, "Resume").

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use backend::store::{Caller, Mark, NewMessage, ResumeLimits, Store, Target};
use common::id::ConversationId;
use common::limits;
use common::model::{Digest, Entry, HistoryPolicy, Receipt};
use common::wire::{ConversationDelta, Epoch, Position, ResumeKind, Resumed};

use crate::support::{START, World, cases};

cases![
    a_device_that_knows_nothing_is_told_everything,
    an_idle_resume_tells_nothing,
    a_delta_holds_what_changed_and_no_more,
    a_long_gap_is_answered_with_the_newest_page,
    another_epoch_or_a_position_from_the_future_is_a_reset,
    slices_come_newest_first_and_miss_nothing_that_changes_meanwhile,
    many_conversations_changed_by_one_position_are_told_together,
    long_messages_make_short_slices,
    someone_who_came_in_is_told_of_everyone,
    profiles_and_blocks_are_told_to_those_they_concern,
    a_list_of_conversations_goes_on_at_its_cursor,
    live_deltas_are_what_a_resume_would_tell,
    nothing_is_skipped_by_a_reader_that_resumes_among_sixty_four_writers,
];

async fn a_device_that_knows_nothing_is_told_everything(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let nothing = world.resume(&anna, None).await;
    assert_eq!((nothing.kind, nothing.conversations.len()), (ResumeKind::Delta, 0));
    assert_eq!(nothing.account.unwrap().display_name, "The anna");
    let said = world.say(&anna, &bert, "hello").await;
    world.mark(&bert, said.conversation, Mark::Read, 1).await.unwrap();
    let group = world.group(&bert, &[&anna], HistoryPolicy::All).await;
    let told = world.resume(&anna, None).await;
    assert_eq!(told.kind, ResumeKind::Delta);
    assert_eq!(told.position, Position::complete(Epoch(7), world.store.position().await.unwrap()));
    let ids: Vec<_> = told.conversations.iter().map(|delta| delta.conversation_id).collect();
    assert_eq!(ids, [group, said.conversation], "newest first");
    let direct = &told.conversations[1];
    assert_eq!(direct.peer, Some(bert.user_id.clone()));
    assert_eq!(direct.page.as_ref().unwrap().entries, [said.entry]);
    assert_eq!(direct.members.len(), 2);
    assert_eq!(
        direct,
        &ConversationDelta { page: direct.page.clone(), ..world.view(&anna, said.conversation).await }
    );
}

async fn an_idle_resume_tells_nothing(world: World) {
    let anna = world.person("anna").await;
    for number in 0..30 {
        let other = world.person(&format!("p{number}")).await;
        world.say(&other, &anna, "hello").await;
    }
    let position = world.resume(&anna, None).await.position;
    let idle = world.resume(&anna, Some(position)).await;
    assert_eq!(
        idle,
        Resumed { kind: ResumeKind::Delta, position, account: None, profiles: vec![], conversations: vec![] }
    );
    assert!(serde_json::to_string(&idle).unwrap().len() < 300);
    let others = world.store.find_account(&"p1".into()).await.unwrap().unwrap();
    let other = Caller { account: others.id, user_id: others.user_id, ..anna.clone() };
    world.say(&other, &other, "nothing that concerns anna").await;
    let idle = world.resume(&anna, Some(position)).await;
    assert!(idle.conversations.is_empty());
    assert!(idle.position.at > position.at, "it moves on all the same");
}

async fn a_delta_holds_what_changed_and_no_more(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let direct = world.say(&anna, &bert, "1").await.conversation;
    world.say(&bert, &anna, "2").await;
    world.say(&anna, &carl, "elsewhere").await;
    let base = world.resume(&anna, None).await.position;

    world.mark(&bert, direct, Mark::Read, 2).await.unwrap();
    let told = world.resume(&anna, Some(base)).await;
    assert_eq!(told.conversations.len(), 1);
    let delta = &told.conversations[0];
    assert_eq!((delta.conversation_id, delta.page.as_ref(), delta.members.len()), (direct, None, 0));
    let receipt = Receipt { user_id: bert.user_id.clone(), delivered_seq: 2, read_seq: 2 };
    assert_eq!(delta.receipts, [receipt]);

    let base = told.position;
    let third = world.say(&bert, &anna, "3").await.entry;
    let told = world.resume(&anna, Some(base)).await;
    let delta = &told.conversations[0];
    assert_eq!(delta.page.as_ref().unwrap().entries, [third], "only what is new");
    assert!(delta.receipts.is_empty() && told.account.is_none());
    let before = world.newest(&anna, direct).await.entries;
    let digest = before[..2].iter().fold(Digest::default(), |digest, entry| digest.after(entry));
    assert_eq!(delta.page.as_ref().unwrap().digest_before, digest);
}

async fn a_long_gap_is_answered_with_the_newest_page(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    world.say(&bert, &anna, "1").await;
    let base = world.resume(&anna, None).await.position;
    for number in 2..=120 {
        world.say(&bert, &anna, &format!("{number}")).await;
    }
    let told = world.resume(&anna, Some(base)).await;
    let entries = &told.conversations[0].page.as_ref().unwrap().entries;
    assert!(entries.iter().map(|entry| entry.seq).eq(71..=120));
}

async fn another_epoch_or_a_position_from_the_future_is_a_reset(world: World) {
    let anna = world.person("anna").await;
    let known = world.resume(&anna, None).await.position;
    for base in [
        Position { epoch: Epoch(8), ..known },
        Position { at: known.at + 1, ..known },
        Position { at: u64::MAX, ..known },
    ] {
        assert_eq!(world.resume(&anna, Some(base)).await, world.store.reset(), "{base}");
    }
    assert_eq!(world.store.reset().position, Position::complete(Epoch(7), 0));
}

async fn slices_come_newest_first_and_miss_nothing_that_changes_meanwhile(world: World) {
    let anna = world.person("anna").await;
    let mut others = Vec::new();
    for number in 0..10 {
        let other = world.person(&format!("p{number}")).await;
        let conversation = world.say(&other, &anna, "hello").await.conversation;
        others.push((other, conversation));
    }
    let limits = ResumeLimits { conversations: 3, page_entries: 2, ..ResumeLimits::default() };
    let slice = async |base| world.store.resume(anna.account, base, limits).await.unwrap();
    let ids = |resumed: &Resumed| -> Vec<ConversationId> {
        resumed.conversations.iter().map(|delta| delta.conversation_id).collect()
    };
    let newest_first: Vec<_> = others.iter().rev().map(|(_, conversation)| *conversation).collect();
    let first = slice(None).await;
    assert_eq!((first.kind, ids(&first)), (ResumeKind::Slice, newest_first[..3].to_vec()));
    assert!(first.account.is_some() && first.position.missing.is_some());
    // one that was told and one that was not: both change
    world.say(&others[9].0, &anna, "again").await;
    world.say(&others[0].0, &anna, "again").await;
    let second = slice(Some(first.position)).await;
    assert_eq!((second.kind, ids(&second)), (ResumeKind::Slice, vec![others[0].1, others[9].1, others[6].1]));
    let pages: Vec<_> =
        second.conversations.iter().map(|delta| delta.page.as_ref().unwrap().entries.len()).collect();
    assert_eq!(pages, [2, 2, 1], "with all that was not told before");
    assert_eq!(slice(Some(first.position)).await, second, "the same question, the same answer");
    let third = slice(Some(second.position)).await;
    assert_eq!((third.kind, ids(&third)), (ResumeKind::Slice, newest_first[4..7].to_vec()));
    let last = slice(Some(third.position)).await;
    assert_eq!((last.kind, ids(&last)), (ResumeKind::Delta, newest_first[7..9].to_vec()));
    assert!(slice(Some(last.position)).await.conversations.is_empty());
}

async fn many_conversations_changed_by_one_position_are_told_together(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    for _ in 0..5 {
        world.group(&bert, &[&anna], HistoryPolicy::All).await;
    }
    world.say(&anna, &anna, "note").await;
    let base = world.resume(&anna, None).await.position;
    world.store.delete_account(bert.account, START).await.unwrap();
    world.say(&anna, &anna, "note").await;
    let limits = ResumeLimits { conversations: 2, page_entries: 1, ..ResumeLimits::default() };
    let mut position = base;
    let mut told = Vec::new();
    for _ in 0..4 {
        let part = world.store.resume(anna.account, Some(position), limits).await.unwrap();
        position = part.position;
        told.push((part.kind, part.conversations.len()));
        if part.kind == ResumeKind::Delta {
            break;
        }
    }
    assert_eq!(told, [(ResumeKind::Slice, 1), (ResumeKind::Delta, 5)]);
}

async fn long_messages_make_short_slices(world: World) {
    let anna = world.person("anna").await;
    let long = "x".repeat(limits::CONTENT_BYTES);
    let mut newest_first = Vec::new();
    for number in 0..4 {
        let other = world.person(&format!("p{number}")).await;
        let conversation = world.say(&other, &anna, &long).await.conversation;
        world.say(&other, &anna, &long).await;
        newest_first.insert(0, conversation);
    }
    let limits = ResumeLimits { bytes: 3 * limits::CONTENT_BYTES, ..ResumeLimits::default() };
    let (mut position, mut told, mut kinds) = (None, Vec::new(), Vec::new());
    while kinds.last() != Some(&ResumeKind::Delta) {
        let part = world.store.resume(anna.account, position, limits).await.unwrap();
        told.extend(part.conversations.iter().map(|delta| delta.conversation_id));
        (position, kinds) = (Some(part.position), [kinds, vec![part.kind]].concat());
    }
    assert_eq!((told, kinds), (newest_first, vec![ResumeKind::Slice, ResumeKind::Delta]));
}

async fn someone_who_came_in_is_told_of_everyone(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    world.say_in(&anna, group, "3").await.unwrap();
    world.mark(&bert, group, Mark::Read, 3).await.unwrap();
    let base = world.resume(&carl, None).await.position;
    let base_of_bert = world.resume(&bert, None).await.position;
    let added = world.add(&anna, group, &carl).await;
    let told = world.resume(&carl, Some(base)).await.conversations.remove(0);
    assert_eq!(told.members.len(), 3);
    assert!(told.receipts.iter().any(|receipt| receipt.user_id == bert.user_id && receipt.read_seq == 3));
    assert_eq!(told.page.unwrap().entries.len(), 4, "all is new to them");
    let to_bert = world.resume(&bert, Some(base_of_bert)).await.conversations.remove(0);
    assert_eq!(to_bert.members.len(), 1, "only who came");
    assert_eq!(to_bert.page.unwrap().entries, added.entries);
}

async fn profiles_and_blocks_are_told_to_those_they_concern(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    world.say(&anna, &bert, "hello").await;
    let bases = [
        world.resume(&anna, None).await.position,
        world.resume(&bert, None).await.position,
        world.resume(&carl, None).await.position,
    ];
    let renamed = world.store.set_display_name(bert.account, "Bertie".into()).await.unwrap();
    world.store.block(anna.account, carl.user_id.clone()).await.unwrap();
    let to_anna = world.resume(&anna, Some(bases[0])).await;
    assert_eq!(to_anna.profiles, [renamed.profile]);
    assert_eq!(to_anna.account.unwrap().blocked, std::slice::from_ref(&carl.user_id));
    assert!(to_anna.conversations.is_empty());
    let to_bert = world.resume(&bert, Some(bases[1])).await;
    assert_eq!(to_bert.account.unwrap().display_name, "Bertie");
    assert!(to_bert.profiles.is_empty(), "whom anna blocks is hers to know");
    let to_carl = world.resume(&carl, Some(bases[2])).await;
    assert!(to_carl.profiles.is_empty() && to_carl.account.is_none());
    let members = world.resume(&anna, None).await.conversations.remove(0).members;
    assert!(members.iter().any(|member| member.display_name == "Bertie"));
}

async fn a_list_of_conversations_goes_on_at_its_cursor(world: World) {
    let anna = world.person("anna").await;
    let mut newest_first = Vec::new();
    for number in 0..5 {
        let other = world.person(&format!("p{number}")).await;
        world.say(&other, &anna, "hello").await;
        newest_first.insert(0, world.say(&other, &anna, "hello again").await.conversation);
    }
    let (first, cursor) = world.store.list_conversations(anna.account, None, 2).await.unwrap();
    let (second, cursor) = world.store.list_conversations(anna.account, cursor, 2).await.unwrap();
    let (third, end) = world.store.list_conversations(anna.account, cursor, 2).await.unwrap();
    assert_eq!(end, None);
    let listed: Vec<_> = [first, second, third].concat();
    assert!(listed.iter().all(|delta| delta.page.as_ref().unwrap().entries.len() == 1));
    assert_eq!(listed.iter().map(|delta| delta.conversation_id).collect::<Vec<_>>(), newest_first);
}

async fn live_deltas_are_what_a_resume_would_tell(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert, &carl], HistoryPolicy::FromJoining).await;
    let everyone = [&anna, &bert, &carl, &dora];
    let mut bases = BTreeMap::new();
    for who in everyone {
        bases.insert(who.account, world.resume(who, None).await.position);
    }
    world.say_in(&bert, group, "4").await.unwrap();
    for changed in [world.add(&anna, group, &dora).await, world.remove(&anna, group, &carl).await] {
        let told = [&changed.audience[..], &changed.went].concat();
        let deltas = world.store.deltas_for(group, &told, changed.position - 1).await.unwrap();
        assert_eq!(deltas.len(), told.len());
        for (account, delta) in deltas {
            let who = everyone.into_iter().find(|who| who.account == account).unwrap();
            let base = Position { at: changed.position - 1, ..bases[&account] };
            let mut resumed = world.resume(who, Some(base)).await.conversations.remove(0);
            resumed.page = None;
            assert_eq!(delta, resumed, "for {}", who.user_id);
        }
    }
}

/// A device that resumes all the time, as strictly as the protocol lets it: it believes each position that it gets.
struct Device {
    position: Option<Position>,
    logs: BTreeMap<ConversationId, BTreeMap<u64, Entry>>,
    heads: BTreeMap<ConversationId, (u64, Digest)>,
    receipts: BTreeMap<ConversationId, u64>,
}

impl Device {
    async fn resume(&mut self, store: &Store, who: &Caller) {
        let limits = ResumeLimits { conversations: 5, page_entries: 1_000, bytes: 4_000 };
        let told = store.resume(who.account, self.position, limits).await.unwrap();
        assert_ne!(told.kind, ResumeKind::Reset);
        self.position = Some(told.position);
        for delta in told.conversations {
            let log = self.logs.entry(delta.conversation_id).or_default();
            for entry in delta.page.into_iter().flat_map(|page| page.entries) {
                log.insert(entry.seq, entry);
            }
            self.heads.insert(delta.conversation_id, (delta.head.seq, delta.head.digest));
            for receipt in delta.receipts.iter().filter(|receipt| receipt.user_id != who.user_id) {
                let known = self.receipts.entry(delta.conversation_id).or_default();
                assert!(receipt.read_seq >= *known, "a mark moved back");
                *known = receipt.read_seq;
            }
        }
    }
}

/// Rule 4: positions follow the order of commits. Two nodes write, so that on PostgreSQL transactions overlap.
async fn nothing_is_skipped_by_a_reader_that_resumes_among_sixty_four_writers(world: World) {
    const WRITERS: usize = 64;
    const ROUNDS: usize = 20;
    let other_node = world.open_again().await;
    let reader = world.person("reader").await;
    let mut tasks = Vec::new();
    for number in 0..WRITERS {
        let writer = world.person(&format!("writer{number}")).await;
        let store = if number % 2 == 0 { world.store.clone() } else { other_node.clone() };
        let messages: Vec<_> = (0..ROUNDS)
            .map(|round| {
                let (from, to) = if round % 5 == 4 { (&reader, &writer) } else { (&writer, &reader) };
                world.message(from, to, &format!("{number} {round}"))
            })
            .collect();
        tasks.push(tokio::spawn(async move {
            for message in messages {
                let said = store.append_message(message).await.unwrap();
                store.move_mark(&writer, said.conversation, Mark::Read, said.entry.seq, START).await.unwrap();
            }
        }));
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut device =
        Device { position: None, logs: BTreeMap::new(), heads: BTreeMap::new(), receipts: BTreeMap::new() };
    let reading = {
        let (store, reader, done) = (world.store.clone(), reader.clone(), done.clone());
        tokio::spawn(async move {
            while !done.load(Ordering::Acquire) {
                device.resume(&store, &reader).await;
            }
            // once more from where it is, until it has all
            while device.position.is_some_and(|position| position.missing.is_some()) {
                device.resume(&store, &reader).await;
            }
            device.resume(&store, &reader).await;
            while device.position.is_some_and(|position| position.missing.is_some()) {
                device.resume(&store, &reader).await;
            }
            device
        })
    };
    for task in tasks {
        task.await.unwrap();
    }
    done.store(true, Ordering::Release);
    let device = reading.await.unwrap();
    assert_eq!(device.logs.len(), WRITERS);
    for (conversation, log) in &device.logs {
        assert!(log.keys().copied().eq(1..=ROUNDS as u64), "{conversation} has a hole: {:?}", log.keys());
        let digest = log.values().fold(Digest::default(), |digest, entry| digest.after(entry));
        assert_eq!(device.heads[conversation], (ROUNDS as u64, digest));
        assert_eq!(device.receipts[conversation], ROUNDS as u64);
    }
    let ids: BTreeSet<_> =
        device.logs.values().flat_map(BTreeMap::values).map(|entry| entry.message_id).collect();
    assert_eq!(ids.len(), WRITERS * ROUNDS);
    // and one by the other node that repeats them all stores nothing
    let again = device
        .logs
        .iter()
        .flat_map(|(conversation, log)| log.values().map(move |entry| (conversation, entry)));
    for (conversation, entry) in again.take(50) {
        let from = world.store.find_account(&entry.from).await.unwrap().unwrap();
        let message = NewMessage {
            caller: Caller { account: from.id, user_id: from.user_id, ..reader.clone() },
            target: Target::Conversation(*conversation),
            message_id: entry.message_id,
            content: crate::support::content(entry.content.as_ref().unwrap()),
            after: None,
            origin: None,
            now: START + 1,
        };
        assert_eq!(&other_node.append_message(message).await.unwrap().entry, entry);
    }
}
