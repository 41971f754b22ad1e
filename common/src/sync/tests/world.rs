//! Virtual time, the network between devices and server, and everything that can go wrong with them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Digest, Entry};
use crate::sync::chance::Chance;
use crate::sync::ranges::newest_hole;
use crate::sync::tests::device::Device;
use crate::sync::tests::network::Socket;
use crate::sync::tests::server::Server;
use crate::sync::tests::server_log::Data;
use crate::sync::{Batch, ConversationKey, ConversationRecord, Engine, LinkDown, Output, Write};
use crate::wire::{ClientFrame, ServerFrame};

/// How often something goes wrong, each as one in so many; 0 for never.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Odds {
    pub(super) refuse: u64,
    pub(super) double: u64,
    pub(super) skip: u64,
    pub(super) late: u64,
    pub(super) connect_fails: u64,
}

/// A frame towards one end of a socket, or the news of its end.
#[derive(Debug)]
pub(super) enum Event {
    Connected {
        device: usize,
        attempt: u32,
    },
    ToServer {
        socket: usize,
        frame: ClientFrame,
    },
    ToClient {
        socket: usize,
        frame: ServerFrame,
    },
    /// The server queues a frame to a socket, perhaps later than others.
    Queue {
        socket: usize,
        frame: ServerFrame,
        position: Option<u64>,
    },
    ClientHearsEnd {
        socket: usize,
        why: LinkDown,
    },
    ServerHearsEnd {
        socket: usize,
    },
    PositionFrame {
        socket: usize,
    },
    Committed {
        device: usize,
        life: u32,
        batch: Batch,
    },
    DigestsRead {
        device: usize,
        life: u32,
        key: ConversationKey,
        digests: Vec<(u64, Digest)>,
    },
    OwnEntriesRead {
        device: usize,
        life: u32,
        key: ConversationKey,
        entries: Vec<Entry>,
    },
    Wake {
        device: usize,
    },
    StartDevice {
        device: usize,
    },
    StartServer,
}

struct Due {
    at_ms: u64,
    order: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        (self.at_ms, self.order) == (other.at_ms, other.order)
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}

/// Everything.
pub(super) struct World {
    pub(super) now_ms: u64,
    pub(super) chance: Chance,
    pub(super) odds: Odds,
    pub(super) server: Server,
    pub(super) server_is_up: bool,
    pub(super) devices: Vec<Device>,
    pub(super) people: Vec<UserId>,
    backup: Option<Data>,
    pub(super) sockets: BTreeMap<usize, Socket>,
    pub(super) sockets_made: usize,
    events: BinaryHeap<Reverse<Due>>,
    scheduled: u64,
    /// What went wrong, as far as it was found on the way.
    pub(super) problems: Vec<String>,
    /// Messages that another device of their writer put back into its outbox after a reset: their order is that of two
    /// devices.
    pub(super) resent_elsewhere: BTreeSet<MessageId>,
    /// Whether every frame and record goes through JSON.
    pub(super) as_text: bool,
    pub(super) trace: bool,
    seed: u64,
}

pub(super) const START_MS: u64 = 1_700_000_000_000;

impl World {
    /// People with two devices each, some with clocks that are a day wrong.
    pub(super) fn new(seed: u64, people: &[&str]) -> Self {
        let people: Vec<UserId> = people.iter().map(|name| UserId::from(*name)).collect();
        let mut world = Self {
            now_ms: START_MS,
            chance: Chance::new(seed),
            odds: Odds::default(),
            server: Server::new(&people),
            server_is_up: true,
            devices: Vec::new(),
            people: people.clone(),
            backup: None,
            sockets: BTreeMap::new(),
            sockets_made: 0,
            events: BinaryHeap::new(),
            scheduled: 0,
            problems: Vec::new(),
            resent_elsewhere: BTreeSet::new(),
            as_text: false,
            trace: std::env::var("HONGYAN_TRACE").is_ok(),
            seed,
        };
        for user in people.iter().flat_map(|user| [user, user]) {
            let clock_ahead_ms = world.chance.between(0, 2) * 86_400_000;
            world.devices.push(Device::new(user, clock_ahead_ms));
            world.start_device(world.devices.len() - 1);
        }
        world
    }

