//! What must be true: of a device's storage at any time, and of everything once the links have healed.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Entry, EntryType, Receipt};
use crate::sync::ranges;
use crate::sync::tests::server_log::Log;
use crate::sync::tests::world::World;
use crate::sync::{Change, ConversationKey};
use crate::wire::http::SendMessage;
use crate::wire::{ClientFrame, ClientWords};

impl World {
    /// A device's storage by itself, and what its position claims against the model.
    pub(super) fn check_device(&mut self, device: usize) {
        let found = &self.devices[device];
        let mut problems: Vec<String> = [found.storage.check_ranges(), found.storage.check_rows()]
            .into_iter()
            .filter_map(Result::err)
            .collect();
        problems.extend(self.claims_too_much(device));
        let name = self.name(device);
        self.problems.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
    }

    pub(super) fn check_position(&mut self, device: usize) {
        let problem = self.claims_too_much(device);
        let name = self.name(device);
        self.problems.extend(problem.map(|problem| format!("{name}: {problem}")));
    }

    /// Views are told of nothing that a crash could take back.
    pub(super) fn check_told(&mut self, device: usize, change: &Change) {
        let storage = &self.devices[device].storage;
        let problem = match change {
            Change::Entries { key, entries } => {
                let stored = storage.entries.get(key);
                let lacks = |entry: &&Entry| stored.is_none_or(|stored| !stored.contains_key(&entry.seq));
                entries
                    .iter()
                    .find(lacks)
                    .map(|entry| format!("{key}: {} was told and is not stored", entry.seq))
            }
            Change::Outbox(item) if !storage.outbox.contains_key(&item.record.message_id) => {
                Some(format!("{} was told and is not stored", item.record.message_id))
            }
            Change::OutboxGone { message_id, .. } if storage.outbox.contains_key(message_id) => {
                Some(format!("{message_id} was told to be gone and is stored"))
            }
            _ => None,
        };
        let name = self.name(device);
        self.problems.extend(problem.map(|problem| format!("{name}: {problem}")));
    }

    /// Nothing is handed over that is not marked so in storage, and nothing acknowledged that is not there.
    pub(super) fn check_said(&mut self, device: usize, frame: &ClientFrame) {
        let storage = &self.devices[device].storage;
        let problem = match &frame.words {
            ClientWords::SendMessage(SendMessage { message_id: Some(id), content, .. }) => {
                match storage.outbox.get(id) {
                    Some(row) if row.handed_over && row.content == *content => None,
                    Some(_) => Some(format!("{id} was handed over before it was marked so")),
                    None => Some(format!("{id} was handed over before it was stored")),
                }
            }
            ClientWords::Ack { conversation_id, seq } => {
                let record = storage
                    .conversations
                    .values()
                    .find(|record| record.conversation_id == Some(*conversation_id));
                let held = record.is_some_and(|record| ranges::holds(&record.held, *seq));
                (!held).then(|| format!("{conversation_id}: {seq} was acknowledged and is not stored"))
            }
            _ => None,
        };
        let name = self.name(device);
        self.problems.extend(problem.map(|problem| format!("{name}: {problem}")));
    }

    /// A position says "all that happened up to here is held, or known to be missing".
    fn claims_too_much(&self, device: usize) -> Option<String> {
        let (user, storage) = (&self.devices[device].user, &self.devices[device].storage);
        let data = &self.server.data;
        let position = storage.position.filter(|position| {
            position.epoch.0 == data.epoch && position.missing.is_none() && !storage.resetting
        })?;
        for log in data.logs.values().filter(|log| log.members.contains_key(user)) {
            let record = storage.conversations.get(&log.key(user));
            let may_see = |seq: Seq| {
                let held = record.is_some_and(|record| record.own.may_see(seq));
                held && log.members[user].intervals.iter().any(|interval| interval.contains(seq))
            };
            let there = log.entries.iter().filter(|entry| entry.position <= position.at);
            let newest =
                there.map(|entry| entry.stored.entry.seq).filter(|seq| may_see(*seq)).max().unwrap_or(0);
            let known = record.map_or(0, |record| record.head_seq);
            if newest > known {
                return Some(format!(
                    "{}: stands at {}, knows of {known}, and {newest} is there",
                    log.id, position.at
                ));
            }
        }
        None
    }

    /// Everything has healed and been scrolled through: all must be equal.
    pub(super) fn check_all(&mut self) {
        for device in 0..self.devices.len() {
            self.check_device(device);
            let mut problems = Vec::new();
            self.check_conversations(device, &mut problems);
            self.check_written(device, &mut problems);
            let name = self.name(device);
            self.problems.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
        }
        self.check_nothing_else_is_there();
    }

    fn check_conversations(&self, device: usize, problems: &mut Vec<String>) {
        let (user, storage) = (&self.devices[device].user, &self.devices[device].storage);
        let theirs = || self.server.data.logs.values().filter(|log| log.members.contains_key(user));
        let keys: BTreeSet<ConversationKey> = theirs().map(|log| log.key(user)).collect();
        let local: BTreeSet<ConversationKey> = storage
            .conversations
            .values()
            .filter(|record| record.conversation_id.is_some())
            .map(|record| record.key.clone())
            .collect();
        if keys != local {
            problems.push(format!("has {local:?}, should have {keys:?}"));
            return;
        }
        for log in theirs() {
            self.check_conversation(device, log, problems);
        }
        for (profile, _) in self.server.data.profiles.values() {
            if storage.profiles.get(&profile.user_id) != Some(profile) {
                problems.push(format!("the profile of {} differs", profile.user_id));
            }
        }
        if !storage.outbox.is_empty() {
            problems.push(format!("still waits: {:?}", storage.outbox.values().collect::<Vec<_>>()));
        }
    }

