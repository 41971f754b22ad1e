//! Entries as rows.

use common::id::{ConversationId, Seq};
use common::model::{Entry, Head};

use super::StoreError;
use super::codes::entry_type_from;
use super::dialect::{Bytes, Conn, values};

/// The columns of [`EntryRow`], of `entry e` and the actor's `account a`.
macro_rules! entry_columns {
    () => {
        "e.seq, e.message_id, a.name, e.kind, e.created_at, e.count, e.actor_count, e.position, e.content"
    };
}
pub(super) use entry_columns;

/// An entry as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct EntryRow {
    seq: i64,
    message_id: Bytes<16>,
    name: String,
    kind: i64,
    created_at: i64,
    count: i64,
    actor_count: i64,
    position: i64,
    content: String,
}

/// By the order of the columns: finding them by name costs more than reading them.
impl TryFrom<&rusqlite::Row<'_>> for EntryRow {
    type Error = rusqlite::Error;

    fn try_from(row: &rusqlite::Row<'_>) -> Result<Self, Self::Error> {
        Ok(Self {
            seq: row.get(0)?,
            message_id: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
            created_at: row.get(4)?,
            count: row.get(5)?,
            actor_count: row.get(6)?,
            position: row.get(7)?,
            content: row.get(8)?,
        })
    }
}

impl EntryRow {
    /// The number of the change that wrote it.
    pub(super) fn position(&self) -> u64 {
        self.position.cast_unsigned()
    }

    /// As it crosses the wire.
    pub(super) fn into_entry(self) -> Result<Entry, StoreError> {
        Ok(Entry {
            seq: self.seq.cast_unsigned(),
            message_id: self.message_id.into(),
            from: common::id::UserId(self.name),
            kind: entry_type_from(self.kind)?,
            content: Some(self.content),
            content_hash: None,
            timestamp: self.created_at,
            count: self.count.cast_unsigned(),
            actor_count: self.actor_count.cast_unsigned(),
        })
    }
}

/// One entry that must be there.
pub(super) async fn load_entry(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    seq: Seq,
) -> Result<EntryRow, StoreError> {
    conn.one(
        concat!(
            "select ",
            entry_columns!(),
            " from entry e join account a on a.id = e.actor where e.conversation = $1 and e.seq = $2"
        ),
        values![conversation, seq],
    )
    .await
}

/// Count and digest as they were after `seq`; before the first entry both are nothing.
pub(super) async fn load_head_at(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    seq: Seq,
) -> Result<Head, StoreError> {
    if seq == 0 {
        return Ok(Head::default());
    }
    let sql = "select count, digest from entry where conversation = $1 and seq = $2";
    let (count, digest): (i64, Bytes<32>) = conn.one(sql, values![conversation, seq]).await?;
    Ok(Head { seq, count: count.cast_unsigned(), digest: digest.into() })
}
