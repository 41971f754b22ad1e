//! One message, and how far it has come.

use common::id::MessageId;
use common::wire::http::MessageInfo;

use super::{AccountId, Store, StoreError};

impl Store {
    /// A message that the account may see, with its status. Errors: `NotFound`.
    pub async fn message_info(
        &self,
        account: AccountId,
        message: MessageId,
    ) -> Result<MessageInfo, StoreError> {
        unimplemented!("{account:?} {message}")
    }
}
