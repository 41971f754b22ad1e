//! The rules of the outbox, one at a time.

use crate::id::MessageId;
use crate::limits;
use crate::sync::tests::bench::{Bench, content, id};
use crate::sync::{
    Change, ConversationKey, LinkState, LostReason, SendState, Target, TooLate, WaitCause, Write,
};
use crate::wire::http::MessageStatus;
use crate::wire::{ClientFrame, ClientWords, CloseCode, ErrorCode, ServerWords};

#[test]
fn a_message_is_told_once_stored_and_handed_over_once_marked() {
    let mut bench = Bench::live();
    bench.commits_at_once = false;
    bench.send(1);
    assert!(bench.told.is_empty() && bench.said.is_empty(), "nothing happens before the commit");
    assert!(bench.uncommitted[0].strict);
    let marked = |write: &Write| matches!(write, Write::PutOutbox(row) if row.handed_over);
    assert!(bench.leaving().iter().any(marked), "stored and marked at once: {:?}", bench.leaving());
    bench.commit();
    assert_eq!(bench.take_handed_over(), [(1, None)]);
    assert_eq!(bench.state_of(1), Some(SendState::InFlight));
}

#[test]
fn nothing_is_handed_over_before_the_server_is_known_to_be_of_our_epoch() {
    let mut bench = Bench::new();
    bench.send(1);
    assert_eq!(bench.state_of(1), Some(SendState::Queued(WaitCause::Link)));
    bench.connect();
    assert_eq!(bench.take_handed_over(), []);
    bench.answer_all();
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn each_names_the_one_before_while_it_is_unanswered() {
    let mut bench = Bench::live();
    for number in 1..=3 {
        bench.send(number);
    }
    assert_eq!(bench.take_handed_over(), [(1, None), (2, Some(1)), (3, Some(2))]);
}

#[test]
fn a_window_bounds_what_is_under_way() {
    let mut bench = Bench::live();
    for number in 0..40 {
        bench.send(number);
    }
    let first: Vec<_> = bench.said.clone();
    assert_eq!(bench.take_handed_over().len(), limits::SEND_WINDOW);
    bench.answer(&first[0]);
    assert_eq!(bench.take_handed_over(), [(16, Some(15))]);
}

#[test]
fn the_row_dies_in_the_batch_that_stores_its_entry() {
    let mut bench = Bench::live();
    bench.send(1);
    let sent = bench.take_said();
    bench.commits_at_once = false;
    bench.answer(&sent[0]);
    let writes = bench.leaving();
    assert!(writes.iter().any(|write| matches!(write, Write::PutEntry { .. })));
    assert!(writes.contains(&Write::DropOutbox(id(1))));
    assert!(!bench.was_told(|change| matches!(change, Change::OutboxGone { .. } | Change::Entries { .. })));
    bench.commit();
    assert!(bench.was_told(|change| matches!(change, Change::OutboxGone { .. })));
}

#[test]
fn a_message_sent_above_a_hole_keeps_its_row_until_a_page_brings_it() {
    let mut bench = Bench::live();
    bench.you_write(2);
    bench.send(1);
    let sent = bench.take_said();
    bench.answer(&sent[0]);
    assert_eq!(bench.state_of(1), Some(SendState::Sent { seq: 5 }));
    assert!(bench.storage.outbox.contains_key(&id(1)));
    let asked = bench.take_asked_pages();
    assert_eq!((asked[0].1, asked[0].2), (None, Some(2)));
    let page = bench.page(3, 5);
    bench.reply_page(&asked[0].0, page);
    assert!(bench.storage.outbox.is_empty());
    assert_eq!(bench.held(), [(1, 5)]);
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_id() {
    let mut bench = Bench::live();
    bench.send(1);
    let sent = bench.take_said();
    bench.server.handle(&"me".into(), &sent[0], None);
    bench.disconnect();
    assert_eq!(bench.state_of(1), Some(SendState::Unknown(WaitCause::Link)));
    assert_eq!(bench.input(|engine, now| engine.take_back(id(1), now)), Err(TooLate));
    bench.restart();
    bench.send(2);
    bench.connect();
    bench.answer_all();
    let log = &bench.server.data.logs[&bench.group];
    assert_eq!(log.last_seq(), 4, "the group's two events, and each message once");
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn the_same_id_again_does_nothing() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.send(1);
    assert_eq!(bench.take_handed_over(), [(1, None)]);
}

#[test]
fn what_is_refused_for_good_lets_those_behind_it_go_on_in_order() {
    let mut bench = Bench::live();
    for number in 1..=3 {
        bench.send(number);
    }
    bench.forget();
    bench.refuse(1, ErrorCode::Forbidden, None);
    assert_eq!(bench.state_of(1), Some(SendState::Refused(ErrorCode::Forbidden)));
    bench.refuse(2, ErrorCode::TooEarly, None);
    bench.refuse(3, ErrorCode::TooEarly, None);
    assert_eq!(bench.take_handed_over(), [(2, None), (3, Some(2))]);
    bench.input(|engine, now| engine.edit(id(1), content("fixed"), now)).unwrap();
    assert_eq!(bench.take_handed_over(), [(1, Some(3))]);
}

#[test]
fn a_window_that_was_too_fast_is_one_failure_and_the_wait_does_not_grow() {
    let mut bench = Bench::live();
    for number in 0..32 {
        bench.send(number);
    }
    for round in 0..6 {
        let mut said = bench.take_said();
        said.retain(|frame| matches!(frame.words, ClientWords::SendMessage(_)));
        let number = |frame: &ClientFrame| frame.id.as_deref().and_then(|id| id.parse::<MessageId>().ok());
        let handed_over: Vec<u128> = said.iter().filter_map(number).map(|id| id.0.as_u128()).collect();
        assert_eq!(handed_over.first(), Some(&(round * 2)), "two got through in each round: {handed_over:?}");
        bench.answer(&said[0]);
        bench.answer(&said[1]);
        bench.refuse(handed_over[2], ErrorCode::RateLimited, Some(1));
        bench.refuse(handed_over[3], ErrorCode::RateLimited, Some(1));
        // the window went on while the first were answered; all of it comes too early
        let more = bench.take_handed_over().into_iter().map(|(number, _)| number);
        for number in handed_over[4..].iter().copied().chain(more) {
            bench.refuse(number, ErrorCode::TooEarly, None);
        }
        assert_eq!(bench.take_handed_over(), []);
        bench.wait(1_300);
    }
}

#[test]
fn a_conflict_is_refused_and_can_be_taken_back() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.refuse(1, ErrorCode::Conflict, None);
    assert_eq!(bench.state_of(1), Some(SendState::Refused(ErrorCode::Conflict)));
    bench.restart();
    assert!(bench.engine.state().iter().any(|change| matches!(change,
        Change::Outbox(item) if item.state == SendState::Refused(ErrorCode::Conflict))));
    assert_eq!(bench.input(|engine, now| engine.take_back(id(1), now)), Ok(()));
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn too_fast_waits_as_long_as_told_and_resumes_in_order() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.send(2);
    bench.forget();
    bench.refuse(1, ErrorCode::RateLimited, Some(7));
    bench.refuse(2, ErrorCode::TooEarly, None);
    assert!(matches!(bench.state_of(1), Some(SendState::Queued(WaitCause::Until(_)))));
    let you = Target::Person("you".into());
    bench.input(|engine, now| engine.send(you, content("elsewhere"), id(9), now));
    bench.wait(6_900);
    assert_eq!(bench.take_handed_over(), [], "the server asked this device to wait");
    bench.wait(1_500);
    let mut handed_over = bench.take_handed_over();
    handed_over.sort_by_key(|(number, _)| *number);
    assert_eq!(handed_over, [(1, None), (2, Some(1)), (9, None)]);
}

#[test]
fn a_failing_server_holds_up_one_lane_and_leaves_a_choice() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.refuse(1, ErrorCode::Unavailable, None);
    let you = Target::Person("you".into());
    bench.input(|engine, now| engine.send(you, content("elsewhere"), id(9), now));
    assert_eq!(bench.take_handed_over(), [(1, None), (9, None)]);
    assert_eq!(
        bench.input(|engine, now| engine.take_back(id(1), now)),
        Ok(()),
        "certainly not on the server"
    );
}

