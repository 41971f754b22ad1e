//! A write transaction, as requests see it.

use std::sync::Arc;

use uuid::Uuid;

use super::statements::Statements;
use crate::store::dialect::{Conn, values};
use crate::store::{IdSource, StoreError};

/// An open write transaction: a connection, and the positions that its requests take.
pub(in crate::store) struct Tx<'w> {
    /// To run statements on.
    pub(in crate::store) conn: Conn<'w>,
    /// The writer's batches.
    pub(super) statements: Arc<Statements>,
    new_id: &'w IdSource,
    /// Requests in the group; each takes one position at most.
    requests: u64,
    /// The positions taken and not yet given: next and last.
    taken: Option<(u64, u64)>,
}

impl<'w> Tx<'w> {
    /// A transaction that is open on this connection, for as many requests.
    pub(super) fn new(
        conn: Conn<'w>,
        statements: Arc<Statements>,
        new_id: &'w IdSource,
        requests: usize,
    ) -> Self {
        Self { conn, statements, new_id, requests: requests as u64, taken: None }
    }

    /// The number of the next change.
    pub(in crate::store) async fn next_position(&mut self) -> Result<u64, StoreError> {
        self.next_positions(1).await
    }

    /// The first of the numbers of this many changes. The first call raises the server's position for the whole group,
    /// and from then on, until the commit, nobody else can (see the page above).
    pub(super) async fn next_positions(&mut self, count: usize) -> Result<u64, StoreError> {
        let (next, last) = match self.taken {
            Some(taken) => taken,
            None => {
                let raise = "update server set position = position + $1 where id = 1 returning position";
                let (last,): (i64,) = self.conn.one(raise, values![self.requests]).await?;
                (last.cast_unsigned() - self.requests + 1, last.cast_unsigned())
            }
        };
        let after = next + count as u64;
        if after > last + 1 {
            return Err(StoreError::Corrupt("a request took more than one position".into()));
        }
        self.taken = Some((after, last));
        Ok(next)
    }

    /// A new id.
    pub(in crate::store) fn new_id(&self) -> Uuid {
        (self.new_id)()
    }
}
