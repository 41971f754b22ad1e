//! A conversation, joined with one account's seat in it.

use common::id::{ConversationId, Seq, UserId};
use common::model::{ConversationKind, Head, HistoryPolicy, Interval, OwnState, Role, Standing};

use crate::store::codes::{history_from, kind_from, role_from, standing_from};
use crate::store::dialect::{Bytes, Conn, values};
use crate::store::{AccountId, StoreError};

/// The columns of a [`View`], of the tables in [`view_tables`]. `changed` is the newest change that the account is to
/// learn: anything in the conversation while it is in, only what is its own once it is out.
macro_rules! view_columns {
    () => {
        "c.id, c.kind, c.title, c.history, c.head_seq, c.head_count, c.head_digest, m.account, m.role, m.standing, \
         m.joined_position, m.left_title, m.own_count, m.delivered_seq, m.read_seq, m.read_count, m.own_read, \
         m.muted_until, m.position as seat_position, p.name as peer, \
         case when m.role is not null and c.position >= m.position and c.position >= m.receipt_position \
         then c.position when m.position >= m.receipt_position then m.position else m.receipt_position end \
         as changed"
    };
}
pub(in crate::store) use view_columns;

/// Where a [`View`] comes from: the seat `m`, the conversation `c`, and the other person `p` of a direct one.
macro_rules! view_tables {
    () => {
        "member m join conversation c on c.id = m.conversation \
         left join account p on p.id = case when c.low = m.account then c.high else c.low end"
    };
}
pub(in crate::store) use view_tables;

/// A conversation, joined with one account's seat in it.
#[derive(sqlx::FromRow)]
pub(in crate::store) struct View {
    id: Bytes<16>,
    kind: i64,
    title: Option<String>,
    history: i64,
    head_seq: i64,
    head_count: i64,
    head_digest: Bytes<32>,
    account: i64,
    role: Option<i64>,
    standing: i64,
    joined_position: i64,
    left_title: Option<String>,
    own_count: i64,
    delivered_seq: i64,
    read_seq: i64,
    read_count: i64,
    own_read: i64,
    muted_until: i64,
    seat_position: i64,
    peer: Option<String>,
    changed: i64,
}

/// By the order of the columns.
impl TryFrom<&rusqlite::Row<'_>> for View {
    type Error = rusqlite::Error;

    fn try_from(row: &rusqlite::Row<'_>) -> Result<Self, Self::Error> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            title: row.get(2)?,
            history: row.get(3)?,
            head_seq: row.get(4)?,
            head_count: row.get(5)?,
            head_digest: row.get(6)?,
            account: row.get(7)?,
            role: row.get(8)?,
            standing: row.get(9)?,
            joined_position: row.get(10)?,
            left_title: row.get(11)?,
            own_count: row.get(12)?,
            delivered_seq: row.get(13)?,
            read_seq: row.get(14)?,
            read_count: row.get(15)?,
            own_read: row.get(16)?,
            muted_until: row.get(17)?,
            seat_position: row.get(18)?,
            peer: row.get(19)?,
            changed: row.get(20)?,
        })
    }
}

impl View {
    pub(in crate::store) fn id(&self) -> ConversationId {
        self.id.into()
    }

    pub(in crate::store) fn account(&self) -> AccountId {
        AccountId(self.account)
    }

    pub(in crate::store) fn kind(&self) -> Result<ConversationKind, StoreError> {
        kind_from(self.kind)
    }

    pub(in crate::store) fn role(&self) -> Result<Option<Role>, StoreError> {
        role_from(self.role)
    }

    pub(in crate::store) fn standing(&self) -> Result<Standing, StoreError> {
        standing_from(self.standing)
    }

    /// Whether the account is out.
    pub(in crate::store) fn is_former(&self) -> bool {
        self.role.is_none()
    }

    /// The newest change that the account is to learn.
    pub(in crate::store) fn changed(&self) -> u64 {
        self.changed.cast_unsigned()
    }

    /// The change by which the account came in last.
    pub(in crate::store) fn joined_position(&self) -> u64 {
        self.joined_position.cast_unsigned()
    }

    /// The newest change of the account's own membership.
    pub(in crate::store) fn seat_position(&self) -> u64 {
        self.seat_position.cast_unsigned()
    }

    /// The other person of a direct conversation.
    pub(in crate::store) fn peer(&self) -> Option<UserId> {
        self.peer.clone().map(UserId)
    }

    /// A group's title, as of when the account was in.
    pub(in crate::store) fn title(&self) -> Option<String> {
        if self.is_former() { self.left_title.clone() } else { self.title.clone() }
    }

    /// What new members see; nothing that concerns former ones.
    pub(in crate::store) fn history(&self) -> Result<HistoryPolicy, StoreError> {
        if self.is_former() { Ok(HistoryPolicy::default()) } else { history_from(self.history) }
    }

    /// The end of the log, whoever may see it.
    pub(in crate::store) fn log_head(&self) -> Head {
        Head {
            seq: self.head_seq.cast_unsigned(),
            count: self.head_count.cast_unsigned(),
            digest: self.head_digest.into(),
        }
    }

    /// The last seq that the account may see, given its intervals.
    pub(in crate::store) fn last_visible(&self, intervals: &[Interval]) -> Seq {
        let head = self.head_seq.cast_unsigned();
        intervals.last().map_or(0, |interval| interval.to.map_or(head, |to| to.min(head)))
    }

    /// What the account knows of itself here.
    pub(in crate::store) fn own(&self, intervals: Vec<Interval>) -> Result<OwnState, StoreError> {
        Ok(OwnState {
            role: self.role()?,
            intervals,
            standing: self.standing()?,
            delivered_seq: self.delivered_seq.cast_unsigned(),
            read_seq: self.read_seq.cast_unsigned(),
            read_count: self.read_count.cast_unsigned(),
            own_read: self.own_read.cast_unsigned(),
            own_count: self.own_count.cast_unsigned(),
            muted_until: self.muted_until,
        })
    }
}

/// The conversation as the account sees it. Errors: `NotFound` (never was in it).
pub(in crate::store) async fn load_view(
    conn: &mut Conn<'_>,
    account: AccountId,
    conversation: ConversationId,
) -> Result<View, StoreError> {
    let sql = concat!(
        "select ",
        view_columns!(),
        " from ",
        view_tables!(),
        " where m.account = $1 and m.conversation = $2"
    );
    conn.optional(sql, values![account, conversation]).await?.ok_or(StoreError::NotFound)
}

/// The stretches that the account may see, ascending.
pub(in crate::store) async fn load_intervals(
    conn: &mut Conn<'_>,
    account: AccountId,
    conversation: ConversationId,
) -> Result<Vec<Interval>, StoreError> {
    let sql =
        "select from_seq, to_seq from membership where account = $1 and conversation = $2 order by from_seq";
    let rows: Vec<(i64, Option<i64>)> = conn.all(sql, values![account, conversation]).await?;
    let interval = |(from, to): (i64, Option<i64>)| Interval {
        from: from.cast_unsigned(),
        to: to.map(i64::cast_unsigned),
    };
    Ok(rows.into_iter().map(interval).collect())
}
