//! The rules of holes, one at a time.

use crate::model::Digest;
use crate::sync::tests::bench::{Bench, me, you};
use crate::sync::{Change, Output};
use crate::wire::{ClientWords, Page, ServerWords};

#[test]
fn an_entry_that_does_not_follow_is_a_hint_and_what_lies_between_is_asked_for() {
    let mut bench = Bench::live();
    let mut news = bench.you_write(2);
    bench.hear(news.pop().unwrap());
    assert!(bench.was_told(|change| matches!(change, Change::Hint { entry, .. } if entry.seq == 4)));
    assert_eq!(bench.held(), [(1, 2)]);
    assert_eq!((bench.record().head_seq, bench.record().unread()), (4, 2));
    let asked = bench.take_asked_pages();
    assert_eq!((asked[0].1, asked[0].2), (None, Some(2)));
    let page = bench.page(3, 4);
    bench.reply_page(&asked[0].0, page);
    assert_eq!(bench.held(), [(1, 4)]);
    assert_eq!(bench.take_asked_pages(), []);
}

#[test]
fn a_known_hole_survives_a_restart_after_the_position_has_passed_it() {
    let mut bench = Bench::live();
    let mut news = bench.you_write(2);
    bench.hear(news.pop().unwrap());
    let position = crate::wire::Position::complete(crate::wire::Epoch(1), bench.server.data.position);
    bench.hear(ServerWords::Position { position });
    bench.restart();
    bench.connect();
    bench.answer_all();
    assert_eq!(bench.held(), [(1, 4)]);
}

#[test]
fn a_far_head_is_reached_by_its_newest_page_and_the_hole_is_filled_slowly() {
    let mut bench = Bench::live();
    let mut news = bench.you_write(140);
    bench.hear(news.pop().unwrap());
    let asked = bench.take_asked_pages();
    assert_eq!((asked[0].1, asked[0].2), (None, None));
    let page = bench.page(93, 142);
    bench.reply_page(&asked[0].0, page);
    assert_eq!(bench.held(), [(1, 2), (93, 142)]);
    assert_eq!(bench.take_asked_pages(), []);
    bench.wait(2_500);
    let asked = bench.take_asked_pages();
    assert_eq!((asked[0].1, asked[0].2), (Some(93), None));
    let page = bench.page(3, 92);
    bench.reply_page(&asked[0].0, page);
    assert_eq!(bench.held(), [(1, 142)]);
    bench.wait(20_000);
    assert_eq!(bench.take_asked_pages(), []);
}

#[test]
fn what_lies_below_all_that_is_held_is_not_downloaded_unasked() {
    let mut bench = Bench::new();
    bench.you_write(30);
    bench.connect();
    bench.answer_all();
    assert_eq!(bench.held(), [(27, 32)]);
    bench.wait(24_000);
    assert_eq!(bench.take_asked_pages(), []);
    let key = bench.key();
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    let asked = bench.take_asked_pages();
    assert_eq!(asked.len(), 1, "asked for once");
    assert_eq!(asked[0].1, Some(27));
    let page = bench.page(20, 26);
    bench.reply_page(&asked[0].0, page);
    assert_eq!(bench.held(), [(20, 32)]);
}

#[test]
fn a_request_for_history_is_always_answered() {
    let mut bench = Bench::live();
    let key = bench.key();
    let nothing = Change::Entries { key: key.clone(), entries: vec![] };
    bench.input(|engine, now| engine.load_history(&key, 1, now));
    assert!(bench.told.contains(&nothing), "nothing lies below");
    bench.forget();
    bench.input(|engine, now| engine.load_history(&key, 3, now));
    assert!(bench.told.contains(&nothing), "storage has it");

    let mut bench = Bench::new();
    bench.you_write(30);
    bench.connect();
    bench.answer_all();
    let failed = Change::HistoryFailed { key: key.clone() };
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    bench.disconnect();
    assert!(bench.told.contains(&failed), "the link broke");
    bench.forget();
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    assert!(bench.told.contains(&failed), "there is no link");
    bench.connect();
    bench.forget();
    bench.input(|engine, now| engine.load_history(&key, 27, now));
    assert_eq!(bench.take_asked_pages(), [], "not yet believed");
    bench.connect();
    assert!(bench.told.contains(&failed));
}

