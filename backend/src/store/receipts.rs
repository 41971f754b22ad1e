//! How far members have come: what their devices received, and what they read.

use std::sync::Arc;

use common::id::{ConversationId, DeviceId, Seq, UserId};
use common::model::{ConversationKind, Receipt, Standing};

use super::codes::{kind_from, standing_from};
use super::dialect::values;
use super::entries::load_head_at;
use super::writer::{Request, Tx, load_audience};
use super::{AccountId, Caller, Commit, Committed, Store, StoreError};

/// Which mark moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mark {
    /// A device received up to here.
    Delivered,
    /// The person read up to here; received, too.
    Read,
}

impl Mark {
    /// The number by which the database knows it.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Delivered => 1,
            Self::Read => 2,
        }
    }
}

/// A member has come further.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Whose marks.
    pub account: AccountId,
    /// On which of their devices.
    pub device: DeviceId,
    /// Where.
    pub conversation: ConversationId,
    /// Where they stand now.
    pub receipt: Receipt,
    /// Running count of messages at the read mark; for the member's own devices only.
    pub read_count: u64,
    /// Running count of the member's own messages at the read mark; for the member's own devices only.
    pub own_read: u64,
    /// Who is to be told: the current members, the mover included; the mover alone while they have not accepted the
    /// conversation, or are out of it.
    pub audience: Arc<[AccountId]>,
    /// Which marks have moved. None when they stood there already; then nobody is told, and the audience is empty.
    pub moves: Vec<Mark>,
    /// The change's number; the newest of this receipt where nothing moved.
    pub position: u64,
}

impl Store {
    /// Moves the caller's delivered or read mark forward to `seq`; marks never move back.
    ///
    /// Errors: `NotFound` (not in such a conversation), `BeyondHead` (beyond what the caller may see of the log).
    pub async fn move_mark(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        mark: Mark,
        seq: Seq,
        now: i64,
    ) -> Result<Moved, StoreError> {
        let Caller { account, user_id, device } = caller.clone();
        self.inner.writer.ask(MoveMark { account, user_id, device, conversation, mark, seq, now }).await
    }
}

struct MoveMark {
    account: AccountId,
    user_id: UserId,
    device: DeviceId,
    conversation: ConversationId,
    mark: Mark,
    seq: Seq,
    now: i64,
}

impl Request for MoveMark {
    type Answer = Moved;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Moved, StoreError> {
        let mut marks = Marks::load(tx, self.account, self.conversation).await?;
        if self.seq > marks.last_visible {
            return Err(StoreError::BeyondHead);
        }
        let moves = marks.advance(self.mark, self.seq);
        if moves.is_empty() {
            return self.moved(tx, &marks, moves, marks.position).await;
        }
        if moves.contains(&Mark::Read) {
            marks.count_read(tx, self.account, self.conversation).await?;
        }
        let position = tx.next_position().await?;
        let sql = "update member set delivered_seq = $1, read_seq = $2, read_count = $3, own_read = $4, \
                   receipt_position = $5 where account = $6 and conversation = $7";
        let Marks { delivered, read, read_count, own_read, .. } = marks;
        let values =
            values![delivered, read, read_count, own_read, position, self.account, self.conversation];
        tx.conn.run(sql, values).await?;
        if marks.is_shown {
            let sql = "update conversation set position = $1 where id = $2";
            tx.conn.run(sql, values![position, self.conversation]).await?;
        }
        if marks.is_direct {
            for mark in &moves {
                let seq = if *mark == Mark::Read { read } else { delivered };
                let sql = "insert into receipt_move (conversation, account, mark, seq, moved_at) \
                           values ($1, $2, $3, $4, $5)";
                let values = values![self.conversation, self.account, mark.code(), seq, self.now];
                tx.conn.run(sql, values).await?;
            }
        }
        self.moved(tx, &marks, moves, position).await
    }

    fn commit(&self, answer: &Moved) -> Option<Commit> {
        let what = Committed::Moved(answer.clone());
        (!answer.moves.is_empty()).then_some(Commit { position: answer.position, what })
    }
}

