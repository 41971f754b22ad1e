//! The engine's entry points: what happened (`handle_*`), what the person wants (verbs), what to do about it
//! ([`Engine::poll_output`]). Each entry point notes the time, changes what is known, and settles: whatever may go out
//! now goes out.

use std::collections::{BTreeMap, VecDeque};

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Account, Digest, Entry, Profile};
use crate::order::by_number;
use crate::sync::company::Company;
use crate::sync::conversation::{Conversation, Conversations};
use crate::sync::fetch::Fetching;
use crate::sync::journal::{After, Journal};
use crate::sync::link::{Link, LinkDown};
use crate::sync::outbox::Outbox;
use crate::sync::progress::Progress;
use crate::sync::requests::Requests;
use crate::sync::reset::Comparison;
use crate::sync::resume::CatchUp;
use crate::sync::sending::TooLate;
use crate::sync::{
    Batch, Change, ConversationKey, ConversationRecord, LinkState, Output, Snapshot, Target, Write,
};
use crate::text::Content;
use crate::wire::{ClientFrame, ClientWords, ConversationDelta, ServerFrame};

/// The sync engine of one account on one device.
#[derive(Debug)]
pub struct Engine {
    pub(super) me: UserId,
    pub(super) now_ms: u64,
    pub(super) outputs: VecDeque<Output>,
    pub(super) journal: Journal,
    pub(super) link: Link,
    pub(super) told_link: Option<LinkState>,
    pub(super) requests: Requests,
    pub(super) catch_up: CatchUp,
    pub(super) comparison: Comparison,
    pub(super) account: Option<Account>,
    pub(super) profiles: BTreeMap<String, Profile>,
    pub(super) conversations: Conversations,
    pub(super) outbox: Outbox,
    pub(super) fetching: Fetching,
    pub(super) progress: Progress,
    pub(super) company: Company,
}

impl Engine {
    /// An engine of `me` (the name as registered) that knows what `snapshot` says, and wants a link at once. `seed` is
    /// for the jitter of the waits. Times are milliseconds since 1970, here and everywhere; they may be wrong, and
    /// decide nothing but when something is tried.
    pub fn new(me: UserId, snapshot: Snapshot, seed: u64, now_ms: u64) -> Self {
        let mut conversations = Conversations::default();
        for record in snapshot.conversations {
            conversations.insert(Conversation::stored(record));
        }
        for members in snapshot.members {
            if let Some(conversation) = conversations.get_mut(&members.key) {
                conversation.members = members;
            }
        }
        let mut profiles = BTreeMap::new();
        profiles.extend(snapshot.profiles.into_iter().map(|profile| (profile.user_id.folded(), profile)));
        let mut engine = Self {
            me,
            now_ms,
            outputs: VecDeque::new(),
            journal: Journal::default(),
            link: Link::new(seed, now_ms),
            told_link: None,
            requests: Requests::default(),
            catch_up: CatchUp::new(snapshot.position, snapshot.resetting),
            comparison: Comparison::default(),
            account: snapshot.account,
            profiles,
            conversations,
            outbox: Outbox::stored(snapshot.outbox),
            fetching: Fetching::default(),
            progress: Progress::default(),
            company: Company::default(),
        };
        engine.run_link();
        engine.settle();
        engine
    }

    /// The device says whether it has a network. "Yes" also means: try at once. An open socket is not closed by either,
    /// but must answer a ping soon.
    pub fn handle_online(&mut self, online: bool, now_ms: u64) {
        self.now_ms = now_ms;
        if self.link.set_online(online, now_ms) {
            self.transmit(ClientWords::Ping {});
        }
        self.run_link();
        self.settle();
    }

    /// The socket is open.
    pub fn handle_link_up(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        if self.link.is_up() {
            self.forget_connection();
        }
        self.link.up(now_ms);
        self.begin_connection();
        self.settle();
    }

    /// There is no socket (any more).
    pub fn handle_link_down(&mut self, why: LinkDown, now_ms: u64) {
        self.now_ms = now_ms;
        self.link_is_down(why);
        self.settle();
    }

    /// The server said something.
    pub fn handle_frame(&mut self, frame: ServerFrame, now_ms: u64) {
        self.now_ms = now_ms;
        if !self.link.is_up() {
            return;
        }
        self.link.heard(now_ms);
        self.take_frame(frame);
        self.settle();
    }

