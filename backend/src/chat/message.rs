//! One message, asked for by its id.

use common::id::MessageId;
use common::wire::http::MessageInfo;

use crate::app::App;
use crate::error::Error;
use crate::store::Caller;

/// `GET /api/messages/{messageId}`. Errors: `notFound`, also where one may not see it.
pub async fn info(app: &App, caller: &Caller, message_id: MessageId) -> Result<MessageInfo, Error> {
    Ok(app.store.message_info(caller.account, message_id).await?)
}
