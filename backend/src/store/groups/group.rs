//! A group under its lock, and the caller's seat in it.

use std::sync::Arc;

use common::id::{ConversationId, UserId};
use common::model::{ConversationKind, Entry, Head, HistoryPolicy, Role};

use super::Changed;
use super::log::{Actor, Log};
use crate::store::codes::{history_from, kind_from, role_from};
use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Tx, load_audience};
use crate::store::{AccountId, Caller, StoreError};

/// A group, as it is before a change.
pub(super) struct Group {
    pub(super) id: ConversationId,
    pub(super) title: Option<String>,
    pub(super) history: HistoryPolicy,
    pub(super) head: Head,
    /// Its newest change.
    pub(super) position: u64,
    /// The caller's role; `None` when they are out.
    pub(super) role: Option<Role>,
    /// The caller.
    pub(super) actor: Actor,
}

/// Someone's seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Seat {
    pub(super) role: Option<Role>,
}

impl Group {
    /// The group as the caller finds it. Errors: `NotFound` (never was in it), `Forbidden` (it is no group).
    pub(super) async fn load(
        tx: &mut Tx<'_>,
        caller: &Caller,
        id: ConversationId,
    ) -> Result<Self, StoreError> {
        Self::load_for(tx, caller.account, &caller.user_id, id).await
    }

    /// The same, for an account that asks nothing itself.
    pub(super) async fn load_for(
        tx: &mut Tx<'_>,
        account: AccountId,
        user_id: &UserId,
        id: ConversationId,
    ) -> Result<Self, StoreError> {
        type Row = (i64, Option<String>, i64, i64, i64, Bytes<32>, i64, Option<i64>, i64);
        let row: Option<Row> = tx
            .conn
            .optional(
                "select c.kind, c.title, c.history, c.head_seq, c.head_count, c.head_digest, c.position, m.role, \
                 m.own_count from member m join conversation c on c.id = m.conversation \
                 where m.account = $1 and m.conversation = $2",
                values![account, id],
            )
            .await?;
        let (kind, title, history, seq, count, digest, position, role, own_count) =
            row.ok_or(StoreError::NotFound)?;
        if kind_from(kind)? != ConversationKind::Group {
            return Err(StoreError::Forbidden);
        }
        Ok(Self {
            id,
            title,
            history: history_from(history)?,
            head: Head { seq: seq.cast_unsigned(), count: count.cast_unsigned(), digest: digest.into() },
            position: position.cast_unsigned(),
            role: role_from(role)?,
            actor: Actor { account, user_id: user_id.clone(), own_count: own_count.cast_unsigned() },
        })
    }

    /// The caller's role, if it is at least this. Errors: `Forbidden`.
    pub(super) fn require(&self, least: Role) -> Result<Role, StoreError> {
        self.role.filter(|role| *role >= least).ok_or(StoreError::Forbidden)
    }

    /// Its log, to be changed by the change with this number.
    pub(super) fn log(&self, position: u64, now: i64) -> Log {
        Log::new(self.id, self.head, position, now)
    }

    /// Someone's seat. Errors: `NotFound` (no such person, or never was in it).
    pub(super) async fn seat_of(
        &self,
        tx: &mut Tx<'_>,
        person: &UserId,
    ) -> Result<(AccountId, UserId, Seat), StoreError> {
        let sql = "select a.id, a.name, m.role from account a join member m on m.account = a.id \
                   where a.folded = $1 and m.conversation = $2";
        let row: Option<(i64, String, Option<i64>)> =
            tx.conn.optional(sql, values![person.folded(), self.id]).await?;
        let (account, name, role) = row.ok_or(StoreError::NotFound)?;
        Ok((AccountId(account), UserId(name), Seat { role: role_from(role)? }))
    }

    /// The answer where nothing was to be done.
    pub(super) fn unchanged(&self) -> Changed {
        Changed {
            conversation: self.id,
            entries: Vec::new(),
            audience: [].into(),
            came: Vec::new(),
            went: Vec::new(),
            changed: false,
            position: self.position,
        }
    }

    /// The answer to a change that wrote these entries.
    pub(super) async fn changed(
        &self,
        tx: &mut Tx<'_>,
        entries: Vec<Entry>,
        position: u64,
    ) -> Result<Changed, StoreError> {
        let audience: Arc<[AccountId]> = load_audience(&mut tx.conn, self.id).await?;
        Ok(Changed { entries, audience, changed: true, position, ..self.unchanged() })
    }
}