    fn check_conversation(&self, device: usize, log: &Log, problems: &mut Vec<String>) {
        let (user, storage) = (&self.devices[device].user, &self.devices[device].storage);
        let key = log.key(user);
        let record = &storage.conversations[&key];
        let mut differs = |what: &str, here: String, there: String| {
            if here != there {
                problems.push(format!("{key}: {what} is {here}, should be {there}"));
            }
        };
        let row = &log.members[user];
        let visible = |seq: Seq| row.intervals.iter().any(|interval| interval.contains(seq));
        let should: Vec<(&Entry, _)> = log
            .entries
            .iter()
            .map(|entry| (&entry.stored.entry, entry.stored.digest))
            .filter(|(entry, _)| visible(entry.seq))
            .collect();
        let held: Vec<(&Entry, _)> = storage
            .entries
            .get(&key)
            .into_iter()
            .flat_map(|entries| entries.values())
            .map(|stored| (&stored.entry, stored.digest))
            .collect();
        if held != should {
            let seqs =
                |entries: &[(&Entry, _)]| entries.iter().map(|(entry, _)| entry.seq).collect::<Vec<_>>();
            differs(
                "the timeline",
                format!("{:?}", seqs(&held)),
                format!("{:?} (or another content)", seqs(&should)),
            );
        }
        let head = log.head(user);
        differs(
            "the head",
            format!("{} {}", record.head_seq, record.head_count),
            format!("{} {}", head.seq, head.count),
        );
        differs("own", format!("{:?}", record.own), format!("{:?}", log.own(user)));
        differs("a pending read mark", format!("{:?}", record.read_pending), "None".into());
        let unread = log.own(user).unread(head.count);
        differs("unread", record.unread().to_string(), unread.to_string());
        let newest = should.last().map(|(entry, _)| entry.seq);
        differs(
            "the newest",
            format!("{:?}", record.newest.as_ref().map(|entry| entry.seq)),
            format!("{newest:?}"),
        );
        if row.role.is_none() {
            return;
        }
        differs("the title", format!("{:?}", record.title), format!("{:?}", log.title));
        let members = &storage.members[&key];
        let roles: BTreeMap<&UserId, _> =
            members.members.iter().map(|member| (&member.user_id, member.role)).collect();
        let should: BTreeMap<&UserId, _> = log.members.iter().map(|(user, row)| (user, row.role)).collect();
        differs("the roles", format!("{roles:?}"), format!("{should:?}"));
        let moved = |receipt: &Receipt| receipt.delivered_seq > 0;
        let receipts: BTreeMap<UserId, Receipt> = members
            .receipts
            .iter()
            .filter(|receipt| moved(receipt))
            .map(|receipt| (receipt.user_id.clone(), receipt.clone()))
            .collect();
        let should: BTreeMap<UserId, Receipt> = log
            .members
            .keys()
            .map(|user| (user.clone(), log.receipt(user)))
            .filter(|(_, receipt)| moved(receipt))
            .collect();
        differs("the receipts", format!("{receipts:?}"), format!("{should:?}"));
        let others = log.members.iter().filter(|(other, row)| *other != user && row.role.is_some());
        let least = others.map(|(_, row)| (row.delivered, row.read));
        let least = least.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or((0, 0));
        let ticks = (record.others_delivered, record.others_read);
        differs("what the ticks show", format!("{ticks:?}"), format!("{least:?}"));
    }

    /// Nothing that a person wrote is lost or doubled, and a device's messages stand in the order in which they were
    /// written.
    fn check_written(&self, device: usize, problems: &mut Vec<String>) {
        let mut last: BTreeMap<ConversationKey, (Seq, &MessageId)> = BTreeMap::new();
        for written in &self.devices[device].written {
            let places: Vec<(&Log, &Entry)> = self
                .server
                .data
                .logs
                .values()
                .flat_map(|log| log.entries.iter().map(move |entry| (log, &entry.stored.entry)))
                .filter(|(_, entry)| entry.message_id == written.id)
                .collect();
            match (&places[..], written.gone) {
                ([], true) => {}
                ([(log, entry)], false) => {
                    let key = written.target.key();
                    if log.key(&self.devices[device].user) != key {
                        problems.push(format!("{} is in another conversation", written.id));
                    }
                    if entry.content.as_ref() != Some(&written.content) {
                        problems.push(format!("{} has another text", written.id));
                    }
                    let before = last.entry(key).or_insert((0, &written.id));
                    let exempt = written.fixed || self.resent_elsewhere.contains(&written.id);
                    if !exempt {
                        if entry.seq < before.0 {
                            problems.push(format!(
                                "{} was written after {} and stands before it",
                                written.id, before.1
                            ));
                        }
                        *before = (entry.seq, &written.id);
                    }
                }
                ([], false) => problems.push(format!("{} ({:?}) is lost", written.id, written.content)),
                (_, true) => problems.push(format!("{} is gone, and in a log", written.id)),
                (_, false) => problems.push(format!("{} is doubled", written.id)),
            }
        }
    }

    fn check_nothing_else_is_there(&mut self) {
        let written: BTreeSet<MessageId> =
            self.devices.iter().flat_map(|device| device.written.iter().map(|written| written.id)).collect();
        let mut seen = BTreeSet::new();
        for entry in self.server.data.logs.values().flat_map(|log| &log.entries) {
            let entry = &entry.stored.entry;
            if entry.kind == EntryType::Text
                && !(written.contains(&entry.message_id) && seen.insert(entry.message_id))
            {
                self.problems
                    .push(format!("{} is in a log, and nobody wrote it (or twice)", entry.message_id));
            }
        }
    }
}
