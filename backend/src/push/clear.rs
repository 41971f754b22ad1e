//! What was read on one device is taken away on the others, by a push, where the operator wants it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use common::id::{ConversationId, DeviceId, Seq};

use super::expand::OF_USE_FOR_S;
use crate::app::App;
use crate::store::{AccountId, Commit, Committed, Mark, Moved, Read};

/// Conversations of people that may be noted at once.
const MOST_READ: usize = 65_536;
/// Conversations of people in one write; people's messages wait behind each.
const AT_ONCE: usize = 8;

/// How far people have read since it was last looked at, and on which of their devices. What a crash takes from here, the
/// next notification says.
#[derive(Default)]
pub(super) struct Reads(Mutex<Noted>);

type Noted = BTreeMap<(AccountId, ConversationId), BTreeMap<DeviceId, Seq>>;

impl Reads {
    /// Takes note of a commit, if somebody has read.
    pub(super) fn add(&self, commit: &Commit) {
        let Committed::Moved(moved) = &commit.what else { return };
        let &Moved { account, device, conversation, ref receipt, .. } = moved;
        if !moved.moves.contains(&Mark::Read) {
            return;
        }
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < MOST_READ || noted.contains_key(&(account, conversation)) {
            noted.entry((account, conversation)).or_default().insert(device, receipt.read_seq);
        }
    }

    fn take(&self) -> Vec<Read> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let read = noted.into_iter().map(|((account, conversation), on)| Read {
            account,
            conversation,
            on: on.into_iter().collect(),
        });
        read.collect()
    }
}

/// What was read since the last time, and is shown somewhere, is to be taken away there.
pub(super) async fn clear_read(app: &App) {
    let read = app.push.0.reads.take();
    for part in read.chunks(AT_ONCE) {
        let now = app.clock.now_s();
        match app.store.clear_read(part.to_vec(), now, now + OF_USE_FOR_S).await {
            Ok(0) => {}
            Ok(_) => app.push.0.due.notify_one(),
            Err(error) => tracing::warn!(%error, "what was read stays shown until the next notification"),
        }
    }
}

#[cfg(test)]
mod tests {
    use common::id::UserId;
    use common::model::Receipt;
    use uuid::Uuid;

    use super::*;

    const DESK: DeviceId = DeviceId(Uuid::from_u128(1));
    const PHONE: DeviceId = DeviceId(Uuid::from_u128(2));
    const CONVERSATION: ConversationId = ConversationId(Uuid::from_u128(3));

    fn moved(device: DeviceId, moves: &[Mark], read_seq: Seq) -> Commit {
        let moved = Moved {
            account: AccountId(1),
            device,
            conversation: CONVERSATION,
            receipt: Receipt { user_id: UserId("bert".into()), delivered_seq: 9, read_seq },
            read_count: 0,
            own_read: 0,
            audience: [].into(),
            moves: moves.to_vec(),
            position: 1,
        };
        Commit { position: 1, what: Committed::Moved(moved) }
    }

    #[test]
    fn only_who_has_read_is_noted_each_device_by_itself() {
        let reads = Reads::default();
        reads.add(&moved(DESK, &[Mark::Delivered], 4));
        assert_eq!(reads.take(), []);
        reads.add(&moved(PHONE, &[Mark::Read], 5));
        reads.add(&moved(DESK, &[Mark::Delivered], 5));
        let read = |on: &[(DeviceId, Seq)]| {
            vec![Read { account: AccountId(1), conversation: CONVERSATION, on: on.to_vec() }]
        };
        assert_eq!(reads.take(), read(&[(PHONE, 5)]), "the desk has only received something");
        reads.add(&moved(PHONE, &[Mark::Read], 6));
        reads.add(&moved(DESK, &[Mark::Delivered, Mark::Read], 7));
        reads.add(&moved(PHONE, &[Mark::Read], 8));
        assert_eq!(reads.take(), read(&[(DESK, 7), (PHONE, 8)]));
        assert_eq!(reads.take(), []);
    }
}
