//! System entries.

use common::id::{ConversationId, MessageId, UserId};
use common::model::{Digest, Entry, EntryType, Head, SystemEvent};

use crate::store::dialect::{Value, values};
use crate::store::writer::{Tx, request_hash};
use crate::store::{AccountId, StoreError};

/// Who does what a system entry tells.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) account: AccountId,
    pub(super) user_id: UserId,
    /// How many messages they have written here; events do not count.
    pub(super) own_count: u64,
}

/// The end of a locked log, to which entries are put by one change.
pub(super) struct Log {
    conversation: ConversationId,
    head: Head,
    position: u64,
    now: i64,
    entries: Vec<Entry>,
}

impl Log {
    /// The log with this head, to be changed by the change with this number.
    pub(super) fn new(conversation: ConversationId, head: Head, position: u64, now: i64) -> Self {
        Self { conversation, head, position, now, entries: Vec::new() }
    }

    /// Its end, as it is now.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Puts an event at the end, under a new id.
    pub(super) async fn append(
        &mut self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        event: &SystemEvent,
    ) -> Result<(), StoreError> {
        let id = MessageId(tx.new_id());
        let content = to_json(event)?;
        let hash = request_hash(self.conversation, EntryType::System, &content);
        self.append_as(tx, actor, content, id, hash).await
    }

    /// Puts an event at the end, under an id that its client gave, with the hash of what was asked for.
    pub(super) async fn append_as(
        &mut self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        content: String,
        message_id: MessageId,
        hash: [u8; 32],
    ) -> Result<(), StoreError> {
        self.head.seq += 1;
        let entry = Entry {
            seq: self.head.seq,
            message_id,
            from: actor.user_id.clone(),
            kind: EntryType::System,
            content: Some(content),
            content_hash: None,
            timestamp: self.now,
            count: self.head.count,
            actor_count: actor.own_count,
        };
        self.head.digest = self.head.digest.after(&entry);
        insert_entry(tx, self.conversation, actor.account, &entry, self.position, self.head.digest).await?;
        let sql = "insert into message_id (id, sender, conversation, seq, request_hash) values ($1, $2, $3, $4, $5)";
        let hash = Value::Bytes(hash.to_vec());
        let values = values![message_id, actor.account, self.conversation, entry.seq, hash];
        tx.conn.run(sql, values).await?;
        self.entries.push(entry);
        Ok(())
    }

    /// Brings the head back to the conversation; answers what was put at the end.
    pub(super) async fn close(self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, StoreError> {
        let sql = "update conversation set head_seq = $1, head_count = $2, head_digest = $3, position = $4 \
                   where id = $5";
        let Head { seq, count, digest } = self.head;
        tx.conn.run(sql, values![seq, count, digest, self.position, self.conversation]).await?;
        Ok(self.entries)
    }
}

/// An event as the content of an entry.
pub(super) fn to_json(event: &SystemEvent) -> Result<String, StoreError> {
    serde_json::to_string(event).map_err(|error| StoreError::Corrupt(error.to_string()))
}

async fn insert_entry(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    actor: AccountId,
    entry: &Entry,
    position: u64,
    digest: Digest,
) -> Result<(), StoreError> {
    let sql = "insert into entry (conversation, seq, message_id, actor, kind, created_at, count, actor_count, \
               position, digest, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = values![
        conversation,
        entry.seq,
        entry.message_id,
        actor,
        i64::from(entry.kind.code()),
        entry.timestamp,
        entry.count,
        entry.actor_count,
        position,
        digest,
        entry.content.clone()
    ];
    tx.conn.run(sql, values).await?;
    Ok(())
}
