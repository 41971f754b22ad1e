//! The rules after a reset, one at a time.

use crate::id::MessageId;
use crate::sync::tests::bench::{Bench, content, id, you};
use crate::sync::tests::server_log::Data;
use crate::sync::{Change, ConversationKey, Output, Target};
use crate::wire::{ClientWords, ServerWords};

/// A device that holds messages 1 and 2 of its own above what a restored server has, with message 3 waiting.
fn restored() -> Bench {
    let mut bench = Bench::live();
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    let backup = bench.server.data.clone();
    for number in 1..=2 {
        bench.send(number);
        bench.answer_all();
    }
    bench.disconnect();
    bench.send(3);
    bench.server.data = Data { epoch: 2, ..backup };
    bench.you_write(1);
    bench.forget();
    bench
}

fn rows(bench: &Bench) -> Vec<MessageId> {
    bench.storage.snapshot().outbox.iter().map(|row| row.message_id).collect()
}

impl Bench {
    /// Storage answers what it was asked.
    pub(super) fn answer_storage(&mut self) {
        for output in std::mem::take(&mut self.wanted) {
            match output {
                Output::LoadDigests { key, seqs } => {
                    let digests = self.storage.digests(&key, &seqs);
                    self.input(|engine, now| engine.handle_digests(key, digests, now));
                }
                Output::LoadOwnEntries { key, above } => {
                    let entries = self.storage.own_entries(&"me".into(), &key, above);
                    self.input(|engine, now| engine.handle_own_entries(key, entries, now));
                }
                _ => {}
            }
        }
    }

    fn settle_reset(&mut self) {
        while !self.said.is_empty() || !self.wanted.is_empty() {
            self.answer_storage();
            self.answer_all();
        }
    }
}

#[test]
fn own_messages_above_the_common_part_wait_again_before_newer_ones() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    assert!(bench.storage.resetting);
    bench.answer_storage();
    bench.answer_all();
    bench.answer_storage();
    assert_eq!(rows(&bench), [id(1), id(2), id(3)]);
    assert_eq!(bench.held(), [(1, 3)]);
    assert!(bench.was_told(|change| matches!(change, Change::Truncated { above: 3, .. })));
    assert!(bench.storage.outbox[&id(1)].handed_over);
    bench.settle_reset();
    let log = &bench.server.data.logs[&bench.group];
    let own: Vec<_> = log.entries[4..].iter().map(|entry| entry.stored.entry.message_id).collect();
    assert_eq!(own, [id(1), id(2), id(3)]);
    assert_eq!(bench.held(), [(1, 7)]);
    assert!(bench.storage.outbox.is_empty() && !bench.storage.resetting);
    assert_eq!(bench.storage.position.unwrap().epoch.0, 2);
}

#[test]
fn nothing_is_sent_while_copies_are_compared() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    bench.send(4);
    assert_eq!(bench.take_handed_over(), []);
}

#[test]
fn what_the_person_asks_for_meanwhile_is_answered_afterwards() {
    let mut bench = Bench::new();
    bench.you_write(30);
    bench.connect();
    bench.answer_all();
    assert_eq!(bench.held(), [(27, 32)]);
    bench.disconnect();
    bench.server.data.epoch = 2;
    bench.connect();
    bench.answer_all();
    let key = bench.key();
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    bench.forget_told();
    bench.settle_reset();
    assert_eq!(bench.held(), [(18, 32)]);
    assert!(
        bench.was_told(|change| matches!(change, Change::Entries { entries, .. } if entries.first().is_some_and(|first| first.seq == 18)))
    );
}

#[test]
fn a_restart_in_the_middle_begins_anew() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    bench.answer_storage();
    bench.commits_at_once = false;
    bench.answer_all();
    bench.answer_storage();
    bench.restart();
    bench.commits_at_once = true;
    assert!(bench.storage.resetting);
    bench.connect();
    assert!(!bench.said.iter().any(|frame| matches!(frame.words, ClientWords::Resume(_))), "compare first");
    bench.settle_reset();
    assert_eq!(bench.held(), [(1, 7)]);
    assert!(bench.storage.outbox.is_empty() && !bench.storage.resetting);
}

#[test]
fn a_link_that_breaks_before_everything_is_told_anew_compares_again() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    bench.answer_storage();
    bench.answer_all();
    bench.answer_storage();
    assert!(bench.said.iter().any(|frame| matches!(frame.words, ClientWords::Resume(_))));
    assert!(bench.storage.resetting, "another epoch could not be told from this one yet");
    bench.disconnect();
    bench.forget();
    bench.connect();
    bench.settle_reset();
    assert!(!bench.storage.resetting);
    assert_eq!(bench.held(), [(1, 7)]);
}

#[test]
fn an_answer_of_storage_to_an_earlier_comparison_is_passed_over() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    let stale = std::mem::take(&mut bench.wanted);
    bench.disconnect();
    bench.forget();
    bench.connect();
    let key = bench.key();
    assert!(stale.iter().any(|output| matches!(output, Output::LoadDigests { .. })));
    bench.input(|engine, now| engine.handle_digests(key, vec![], now));
    assert!(!bench.said.iter().any(|frame| matches!(frame.words, ClientWords::Compare(_))));
    bench.settle_reset();
    assert_eq!(bench.held(), [(1, 7)]);
}

#[test]
fn a_conversation_that_the_server_does_not_know_goes_and_ones_messages_stay() {
    let mut bench = Bench::live();
    let backup = bench.server.data.clone();
    let target = Target::Person(you());
    let key = ConversationKey::direct(&you());
    bench.input(|engine, now| engine.send(target, content("hello"), id(1), now));
    bench.answer_all();
    let first = bench.engine.record(&key).unwrap().conversation_id;
    bench.disconnect();
    let made = bench.server.data.made;
    bench.server.data = Data { epoch: 2, made, ..backup };
    bench.forget();
    bench.connect();
    bench.settle_reset();
    let record = bench.engine.record(&key).unwrap();
    assert!(record.conversation_id.is_some() && record.conversation_id != first);
    assert_eq!((record.head_seq, bench.storage.outbox.len()), (1, 0));
}

#[test]
fn a_read_mark_outlives_the_backup_that_did_not_have_it() {
    let mut bench = Bench::live();
    bench.you_write(3).into_iter().for_each(|words| bench.hear(words));
    let backup = bench.server.data.clone();
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 5, now));
    bench.wait(500);
    bench.answer_all();
    assert_eq!(bench.record().own.read_seq, 5);
    bench.disconnect();
    bench.server.data = Data { epoch: 2, ..backup };
    bench.forget();
    bench.connect();
    bench.settle_reset();
    bench.wait(500);
    bench.answer_all();
    assert_eq!(bench.server.data.logs[&bench.group].own(&"me".into()).read_seq, 5);
    assert_eq!((bench.record().unread(), bench.record().read_pending), (0, None));
}

#[test]
fn a_server_that_answers_half_a_comparison_is_not_believed() {
    let mut bench = restored();
    bench.connect();
    bench.answer_all();
    bench.answer_storage();
    let compare = bench.take_said().pop().unwrap();
    bench.reply(compare.id.as_deref(), ServerWords::Compared(Default::default()));
    assert!(bench.wanted.contains(&Output::Disconnect));
    assert_eq!(rows(&bench), [id(3)]);
    assert!(bench.storage.resetting);
}
