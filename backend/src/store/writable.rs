//! Whether the store can write, found out by writing.

use super::dialect::values;
use super::writer::{Request, Tx};
use super::{Store, StoreError};

impl Store {
    /// Commits a change that changes nothing, as any other. Costs an fsync. Errors: `Unavailable` (disk full, database
    /// locked, closing).
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        self.inner.writer.ask(Touch).await
    }
}

struct Touch;

impl Request for Touch {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.conn.run("update server set epoch = epoch where id = 1", values![]).await?;
        Ok(())
    }
}
