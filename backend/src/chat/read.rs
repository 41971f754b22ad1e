//! How far one has come, and reading what stands in a log.

use common::id::{ConversationId, Seq};
use common::limits;
use common::wire::{Page, ServerWords};

use crate::app::App;
use crate::error::Error;
use crate::store::{Caller, HistoryRange, Mark, Moved};

/// Moves a mark of the caller's forward; everybody concerned hears of it if it moved.
///
/// Errors: `notFound`, `invalid` (`seq` beyond the head), `unavailable`.
pub async fn move_mark(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    mark: Mark,
    seq: Seq,
) -> Result<Moved, Error> {
    Ok(app.store.move_mark(caller, conversation, mark, seq, app.clock.now_s()).await?)
}

/// `POST /api/conversations/{conversationId}/read`. Errors: as [`move_mark`].
pub async fn mark_read(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    seq: Seq,
) -> Result<(), Error> {
    move_mark(app, caller, conversation, Mark::Read, seq).await.map(drop)
}

/// The `receipt` that the mover's own devices hear: with the counts that unread numbers are made of.
pub fn own_receipt(moved: &Moved) -> ServerWords {
    ServerWords::Receipt {
        conversation_id: moved.conversation,
        user_id: moved.receipt.user_id.clone(),
        delivered_seq: moved.receipt.delivered_seq,
        read_seq: moved.receipt.read_seq,
        read_count: Some(moved.read_count),
        own_read: Some(moved.own_read),
    }
}

/// A page of a log: the newest entries, those below `before`, or the oldest above `after`.
///
/// Errors: `invalid` (both, or no entries asked for), `notFound`.
pub async fn history(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    (before, after): (Option<Seq>, Option<Seq>),
    limit: Option<u32>,
) -> Result<Page, Error> {
    let range = match (before, after) {
        (None, None) => HistoryRange::Newest,
        (Some(before), None) => HistoryRange::Before(before),
        (None, Some(after)) => HistoryRange::After(after),
        (Some(_), Some(_)) => return Err(Error::invalid("after", "either before or after, not both")),
    };
    let limit = limit.map_or(limits::PAGE_ENTRIES, |limit| limit as usize);
    if limit == 0 {
        return Err(Error::invalid("limit", "must be at least 1"));
    }
    let limit = limit.min(limits::PAGE_ENTRIES);
    Ok(app.store.history(caller.account, conversation, range, limit).await?)
}
