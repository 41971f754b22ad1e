//! "Someone is writing": a hint, never stored.

use std::sync::Arc;

use common::id::ConversationId;
use common::wire::ServerWords;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::chat::{Announcement, Audience, Words};
use crate::error::Error;
use crate::store::Caller;

/// Tells the other members. Those who block the caller or have not accepted the conversation hear nothing.
///
/// Errors: `notFound`, `rateLimited`.
pub async fn typing(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    active: bool,
) -> Result<Announcement, Error> {
    app.limits.take(Rate::Typing, caller.account, app.clock.now_ms())?;
    let members: Arc<[_]> = app.store.audience(caller.account, conversation).await?.into();
    let words =
        ServerWords::Typing { conversation_id: conversation, user_id: caller.user_id.clone(), active };
    Ok(Announcement { words: Words::Synced(words), to: Audience::But(members, caller.account) })
}