impl MoveMark {
    async fn moved(
        &self,
        tx: &mut Tx<'_>,
        marks: &Marks,
        moves: Vec<Mark>,
        position: u64,
    ) -> Result<Moved, StoreError> {
        let audience = match (moves.is_empty(), marks.is_shown) {
            (true, _) => [].into(),
            (false, false) => [self.account].into(),
            (false, true) => load_audience(&mut tx.conn, self.conversation).await?,
        };
        let (delivered_seq, read_seq) = (marks.delivered, marks.read);
        Ok(Moved {
            account: self.account,
            device: self.device,
            conversation: self.conversation,
            receipt: Receipt { user_id: self.user_id.clone(), delivered_seq, read_seq },
            read_count: marks.read_count,
            own_read: marks.own_read,
            audience,
            moves,
            position,
        })
    }
}

/// Where an account's marks stand.
struct Marks {
    is_direct: bool,
    /// Whether others are told: not while it is a request, nor from outside.
    is_shown: bool,
    last_visible: Seq,
    own_count: u64,
    delivered: Seq,
    read: Seq,
    read_count: u64,
    own_read: u64,
    position: u64,
    /// Where the read mark and the count of one's own there were before.
    read_before: Seq,
}

impl Marks {
    async fn load(
        tx: &mut Tx<'_>,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<Self, StoreError> {
        type Row = (i64, i64, Option<i64>, i64, i64, i64, i64, i64, i64, i64);
        let row: Option<Row> = tx
            .conn
            .optional(
                "select c.kind, c.head_seq, m.role, m.standing, m.own_count, m.delivered_seq, m.read_seq, \
                 m.read_count, m.own_read, m.receipt_position \
                 from member m join conversation c on c.id = m.conversation \
                 where m.account = $1 and m.conversation = $2",
                values![account, conversation],
            )
            .await?;
        let (kind, head, role, standing, own_count, delivered, read, read_count, own_read, position) =
            row.ok_or(StoreError::NotFound)?;
        let last_visible = match role {
            Some(_) => head,
            None => last_seen_seq(tx, account, conversation).await?,
        };
        Ok(Self {
            is_direct: kind_from(kind)? == ConversationKind::Direct,
            is_shown: role.is_some() && standing_from(standing)? == Standing::Accepted,
            last_visible: last_visible.cast_unsigned(),
            own_count: own_count.cast_unsigned(),
            delivered: delivered.cast_unsigned(),
            read: read.cast_unsigned(),
            read_count: read_count.cast_unsigned(),
            own_read: own_read.cast_unsigned(),
            position: position.cast_unsigned(),
            read_before: read.cast_unsigned(),
        })
    }

    /// Moves the marks forward; answers which have moved. What was read was received.
    fn advance(&mut self, mark: Mark, seq: Seq) -> Vec<Mark> {
        let mut moves = Vec::new();
        if seq > self.delivered {
            self.delivered = seq;
            moves.push(Mark::Delivered);
        }
        if mark == Mark::Read && seq > self.read {
            self.read = seq;
            moves.push(Mark::Read);
        }
        moves
    }

    /// Sets the counts at the read mark. One's own messages are looked for only between the marks, so that reading on
    /// and on looks at each entry once.
    async fn count_read(
        &mut self,
        tx: &mut Tx<'_>,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.read_count = load_head_at(&mut tx.conn, conversation, self.read).await?.count;
        if self.own_read < self.own_count {
            let sql = "select max(actor_count) from entry \
                       where conversation = $1 and seq > $2 and seq <= $3 and actor = $4";
            let values = values![conversation, self.read_before, self.read, account];
            let (newest,): (Option<i64>,) = tx.conn.one(sql, values).await?;
            self.own_read = newest.map_or(self.own_read, i64::cast_unsigned);
        }
        Ok(())
    }
}

/// The last seq that a former member may see.
async fn last_seen_seq(
    tx: &mut Tx<'_>,
    account: AccountId,
    conversation: ConversationId,
) -> Result<i64, StoreError> {
    let sql = "select max(to_seq) from membership where account = $1 and conversation = $2";
    let (last,): (Option<i64>,) = tx.conn.one(sql, values![account, conversation]).await?;
    Ok(last.unwrap_or(0))
}
