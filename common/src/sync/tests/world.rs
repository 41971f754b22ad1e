//! Virtual time, the network between devices and server, and everything that can go wrong with them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Digest, Entry};
use crate::sync::chance::Chance;
use crate::sync::ranges::newest_hole;
use crate::sync::tests::device::Device;
use crate::sync::tests::server::{News, Server};
use crate::sync::tests::server_log::Data;
use crate::sync::{Batch, ConversationKey, ConversationRecord, Engine, LinkDown, Output, Write};
use crate::wire::{
    ClientFrame, ClientWords, CloseCode, Epoch, ErrorCode, Position, ServerFrame, ServerWords,
    parse_client_frame,
};

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
enum Event {
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

/// A socket. Each end lives until it hears of the end; frames in between arrive in order or not at all.
#[derive(Debug)]
struct Socket {
    device: usize,
    user: UserId,
    to_server_at: u64,
    to_client_at: u64,
    /// Frames that would arrive after these times are lost.
    server_deaf_from: u64,
    client_deaf_from: u64,
    server_open: bool,
    resumed: bool,
    /// Commits whose news is not queued to this socket yet, and how many frames that is.
    unqueued: BTreeMap<u64, u32>,
    told_position: u64,
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
    sockets: BTreeMap<usize, Socket>,
    sockets_made: usize,
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

const START_MS: u64 = 1_700_000_000_000;

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

    fn at(&mut self, at_ms: u64, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse(Due { at_ms, order: self.scheduled, event }));
    }

    fn soon(&mut self, within_ms: u64, event: Event) {
        let at_ms = self.now_ms + self.chance.between(0, within_ms);
        self.at(at_ms, event);
    }