#[test]
fn a_message_on_which_the_server_keeps_failing_is_refused_and_those_behind_go_on() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.send(2);
    for _ in 0..5 {
        bench.forget();
        bench.refuse(1, ErrorCode::Internal, None);
        bench.refuse(2, ErrorCode::TooEarly, None);
        bench.input(|engine, now| engine.retry_now(now));
    }
    assert!(bench.storage.outbox[&id(1)].refused == Some(ErrorCode::Internal));
    assert_eq!(bench.take_handed_over(), [(2, None)]);
}

#[test]
fn what_was_never_handed_over_may_be_edited_and_taken_back() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.send(2);
    bench.input(|engine, now| engine.edit(id(1), content("better"), now)).unwrap();
    bench.input(|engine, now| engine.take_back(id(2), now)).unwrap();
    assert_eq!(bench.input(|engine, now| engine.take_back(id(2), now)), Err(TooLate));
    assert_eq!(bench.storage.outbox[&id(1)].content, "better");
    assert_eq!(bench.storage.outbox.len(), 1);
}

#[test]
fn what_was_tried_elsewhere_may_be_on_the_server_and_arrives_once() {
    let mut bench = Bench::new();
    bench.take_over(1);
    assert!(bench.storage.outbox[&id(1)].handed_over);
    assert!(matches!(bench.state_of(1), Some(SendState::Unknown(_))));
    assert_eq!(bench.input(|engine, now| engine.edit(id(1), content("better"), now)), Err(TooLate));
    assert_eq!(bench.input(|engine, now| engine.take_back(id(1), now)), Err(TooLate));
    bench.take_over(1);
    bench.connect();
    bench.answer_all();
    assert_eq!(bench.server.data.logs[&bench.group].last_seq(), 3, "the group's two events, and it");
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn what_was_tried_elsewhere_and_is_refused_is_certainly_not_on_the_server() {
    let mut bench = Bench::live();
    bench.take_over(1);
    assert_eq!(bench.take_handed_over(), [(1, None)]);
    bench.refuse(1, ErrorCode::Blocked, None);
    assert_eq!(bench.input(|engine, now| engine.take_back(id(1), now)), Ok(()));
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn what_was_marked_and_never_went_may_still_be_taken_back() {
    let mut bench = Bench::live();
    bench.commits_at_once = false;
    bench.send(1);
    bench.disconnect();
    bench.commits_at_once = true;
    bench.commit();
    assert!(!bench.storage.outbox[&id(1)].handed_over);
    assert_eq!(bench.take_handed_over(), []);
    assert_eq!(bench.input(|engine, now| engine.take_back(id(1), now)), Ok(()));
}

#[test]
fn an_edited_message_waits_until_its_new_text_is_stored() {
    let mut bench = Bench::new();
    bench.send(1);
    bench.connect();
    bench.commits_at_once = false;
    bench.input(|engine, now| engine.edit(id(1), content("better"), now)).unwrap();
    let said = bench.take_said();
    said.iter().for_each(|frame| bench.answer(frame));
    assert_eq!(bench.take_handed_over(), []);
    bench.commit();
    bench.commits_at_once = true;
    bench.commit();
    let sent = bench.said.iter().find_map(|frame| match &frame.words {
        ClientWords::SendMessage(message) => Some(message.content.clone()),
        _ => None,
    });
    assert_eq!(sent.as_deref(), Some("better"));
}

#[test]
fn one_can_write_to_a_person_before_the_server_knows_the_conversation() {
    let mut bench = Bench::new();
    let you = Target::Person("You".into());
    let key = ConversationKey::direct(&"you".into());
    bench.input(|engine, now| engine.send(you.clone(), content("hello"), id(1), now));
    assert_eq!(bench.engine.record(&key).unwrap().conversation_id, None);
    bench.input(|engine, now| engine.take_back(id(1), now)).unwrap();
    assert_eq!(bench.engine.record(&key), None);
    assert!(bench.was_told(|change| *change == Change::ConversationGone(key.clone())));
    let you = Target::Person("you".into());
    bench.input(|engine, now| engine.send(you, content("hello"), id(2), now));
    bench.connect();
    bench.answer_all();
    let record = bench.engine.record(&key).unwrap();
    assert!(record.conversation_id.is_some() && record.own.role.is_some());
    assert!(bench.storage.outbox.is_empty());
}

#[test]
fn a_message_that_another_socket_brings_is_not_handed_over_again() {
    let mut bench = Bench::live();
    bench.send(1);
    let sent = bench.take_said();
    let outcome = bench.server.handle(&"me".into(), &sent[0], None);
    for news in outcome.news.into_iter().filter(|news| news.to.0 == "me") {
        bench.hear(news.words);
    }
    assert!(bench.storage.outbox.is_empty());
    bench.disconnect();
    bench.connect();
    assert_eq!(bench.take_handed_over(), []);
}

#[test]
fn an_ended_session_keeps_everything_and_asks_to_sign_in() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.forget();
    bench.input(|engine, now| {
        let why = crate::sync::LinkDown::Closed { code: Some(CloseCode::SignedOut), retry_after_s: None };
        engine.handle_link_down(why, now);
    });
    assert!(bench.told.contains(&Change::Lost(LostReason::SignedOut)));
    assert!(bench.told.contains(&Change::Link(LinkState::Lost(LostReason::SignedOut))));
    assert_eq!(bench.state_of(1), Some(SendState::Unknown(WaitCause::SignIn)));
    bench.send(2);
    assert_eq!(bench.state_of(2), Some(SendState::Queued(WaitCause::SignIn)));
    assert_eq!(bench.storage.outbox.len(), 2);
    bench.wait(3_600_000);
    assert!(bench.wanted.is_empty(), "it does not come back by itself: {:?}", bench.wanted);
}

#[test]
fn a_revoked_token_said_over_the_socket_ends_the_session() {
    let mut bench = Bench::live();
    bench.send(1);
    bench.refuse(1, ErrorCode::Revoked, None);
    assert!(bench.told.contains(&Change::Lost(LostReason::Revoked)));
}

#[test]
fn an_answer_about_nothing_is_nothing() {
    let mut bench = Bench::live();
    let before = bench.record().clone();
    bench.hear(ServerWords::MessageSent {
        message_id: id(77),
        conversation_id: bench.group,
        seq: 3,
        status: MessageStatus::Sent,
        timestamp: 0,
        count: 9,
        actor_count: 9,
    });
    bench.refuse(77, ErrorCode::Forbidden, None);
    assert_eq!(*bench.record(), before);
}
