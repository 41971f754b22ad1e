//! The writer's statements for many rows.

use crate::store::dialect::{Batch, Dialect};

/// Each is made once, when the writer starts. What a row is stands before each.
pub(super) struct Statements {
    /// message id → sender, conversation, seq, hash
    pub(super) find_ids: Batch,
    /// folded name → account
    pub(super) find_names: Batch,
    /// low, high → the pair's conversation
    pub(super) find_pairs: Batch,
    /// conversation → its row, locked
    pub(super) lock_conversations: Batch,
    /// conversation, sender, other person (0: none) → the sender's seat, whether the other is in and blocks the sender
    pub(super) find_seats: Batch,
    /// an entry
    pub(super) insert_entries: Batch,
    /// an id that is taken
    pub(super) insert_ids: Batch,
    /// conversation, head (seq, count, digest), position
    pub(super) move_heads: Batch,
    /// conversation, account, count of own messages
    pub(super) count_own: Batch,
}

impl Statements {
    /// In this dialect.
    pub(super) fn new(dialect: Dialect) -> Self {
        let batch = |before, columns, after| Batch::new(dialect, before, columns, after);
        let lock = match dialect {
            Dialect::Sqlite => ") v join conversation c on c.id = v.column1",
            Dialect::Postgres => ") v join conversation c on c.id = v.column1 order by c.id for update of c",
        };
        Self {
            find_ids: batch(
                "select m.id, m.sender, m.conversation, m.seq, m.request_hash from (",
                1,
                ") v join message_id m on m.id = v.column1",
            ),
            find_names: batch(
                "select a.folded, a.id from (",
                1,
                ") v join account a on a.folded = v.column1",
            ),
            find_pairs: batch(
                "select c.low, c.high, c.id from (",
                2,
                ") v join conversation c on c.low = v.column1 and c.high = v.column2",
            ),
            lock_conversations: batch(
                "select c.id, c.kind, c.low, c.high, c.head_seq, c.head_count, c.head_digest, c.members_position from (",
                1,
                lock,
            ),
            find_seats: batch(
                "select m.conversation, m.account, m.role, m.standing, m.own_count, o.role, b.blocker from (",
                3,
                ") v join member m on m.account = v.column2 and m.conversation = v.column1 \
                 left join member o on o.account = v.column3 and o.conversation = v.column1 \
                 left join block b on b.blocker = v.column3 and b.blocked = v.column2",
            ),
            insert_entries: batch(
                "insert into entry (conversation, seq, message_id, actor, kind, created_at, count, actor_count, \
                 position, digest, content)",
                11,
                "",
            ),
            insert_ids: batch("insert into message_id (id, sender, conversation, seq, request_hash)", 5, ""),
            move_heads: batch(
                "update conversation set head_seq = v.column2, head_count = v.column3, head_digest = v.column4, \
                 position = v.column5 from (",
                5,
                ") v where conversation.id = v.column1",
            ),
            count_own: batch(
                "update member set own_count = v.column3 from (",
                3,
                ") v where member.conversation = v.column1 and member.account = v.column2",
            ),
        }
    }
}
