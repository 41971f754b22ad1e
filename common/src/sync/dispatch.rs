//! What the server said, handed to whom it concerns.
//!
//! Live words (entries, receipts, conversations, profiles) are believed only once this connection has proved to be of
//! the epoch that this device knows ([`crate::sync::resume`]); until then, and while a frame speaks of a conversation
//! that is not known, a resume brings what they said.

use crate::id::{ConversationId, UserId};
use crate::model::{Account, Entry, Profile, Receipt};
use crate::sync::requests::Request;
use crate::sync::{Change, ConversationKey, Engine, LostReason, Write};
use crate::wire::{ErrorBody, ErrorCode, Remedy, ServerFrame, ServerWords};

impl Engine {
    pub(super) fn take_frame(&mut self, frame: ServerFrame) {
        let reply_to = frame.reply_to.as_deref();
        match frame.words {
            ServerWords::MessageSent {
                message_id,
                conversation_id,
                seq,
                timestamp,
                count,
                actor_count,
                ..
            } => self.message_sent(message_id, conversation_id, (seq, timestamp, count, actor_count)),
            ServerWords::ReceiveMessage { conversation_id, entry }
            | ServerWords::ReceiveEntry { conversation_id, entry } => self.live_entry(conversation_id, entry),
            ServerWords::Receipt {
                conversation_id,
                user_id,
                delivered_seq,
                read_seq,
                read_count,
                own_read,
            } => {
                let receipt = Receipt { user_id, delivered_seq, read_seq };
                self.live_receipt(conversation_id, receipt, read_count, own_read);
            }
            ServerWords::Receipts { conversation_id, receipts } => {
                for receipt in receipts {
                    self.live_receipt(conversation_id, receipt, None, None);
                }
            }
            ServerWords::Conversation(mut delta) => {
                if self.believes_live_registers() {
                    delta.page = None;
                    self.take_delta(delta);
                }
            }
            ServerWords::Profile(profile) => {
                if self.believes_live_registers() {
                    self.take_profile(profile);
                }
            }
            ServerWords::Account(account) => {
                if self.believes_live_registers() {
                    self.take_account(account);
                }
            }
            ServerWords::Resumed(resumed) => {
                if let Some(Request::Resume { position }) = self.requests.answered(reply_to) {
                    self.resumed(position, resumed);
                }
            }
            ServerWords::Position { position } => self.take_position(position),
            ServerWords::Compared(compared) => {
                if let Some(Request::Compare) = self.requests.answered(reply_to) {
                    self.compared(compared);
                }
            }
            ServerWords::History { conversation_id, page } => {
                if let Some(Request::History { key, why }) = self.requests.answered(reply_to) {
                    self.history_came(&key, why, conversation_id, page);
                }
            }
            ServerWords::Typing { conversation_id, user_id, active } => {
                self.others_typing(conversation_id, user_id, active);
            }
            ServerWords::Presence { people } => self.presence_came(people),
            ServerWords::Pong {} => {}
            ServerWords::Error(error) => self.refused(reply_to, error),
        }
    }

    /// Something was refused: whom it concerns shows in the message's id or in the id of the frame.
    fn refused(&mut self, reply_to: Option<&str>, error: ErrorBody) {
        match error.code {
            ErrorCode::Revoked => return self.lose(LostReason::Revoked),
            _ if error.code.remedy() == Remedy::SignIn => return self.lose(LostReason::SignedOut),
            _ => {}
        }
        let message_id = error.message_id.or_else(|| reply_to?.parse().ok());
        if let Some(message_id) = message_id.filter(|id| self.outbox.contains(*id)) {
            return self.message_refused(message_id, &error);
        }
        match self.requests.answered(reply_to) {
            Some(Request::Resume { .. }) => self.resume_refused(&error),
            Some(Request::Compare) => self.fail_link(),
            Some(Request::History { key, why }) => self.history_refused(&key, why, &error),
            None => self.progress_refused(reply_to, &error),
        }
    }

    /// How long to wait before a second try: as told, or of one's own choosing. Milliseconds.
    pub(super) fn wait_after(&mut self, error: &ErrorBody, failures: u32) -> u64 {
        let own = self.link.chance().backoff_ms(failures);
        error.retry_after.map_or(own, |seconds| seconds.saturating_mul(1_000).saturating_add(own / 8))
    }

    /// The key of a conversation that a live frame speaks of. Where it is not known, a resume will tell.
    fn known(&mut self, id: ConversationId) -> Option<ConversationKey> {
        let key = self.conversations.key_of(id).cloned();
        if key.is_none() {
            self.stranger(id);
        }
        key
    }

    fn live_entry(&mut self, id: ConversationId, entry: Entry) {
        if !self.believes_live_words() {
            return;
        }
        let Some(key) = self.known(id) else { return };
        self.typing_ended(&key, &entry.from);
        self.take_entry(&key, entry);
    }

    fn live_receipt(
        &mut self,
        id: ConversationId,
        receipt: Receipt,
        read_count: Option<u64>,
        own_read: Option<u64>,
    ) {
        if !self.believes_live_words() {
            return;
        }
        let Some(key) = self.known(id) else { return };
        self.take_receipt(&key, receipt, read_count, own_read);
    }

    pub(super) fn take_profile(&mut self, profile: Profile) {
        self.journal.write(Write::PutProfile(profile.clone()));
        self.tell_when_stored(Change::Profile(profile.clone()));
        self.profiles.insert(profile.user_id.folded(), profile);
    }

    pub(super) fn take_account(&mut self, account: Account) {
        self.journal.write(Write::PutAccount(account.clone()));
        self.tell_when_stored(Change::Account(account.clone()));
        self.account = Some(account);
    }

    pub(super) fn tell_when_stored(&mut self, change: Change) {
        self.journal.then(crate::sync::journal::After::Tell(change));
    }

    pub(super) fn is_me(&self, user_id: &UserId) -> bool {
        user_id.0.eq_ignore_ascii_case(&self.me.0)
    }
}
