//! After a reset: up to where a device's copy is ours.

use std::collections::{HashMap, HashSet};

use common::id::ConversationId;
use common::wire::{CommonPrefix, Compare, Compared};

use super::dialect::{Batch, Bytes, Dialect, values};
use super::{AccountId, Store, StoreError};

impl Store {
    /// Says for each conversation up to which sampled seq the device's digests are the log's, as far as the account
    /// may see it. All samples are looked up together, 64 in a statement.
    pub async fn compare(&self, account: AccountId, compare: &Compare) -> Result<Compared, StoreError> {
        let asked = &compare.conversations;
        let seats = asked.iter().flat_map(|samples| values![account, samples.conversation_id]).collect();
        let mut points = Vec::new();
        for samples in asked {
            let id = samples.conversation_id;
            samples
                .points
                .iter()
                .for_each(|point| points.extend(values![account, id, point.seq, point.digest]));
        }
        let statements = Statements::new(self.inner.engine.dialect());
        let read = self.inner.engine.read(async move |conn| {
            let seats: Vec<(Bytes<16>,)> = statements.find_seats.find(conn, seats).await?;
            let same: Vec<(Bytes<16>, i64)> = statements.find_same.find(conn, points).await?;
            Ok((seats, same))
        });
        let (seats, same) = read.await?;

        let known: HashSet<ConversationId> = seats.into_iter().map(|(id,)| id.into()).collect();
        let mut common: HashMap<ConversationId, u64> = HashMap::new();
        for (id, seq) in same {
            let greatest = common.entry(id.into()).or_default();
            *greatest = seq.cast_unsigned().max(*greatest);
        }
        let conversations = asked.iter().map(|samples| {
            let conversation_id = samples.conversation_id;
            let common_seq = common.get(&conversation_id).copied().unwrap_or(0);
            CommonPrefix { conversation_id, common_seq, known: known.contains(&conversation_id) }
        });
        Ok(Compared { conversations: conversations.collect() })
    }
}

struct Statements {
    /// By account and conversation: which of these the account is or was in.
    find_seats: Batch,
    /// By account, conversation, seq and digest: which of these are in the log, where the account may see it.
    find_same: Batch,
}

impl Statements {
    fn new(dialect: Dialect) -> Self {
        let find_seats = Batch::new(
            dialect,
            "select m.conversation from (",
            2,
            ") v join member m on m.account = v.column1 and m.conversation = v.column2",
        );
        let find_same = Batch::new(
            dialect,
            "select e.conversation, e.seq from (",
            4,
            ") v join membership s on s.account = v.column1 and s.conversation = v.column2 \
             and s.from_seq <= v.column3 and (s.to_seq is null or s.to_seq >= v.column3) \
             join entry e on e.conversation = v.column2 and e.seq = v.column3 and e.digest = v.column4",
        );
        Self { find_seats, find_same }
    }
}
