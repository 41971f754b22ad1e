//! The key by which push services know this server.

use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Request, Tx};
use crate::store::{Store, StoreError};

/// What is kept for all notifications together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PushState {
    /// The secret key.
    pub key: [u8; 32],
    /// The position up to which what was written has been turned into deliveries.
    pub expanded: u64,
}

impl Store {
    /// The key that is kept; `new_key` from now on where there is none yet. What was written before the first one is
    /// nobody's news.
    pub async fn push_state(&self, new_key: [u8; 32]) -> Result<PushState, StoreError> {
        self.inner.writer.ask(KeepKey { key: new_key, replace: false }).await
    }

    /// Keeps another key from now on. Browsers subscribe anew at their next start; until then they hear nothing.
    pub async fn replace_push_key(&self, new_key: [u8; 32]) -> Result<(), StoreError> {
        self.inner.writer.ask(KeepKey { key: new_key, replace: true }).await.map(drop)
    }
}

struct KeepKey {
    key: [u8; 32],
    replace: bool,
}

impl Request for KeepKey {
    type Answer = PushState;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<PushState, StoreError> {
        let key = self.key.to_vec();
        let make = "insert into push (id, key, expanded) select 1, $1, position from server where id = 1 \
                    on conflict (id) do nothing";
        tx.conn.run(make, values![key.clone()]).await?;
        if self.replace {
            tx.conn.run("update push set key = $1 where id = 1", values![key]).await?;
        }
        let (key, expanded): (Bytes<32>, i64) =
            tx.conn.one("select key, expanded from push where id = 1", values![]).await?;
        Ok(PushState { key: key.0, expanded: expanded.cast_unsigned() })
    }
}