    /// The batch is durable (or as durable as this device can make it).
    pub fn handle_committed(&mut self, number: u64, now_ms: u64) {
        self.now_ms = now_ms;
        for after in self.journal.committed(number) {
            match after {
                After::Tell(change) => self.tell(change),
                After::RowStored(message_id) => self.row_stored(message_id, number),
                After::EntriesStored(key, seq) => self.entries_stored(&key, seq),
                After::SliceStored => self.slice_stored(number),
                After::Compare => self.compare_next_part(number),
            }
        }
        self.settle();
    }

    /// Answers [`Output::LoadDigests`].
    pub fn handle_digests(&mut self, key: ConversationKey, digests: Vec<(Seq, Digest)>, now_ms: u64) {
        self.now_ms = now_ms;
        self.digests_loaded(&key, digests);
        self.settle();
    }

    /// Answers [`Output::LoadOwnEntries`].
    pub fn handle_own_entries(&mut self, key: ConversationKey, entries: Vec<Entry>, now_ms: u64) {
        self.now_ms = now_ms;
        self.own_entries_loaded(&key, entries);
        self.settle();
    }

    /// The time that [`Engine::poll_timeout`] named has come. Calling it earlier or much later does no harm.
    pub fn handle_timeout(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.run_link();
        self.run_timers();
        self.settle();
    }

