//! After a reset: up to where a device's copy is ours.

use common::model::{Digest, Interval};
use common::wire::{CommonPrefix, Compare, ComparePoint, ComparePoints, Compared};

use super::dialect::{Bytes, Conn, values};
use super::views::{load_intervals, load_view};
use super::{AccountId, Store, StoreError};

impl Store {
    /// Says for each conversation up to which sampled seq the device's digests are the log's, as far as the account
    /// may see it.
    pub async fn compare(&self, account: AccountId, compare: &Compare) -> Result<Compared, StoreError> {
        let mut snapshot = self.inner.engine.snapshot().await?;
        let mut conn = snapshot.conn();
        let mut conversations = Vec::with_capacity(compare.conversations.len());
        for asked in &compare.conversations {
            let conversation_id = asked.conversation_id;
            let common = match load_view(&mut conn, account, conversation_id).await {
                Ok(_) => {
                    let visible = load_intervals(&mut conn, account, conversation_id).await?;
                    Some(greatest_common(&mut conn, asked, &visible).await?)
                }
                Err(StoreError::NotFound) => None,
                Err(error) => return Err(error),
            };
            let known = common.is_some();
            conversations.push(CommonPrefix { conversation_id, common_seq: common.unwrap_or(0), known });
        }
        Ok(Compared { conversations })
    }
}

/// The greatest sampled seq whose digest is the log's; 0 when there is none. One query where the newest is the same.
async fn greatest_common(
    conn: &mut Conn<'_>,
    asked: &ComparePoints,
    visible: &[Interval],
) -> Result<u64, StoreError> {
    let may_see = |point: &&ComparePoint| visible.iter().any(|interval| interval.contains(point.seq));
    let mut points: Vec<_> = asked.points.iter().filter(may_see).collect();
    points.sort_unstable_by_key(|point| std::cmp::Reverse(point.seq));
    for point in points {
        let sql = "select digest from entry where conversation = $1 and seq = $2";
        let ours: Option<(Bytes<32>,)> =
            conn.optional(sql, values![asked.conversation_id, point.seq]).await?;
        if ours.is_some_and(|(digest,)| Digest::from(digest) == point.digest) {
            return Ok(point.seq);
        }
    }
    Ok(0)
}
