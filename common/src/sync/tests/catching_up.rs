//! The rules of catching up, one at a time.

use crate::sync::requests::ANSWER_MS;
use crate::sync::tests::bench::{Bench, me, you};
use crate::sync::{Change, LinkState, Output};
use crate::wire::{ClientWords, ConversationDelta, Epoch, ErrorBody, ErrorCode, Position, ServerWords};

fn position(at: u64) -> ServerWords {
    ServerWords::Position { position: Position::complete(Epoch(1), at) }
}

fn stored_at(bench: &Bench) -> u64 {
    bench.storage.position.expect("a position is stored").at
}

fn said_resume(bench: &Bench) -> Option<Option<String>> {
    bench.said.iter().rev().find_map(|frame| match &frame.words {
        ClientWords::Resume(resume) => Some(resume.position.clone()),
        _ => None,
    })
}

#[test]
fn live_frames_never_move_the_position() {
    let mut bench = Bench::live();
    let before = stored_at(&bench);
    for words in bench.you_write(3) {
        bench.hear(words);
    }
    assert_eq!(bench.held(), [(1, 5)]);
    assert_eq!(stored_at(&bench), before);
    bench.hear(position(before + 3));
    assert_eq!(stored_at(&bench), before + 3);
    bench.hear(position(before + 1));
    bench.hear(ServerWords::Position { position: Position::complete(Epoch(9), 999) });
    assert_eq!(stored_at(&bench), before + 3, "neither back nor into another epoch");
}

#[test]
fn a_position_frame_during_a_resume_says_nothing() {
    let mut bench = Bench::live();
    let before = stored_at(&bench);
    bench.disconnect();
    bench.connect();
    bench.hear(position(before + 5));
    assert_eq!(stored_at(&bench), before);
}

#[test]
fn what_comes_live_before_the_first_answer_is_asked_for_again() {
    let mut bench = Bench::live();
    bench.disconnect();
    bench.connect();
    let asked = bench.take_said();
    let answer = bench.server.handle(&me(), &asked[0], None).reply.unwrap();
    for words in bench.you_write(1) {
        bench.hear(words);
    }
    assert_eq!(bench.held(), [(1, 2)], "it may be of another epoch");
    bench.input(|engine, now| engine.handle_frame(answer, now));
    assert!(said_resume(&bench).is_some());
    bench.answer_all();
    assert_eq!(bench.held(), [(1, 3)]);
    assert!(bench.told.contains(&Change::Link(LinkState::Live)));
}

#[test]
fn the_next_slice_is_asked_for_when_the_one_before_is_stored() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        let (group, _) = bench.server.make_group(&you(), Default::default());
        bench.server.add_member(group, &you(), &me());
    }
    bench.connect();
    bench.commits_at_once = false;
    let asked = bench.take_said();
    bench.answer(&asked[0]);
    assert!(bench.said.is_empty());
    bench.commits_at_once = true;
    bench.commit();
    let slice = bench.storage.position.expect("a slice has a position").to_string();
    assert_eq!(said_resume(&bench), Some(Some(slice)));
    bench.answer_all();
    assert_eq!(bench.storage.conversations.len(), 4);
}

#[test]
fn an_unknown_conversation_is_asked_about_and_the_position_waits_for_it() {
    let mut bench = Bench::live();
    let before = stored_at(&bench);
    let (group, _) = bench.server.make_group(&you(), Default::default());
    let news = bench.server.add_member(group, &you(), &me());
    let entry = news.into_iter().rfind(|news| news.to == me()).unwrap().words;
    assert!(matches!(entry, ServerWords::ReceiveEntry { .. }), "the frame about the conversation was lost");
    bench.hear(entry.clone());
    bench.hear(position(before + 2));
    assert_eq!(stored_at(&bench), before);
    assert_eq!(said_resume(&bench), Some(Some(Position::complete(Epoch(1), before).to_string())));
    bench.hear(entry);
    bench.answer_all();
    assert!(bench.storage.conversations.contains_key(&crate::sync::ConversationKey::Group(group)));
}

#[test]
fn a_server_that_speaks_of_what_it_never_tells_is_not_asked_for_ever() {
    let mut bench = Bench::live();
    let (group, _) = bench.server.make_group(&you(), Default::default());
    let stranger = ServerWords::Receipt {
        conversation_id: group,
        user_id: you(),
        delivered_seq: 1,
        read_seq: 1,
        read_count: None,
        own_read: None,
    };
    let mut asked = 0;
    for _ in 0..100 {
        bench.hear(stranger.clone());
        asked += bench.said.len();
        bench.answer_all();
    }
    assert!(asked < 20, "{asked}");
}

