//! Sending a message: the same over the socket and over HTTP.

use common::id::{ConversationId, MessageId};
use common::model::Entry;
use common::text::Content;
use common::wire::http::{MessageSent, MessageStatus, SendMessage};
use common::wire::{ErrorCode, ServerWords};

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::store::{Caller, NewMessage, Origin, Target};

/// Looks at a message: everything that can be said without the store.
///
/// Errors: `forbidden` (`from` is another), `invalid` naming the field, `tooLarge`, `rateLimited`.
pub fn prepare(
    app: &App,
    caller: &Caller,
    send: SendMessage,
    origin: Option<Origin>,
) -> Result<NewMessage, Error> {
    if send.from.is_some_and(|from| from.folded() != caller.user_id.folded()) {
        return Err(Error::refused(ErrorCode::Forbidden, "from must be yourself"));
    }
    let target = match (send.to, send.conversation_id) {
        (Some(person), None) => Target::Person(person),
        (None, Some(conversation)) => Target::Conversation(conversation),
        (Some(_), Some(_)) => return Err(Error::invalid("to", "either to or conversationId, not both")),
        (None, None) => return Err(Error::invalid("to", "to or conversationId is missing")),
    };
    if send.kind != "text" {
        return Err(Error::invalid("type", "must be text"));
    }
    let content = Content::parse(send.content)?;
    let now_ms = app.clock.now_ms();
    app.limits.take(Rate::Send, caller.account, now_ms)?;
    Ok(NewMessage {
        caller: caller.clone(),
        target,
        message_id: send.message_id.unwrap_or_else(|| MessageId(app.clock.uuid_v7())),
        content,
        after: send.after,
        origin,
        now: now_ms.div_euclid(1000),
    })
}

/// `POST /api/messages/send`: durable once answered. The sender's own sockets hear of it as everybody's do.
///
/// Errors: those of [`prepare`], and `notFound`, `forbidden`, `blocked`, `conflict`, `tooEarly`, `unavailable`.
pub async fn over_http(app: &App, caller: &Caller, request: SendMessage) -> Result<MessageSent, Error> {
    let message = prepare(app, caller, request, None)?;
    let appended = app.store.append_message(message).await?;
    Ok(MessageSent {
        message_id: appended.entry.message_id,
        status: MessageStatus::Sent,
        timestamp: appended.entry.timestamp,
        conversation_id: appended.conversation,
        seq: appended.entry.seq,
    })
}

/// What the sending socket hears: `messageSent`.
pub fn sent(conversation: ConversationId, entry: &Entry) -> ServerWords {
    ServerWords::MessageSent {
        message_id: entry.message_id,
        conversation_id: conversation,
        seq: entry.seq,
        status: MessageStatus::Sent,
        timestamp: entry.timestamp,
        count: entry.count,
        actor_count: entry.actor_count,
    }
}
