//! What the rows of a timeline are.

use common::model::{HistoryPolicy, Interval, SystemEvent};
use common::sync::{OutboxRecord, SendState, Target, WaitCause};

use super::*;

const DAY_S: i64 = 86_400;

fn utc_day(timestamp: i64) -> (i64, i64) {
    let start = timestamp.div_euclid(DAY_S) * DAY_S;
    (start, start + DAY_S)
}

fn message(seq: Seq, from: &str, timestamp: i64) -> Arc<Entry> {
    Arc::new(Entry {
        seq,
        message_id: MessageId(uuid::Uuid::from_u128(u128::from(seq))),
        from: from.into(),
        kind: EntryType::Text,
        content: Some(format!("m{seq}")),
        content_hash: None,
        timestamp,
        count: seq,
        actor_count: seq,
    })
}

fn event(seq: Seq, timestamp: i64) -> Arc<Entry> {
    let event = SystemEvent::HistoryPolicyChanged { policy: HistoryPolicy::All };
    let content = Some(serde_json::to_string(&event).unwrap());
    Arc::new(Entry { kind: EntryType::System, content, ..(*message(seq, "anna", timestamp)).clone() })
}

fn waiting(id: u128, written_at_s: u64) -> Arc<OutboxItem> {
    Arc::new(OutboxItem {
        record: OutboxRecord {
            message_id: MessageId(uuid::Uuid::from_u128(id)),
            target: Target::Person("anna".into()),
            content: "later".into(),
            order: 1,
            written_at_ms: written_at_s * 1000,
            handed_over: false,
            refused: None,
        },
        state: SendState::Queued(WaitCause::Link),
    })
}

struct Case {
    entries: Vec<Arc<Entry>>,
    hints: Vec<Arc<Entry>>,
    waiting: Vec<Arc<OutboxItem>>,
    visible: Vec<Interval>,
    others: (Seq, Seq),
    unread_after: Option<Seq>,
    loading: HashSet<Seq>,
}

fn case(entries: Vec<Arc<Entry>>) -> Case {
    Case {
        entries,
        hints: vec![],
        waiting: vec![],
        visible: vec![Interval { from: 1, to: None }],
        others: (0, 0),
        unread_after: None,
        loading: HashSet::new(),
    }
}

impl Case {
    fn rows(&self) -> Vec<Row> {
        let content = Content {
            entries: self.entries.iter().collect(),
            hints: self.hints.iter().collect(),
            waiting: &self.waiting,
            me: &"Me".into(),
            log: Log { held: &[], visible: &self.visible, head: 1_000 },
            others_delivered: self.others.0,
            others_read: self.others.1,
            unread_after: self.unread_after,
            loading: &self.loading,
        };
        lay_out(&content, utc_day)
    }

