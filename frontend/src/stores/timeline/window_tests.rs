//! Moving through a log with holes.

use common::model::{ConversationKind, Digest, EntryType, HistoryPolicy, OwnState, Role, Standing};

use super::*;

fn held(from: Seq, to: Seq) -> HeldRange {
    HeldRange { from, to, digest_before: Digest::default(), digest_after: Digest::default() }
}

fn all() -> Vec<Interval> {
    vec![Interval { from: 1, to: None }]
}

fn entry(seq: Seq) -> Entry {
    Entry {
        seq,
        message_id: common::id::MessageId(uuid::Uuid::from_u128(u128::from(seq))),
        from: "a".into(),
        kind: EntryType::Text,
        content: Some(seq.to_string()),
        content_hash: None,
        timestamp: 0,
        count: seq,
        actor_count: seq,
    }
}

fn entries(from: Seq, to: Seq) -> Vec<Entry> {
    (from..=to).map(entry).collect()
}

fn window(from: Seq, to: Seq) -> Window {
    let mut window = Window::default();
    window.put(from, to, entries(from, to));
    window
}

#[test]
fn opens_at_the_end_or_around_the_first_unread() {
    let (held, visible) = ([held(1, 1000)], all());
    let log = Log { held: &held, visible: &visible, head: 1000 };
    assert_eq!(Window::opening(log, None), Step::Read { from: 941, to: 1000 });
    assert_eq!(Window::opening(log, Some(500)), Step::Read { from: 470, to: 560 });
    assert_eq!(Window::opening(log, Some(990)), Step::Read { from: 960, to: 1000 });
    assert_eq!(Window::opening(log, Some(5)), Step::Read { from: 1, to: 65 });
}

#[test]
fn a_first_unread_that_is_not_held_is_asked_for() {
    let (held, visible) = ([held(1, 100), held(951, 1000)], all());
    let log = Log { held: &held, visible: &visible, head: 1000 };
    assert_eq!(Window::opening(log, Some(400)), Step::Ask { before: 431 });
    let nothing = Log { held: &[], visible: &visible, head: 7 };
    assert_eq!(Window::opening(nothing, None), Step::Ask { before: 8 });
    assert_eq!(Window::opening(nothing, Some(7)), Step::Ask { before: 8 });
    assert_eq!(Window::opening(Log { head: 0, ..nothing }, None), Step::End);
    assert_eq!(Window::opening(Log { visible: &[], ..nothing }, None), Step::End);
}

