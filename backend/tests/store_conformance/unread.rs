//! Unread counts are always what counting would find, whatever people do: ten thousand random operations beside an
//! oracle that keeps every log as a plain list.

use std::collections::HashMap;

use backend::store::{Caller, GroupChange, Mark};
use common::id::{ConversationId, Seq};
use common::model::HistoryPolicy;
use common::wire::{ConversationDelta, Position, ResumeKind};
use fastrand::Rng;
use futures_util::future::join_all;

use crate::support::{START, World, cases};

cases![unread_is_what_an_oracle_counts_over_ten_thousand_operations];

const SEEDS: [u64; 4] = [1, 2, 3, 4];
const OPERATIONS: usize = 2_500;
const PEOPLE: [&str; 5] = ["anna", "bert", "carl", "dora", "emil"];

/// A conversation as a list: who wrote each entry, `None` for those that do not count.
struct Log {
    id: ConversationId,
    authors: Vec<Option<usize>>,
    seats: HashMap<usize, Seat>,
}

/// What a person has of a log.
#[derive(Clone, Copy)]
struct Seat {
    /// The last entry that one may see, for those who are out.
    out_at: Option<Seq>,
    read: Seq,
}

impl Log {
    fn head(&self) -> Seq {
        self.authors.len() as Seq
    }

    fn put(&mut self, seq: Seq, author: Option<usize>) {
        let at = seq as usize - 1;
        if self.authors.len() <= at {
            self.authors.resize(at + 1, None);
        }
        self.authors[at] = author;
    }

    /// By counting.
    fn unread(&self, person: usize) -> u64 {
        let seat = self.seats[&person];
        let end = seat.out_at.unwrap_or(self.head());
        let of_others = |at: Seq| self.authors[at as usize - 1].is_some_and(|author| author != person);
        (seat.read + 1..=end).filter(|at| of_others(*at)).count() as u64
    }

    fn is_in(&self, person: usize) -> bool {
        self.seats.get(&person).is_some_and(|seat| seat.out_at.is_none())
    }
}

/// A device that knows only what resuming told it.
#[derive(Default)]
struct Device {
    position: Option<Position>,
    unread: HashMap<ConversationId, u64>,
}

impl Device {
    async fn resume(&mut self, world: &World, who: &Caller) {
        loop {
            let resumed = world.resume(who, self.position).await;
            self.position = Some(resumed.position);
            for delta in resumed.conversations {
                self.unread.insert(delta.conversation_id, unread(&delta));
            }
            if resumed.kind == ResumeKind::Delta {
                return;
            }
        }
    }
}

fn unread(delta: &ConversationDelta) -> u64 {
    delta.own.unread(delta.head.count)
}

struct Run<'a> {
    world: &'a World,
    people: Vec<Caller>,
    logs: Vec<Log>,
    devices: Vec<Device>,
    random: Rng,
    /// Seed and number of the operation, for whoever has to find out.
    moment: (u64, usize),
}

impl<'a> Run<'a> {
    async fn new(world: &'a World, seed: u64) -> Self {
        let mut people = Vec::new();
        for name in PEOPLE {
            people.push(world.person(&format!("{name}{seed}")).await);
        }
        let everyone: HashMap<usize, Seat> =
            (0..people.len()).map(|person| (person, Seat { out_at: None, read: 0 })).collect();
        let others: Vec<&Caller> = people[1..].iter().collect();
        let mut logs = Vec::new();
        for history in [HistoryPolicy::All, HistoryPolicy::FromJoining] {
            let id = world.group(&people[0], &others, history).await;
            let head = world.view(&people[0], id).await.head.seq;
            logs.push(Log { id, authors: vec![None; head as usize], seats: everyone.clone() });
        }
        let id = world.say(&people[0], &people[1], "a letter").await.conversation;
        let pair = [0, 1].map(|person| (person, everyone[&person]));
        logs.push(Log { id, authors: vec![Some(0)], seats: HashMap::from(pair) });
        let devices = people.iter().map(|_| Device::default()).collect();
        Self { world, people, logs, devices, random: Rng::with_seed(seed), moment: (seed, 0) }
    }

