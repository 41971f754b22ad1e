//! Who is here. Told only to those with whom one shares a conversation that both have accepted, and between whom
//! nobody blocks the other.

use common::id::{ConversationId, UserId};
use common::limits;
use common::wire::{PersonPresence, ServerWords};

use crate::app::App;
use crate::error::Error;
use crate::store::{AccountId, Caller};

/// Those of these people whose presence the caller may know.
///
/// Errors: `invalid` (more than [`limits::WATCHED_PEOPLE`]).
pub async fn may_watch(
    app: &App,
    caller: &Caller,
    people: &[UserId],
) -> Result<Vec<(AccountId, UserId)>, Error> {
    if people.len() > limits::WATCHED_PEOPLE {
        return Err(Error::invalid("userIds", "too many people at once"));
    }
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = app.store.find_acquaintances(caller.account, people).await?;
    // one person may be named twice, in different cases
    known.sort_unstable_by_key(|(account, _)| *account);
    known.dedup_by_key(|(account, _)| *account);
    Ok(known)
}

/// What is known of these people now.
pub async fn describe(app: &App, people: Vec<(AccountId, UserId)>) -> Result<ServerWords, Error> {
    let accounts: Vec<AccountId> = people.iter().map(|(account, _)| *account).collect();
    let seen = if accounts.is_empty() { Vec::new() } else { app.store.last_seen(&accounts).await? };
    let people = people.into_iter().map(|(account, user_id)| PersonPresence {
        user_id,
        online: app.fanout.is_online(account),
        last_seen_at: seen.iter().find(|(id, _)| *id == account).map(|(_, at)| *at),
    });
    Ok(ServerWords::Presence { people: people.collect() })
}

/// All receipts of a large group, for someone who opens it: while it was not open they were not told.
/// `None` where receipts are told as they move.
///
/// Errors: `notFound`.
pub async fn missed_receipts(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<Option<ServerWords>, Error> {
    let whole = app.store.load_conversation(caller.account, conversation).await?;
    let members = whole.members.iter().filter(|member| member.role.is_some()).count();
    let receipts = ServerWords::Receipts { conversation_id: conversation, receipts: whole.receipts };
    Ok((members > limits::LIVE_RECEIPT_MEMBERS).then_some(receipts))
}
