//! The rules of acknowledging and reading, one at a time.

use crate::id::Seq;
use crate::model::Standing;
use crate::sync::tests::bench::{Bench, me, you};
use crate::wire::{ClientWords, ErrorBody, ErrorCode, ServerWords};

fn acks(bench: &Bench) -> Vec<Seq> {
    let ack = |words: &ClientWords| match words {
        ClientWords::Ack { seq, .. } => Some(*seq),
        _ => None,
    };
    bench.said.iter().filter_map(|frame| ack(&frame.words)).collect()
}

fn reads(bench: &Bench) -> Vec<Seq> {
    let read = |words: &ClientWords| match words {
        ClientWords::MarkRead { seq, .. } => Some(*seq),
        _ => None,
    };
    bench.said.iter().filter_map(|frame| read(&frame.words)).collect()
}

/// Live, with what was there acknowledged.
fn live() -> Bench {
    let mut bench = Bench::live();
    bench.wait(1_000);
    bench.answer_all();
    bench
}

#[test]
fn entries_are_acknowledged_once_stored_and_a_burst_only_once() {
    let mut bench = live();
    bench.commits_at_once = false;
    bench.you_write(20).into_iter().for_each(|words| bench.hear(words));
    bench.wait(1_000);
    assert!(acks(&bench).is_empty());
    bench.commits_at_once = true;
    bench.commit();
    bench.wait(1_000);
    assert_eq!(acks(&bench), [22]);
}

#[test]
fn ones_own_messages_are_not_acknowledged() {
    let mut bench = live();
    bench.send(1);
    bench.answer_all();
    bench.wait(1_000);
    assert!(acks(&bench).is_empty());
}

#[test]
fn a_lost_acknowledgement_is_sent_again_after_reconnecting() {
    let mut bench = live();
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    bench.wait(1_000);
    assert_eq!(acks(&bench), [3]);
    bench.disconnect();
    bench.forget();
    bench.connect();
    bench.answer_all();
    bench.wait(1_000);
    assert_eq!(acks(&bench), [3]);
}

#[test]
fn a_strangers_request_is_told_nothing_until_it_is_accepted() {
    let mut bench = live();
    let group = bench.group;
    bench.server.data.logs.get_mut(&group).unwrap().members.get_mut(&me()).unwrap().standing =
        Standing::Request;
    let delta = |bench: &Bench| bench.server.data.delta(&me(), &bench.server.data.logs[&group], None, false);
    let request = delta(&bench);
    bench.hear(ServerWords::Conversation(request));
    bench.you_write(2).into_iter().for_each(|words| bench.hear(words));
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    bench.input(|engine, now| engine.typing(&key, true, now));
    assert_eq!(bench.record().unread(), 0, "this device shows it as read");
    bench.wait(1_000);
    assert!(bench.said.is_empty(), "{:?}", bench.said);
    let position = bench.server.accept_all(&me());
    bench.hear_news(position, false);
    bench.wait(1_000);
    assert_eq!((acks(&bench), reads(&bench)), (vec![4], vec![4]));
}

#[test]
fn unread_moves_at_once_and_the_mark_is_kept_until_the_server_has_it() {
    let mut bench = live();
    bench.you_write(2).into_iter().for_each(|words| bench.hear(words));
    bench.send(1);
    bench.answer_all();
    bench.you_write(2).into_iter().for_each(|words| bench.hear(words));
    assert_eq!(bench.record().unread(), 4);
    let key = bench.key();
    bench.disconnect();
    bench.input(|engine, now| engine.mark_read(&key, 6, now));
    assert_eq!((bench.record().unread(), bench.record().read_seq()), (1, 6));
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    assert_eq!(bench.record().read_seq(), 6, "it never goes back");
    bench.restart();
    assert_eq!((bench.record().unread(), bench.record().read_pending), (1, Some(6)));
    bench.connect();
    bench.answer_all();
    bench.wait(300);
    assert_eq!(reads(&bench), [6]);
    bench.answer_all();
    assert_eq!(bench.record().read_pending, None);
    assert_eq!(bench.record().own, bench.server.data.logs[&bench.group].own(&me()));
}