    async fn step(&mut self) {
        match self.random.u8(..100) {
            0..40 => self.write().await,
            40..75 => self.read().await,
            75..82 => self.come_or_go().await,
            82..86 => self.rename().await,
            _ => {
                let person = self.random.usize(..self.people.len());
                self.devices[person].resume(self.world, &self.people[person]).await;
                self.compare_device(person);
            }
        }
    }

    /// Several at once, so that they share commits.
    async fn write(&mut self) {
        let at = self.random.usize(..self.logs.len());
        let log = &self.logs[at];
        let insiders: Vec<usize> = (0..self.people.len()).filter(|person| log.is_in(*person)).collect();
        let count = self.random.usize(1..=6);
        let authors: Vec<usize> = (0..count).map(|_| insiders[self.random.usize(..insiders.len())]).collect();
        let said = authors.iter().map(|author| self.world.say_in(&self.people[*author], log.id, "a line"));
        let said = join_all(said).await;
        for (author, said) in authors.into_iter().zip(said) {
            self.logs[at].put(said.unwrap().entry.seq, Some(author));
        }
    }

    async fn read(&mut self) {
        let at = self.random.usize(..self.logs.len());
        let log = &mut self.logs[at];
        let person = self.random.usize(..self.people.len());
        let head = log.head();
        let Some(seat) = log.seats.get_mut(&person) else { return };
        let seq = self.random.u64(1..=seat.out_at.unwrap_or(head));
        let mark = if self.random.u8(..4) == 0 { Mark::Delivered } else { Mark::Read };
        self.world.mark(&self.people[person], log.id, mark, seq).await.unwrap();
        if mark == Mark::Read {
            seat.read = seat.read.max(seq);
        }
        self.compare(at, person).await;
    }

    /// Out of a group or into it again; the first person is its owner and stays.
    async fn come_or_go(&mut self) {
        let at = self.random.usize(..2);
        let person = self.random.usize(1..self.people.len());
        let (id, is_in) = (self.logs[at].id, self.logs[at].is_in(person));
        let (owner, who) = (&self.people[0], &self.people[person]);
        let changed = if is_in {
            self.world.remove(owner, id, who).await
        } else {
            self.world.add(owner, id, who).await
        };
        let log = &mut self.logs[at];
        for entry in &changed.entries {
            log.put(entry.seq, None);
        }
        let head = log.head();
        let seat = log.seats.get_mut(&person).unwrap();
        if is_in {
            seat.out_at = Some(head);
        } else {
            // what was while one was away is not unread
            *seat = Seat { out_at: None, read: changed.entries[0].seq - 1 };
        }
        self.compare(at, person).await;
    }

    async fn rename(&mut self) {
        let at = self.random.usize(..2);
        let title = format!("Geese {}", self.random.u32(..));
        let change = GroupChange { title: Some(title), history: None };
        let id = self.logs[at].id;
        let changed = self.world.store.change_group(&self.people[0], id, change, START).await.unwrap();
        for entry in changed.entries {
            self.logs[at].put(entry.seq, None);
        }
    }

    async fn compare(&self, at: usize, person: usize) {
        let log = &self.logs[at];
        let view = self.world.view(&self.people[person], log.id).await;
        assert_eq!(
            unread(&view),
            log.unread(person),
            "{} in log {at} at {:?}: {view:?}",
            PEOPLE[person],
            self.moment
        );
    }

    fn compare_device(&self, person: usize) {
        for (at, log) in self.logs.iter().enumerate().filter(|(_, log)| log.seats.contains_key(&person)) {
            let told = self.devices[person].unread[&log.id];
            assert_eq!(
                told,
                log.unread(person),
                "{}'s device in log {at} at {:?}",
                PEOPLE[person],
                self.moment
            );
        }
    }
}

async fn unread_is_what_an_oracle_counts_over_ten_thousand_operations(world: World) {
    for seed in SEEDS {
        let mut run = Run::new(&world, seed).await;
        for operation in 0..OPERATIONS {
            run.moment.1 = operation;
            run.step().await;
        }
        for person in 0..PEOPLE.len() {
            let who = &run.people[person];
            run.devices[person].resume(&world, who).await;
            run.compare_device(person);
        }
    }
}