#[test]
fn what_one_may_not_see_is_no_hole() {
    let mut bench = Bench::live();
    let group = bench.group;
    bench.server.data.logs.get_mut(&group).unwrap().history = crate::model::HistoryPolicy::FromJoining;
    bench.server.remove_member(group, &you(), &me());
    bench.you_write(5);
    bench.server.add_member(group, &you(), &me());
    bench.disconnect();
    bench.connect();
    bench.answer_all();
    bench.wait(3_000);
    bench.answer_all();
    assert_eq!(bench.held(), [(1, 3), (9, 9)]);
    bench.wait(24_000);
    assert_eq!(bench.take_asked_pages(), []);
    let news = bench.you_write(1);
    news.into_iter().for_each(|words| bench.hear(words));
    assert_eq!(bench.held(), [(1, 3), (9, 10)]);
}

#[test]
fn nonsense_for_a_page_is_nothing_and_not_asked_for_again() {
    let mut bench = Bench::live();
    let mut news = bench.you_write(2);
    bench.hear(news.pop().unwrap());
    let mut page = bench.page(3, 4);
    page.entries.remove(0);
    page.entries.push(bench.page(3, 3).entries.remove(0));
    let asked = bench.take_asked_pages();
    bench.reply_page(&asked[0].0, page);
    assert_eq!(bench.held(), [(1, 2)]);
    assert_eq!(bench.take_asked_pages(), []);
    let page = Page { digest_before: Digest::default(), entries: vec![] };
    bench.reply_page("q77", page);
    assert_eq!(bench.held(), [(1, 2)]);
}

#[test]
fn a_copy_that_contradicts_the_server_is_compared_and_mended() {
    let mut bench = Bench::live();
    bench.you_write(3).into_iter().for_each(|words| bench.hear(words));
    // the server's log becomes another one above 3, within one epoch
    let log = bench.server.data.logs.get_mut(&bench.group).unwrap();
    log.entries.truncate(3);
    for number in 0..4 {
        let position = bench.server.data.position + number;
        log.append(
            position,
            &you(),
            crate::sync::tests::bench::id(500 + u128::from(number)),
            Ok("other".into()),
            0,
        );
    }
    let page = bench.page(6, 7);
    let entry = page.entries[1].clone();
    bench.hear(ServerWords::ReceiveMessage { conversation_id: bench.group, entry });
    let mut rounds = 0;
    while !bench.said.is_empty() || !bench.wanted.is_empty() {
        bench.answer_storage();
        bench.answer_all();
        rounds += 1;
        assert!(rounds < 10, "it must come to an end");
    }
    assert_eq!(bench.held(), [(1, 7)]);
    let stored = &bench.storage.entries[&bench.key()];
    assert_eq!(stored[&7].digest, bench.server.data.logs[&bench.group].entry(7).unwrap().stored.digest);
}

#[test]
fn a_burst_of_hints_asks_once() {
    let mut bench = Bench::live();
    let news = bench.you_write(50);
    for words in news.into_iter().skip(1) {
        bench.hear(words);
    }
    assert_eq!(bench.take_asked_pages().len(), 1);
    assert!(!bench.wanted.contains(&Output::Disconnect));
}

#[test]
fn storage_that_is_far_behind_makes_pages_of_live_entries() {
    let mut bench = Bench::live();
    bench.commits_at_once = false;
    for words in bench.you_write(5_000) {
        bench.hear(words);
    }
    let top = bench.record().held.last().unwrap().to;
    assert!(top < 4_500, "what waits for storage is bounded: {top}");
    bench.commits_at_once = true;
    bench.commit();
    assert!(bench.said.iter().any(|frame| matches!(frame.words, ClientWords::LoadHistory { .. })));
}