#[test]
fn a_mark_below_what_this_engine_saw_waits_for_the_servers_counts() {
    let mut bench = live();
    bench.you_write(3).into_iter().for_each(|words| bench.hear(words));
    bench.restart();
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    assert_eq!((bench.record().read_seq(), bench.record().unread()), (4, 3));
    bench.connect();
    bench.answer_all();
    bench.wait(300);
    bench.answer_all();
    assert_eq!((bench.record().read_seq(), bench.record().unread()), (4, 1));
}

#[test]
fn a_mark_above_what_has_come_here_is_kept_and_told() {
    let mut bench = live();
    bench.disconnect();
    // as in a notification that came while the app was closed
    bench.you_write(2);
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    bench.restart();
    assert_eq!((bench.record().read_pending, bench.record().unread()), (Some(4), 0));
    bench.connect();
    bench.answer_all();
    bench.wait(300);
    assert_eq!(reads(&bench), [4]);
    bench.answer_all();
    assert_eq!(bench.record().read_pending, None);
    assert_eq!(bench.record().own, bench.server.data.logs[&bench.group].own(&me()));
}

#[test]
fn another_devices_reading_is_taken_over() {
    let mut bench = live();
    bench.you_write(3).into_iter().for_each(|words| bench.hear(words));
    let words = ClientWords::MarkRead { conversation_id: bench.group, seq: 4 };
    let outcome = bench.server.handle(&me(), &crate::wire::ClientFrame { id: None, words }, None);
    bench.hear_news(outcome.news, false);
    assert_eq!((bench.record().own.read_seq, bench.record().unread()), (4, 1));
}

#[test]
fn a_mark_that_is_refused_for_good_is_given_up() {
    let mut bench = live();
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 3, now));
    bench.wait(300);
    let said = bench.take_said();
    for frame in &said {
        bench.reply(frame.id.as_deref(), ServerWords::Error(ErrorBody::new(ErrorCode::Invalid, "no")));
    }
    bench.wait(5_000);
    assert_eq!((bench.record().read_pending, bench.said.len()), (None, 0));
    // a later one is told like any other
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    bench.wait(300);
    assert_eq!(reads(&bench), [4]);
}

#[test]
fn a_mark_of_what_never_was_stands_in_nobodys_way() {
    let mut bench = live();
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, Seq::MAX, now));
    bench.wait(300);
    for frame in bench.take_said() {
        bench.reply(frame.id.as_deref(), ServerWords::Error(ErrorBody::new(ErrorCode::Invalid, "no")));
    }
    assert_eq!(bench.record().read_pending, None);
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    bench.input(|engine, now| engine.mark_read(&key, 4, now));
    bench.wait(300);
    assert_eq!(reads(&bench), [4]);
}

#[test]
fn a_mark_that_came_too_fast_is_told_again() {
    let mut bench = live();
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    let key = bench.key();
    bench.input(|engine, now| engine.mark_read(&key, 3, now));
    bench.wait(300);
    for frame in bench.take_said() {
        let error = ErrorBody { retry_after: Some(3), ..ErrorBody::new(ErrorCode::RateLimited, "no") };
        bench.reply(frame.id.as_deref(), ServerWords::Error(error));
    }
    bench.wait(2_900);
    assert!(bench.said.is_empty());
    bench.wait(2_000);
    assert_eq!((acks(&bench), reads(&bench)), (vec![3], vec![3]));
}

#[test]
fn ticks_show_the_least_progress_of_the_others() {
    let mut bench = live();
    let group = bench.group;
    bench.server.data.profiles.insert("third".into(), bench.server.data.profiles[&you()].clone());
    let news = bench.server.add_member(group, &you(), &"third".into());
    bench.hear_news(news, false);
    let receipt = |user: &str, delivered_seq, read_seq| ServerWords::Receipt {
        conversation_id: group,
        user_id: user.into(),
        delivered_seq,
        read_seq,
        read_count: None,
        own_read: None,
    };
    bench.hear(receipt("you", 3, 2));
    assert_eq!((bench.record().others_delivered, bench.record().others_read), (0, 0));
    bench.hear(receipt("third", 2, 1));
    assert_eq!((bench.record().others_delivered, bench.record().others_read), (2, 1));
    bench.hear(receipt("third", 1, 0));
    assert_eq!((bench.record().others_delivered, bench.record().others_read), (2, 1));
    let news = bench.server.remove_member(group, &you(), &"third".into());
    bench.hear_news(news, false);
    assert_eq!((bench.record().others_delivered, bench.record().others_read), (3, 2));
}
