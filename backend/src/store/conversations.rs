//! Conversations as their members know them.

use common::id::ConversationId;
use common::wire::ConversationDelta;

use super::dialect::values;
use super::resume::{Unknown, newest_changed};
use super::views::{Wanted, load_view, tell_each};
use super::{AccountId, Store, StoreError};

impl Store {
    /// The whole of a conversation as the account may see it: all members and receipts, no page.
    /// Errors: `NotFound`.
    pub async fn load_conversation(
        &self,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<ConversationDelta, StoreError> {
        let read = self.inner.engine.read(async move |conn| {
            let view = load_view(conn, account, conversation).await?;
            Ok(view.tell(conn, Wanted { since: 0, page_entries: 0 }).await?.delta)
        });
        read.await
    }

    /// What each of these accounts is told of a conversation: members and receipts that changed after `since` (all of
    /// them for those who came in after it), no page. Accounts that never were in it are passed over.
    pub async fn deltas_for(
        &self,
        conversation: ConversationId,
        accounts: &[AccountId],
        since: u64,
    ) -> Result<Vec<(AccountId, ConversationDelta)>, StoreError> {
        let accounts = accounts.iter().copied().collect();
        let read =
            self.inner.engine.read(async move |conn| tell_each(conn, conversation, &accounts, since).await);
        read.await
    }

    /// A page of the account's conversations, most recently changed first, whole, each with its newest entry as the
    /// page. The cursor answered is to be given for the next page; `None` on the last.
    pub async fn list_conversations(
        &self,
        account: AccountId,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<ConversationDelta>, Option<u64>), StoreError> {
        let until = Unknown::until(cursor.unwrap_or(u64::MAX));
        let read = self.inner.engine.read(async move |conn| {
            let (views, left) = newest_changed(conn, account, until, limit.max(1)).await?;
            let mut conversations = Vec::with_capacity(views.len());
            for view in views {
                conversations.push(view.tell(conn, Wanted { since: 0, page_entries: 1 }).await?.delta);
            }
            Ok((conversations, left))
        });
        read.await
    }

    /// The account itself and those members of a conversation who are to hear that it types: they have accepted the
    /// conversation, and do not block the account. Errors: `NotFound` (not in it, or no longer).
    pub async fn audience(
        &self,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<Vec<AccountId>, StoreError> {
        let sql = "select o.account from member m join member o on o.conversation = m.conversation \
                   where m.account = $1 and m.conversation = $2 and m.role is not null and o.role is not null \
                   and (o.account = $1 or (o.standing = 1 and not exists (\
                   select b.blocker from block b where b.blocker = o.account and b.blocked = $1))) \
                   order by o.account";
        let rows: Vec<(i64,)> = self.inner.engine.all(sql, values![account, conversation]).await?;
        if rows.is_empty() {
            return Err(StoreError::NotFound);
        }
        Ok(rows.into_iter().map(|(account,)| AccountId(account)).collect())
    }
}
