//! How it went to send something to a browser: what its person sees in the settings, and what a subscription proves itself by.

use super::{SubscriptionId, Trouble};
use crate::store::dialect::{Conn, values};
use crate::store::writer::{Request, Tx};
use crate::store::{Store, StoreError};

/// A browser for which every push failed for so long, seconds, and for which none ever succeeded, never was any.
const PROVES_ITSELF_WITHIN_S: i64 = 3 * 24 * 60 * 60;

impl Store {
    /// Remembers how a push went that was no delivery: it was taken, or why not.
    pub async fn push_went(
        &self,
        subscription: SubscriptionId,
        went: Result<(), Trouble>,
        now: i64,
    ) -> Result<(), StoreError> {
        self.inner.writer.ask(Went { subscription, went, now }).await
    }
}

struct Went {
    subscription: SubscriptionId,
    went: Result<(), Trouble>,
    now: i64,
}

impl Request for Went {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        remember(&mut tx.conn, self.subscription, self.went, self.now).await
    }
}

/// A push was taken, or why not.
pub(super) async fn remember(
    conn: &mut Conn<'_>,
    subscription: SubscriptionId,
    went: Result<(), Trouble>,
    now: i64,
) -> Result<(), StoreError> {
    match went {
        Ok(()) => {
            let sql = "update push_subscription set succeeded_at = $1, failing_since = null where id = $2";
            conn.run(sql, values![now, subscription]).await?;
        }
        Err(trouble) => {
            let sql = "update push_subscription set failed_at = $1, trouble = $2, \
                       failing_since = coalesce(failing_since, $1) where id = $3";
            conn.run(sql, values![now, trouble.code(), subscription]).await?;
        }
    }
    Ok(())
}

/// Forgets a subscription that never was any: its browser makes another when the app is opened there. To be asked when
/// something was given up, never while it is still tried: what waits for the browser goes with it.
pub(super) async fn forget_unproven(
    conn: &mut Conn<'_>,
    subscription: SubscriptionId,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "delete from push_subscription where id = $1 and succeeded_at is null and failing_since < $2";
    conn.run(sql, values![subscription, now - PROVES_ITSELF_WITHIN_S]).await?;
    Ok(())
}
