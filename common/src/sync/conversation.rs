//! A conversation as the engine holds it: its record, its members, and what is known of it for the moment only.

use std::collections::BTreeMap;

use crate::id::{ConversationId, Seq, UserId};
use crate::model::{ConversationKind, Entry, HistoryPolicy, Member, OwnState, Receipt, Standing};
use crate::sync::ranges;
use crate::sync::recent::Recent;
use crate::sync::{ConversationKey, ConversationRecord, MembersRecord};
use crate::wire::ConversationDelta;

/// What a conversation has seen on this connection; forgotten with it.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Visit {
    /// Acknowledged up to here.
    pub(super) acked: Seq,
    /// Told to be read up to here.
    pub(super) read_told: Seq,
    /// A page is being fetched without anybody's asking.
    pub(super) fetching: bool,
    /// The page above what is held was asked for in vain when the head was here.
    pub(super) barren_head: Seq,
    /// The page for a hole was asked for in vain.
    pub(super) barren_hole: bool,
    /// The copy contradicted the server once; it is not compared again on this connection.
    pub(super) forked: bool,
}

/// A conversation in memory.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    pub(super) record: ConversationRecord,
    pub(super) members: MembersRecord,
    pub(super) recent: Recent,
    /// The head of the newest delta taken. What changes a title, a role, an interval is an entry of the log, so a delta
    /// with a lesser head is an older one that was overtaken.
    pub(super) delta_head: Seq,
    /// The newest seq that is durable here.
    pub(super) stored_to: Seq,
    /// Its copy is being compared with the server's: nothing is added to it.
    pub(super) comparing: bool,
    pub(super) visit: Visit,
}

impl Conversation {
    /// A conversation as storage holds it.
    pub(super) fn stored(record: ConversationRecord) -> Self {
        Self {
            members: MembersRecord { key: record.key.clone(), members: Vec::new(), receipts: Vec::new() },
            recent: Recent::default(),
            delta_head: 0,
            stored_to: ranges::top(&record.held),
            comparing: false,
            visit: Visit::default(),
            record,
        }
    }

    /// A conversation of which nothing is known but its name.
    pub(super) fn new(key: ConversationKey, peer: Option<UserId>, now_ms: u64) -> Self {
        let kind = match key {
            ConversationKey::Direct(_) => ConversationKind::Direct,
            ConversationKey::Group(_) => ConversationKind::Group,
        };
        Self::stored(ConversationRecord {
            key,
            conversation_id: None,
            kind,
            peer,
            title: None,
            history: HistoryPolicy::default(),
            own: OwnState::default(),
            head_seq: 0,
            head_count: 0,
            held: Vec::new(),
            newest: None,
            active_at: seconds(now_ms),
            others_delivered: 0,
            others_read: 0,
            read_pending: None,
        })
    }

    /// Notes that an entry exists, held or not: the head and the counts grow.
    pub(super) fn note(&mut self, me: &UserId, entry: &Entry) {
        let record = &mut self.record;
        record.head_seq = record.head_seq.max(entry.seq);
        record.head_count = record.head_count.max(entry.count);
        if entry.from == *me {
            record.own.own_count = record.own.own_count.max(entry.actor_count);
        }
        if record.newest.as_ref().is_none_or(|newest| newest.seq <= entry.seq) {
            record.active_at = entry.timestamp;
            record.newest = Some(entry.clone());
        }
    }

    /// Merges what the server says of the conversation, its page aside.
    pub(super) fn merge(&mut self, me: &UserId, delta: &ConversationDelta) {
        let record = &mut self.record;
        record.conversation_id = Some(delta.conversation_id);
        if delta.head.seq >= self.delta_head {
            self.delta_head = delta.head.seq;
            record.kind = delta.kind;
            record.peer = delta.peer.clone();
            record.title = delta.title.clone();
            record.history = delta.history;
            record.own.role = delta.own.role;
            record.own.intervals = delta.own.intervals.clone();
            record.own.standing = delta.own.standing;
            record.own.muted_until = delta.own.muted_until;
            merge_members(&mut self.members.members, &delta.members);
        }
        record.head_seq = record.head_seq.max(delta.head.seq);
        record.head_count = record.head_count.max(delta.head.count);
        record.own.own_count = record.own.own_count.max(delta.own.own_count);
        record.own.delivered_seq = record.own.delivered_seq.max(delta.own.delivered_seq);
        self.own_read(delta.own.read_seq, Some(delta.own.read_count), Some(delta.own.own_read));
        for receipt in &delta.receipts {
            merge_receipt(&mut self.members.receipts, receipt);
        }
        self.measure_others(me);
    }

    /// The server's word on how far one has read oneself, with the counts there.
    pub(super) fn own_read(&mut self, read_seq: Seq, read_count: Option<u64>, own_read: Option<u64>) {
        let record = &mut self.record;
        if read_seq >= record.own.read_seq {
            record.own.read_seq = read_seq;
            record.own.read_count = read_count.unwrap_or(record.own.read_count);
            record.own.own_read = own_read.unwrap_or(record.own.own_read);
        }
        if record.read_pending.is_some_and(|pending| pending <= read_seq) {
            record.read_pending = None;
        }
    }

    /// The person's word on how far they have read, ahead of the server's. False when it is nothing new.
    pub(super) fn read_here(&mut self, seq: Seq) -> bool {
        let record = &mut self.record;
        if seq <= record.read_seq() {
            return false;
        }
        record.read_pending = Some(seq);
        // what was read in a notification may not have come here yet
        let known = seq.min(record.head_seq);
        let counts = self.recent.counts_at(known, record.head_seq, record.head_count, record.own.own_count);
        if let Some((count, own_count)) = counts.filter(|_| known > record.own.read_seq) {
            record.own.read_seq = known;
            record.own.read_count = count;
            record.own.own_read = own_count;
        }
        true
    }

