//! What a commit means for others: who hears what.

use std::sync::Arc;

use common::id::ConversationId;
use common::limits;
use common::model::{Entry, Receipt};
use common::wire::ServerWords;

use crate::chat::read::own_receipt;
use crate::store::{
    AccountId, Appended, Changed, Commit, Committed, Moved, Origin, ProfileChanged, Store, StoreError,
};

/// Something to be told, and to whom.
#[derive(Clone, PartialEq, Debug)]
pub struct Announcement {
    /// What.
    pub words: Words,
    /// To the sockets of these accounts.
    pub to: Audience,
}

/// Whose sockets are to hear something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Audience {
    /// One account's.
    One(AccountId),
    /// These accounts'.
    Many(Arc<[AccountId]>),
    /// These accounts', but for the last one named.
    But(Arc<[AccountId]>, AccountId),
}

impl Audience {
    /// The accounts, one by one.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        let (all, without) = match self {
            Self::One(one) => (std::slice::from_ref(one), None),
            Self::Many(all) => (&all[..], None),
            Self::But(all, without) => (&all[..], Some(without)),
        };
        all.iter().filter(move |account| Some(*account) != without)
    }
}

/// What is told.
#[derive(Clone, PartialEq, Debug)]
pub enum Words {
    /// A message: `messageSent` to the socket that sent it, `receiveMessage` to all others.
    Message {
        /// Where.
        conversation: ConversationId,
        /// The message.
        entry: Entry,
        /// The socket that sent it.
        from: Option<Origin>,
    },
    /// To every socket; words that the simplest client knows.
    Pinned(ServerWords),
    /// To sockets that have resumed.
    Synced(ServerWords),
    /// A receipt in a large group: to be told at most once a second, and to those only who have it open.
    Coalesced {
        /// Where.
        conversation: ConversationId,
        /// How far they are.
        receipt: Receipt,
    },
    /// The account is gone: its sockets are to be closed.
    Gone,
}

/// What a commit means for others, in the order in which it is to be told. `here` picks those accounts that are
/// connected and would hear of a change in a conversation; only for them it is read.
///
/// Errors: the store cannot be read.
pub async fn announce(
    store: &Store,
    here: impl Fn(&[AccountId]) -> Vec<AccountId>,
    commit: &Commit,
) -> Result<Vec<Announcement>, StoreError> {
    let mut told = Vec::with_capacity(2);
    match &commit.what {
        Committed::Appended(appended, from) => append(store, here, appended, *from, &mut told).await?,
        Committed::Changed(changed) => change(store, &here, changed, &mut told).await?,
        Committed::Moved(moved) => told.extend(receipts(moved)),
        Committed::Profile(changed) => told.extend(profile(store, changed).await?),
        Committed::Blocks(changed) => {
            let words = Words::Synced(ServerWords::Account(changed.state.clone()));
            told.push(Announcement { words, to: Audience::One(changed.account) });
        }
        Committed::Deleted(deleted) => {
            told.push(Announcement { words: Words::Gone, to: Audience::One(deleted.account) });
            for changed in &deleted.left {
                change(store, &here, changed, &mut told).await?;
            }
            let words = Words::Synced(ServerWords::Profile(deleted.profile.clone()));
            told.push(Announcement { words, to: Audience::Many(deleted.acquaintances.clone().into()) });
        }
    }
    Ok(told)
}

/// Whether somebody is out of a conversation since this commit, and must hear nothing of it any more.
pub fn removes(commit: &Commit) -> bool {
    match &commit.what {
        Committed::Changed(changed) => !changed.went.is_empty(),
        Committed::Deleted(_) | Committed::Blocks(_) => true,
        Committed::Appended(..) | Committed::Moved(_) | Committed::Profile(_) => false,
    }
}

/// A message; before it, the conversation where it is new or was taken as one's own by writing.
async fn append(
    store: &Store,
    here: impl Fn(&[AccountId]) -> Vec<AccountId>,
    appended: &Appended,
    from: Option<Origin>,
    told: &mut Vec<Announcement>,
) -> Result<(), StoreError> {
    let Appended { conversation, audience, .. } = appended;
    if appended.created || appended.accepted {
        tell_deltas(store, *conversation, &here(audience), appended.position, told).await?;
    }
    let words = Words::Message { conversation: *conversation, entry: appended.entry.clone(), from };
    told.push(Announcement { words, to: Audience::Many(Arc::clone(audience)) });
    Ok(())
}

/// Entries for all who may see them. Whoever is new hears of the conversation first; all others hear of its new state
/// after the entries that made it, and whoever is out hears nothing more.
async fn change(
    store: &Store,
    here: &impl Fn(&[AccountId]) -> Vec<AccountId>,
    changed: &Changed,
    told: &mut Vec<Announcement>,
) -> Result<(), StoreError> {
    let Changed { entries, audience, came, went, .. } = changed;
    let (conversation, position) = (changed.conversation, changed.position);
    tell_deltas(store, conversation, &here(came), position, told).await?;
    let to: Arc<[AccountId]> =
        if went.is_empty() { Arc::clone(audience) } else { audience.iter().chain(went).copied().collect() };
    for entry in entries {
        let entry = entry.clone();
        let words = Words::Synced(ServerWords::ReceiveEntry { conversation_id: conversation, entry });
        told.push(Announcement { words, to: Audience::Many(Arc::clone(&to)) });
    }
    let others: Vec<AccountId> = to.iter().filter(|account| !came.contains(account)).copied().collect();
    tell_deltas(store, conversation, &here(&others), position, told).await
}

/// What changed of a conversation with the commit at `position`, as each of these accounts sees it.
async fn tell_deltas(
    store: &Store,
    conversation: ConversationId,
    accounts: &[AccountId],
    position: u64,
    told: &mut Vec<Announcement>,
) -> Result<(), StoreError> {
    if accounts.is_empty() {
        return Ok(());
    }
    let deltas = store.deltas_for(conversation, accounts, position.saturating_sub(1)).await?;
    told.extend(deltas.into_iter().map(|(account, delta)| Announcement {
        words: Words::Synced(ServerWords::Conversation(delta)),
        to: Audience::One(account),
    }));
    Ok(())
}

/// A receipt: with its counts to the mover's own devices, without to all others.
fn receipts(moved: &Moved) -> [Announcement; 2] {
    let others = if moved.audience.len() > limits::LIVE_RECEIPT_MEMBERS {
        Words::Coalesced { conversation: moved.conversation, receipt: moved.receipt.clone() }
    } else {
        Words::Pinned(ServerWords::Receipt {
            conversation_id: moved.conversation,
            user_id: moved.receipt.user_id.clone(),
            delivered_seq: moved.receipt.delivered_seq,
            read_seq: moved.receipt.read_seq,
            read_count: None,
            own_read: None,
        })
    };
    [
        Announcement { words: Words::Pinned(own_receipt(moved)), to: Audience::One(moved.account) },
        Announcement { words: others, to: Audience::But(Arc::clone(&moved.audience), moved.account) },
    ]
}

/// Someone's new name, for all who know them; their own devices hear of their account.
async fn profile(store: &Store, changed: &ProfileChanged) -> Result<[Announcement; 2], StoreError> {
    let account = store.load_account(changed.account).await?;
    let acquaintances = store.acquaintances(changed.account).await?;
    Ok([
        Announcement {
            words: Words::Synced(ServerWords::Account(account)),
            to: Audience::One(changed.account),
        },
        Announcement {
            words: Words::Synced(ServerWords::Profile(changed.profile.clone())),
            to: Audience::Many(acquaintances.into()),
        },
    ])
}
