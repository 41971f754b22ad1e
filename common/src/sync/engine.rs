//! The engine's entry points: what happened (`handle_*`), what the person wants (verbs), what to do about it
//! ([`Engine::poll_output`]).

use std::collections::VecDeque;

use crate::id::{MessageId, Seq, UserId};
use crate::model::{Account, Digest, Entry};
use crate::sync::{Change, ConversationKey, ConversationRecord, Output, Snapshot, Target};
use crate::text::Content;
use crate::wire::{CloseCode, ConversationDelta, ServerFrame};

/// Why there is no socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkDown {
    /// It could not be opened.
    Failed,
    /// It was open and closed.
    Closed {
        /// The server's reason, if it gave one of ours.
        code: Option<CloseCode>,
        /// Seconds to wait, where the server said so.
        retry_after_s: Option<u64>,
    },
    /// The upgrade was refused: there is no session.
    Unauthorized {
        /// The device was revoked: wipe.
        revoked: bool,
    },
}

/// The message was handed over, or is gone; it can be neither edited nor taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the message was already handed over")]
pub struct TooLate;

/// The sync engine of one account on one device.
#[derive(Debug)]
pub struct Engine {
    outputs: VecDeque<Output>,
    conversations: Vec<ConversationRecord>,
}

impl Engine {
    /// An engine that knows what `snapshot` says. `seed` is for the jitter of the back-off.
    pub fn new(_me: UserId, snapshot: Snapshot, _seed: u64, _now_ms: u64) -> Self {
        Self { outputs: VecDeque::new(), conversations: snapshot.conversations }
    }

    /// The device says whether it has a network; "yes" also means: try at once.
    pub fn handle_online(&mut self, _online: bool, _now_ms: u64) {}

    /// The socket is open.
    pub fn handle_link_up(&mut self, _now_ms: u64) {}

    /// There is no socket (any more).
    pub fn handle_link_down(&mut self, _why: LinkDown, _now_ms: u64) {}

    /// The server said something.
    pub fn handle_frame(&mut self, _frame: ServerFrame, _now_ms: u64) {}

    /// The batch is durable.
    pub fn handle_committed(&mut self, _number: u64, _now_ms: u64) {}

    /// Answers [`Output::LoadDigests`].
    pub fn handle_digests(&mut self, _key: ConversationKey, _digests: Vec<(Seq, Digest)>, _now_ms: u64) {}

    /// Answers [`Output::LoadOwnEntries`].
    pub fn handle_own_entries(&mut self, _key: ConversationKey, _entries: Vec<Entry>, _now_ms: u64) {}

    /// The time that [`Engine::poll_timeout`] named has come.
    pub fn handle_timeout(&mut self, _now_ms: u64) {}

    /// When [`Engine::handle_timeout`] wants to be called, milliseconds since 1970.
    pub fn poll_timeout(&self) -> Option<u64> {
        None
    }

    /// The next thing to do; take them until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Puts a message into the outbox. The same id again does nothing.
    pub fn send(&mut self, _target: Target, _content: Content, _message_id: MessageId, _now_ms: u64) {}

    /// Gives a queued or refused message another text and queues it.
    pub fn edit(&mut self, _message_id: MessageId, _content: Content, _now_ms: u64) -> Result<(), TooLate> {
        Err(TooLate)
    }

    /// Takes a queued or refused message back.
    pub fn take_back(&mut self, _message_id: MessageId, _now_ms: u64) -> Result<(), TooLate> {
        Err(TooLate)
    }

    /// The person has read up to `seq`; kept and re-sent until the server's receipt covers it.
    pub fn mark_read(&mut self, _key: &ConversationKey, _seq: Seq, _now_ms: u64) {}

    /// Fetches the page below `before`.
    pub fn load_history(&mut self, _key: &ConversationKey, _before: Seq, _now_ms: u64) {}

    /// The person is writing there, or no longer.
    pub fn typing(&mut self, _key: &ConversationKey, _active: bool, _now_ms: u64) {}

    /// The people whose presence the views show; replaces the set before.
    pub fn watch(&mut self, _people: Vec<UserId>, _now_ms: u64) {}

    /// Whether a person is at this device, and which conversation is open.
    pub fn attention(&mut self, _active: bool, _open: Option<ConversationKey>, _now_ms: u64) {}

    /// Try to connect at once.
    pub fn retry_now(&mut self, _now_ms: u64) {}

    /// Takes an HTTP answer about a conversation as if it were a `conversation` frame.
    pub fn adopt(&mut self, _delta: ConversationDelta, _now_ms: u64) {}

    /// Takes an HTTP answer about one's account as if it were an `account` frame.
    pub fn adopt_account(&mut self, _account: Account, _now_ms: u64) {}

    /// All that a view which opens now must know; entries it reads from storage.
    pub fn state(&self) -> Vec<Change> {
        self.conversations.iter().cloned().map(Change::Conversation).collect()
    }

    /// What is known of a conversation.
    pub fn record(&self, key: &ConversationKey) -> Option<&ConversationRecord> {
        self.conversations.iter().find(|record| record.key == *key)
    }
}