    /// A word per row: D date, U unread, G gap, S event, and for bubbles the edges of their group.
    fn sketch(&self) -> String {
        let word = |row: &Row| match row {
            Row::Day(_) => "D".to_owned(),
            Row::Unread => "U".to_owned(),
            Row::Gap(gap) => format!("G{}-{}", gap.from, gap.to),
            Row::System(_) => "S".to_owned(),
            Row::Message(bubble) => {
                let place = bubble.place();
                let edge = |is_edge, mark| if is_edge { mark } else { "" };
                let name = bubble.seq().map_or("w".to_owned(), |seq| seq.to_string());
                format!("{}{name}{}", edge(place.first_in_group, "["), edge(place.last_in_group, "]"))
            }
        };
        self.rows().iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn bubbles_of_one_sender_group_within_five_minutes() {
    let entries = vec![
        message(1, "anna", 1_000),
        message(2, "anna", 1_300),
        message(3, "anna", 1_601),
        message(4, "Me", 1_602),
        message(5, "Me", 1_602),
    ];
    assert_eq!(case(entries).sketch(), "D [1 2] [3] [4 5]");
}

#[test]
fn a_new_day_parts_a_group_and_a_clock_set_back_brings_no_date_again() {
    let entries = vec![
        message(1, "anna", DAY_S - 10),
        message(2, "anna", DAY_S + 10),
        message(3, "anna", DAY_S - 5),
        message(4, "anna", 3 * DAY_S),
    ];
    assert_eq!(case(entries).sketch(), "D [1] D [2 3] D [4]");
}

#[test]
fn the_unread_line_stands_above_the_first_message_of_others() {
    let entries = vec![
        message(1, "anna", 1),
        message(2, "anna", 2),
        message(3, "Me", 3),
        message(4, "anna", 4),
        message(5, "anna", 5),
    ];
    assert_eq!(Case { unread_after: Some(1), ..case(entries.clone()) }.sketch(), "D [1] U [2] [3] [4 5]");
    assert_eq!(Case { unread_after: Some(2), ..case(entries.clone()) }.sketch(), "D [1 2] [3] U [4 5]");
    assert_eq!(Case { unread_after: Some(0), ..case(entries.clone()) }.sketch(), "D U [1 2] [3] [4 5]");
    assert_eq!(Case { unread_after: Some(5), ..case(entries.clone()) }.sketch(), "D [1 2] [3] [4 5]");
    let later = Case { unread_after: Some(1), ..case(entries[3..].to_vec()) };
    assert_eq!(later.sketch(), "D [4 5]", "its place is further up");
}

#[test]
fn holes_are_shown_but_not_what_one_may_not_see() {
    let entries = vec![message(1, "anna", 1), message(2, "anna", 2), message(10, "anna", 3)];
    assert_eq!(case(entries.clone()).sketch(), "D [1 2] G3-9 [10]");
    let visible = vec![Interval { from: 1, to: Some(4) }, Interval { from: 8, to: None }];
    assert_eq!(Case { visible, ..case(entries.clone()) }.sketch(), "D [1 2] G3-9 [10]");
    let visible = vec![Interval { from: 1, to: Some(2) }, Interval { from: 10, to: None }];
    assert_eq!(Case { visible, ..case(entries.clone()) }.sketch(), "D [1 2 10]");
    let filling = Case { loading: HashSet::from([10]), ..case(entries) }.rows();
    assert!(filling.contains(&Row::Gap(GapRow { from: 3, to: 9, loading: true })));
}

#[test]
fn an_early_entry_stands_below_a_hole_that_is_being_filled() {
    let early = Case { hints: vec![message(9, "anna", 3)], ..case(vec![message(1, "anna", 1)]) };
    assert_eq!(early.sketch(), "D [1] G2-8 [9]");
    assert!(early.rows().contains(&Row::Gap(GapRow { from: 2, to: 8, loading: true })));
}

#[test]
fn events_part_groups_and_are_understood() {
    let entries = vec![message(1, "anna", 1), event(2, 2), message(3, "anna", 3)];
    assert_eq!(case(entries.clone()).sketch(), "D [1] S [3]");
    assert!(case(entries).rows().iter().any(|row| matches!(row, Row::System(row) if row.event.is_some())));
}

#[test]
fn waiting_messages_come_last_join_my_group_and_are_never_doubled() {
    let mut some = case(vec![message(1, "anna", 1_000), message(2, "me", 1_000)]);
    some.waiting = vec![waiting(2, 1_000), waiting(77, 1_100)];
    assert_eq!(some.sketch(), "D [1] [2 w]");
    let only = Case { waiting: vec![waiting(77, 1_100)], ..case(vec![]) };
    assert_eq!(only.sketch(), "D [w]");
}

#[test]
fn ticks_tell_how_far_others_have_come() {
    let mine = (1..=3).map(|seq| message(seq, "Me", 1)).collect();
    let some = Case { others: (2, 1), ..case(mine) };
    let ticks: Vec<Ticks> = some
        .rows()
        .iter()
        .filter_map(|row| match row {
            Row::Message(Bubble::Stored { ticks, .. }) => Some(*ticks),
            _ => None,
        })
        .collect();
    assert_eq!(ticks, [Ticks::Read, Ticks::Delivered, Ticks::Sent]);
}

#[test]
fn a_row_that_stays_keeps_its_slot() {
    let _owner = Owner::new_root(None);
    let mut some = case(vec![message(1, "anna", 1_000)]);
    some.waiting = vec![waiting(2, 1_000)];
    let slots = reconcile(&[], some.rows()).unwrap();
    assert!(reconcile(&slots, some.rows()).is_none(), "nothing changed");

    some.waiting = vec![];
    some.entries.push(message(2, "Me", 1_000));
    assert!(reconcile(&slots, some.rows()).is_none(), "the echo takes the row of what waited");
    assert!(matches!(slots[2].row.get_untracked(), Row::Message(Bubble::Stored { .. })));

    some.entries.insert(0, message(0, "bert", 900));
    let more = reconcile(&slots, some.rows()).unwrap();
    assert_eq!(more.len(), 4);
    assert_eq!(more[3].key, slots[2].key);
    more[3].row.set(Row::Unread);
    assert_eq!(slots[2].row.get_untracked(), Row::Unread, "the same signal");
}