    /// Merges a receipt of another member.
    pub(super) fn others_receipt(&mut self, me: &UserId, receipt: &Receipt) {
        merge_receipt(&mut self.members.receipts, receipt);
        self.measure_others(me);
    }

    /// What the ticks of one's own messages show: the least progress of the other current members.
    pub(super) fn measure_others(&mut self, me: &UserId) {
        let mut receipts: BTreeMap<&UserId, &Receipt> = BTreeMap::new();
        receipts.extend(self.members.receipts.iter().map(|receipt| (&receipt.user_id, receipt)));
        let others =
            self.members.members.iter().filter(|member| member.role.is_some() && member.user_id != *me);
        let progress = others.map(|member| {
            receipts
                .get(&member.user_id)
                .map_or((0, 0), |receipt| (receipt.delivered_seq.max(receipt.read_seq), receipt.read_seq))
        });
        let least = progress.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or((0, 0));
        (self.record.others_delivered, self.record.others_read) = least;
    }

    /// Whether the others may know what one does here: never for a stranger's request, and only while one is in.
    pub(super) fn is_open(&self) -> bool {
        self.record.own.role.is_some() && self.record.own.standing == Standing::Accepted
    }

    /// How far to acknowledge, if there is anything to.
    pub(super) fn ack_due(&self) -> Option<Seq> {
        let known = self.record.own.delivered_seq.max(self.visit.acked);
        (self.is_open() && self.stored_to > known).then_some(self.stored_to)
    }

    /// How far to tell that one has read, if there is anything to. One's other devices want to know it after one has left,
    /// too.
    pub(super) fn read_due(&self) -> Option<Seq> {
        let pending = self.record.read_pending?;
        (self.record.own.standing == Standing::Accepted && pending > self.visit.read_told).then_some(pending)
    }

    /// Forgets what is known only of entries that are dropped. The head stays: what lies above is a hole again.
    pub(super) fn forget_entries_above(&mut self, seq: Seq) {
        self.record.newest = self.record.newest.take().filter(|newest| newest.seq <= seq);
        self.recent = Recent::default();
        self.stored_to = self.stored_to.min(seq);
    }

    /// Forgets all that the next resume without a position tells anew. Read marks are kept as wishes: the server may
    /// have forgotten them.
    pub(super) fn forget_server_side(&mut self, common: Seq) {
        let record = &mut self.record;
        let read = record.read_seq().min(common);
        record.read_pending = (read > 0).then_some(read);
        record.own = OwnState {
            role: record.own.role,
            intervals: std::mem::take(&mut record.own.intervals),
            standing: record.own.standing,
            muted_until: record.own.muted_until,
            ..OwnState::default()
        };
        record.head_seq = ranges::top(&record.held);
        record.head_count = 0;
        record.newest = record.newest.take().filter(|newest| newest.seq <= record.head_seq);
        record.others_delivered = 0;
        record.others_read = 0;
        self.members.members.clear();
        self.members.receipts.clear();
        self.recent = Recent::default();
        self.delta_head = 0;
        self.stored_to = self.stored_to.min(record.head_seq);
        self.visit = Visit { forked: self.visit.forked, fetching: self.visit.fetching, ..Visit::default() };
    }
}

fn merge_members(members: &mut Vec<Member>, news: &[Member]) {
    for new in news {
        match members.iter_mut().find(|member| member.user_id == new.user_id) {
            Some(member) => *member = new.clone(),
            None => members.push(new.clone()),
        }
    }
}

fn merge_receipt(receipts: &mut Vec<Receipt>, new: &Receipt) {
    match receipts.iter_mut().find(|receipt| receipt.user_id == new.user_id) {
        Some(receipt) => {
            receipt.delivered_seq = receipt.delivered_seq.max(new.delivered_seq);
            receipt.read_seq = receipt.read_seq.max(new.read_seq);
        }
        None => receipts.push(new.clone()),
    }
}

fn seconds(now_ms: u64) -> i64 {
    i64::try_from(now_ms / 1_000).unwrap_or(i64::MAX)
}

/// All conversations, by key; and how the server's ids map to keys.
#[derive(Default, Debug)]
pub(super) struct Conversations {
    by_key: BTreeMap<ConversationKey, Conversation>,
    by_id: BTreeMap<ConversationId, ConversationKey>,
}

impl Conversations {
    pub(super) fn get(&self, key: &ConversationKey) -> Option<&Conversation> {
        self.by_key.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &ConversationKey) -> Option<&mut Conversation> {
        self.by_key.get_mut(key)
    }

    pub(super) fn key_of(&self, id: ConversationId) -> Option<&ConversationKey> {
        self.by_id.get(&id)
    }

    pub(super) fn insert(&mut self, conversation: Conversation) {
        let key = conversation.record.key.clone();
        if let Some(id) = conversation.record.conversation_id {
            self.by_id.insert(id, key.clone());
        }
        self.by_key.insert(key, conversation);
    }

    /// The server has made a conversation that was known by its person only.
    pub(super) fn name(&mut self, key: &ConversationKey, id: ConversationId) {
        if let Some(conversation) = self.by_key.get_mut(key) {
            conversation.record.conversation_id = Some(id);
            self.by_id.insert(id, key.clone());
        }
    }

    pub(super) fn remove(&mut self, key: &ConversationKey) -> Option<Conversation> {
        let conversation = self.by_key.remove(key)?;
        if let Some(id) = conversation.record.conversation_id {
            self.by_id.remove(&id);
        }
        Some(conversation)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Conversation> {
        self.by_key.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Conversation> {
        self.by_key.values_mut()
    }
}