#[test]
fn goes_up_step_by_step_to_the_beginning() {
    let (held, visible) = ([held(1, 100)], all());
    let log = Log { held: &held, visible: &visible, head: 100 };
    let mut window = window(31, 100);
    for (from, to) in [(21, 30), (11, 20), (1, 10)] {
        assert_eq!(window.older(log, false), Step::Read { from, to });
        window.put(from, to, entries(from, to));
    }
    assert_eq!(window.older(log, false), Step::End);
    assert_eq!(window.newer(log, false), Step::End);
    assert_eq!(window.entries().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
}

#[test]
fn a_hole_above_is_asked_for_and_passed_only_when_told() {
    let (held, visible) = ([held(1, 10), held(51, 100)], all());
    let log = Log { held: &held, visible: &visible, head: 100 };
    let window = window(51, 100);
    assert_eq!(window.older(log, false), Step::Ask { before: 51 });
    assert_eq!(window.older(log, true), Step::Read { from: 1, to: 10 });
}

#[test]
fn a_hole_at_the_very_top_can_only_be_asked_for() {
    let (held, visible) = ([held(51, 100)], all());
    let log = Log { held: &held, visible: &visible, head: 100 };
    assert_eq!(window(51, 100).older(log, true), Step::Ask { before: 51 });
}

#[test]
fn a_hole_below_is_filled_from_its_top() {
    let (ranges, visible) = ([held(1, 100), held(951, 1000)], all());
    let log = Log { held: &ranges, visible: &visible, head: 1000 };
    let window = window(41, 100);
    assert_eq!(window.newer(log, false), Step::Ask { before: 161 });
    assert_eq!(window.newer(log, true), Step::Read { from: 951, to: 960 });
    let small = [held(1, 100), held(105, 1000)];
    assert_eq!(window.newer(Log { held: &small, ..log }, false), Step::Ask { before: 105 });
    let unheld_end = [held(1, 100)];
    let log = Log { held: &unheld_end, head: 130, ..log };
    assert_eq!(window.newer(log, false), Step::Ask { before: 131 });
    assert_eq!(window.newer(log, true), Step::Ask { before: 131 });
}

#[test]
fn what_one_may_not_see_is_no_hole() {
    let visible = [Interval { from: 11, to: Some(20) }, Interval { from: 31, to: None }];
    let held = [held(11, 20), held(31, 40)];
    let log = Log { held: &held, visible: &visible, head: 40 };
    let mut window = window(31, 40);
    assert_eq!(window.older(log, false), Step::Read { from: 11, to: 20 });
    window.put(11, 20, entries(11, 20));
    assert_eq!(window.older(log, false), Step::End);
    assert!(!log.something_between(20, 31));
    assert!(log.something_between(20, 32));
    assert!(window.reaches_end(log));
}

#[test]
fn live_entries_follow_only_where_they_go_on() {
    let (held, visible) = ([held(1, 100)], all());
    let log = Log { held: &held, visible: &visible, head: 105 };
    let mut window = window(41, 100);
    assert!(window.merge(log, &entries(101, 102), true));
    assert_eq!(window.bounds(), Some((41, 102)));
    assert!(!window.merge(log, &entries(104, 105), true), "a hole is not jumped");
    assert!(!window.merge(log, &entries(103, 105), false), "nobody follows");
    assert!(!window.merge(log, &entries(1, 40), true), "older ones are read when wanted");
    assert!(window.merge(log, &[entry(50)], false), "inside it is put in");
    let mut empty = Window::default();
    assert!(!empty.merge(log, &entries(2, 3), true));
    assert!(empty.merge(log, &entries(1, 3), true), "the first of all goes on from nothing");
    assert_eq!(empty.bounds(), Some((1, 3)));
}

#[test]
fn it_never_grows_beyond_its_bound() {
    let (held, visible) = ([held(1, 10_000)], all());
    let log = Log { held: &held, visible: &visible, head: 10_000 };
    let mut window = window(9_941, 10_000);
    while window.bounds().is_some_and(|(oldest, _)| oldest > 9_001) {
        let Step::Read { from, to } = window.older(log, false) else { panic!("more is held") };
        window.put(from, to, entries(from, to));
        window.trim_newest();
        assert!(window.entries().count() <= WINDOW_ENTRIES);
    }
    let (oldest, newest) = window.bounds().unwrap();
    assert_eq!(
        (newest - oldest + 1) as usize,
        WINDOW_ENTRIES,
        "the newest ones went, and no more of them than must"
    );
    assert!(!window.reaches_end(log));
    while let Step::Read { from, to } = window.newer(log, false) {
        window.put(from, to, entries(from, to));
        window.trim_oldest();
        assert!(window.entries().count() <= WINDOW_ENTRIES);
    }
    assert_eq!(window.bounds(), Some((9_601, 10_000)));
    assert!(window.reaches_end(log));
}

#[test]
fn a_reset_cuts_it() {
    let mut window = window(41, 100);
    assert!(window.truncate(90));
    assert_eq!(window.bounds(), Some((41, 90)));
    assert!(!window.truncate(90));
    assert!(window.truncate(10));
    assert_eq!(window.bounds(), None);
}

/// A conversation of a thousand messages of others, read up to `read`.
fn record(read: Seq) -> ConversationRecord {
    let own = OwnState {
        role: Some(Role::Member),
        intervals: all(),
        standing: Standing::Accepted,
        delivered_seq: 1_000,
        read_seq: read,
        read_count: read,
        own_read: 0,
        own_count: 0,
        muted_until: 0,
    };
    ConversationRecord {
        key: "@a".parse().unwrap(),
        conversation_id: None,
        kind: ConversationKind::Direct,
        peer: None,
        title: None,
        history: HistoryPolicy::All,
        own,
        head_seq: 1_000,
        head_count: 1_000,
        held: vec![held(1, 1_000)],
        newest: None,
        active_at: 0,
        others_delivered: 0,
        others_read: 0,
        read_pending: None,
    }
}

#[test]
fn what_was_read_is_no_news_however_far_one_scrolls_up() {
    let me = "me".into();
    assert_eq!(window(100, 499).news_below(&record(1_000), 1_000, &me), 0);
    assert_eq!(window(100, 499).news_below(&record(990), 990, &me), 10, "what came since");
}

#[test]
fn news_lie_in_memory_and_beyond_it() {
    let me = "me".into();
    assert_eq!(window(401, 600).news_below(&record(500), 500, &me), 500);
    assert_eq!(window(401, 600).news_below(&record(500), 550, &me), 450, "some are on screen");
    assert_eq!(window(601, 1_000).news_below(&record(1_000), 1_000, &me), 0);
}