    pub(super) fn one_in(&mut self, odds: u64) -> bool {
        odds > 0 && self.chance.between(1, odds) == 1
    }

    pub(super) fn at(&mut self, at_ms: u64, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse(Due { at_ms, order: self.scheduled, event }));
    }

    pub(super) fn soon(&mut self, within_ms: u64, event: Event) {
        let at_ms = self.now_ms + self.chance.between(0, within_ms);
        self.at(at_ms, event);
    }

    pub(super) fn note(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{:>9} {}", self.now_ms - START_MS, what());
        }
    }

    /// Lets the world go on for a while.
    pub(super) fn run(&mut self, for_ms: u64) {
        let until_ms = self.now_ms + for_ms;
        while self.events.peek().is_some_and(|due| due.0.at_ms <= until_ms) {
            if let Some(Reverse(due)) = self.events.pop() {
                self.now_ms = due.at_ms;
                self.happen(due.event);
            }
        }
        self.now_ms = until_ms;
    }

    /// Gives a device's engine an input and does what it wants.
    pub(super) fn with<T>(&mut self, device: usize, input: impl FnOnce(&mut Engine, u64) -> T) -> Option<T> {
        let now_ms = self.devices[device].clock(self.now_ms);
        let mut engine = self.devices[device].engine.take()?;
        let answer = input(&mut engine, now_ms);
        while let Some(output) = engine.poll_output() {
            self.perform(device, output);
        }
        let wake_at_ms =
            engine.poll_timeout().map(|at| at.saturating_sub(self.devices[device].clock_ahead_ms));
        self.devices[device].engine = Some(engine);
        if let Some(at_ms) = wake_at_ms {
            let at_ms = at_ms.max(self.now_ms + 1);
            if self.devices[device].wake_at_ms.is_none_or(|planned| planned <= self.now_ms || at_ms < planned)
            {
                self.devices[device].wake_at_ms = Some(at_ms);
                self.at(at_ms, Event::Wake { device });
            }
        }
        Some(answer)
    }

    fn perform(&mut self, device: usize, output: Output) {
        let life = self.devices[device].life;
        self.note(|| format!("{} {output:?}", self.name(device)).chars().take(600).collect());
        match output {
            Output::Connect => {
                self.devices[device].attempt += 1;
                let attempt = self.devices[device].attempt;
                self.soon(200, Event::Connected { device, attempt });
            }
            Output::Disconnect => {
                self.devices[device].attempt += 1;
                if let Some(socket) = self.devices[device].socket.take() {
                    self.soon(2_000, Event::ServerHearsEnd { socket });
                }
            }
            Output::Transmit(frame) => {
                self.check_said(device, &frame);
                self.transmit(device, frame);
            }
            Output::Commit(batch) => self.soon(60, Event::Committed { device, life, batch }),
            Output::Tell(change) => self.check_told(device, &change),
            Output::LoadDigests { key, seqs } => {
                let digests = self.devices[device].storage.digests(&key, &seqs);
                self.soon(60, Event::DigestsRead { device, life, key, digests });
            }
            Output::LoadOwnEntries { key, above } => {
                let device_ref = &self.devices[device];
                let entries = device_ref.storage.own_entries(&device_ref.user, &key, above);
                self.soon(60, Event::OwnEntriesRead { device, life, key, entries });
            }
        }
    }

    pub(super) fn name(&self, device: usize) -> String {
        format!("{}{}", self.devices[device].user, device % 2 + 1)
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Connected { device, attempt } => self.connected(device, attempt),
            Event::ToServer { socket, frame } => self.server_hears(socket, frame),
            Event::Queue { socket, frame, position } => self.queue(socket, frame, position),
            Event::ToClient { socket, frame } => {
                if let Some(device) = self.end_of(socket) {
                    self.note(|| format!("{} hears {:?}", self.name(device), frame));
                    self.with(device, |engine, now| engine.handle_frame(frame, now));
                }
            }
            Event::ClientHearsEnd { socket, why } => {
                if let Some(device) = self.end_of(socket) {
                    self.devices[device].socket = None;
                    self.note(|| format!("{} link down", self.name(device)));
                    self.with(device, |engine, now| engine.handle_link_down(why, now));
                }
            }
            Event::ServerHearsEnd { socket } => {
                self.sockets.remove(&socket);
            }
            Event::PositionFrame { socket } => self.tell_position(socket),
            Event::Committed { device, life, batch } => {
                if self.devices[device].life == life && self.devices[device].engine.is_some() {
                    self.store(device, &batch);
                    self.with(device, |engine, now| engine.handle_committed(batch.number, now));
                }
            }
            Event::DigestsRead { device, life, key, digests } => {
                if self.devices[device].life == life {
                    self.with(device, |engine, now| engine.handle_digests(key, digests, now));
                }
            }
            Event::OwnEntriesRead { device, life, key, entries } => {
                if self.devices[device].life == life {
                    self.with(device, |engine, now| engine.handle_own_entries(key, entries, now));
                }
            }
            Event::Wake { device } => {
                if self.devices[device].wake_at_ms == Some(self.now_ms) {
                    self.devices[device].wake_at_ms = None;
                }
                self.with(device, |engine, now| engine.handle_timeout(now));
            }
            Event::StartDevice { device } => self.start_device(device),
            Event::StartServer => self.server_is_up = true,
        }
    }

    fn store(&mut self, device: usize, batch: &Batch) {
        if self.as_text {
            let text = serde_json::to_string(batch).unwrap();
            assert_eq!(serde_json::from_str::<Batch>(&text).unwrap(), *batch);
        }
        let found = &mut self.devices[device];
        found.storage.perform(batch);
        let moved = batch.writes.iter().any(|write| matches!(write, Write::PutPosition(_)));
        for write in &batch.writes {
            let Write::PutOutbox(row) = write else { continue };
            match found.written.iter_mut().find(|written| written.id == row.message_id) {
                Some(written) => written.stored = true,
                None => {
                    self.resent_elsewhere.insert(row.message_id);
                }
            }
        }
        if moved {
            self.check_position(device);
        }
    }

    /// Where a device lacks something: the conversation, and the seq below which it is to be asked for.
    pub(super) fn holes(&self, device: usize) -> Vec<(ConversationKey, Seq)> {
        let records = self.devices[device].storage.conversations.values();
        let hole = |record: &ConversationRecord| {
            let hole = newest_hole(&record.held, &record.own.intervals, 1, record.head_seq)?;
            Some((record.key.clone(), hole.to + 1))
        };
        records.filter_map(hole).collect()
    }

    /// The app is killed; what was not committed is lost. It starts again after a while.
    pub(super) fn crash_device(&mut self, device: usize) {
        if self.devices[device].engine.take().is_none() {
            return;
        }
        self.note(|| format!("{} crashes", self.name(device)));
        self.cut(device);
        self.devices[device].socket = None;
        let found = &mut self.devices[device];
        found.written.retain(|written| written.stored);
        for written in &mut found.written {
            if let Some(row) = found.storage.outbox.get(&written.id) {
                written.content = row.content.clone();
                written.gone = false;
            }
        }
        self.check_device(device);
        let after_ms = self.now_ms + self.chance.between(100, 20_000);
        self.at(after_ms, Event::StartDevice { device });
    }

    pub(super) fn start_device(&mut self, device: usize) {
        if self.devices[device].engine.is_some() {
            return;
        }
        let now_ms = self.devices[device].clock(self.now_ms);
        let found = &mut self.devices[device];
        found.life += 1;
        found.wake_at_ms = None;
        let seed = self.seed ^ (device as u64) << 32 ^ u64::from(found.life);
        found.engine = Some(Engine::new(found.user.clone(), found.storage.snapshot(), seed, now_ms));
        self.note(|| format!("{} starts", self.name(device)));
        self.with(device, |_, _| ());
    }

    pub(super) fn back_up(&mut self) {
        self.backup = Some(self.server.data.clone());
    }

    /// The newest backup takes the place of the data: another epoch.
    pub(super) fn restore(&mut self) -> bool {
        let Some(backup) = &self.backup else { return false };
        let (epoch, made) = (self.server.data.epoch + 1, self.server.data.made);
        self.server.data = Data { epoch, made, ..backup.clone() };
        let down_ms = self.chance.between(500, 8_000);
        self.stop_server(down_ms);
        self.note(|| "the server is restored from a backup".into());
        true
    }
}