#[test]
fn a_refused_resume_is_tried_again_later() {
    let mut bench = Bench::new();
    bench.connect();
    let asked = bench.take_said();
    let error = ErrorBody { retry_after: Some(5), ..ErrorBody::new(ErrorCode::Unavailable, "no") };
    bench.reply(asked[0].id.as_deref(), ServerWords::Error(error));
    bench.wait(4_900);
    assert_eq!(said_resume(&bench), None);
    bench.wait(2_000);
    assert_eq!(said_resume(&bench), Some(None));
}

#[test]
fn a_server_that_never_answers_is_given_up_and_tried_again() {
    let mut bench = Bench::new();
    bench.connect();
    bench.forget();
    for _ in 0..6 {
        bench.wait(ANSWER_MS / 6);
        bench.hear(ServerWords::Pong {});
    }
    bench.wait(1);
    assert_eq!(bench.wanted, [Output::Disconnect]);
    bench.wait(30_000);
    assert!(bench.wanted.contains(&Output::Connect));
}

#[test]
fn a_reset_without_end_is_a_failed_link() {
    let mut bench = Bench::new();
    bench.connect();
    let asked = bench.take_said();
    let resumed = crate::wire::Resumed {
        kind: crate::wire::ResumeKind::Reset,
        position: Position::complete(Epoch(5), 0),
        account: None,
        profiles: vec![],
        conversations: vec![],
    };
    bench.reply(asked[0].id.as_deref(), ServerWords::Resumed(resumed));
    assert!(bench.wanted.contains(&Output::Disconnect));
}

#[test]
fn a_delta_that_was_overtaken_changes_nothing_back() {
    let mut bench = Bench::live();
    let delta = |bench: &Bench| -> ConversationDelta {
        bench.server.data.delta(&me(), &bench.server.data.logs[&bench.group], None, false)
    };
    let group = bench.group;
    bench.server.rename_group(group, &you(), "old");
    let old = delta(&bench);
    bench.server.rename_group(group, &you(), "new");
    let new = delta(&bench);
    bench.hear(ServerWords::Conversation(new));
    bench.hear(ServerWords::Conversation(old));
    assert_eq!(bench.record().title.as_deref(), Some("new"));
}

#[test]
fn all_that_is_ones_own_is_taken_from_a_delta() {
    let mut bench = Bench::live();
    let mut delta = bench.server.data.delta(&me(), &bench.server.data.logs[&bench.group], None, false);
    delta.own.muted_until = 1_900_000_000;
    let told = delta.own.clone();
    bench.hear(ServerWords::Conversation(delta));
    assert_eq!(bench.record().own, told);
    bench.restart();
    assert_eq!(bench.record().own, told, "and stored");
}

#[test]
fn an_http_answer_is_taken_like_a_frame() {
    let mut bench = Bench::live();
    let (group, _) = bench.server.make_group(&me(), Default::default());
    let delta = bench.server.data.delta(&me(), &bench.server.data.logs[&group], None, false);
    bench.input(|engine, now| engine.adopt(delta, now));
    assert!(bench.storage.conversations.contains_key(&crate::sync::ConversationKey::Group(group)));
    assert_eq!(bench.take_asked_pages().len(), 1, "its entries are asked for");
}

#[test]
fn a_silent_link_is_pinged_and_given_up() {
    let mut bench = Bench::live();
    bench.wait(26_000);
    assert!(bench.said.iter().any(|frame| frame.words == ClientWords::Ping {}));
    bench.hear(ServerWords::Pong {});
    bench.wait(61_000);
    assert_eq!(bench.wanted[0], Output::Disconnect);
}

#[test]
fn waking_from_a_long_sleep_connects_at_once_and_says_what_was_written() {
    let mut bench = Bench::live();
    bench.now_ms += 8 * 3_600_000;
    bench.send(1);
    bench.input(|engine, now| engine.handle_timeout(now));
    bench.wait(1_500);
    assert_eq!(bench.wanted, [Output::Disconnect, Output::Connect]);
    bench.connect();
    bench.answer_all();
    assert!(bench.storage.outbox.is_empty());
}