    /// The next thing to do; take them until there is none, after every call of anything else here.
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty() {
            self.flush();
        }
        self.outputs.pop_front()
    }

    /// Puts a message into the outbox. Views hear of it ([`Change::Outbox`]) once it is stored: then the composer
    /// clears. The same id again does nothing.
    pub fn send(&mut self, target: Target, content: Content, message_id: MessageId, now_ms: u64) {
        self.now_ms = now_ms;
        self.write_message(target, content, message_id, false);
        self.settle();
    }

    /// Takes over a message that was tried outside of the engine, as an answer in a notification is: like [`Self::send`],
    /// but it may be on the server already, so that it can be neither edited nor taken back.
    pub fn take_over(&mut self, target: Target, content: Content, message_id: MessageId, now_ms: u64) {
        self.now_ms = now_ms;
        self.write_message(target, content, message_id, true);
        self.settle();
    }

    /// Gives a message that is certainly not on the server (queued, or refused) another text and queues it. One that was
    /// refused goes behind those written since. One refused as a conflict cannot be helped so: its id is taken.
    pub fn edit(&mut self, message_id: MessageId, content: Content, now_ms: u64) -> Result<(), TooLate> {
        self.now_ms = now_ms;
        let done = self.rewrite_message(message_id, content);
        self.settle();
        done
    }

    /// Takes a message back that is certainly not on the server: queued, or refused.
    pub fn take_back(&mut self, message_id: MessageId, now_ms: u64) -> Result<(), TooLate> {
        self.now_ms = now_ms;
        let done = self.withdraw_message(message_id);
        self.settle();
        done
    }

    /// The person has read up to `seq`. Kept and told again until the server's receipt covers it. The unread count moves
    /// at once where the entries above `seq` were seen by this engine; else when the server answers.
    pub fn mark_read(&mut self, key: &ConversationKey, seq: Seq, now_ms: u64) {
        self.now_ms = now_ms;
        self.read_here(key, seq);
        self.settle();
    }

    /// The person wants to see what lies below `before`, and storage has nothing there. Answered by
    /// [`Change::Entries`] (empty when storage has it by now, or nothing is there) or [`Change::HistoryFailed`].
    pub fn load_history(&mut self, key: &ConversationKey, before: Seq, now_ms: u64) {
        self.now_ms = now_ms;
        self.history_wanted(key, before);
        self.settle();
    }

    /// The person is writing there (repeat it with every key), or no longer.
    pub fn typing(&mut self, key: &ConversationKey, active: bool, now_ms: u64) {
        self.now_ms = now_ms;
        self.typing_here(key, active);
        self.settle();
    }

    /// The people whose presence the views show; replaces the set before. At most
    /// [`crate::limits::WATCHED_PEOPLE`] are watched.
    pub fn watch(&mut self, people: Vec<UserId>, now_ms: u64) {
        self.now_ms = now_ms;
        self.watch_people(people);
        self.settle();
    }

    /// Whether a person is at this device (page visible), and which conversation is open.
    pub fn attention(&mut self, active: bool, open: Option<ConversationKey>, now_ms: u64) {
        self.now_ms = now_ms;
        self.set_attention(active, open);
        self.settle();
    }

    /// The person wants to try now: connects at once, and tries what waits for its time.
    pub fn retry_now(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        if self.link.hurry(now_ms) {
            self.transmit(ClientWords::Ping {});
        }
        self.forget_send_waits();
        self.run_link();
        self.settle();
    }

    /// Takes an HTTP answer about a conversation (made, joined, accepted) as if it were a `conversation` frame.
    pub fn adopt(&mut self, delta: ConversationDelta, now_ms: u64) {
        self.now_ms = now_ms;
        self.take_delta(delta);
        self.settle();
    }

    /// Takes an HTTP answer about one's account as if it were an `account` frame.
    pub fn adopt_account(&mut self, account: Account, now_ms: u64) {
        self.now_ms = now_ms;
        self.take_account(account);
        self.settle();
    }

    /// All that a view which opens now must know; entries it reads from storage.
    pub fn state(&self) -> Vec<Change> {
        let mut changes = vec![Change::Link(self.link_state())];
        changes.extend(self.account.iter().cloned().map(Change::Account));
        changes.extend(self.profiles.values().cloned().map(Change::Profile));
        for conversation in self.conversations.iter() {
            changes.push(Change::Conversation(conversation.record.clone()));
            changes.push(Change::Members(conversation.members.clone()));
        }
        changes.extend(self.outbox.all(self.wait_cause(), self.now_ms).into_iter().map(Change::Outbox));
        changes.extend(self.company.state());
        changes
    }

    /// What is known of a conversation.
    pub fn record(&self, key: &ConversationKey) -> Option<&ConversationRecord> {
        self.conversations.get(key).map(|conversation| &conversation.record)
    }

    pub(super) fn tell(&mut self, change: Change) {
        self.outputs.push_back(Output::Tell(change));
    }

    /// Says something that needs no answer.
    pub(super) fn transmit(&mut self, words: ClientWords) {
        self.transmit_as(None, words);
    }

    pub(super) fn transmit_as(&mut self, id: Option<String>, words: ClientWords) {
        self.outputs.push_back(Output::Transmit(ClientFrame { id, words }));
    }

    /// Whatever may go out now goes out.
    fn settle(&mut self) {
        self.start_comparing_forks();
        self.pump_outbox();
        self.fetch_gaps();
        self.tell_link();
        let cause = self.wait_cause();
        for item in self.outbox.untold(cause, self.now_ms) {
            self.tell(Change::Outbox(item));
        }
    }

    /// Lets the gathered batch leave, if none is under way: registers are written as they are now.
    fn flush(&mut self) {
        let Some((number, gathered)) = self.journal.gathered() else { return };
        let mut writes = gathered.writes;
        let mut after = Vec::new();
        for key in gathered.conversations {
            if let Some(conversation) = self.conversations.get(&key) {
                writes.push(Write::PutConversation(conversation.record.clone()));
                after.push(After::Tell(Change::Conversation(conversation.record.clone())));
            }
        }
        for key in gathered.members {
            if let Some(conversation) = self.conversations.get(&key) {
                writes.push(Write::PutMembers(conversation.members.clone()));
                after.push(After::Tell(Change::Members(conversation.members.clone())));
            }
        }
        after.extend(gathered.after);
        let rows: Vec<_> = gathered.rows.iter().filter_map(|id| self.outbox.get(*id)).collect();
        for item in by_number(rows, |item| item.record.order) {
            writes.push(Write::PutOutbox(item.record.clone()));
            after.push(After::RowStored(item.record.message_id));
        }
        if gathered.position {
            let position = self.catch_up.position.as_deref().and_then(|text| text.parse().ok());
            writes.push(Write::PutPosition(position));
        }
        self.journal.leave(after);
        self.outputs.push_back(Output::Commit(Batch { number, strict: gathered.strict, writes }));
    }
}