    fn note(&self, what: impl FnOnce() -> String) {
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

    fn transmit(&mut self, device: usize, frame: ClientFrame) {
        let Some(id) = self.devices[device].socket else { return };
        let twice = matches!(frame.words, ClientWords::SendMessage { .. }) && self.one_in(self.odds.double);
        let latency_ms = self.chance.between(1, 150);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        socket.to_server_at = socket.to_server_at.max(self.now_ms + latency_ms);
        let at_ms = socket.to_server_at;
        if at_ms < socket.server_deaf_from {
            if twice {
                self.at(at_ms, Event::ToServer { socket: id, frame: frame.clone() });
            }
            self.at(at_ms, Event::ToServer { socket: id, frame });
        }
    }

    fn happen(&mut self, event: Event) {
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

    /// The device at the client's end, while it still uses this socket.
    fn end_of(&self, socket: usize) -> Option<usize> {
        let device = self.devices.iter().position(|device| device.socket == Some(socket))?;
        self.devices[device].engine.as_ref().map(|_| device)
    }

    fn connected(&mut self, device: usize, attempt: u32) {
        if self.devices[device].attempt != attempt || self.devices[device].engine.is_none() {
            return;
        }
        let fails =
            !self.server_is_up || !self.devices[device].has_network || self.one_in(self.odds.connect_fails);
        if fails {
            self.with(device, |engine, now| engine.handle_link_down(LinkDown::Failed, now));
            return;
        }
        self.sockets_made += 1;
        let id = self.sockets_made;
        let user = self.devices[device].user.clone();
        let socket = Socket {
            device,
            user,
            to_server_at: self.now_ms,
            to_client_at: self.now_ms,
            server_deaf_from: u64::MAX,
            client_deaf_from: u64::MAX,
            server_open: true,
            resumed: false,
            unqueued: BTreeMap::new(),
            told_position: 0,
        };
        self.sockets.insert(id, socket);
        self.devices[device].socket = Some(id);
        self.soon(1_000, Event::PositionFrame { socket: id });
        self.note(|| format!("{} link up", self.name(device)));
        self.with(device, |engine, now| engine.handle_link_up(now));
    }

    fn server_hears(&mut self, id: usize, mut frame: ClientFrame) {
        if self.as_text {
            frame = parse_client_frame(&serde_json::to_string(&frame).unwrap()).unwrap();
        }
        let Some(socket) = self.sockets.get(&id).filter(|socket| self.now_ms < socket.server_deaf_from)
        else {
            return;
        };
        if !self.server_is_up {
            return;
        }
        let user = socket.user.clone();
        let refuse = if self.one_in(self.odds.refuse) {
            let reasons = [ErrorCode::RateLimited, ErrorCode::Unavailable, ErrorCode::Internal];
            Some(reasons[self.chance.between(0, 2) as usize])
        } else {
            None
        };
        self.server.now_s = ((self.now_ms - START_MS) / 1_000) as i64 + 1_700_000_000;
        let outcome = self.server.handle(&user, &frame, refuse);
        self.announce(outcome.news, Some(id));
        let Some(reply) = outcome.reply else { return };
        // reads are answered when they are done; what was written is answered in order
        let is_read = matches!(
            reply.words,
            ServerWords::Resumed(_) | ServerWords::History { .. } | ServerWords::Compared(_)
        );
        let event = Event::Queue { socket: id, frame: reply, position: None };
        if is_read { self.soon(400, event) } else { self.happen(event) }
    }

    /// Tells every socket of every audience, now or late or not at all; what a socket misses, a sweep tells later.
    pub(super) fn announce(&mut self, news: Vec<News>, cause: Option<usize>) {
        let ids: Vec<usize> = self.sockets.keys().copied().collect();
        for News { to, words, position, not_to_cause } in news {
            for id in &ids {
                let reaches =
                    self.sockets.get(id).is_some_and(|socket| socket.user == to && socket.server_open);
                if !reaches || (not_to_cause && cause == Some(*id)) {
                    continue;
                }
                if let Some(socket) = self.sockets.get_mut(id) {
                    *socket.unqueued.entry(position).or_default() += 1;
                }
                let frame = ServerFrame::new(words.clone());
                let event = Event::Queue { socket: *id, frame, position: Some(position) };
                if self.one_in(self.odds.skip) {
                    continue;
                } else if self.one_in(self.odds.late) {
                    self.soon(3_000, event);
                } else {
                    self.happen(event);
                }
            }
        }
    }

    fn queue(&mut self, id: usize, mut frame: ServerFrame, position: Option<u64>) {
        // a profile has no order of its own: it is told as it is when it is told
        if let ServerWords::Profile(profile) = &mut frame.words {
            *profile = self.server.data.profiles[&profile.user_id].0.clone();
        }
        if self.as_text {
            frame = ServerFrame::parse(&serde_json::to_string(&frame).unwrap()).unwrap();
        }
        let latency_ms = self.chance.between(1, 150);
        let Some(socket) = self.sockets.get_mut(&id).filter(|_| self.server_is_up) else { return };
        if let Some(position) = position {
            let left = socket.unqueued.remove(&position).unwrap_or(1) - 1;
            if left > 0 {
                socket.unqueued.insert(position, left);
            }
        }
        socket.resumed |= matches!(frame.words, ServerWords::Resumed(_));
        socket.to_client_at = socket.to_client_at.max(self.now_ms + latency_ms);
        let at_ms = socket.to_client_at;
        if at_ms < socket.client_deaf_from {
            self.at(at_ms, Event::ToClient { socket: id, frame });
        }
    }

    /// Every second or so: how far everything was queued to this socket.
    fn tell_position(&mut self, id: usize) {
        let newest = self.server.data.position;
        let epoch = Epoch(self.server.data.epoch);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        let at = socket.unqueued.keys().next().map_or(newest, |first| first - 1);
        if socket.resumed && at > socket.told_position {
            socket.told_position = at;
            let position = Position::complete(epoch, at);
            self.queue(id, ServerFrame::new(ServerWords::Position { position }), None);
        }
        self.soon(2_000, Event::PositionFrame { socket: id });
    }

    /// What the broker lost is found: sockets that missed something hear of the conversations concerned.
    pub(super) fn sweep(&mut self) {
        let missed: Vec<(usize, UserId)> = self
            .sockets
            .iter()
            .filter(|(_, socket)| !socket.unqueued.is_empty())
            .map(|(id, socket)| (*id, socket.user.clone()))
            .collect();
        for (id, user) in missed {
            let mut news = Vec::new();
            for log in self.server.data.logs.values().filter(|log| log.members.contains_key(&user)) {
                self.server.tell_conversation_to(log.id, &user, self.server.data.position, &mut news);
            }
            let profiles = self.server.data.profiles.values();
            let profiles: Vec<ServerWords> =
                profiles.map(|(profile, _)| ServerWords::Profile(profile.clone())).collect();
            for words in news.into_iter().map(|news| news.words).chain(profiles) {
                self.queue(id, ServerFrame::new(words), None);
            }
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.unqueued.clear();
            }
        }
    }

    /// Cuts a device's socket: each end hears of it at its own time, and what is on its way may be lost either way.
    pub(super) fn cut(&mut self, device: usize) {
        let Some(id) = self.devices[device].socket else { return };
        self.note(|| format!("{} is cut", self.name(device)));
        let (server_ms, client_ms) = (self.chance.between(0, 3_000), self.chance.between(0, 300));
        let never_told = self.one_in(4);
        let (server_at, client_at) = (self.now_ms + server_ms, self.now_ms + client_ms);
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.server_deaf_from = socket.server_deaf_from.min(server_at);
            socket.client_deaf_from = socket.client_deaf_from.min(client_at);
        }
        self.at(server_at + 10_000, Event::ServerHearsEnd { socket: id });
        if !never_told {
            let why = LinkDown::Closed { code: None, retry_after_s: None };
            let heard_at = client_at + self.chance.between(0, 5_000);
            self.at(heard_at, Event::ClientHearsEnd { socket: id, why });
        }
    }

    pub(super) fn set_network(&mut self, device: usize, has_network: bool) {
        self.devices[device].has_network = has_network;
        if !has_network {
            self.cut(device);
        }
        self.with(device, |engine, now| engine.handle_online(has_network, now));
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

    /// The server is killed or stopped; what it committed is kept, what it had not told yet is forgotten.
    pub(super) fn stop_server(&mut self, for_ms: u64) {
        self.note(|| "the server stops".into());
        self.server_is_up = false;
        let open: Vec<(usize, usize)> =
            self.sockets.iter().map(|(id, socket)| (*id, socket.device)).collect();
        for (id, _) in open {
            let why = match self.chance.between(0, 2) {
                0 => LinkDown::Closed { code: Some(CloseCode::ComeBack), retry_after_s: Some(2) },
                1 => LinkDown::Closed { code: Some(CloseCode::Internal), retry_after_s: None },
                _ => LinkDown::Closed { code: None, retry_after_s: None },
            };
            self.soon(2_000, Event::ClientHearsEnd { socket: id, why });
        }
        self.sockets.clear();
        self.at(self.now_ms + for_ms, Event::StartServer);
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
