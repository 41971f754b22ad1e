//! The network of the model: sockets that delay, cut and forget, and what the server tells over them.

use std::collections::BTreeMap;

use crate::id::UserId;
use crate::sync::LinkDown;
use crate::sync::tests::server::News;
use crate::sync::tests::world::{Event, START_MS, World};
use crate::wire::{
    ClientFrame, ClientWords, CloseCode, Epoch, ErrorCode, Position, ServerFrame, ServerWords,
    parse_client_frame,
};

/// A socket. Each end lives until it hears of the end; frames in between arrive in order or not at all.
#[derive(Debug)]
pub(super) struct Socket {
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

impl World {
    pub(super) fn connected(&mut self, device: usize, attempt: u32) {
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

    pub(super) fn transmit(&mut self, device: usize, frame: ClientFrame) {
        let Some(id) = self.devices[device].socket else { return };
        let twice = matches!(frame.words, ClientWords::SendMessage(_)) && self.one_in(self.odds.double);
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

    pub(super) fn server_hears(&mut self, id: usize, mut frame: ClientFrame) {
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

    pub(super) fn queue(&mut self, id: usize, mut frame: ServerFrame, position: Option<u64>) {
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
    pub(super) fn tell_position(&mut self, id: usize) {
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

    /// The device at the client's end, while it still uses this socket.
    pub(super) fn end_of(&self, socket: usize) -> Option<usize> {
        let device = self.devices.iter().position(|device| device.socket == Some(socket))?;
        self.devices[device].engine.as_ref().map(|_| device)
    }
}
