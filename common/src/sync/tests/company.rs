//! Who is here and who is writing.

use crate::limits;
use crate::sync::tests::bench::{Bench, you};
use crate::sync::{Change, LinkState};
use crate::wire::{ClientWords, PersonPresence, ServerWords};

#[test]
fn a_hint_about_writing_expires_and_ends_with_a_message() {
    let mut bench = Bench::live();
    let writing = ServerWords::Typing { conversation_id: bench.group, user_id: you(), active: true };
    bench.hear(writing.clone());
    let ends = |change: &Change| matches!(change, Change::Typing { until_ms: None, .. });
    let until_ms = bench.now_ms + limits::TYPING_MS;
    assert!(bench.was_told(
        |change| matches!(change, Change::Typing { until_ms: Some(told), .. } if *told == until_ms)
    ));
    assert!(bench.engine.state().iter().any(|change| matches!(change, Change::Typing { .. })));
    bench.wait(limits::TYPING_MS);
    assert!(bench.was_told(ends));
    bench.forget();
    bench.hear(writing);
    bench.you_write(1).into_iter().for_each(|words| bench.hear(words));
    assert!(bench.was_told(ends));
}

#[test]
fn ones_own_writing_is_told_at_a_measured_pace() {
    let mut bench = Bench::live();
    let key = bench.key();
    for _ in 0..30 {
        bench.input(|engine, now| engine.typing(&key, true, now));
        bench.wait(100);
    }
    bench.input(|engine, now| engine.typing(&key, false, now));
    bench.input(|engine, now| engine.typing(&key, false, now));
    let told: Vec<bool> = bench
        .said
        .iter()
        .filter_map(|frame| match frame.words {
            ClientWords::Typing { active, .. } => Some(active),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false]);
}

#[test]
fn what_the_server_keeps_per_socket_is_said_again_on_the_next() {
    let mut bench = Bench::live();
    let key = bench.key();
    bench.input(|engine, now| engine.watch(vec![you()], now));
    bench.input(|engine, now| engine.watch(vec![you(), you()], now));
    bench.input(|engine, now| engine.attention(true, Some(key), now));
    let words = |bench: &Bench| bench.said.iter().map(|frame| frame.words.clone()).collect::<Vec<_>>();
    let watch = ClientWords::Watch { user_ids: vec![you()] };
    let attention = ClientWords::Attention { active: true, conversation_id: Some(bench.group) };
    assert_eq!(words(&bench), [watch.clone(), attention.clone()]);
    bench.disconnect();
    bench.forget();
    bench.connect();
    assert_eq!(words(&bench)[..2], [watch, attention]);
}

#[test]
fn the_open_conversation_is_named_once_the_server_has_made_it() {
    let mut bench = Bench::live();
    let key = crate::sync::ConversationKey::direct(&you());
    bench.input(|engine, now| engine.attention(true, Some(key.clone()), now));
    bench.input(|engine, now| {
        let you = crate::sync::Target::Person(you());
        engine.send(you, crate::sync::tests::bench::content("hello"), crate::sync::tests::bench::id(1), now);
    });
    let mut named = Vec::new();
    while !bench.said.is_empty() {
        for frame in bench.take_said() {
            if let ClientWords::Attention { conversation_id, .. } = frame.words {
                named.push(conversation_id);
            }
            bench.answer(&frame);
        }
    }
    let made = bench.engine.record(&key).unwrap().conversation_id;
    assert_eq!(named, [None, made]);
}

#[test]
fn nobody_is_here_without_a_link() {
    let mut bench = Bench::live();
    bench.input(|engine, now| engine.watch(vec![you()], now));
    let here = |user_id, online| PersonPresence { user_id, online, last_seen_at: Some(9) };
    bench.hear(ServerWords::Presence { people: vec![here(you(), true), here("someone".into(), true)] });
    assert!(bench.told.contains(&Change::Presence(vec![here(you(), true)])), "only who is watched");
    bench.disconnect();
    assert!(bench.told.contains(&Change::Presence(vec![here(you(), false)])));
}

#[test]
fn the_banner_hears_of_each_state_once() {
    let mut bench = Bench::new();
    bench.connect();
    bench.answer_all();
    bench.disconnect();
    bench.input(|engine, now| engine.handle_online(false, now));
    bench.input(|engine, now| engine.handle_online(true, now));
    let states: Vec<LinkState> = bench
        .told
        .iter()
        .filter_map(|change| match change {
            Change::Link(state) => Some(state.clone()),
            _ => None,
        })
        .collect();
    let offline = |state: &LinkState| matches!(state, LinkState::Offline { next_try_ms: Some(_) });
    assert_eq!(states[..3], [LinkState::Connecting, LinkState::CatchingUp, LinkState::Live]);
    assert!(offline(&states[3]), "{states:?}");
    assert_eq!(states[4..], [LinkState::Offline { next_try_ms: None }, LinkState::Connecting]);
}
