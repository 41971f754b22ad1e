//! Looking people up.

use common::id::UserId;
use common::model::{Account, Profile};

use super::{PersonRow, StoredAccount};
use crate::store::dialect::{Conn, values};
use crate::store::{AccountId, Store, StoreError};

impl Store {
    /// The account of this name, in any case; deleted ones too.
    pub async fn find_account(&self, name: &UserId) -> Result<Option<StoredAccount>, StoreError> {
        type Row = (i64, String, String, String, Option<i64>);
        let sql = "select id, name, display_name, password_hash, deleted_at from account where folded = $1";
        let row: Option<Row> = self.inner.engine.optional(sql, values![name.folded()]).await?;
        Ok(row.map(|(id, name, display_name, password_hash, deleted_at)| StoredAccount {
            id: AccountId(id),
            user_id: UserId(name),
            display_name,
            password_hash,
            deleted: deleted_at.is_some(),
        }))
    }

    /// The account as its own devices know it. Errors: `NotFound` (deleted, or never was).
    pub async fn load_account(&self, account: AccountId) -> Result<Account, StoreError> {
        self.inner.engine.read(async move |conn| load_account(conn, account).await).await
    }

    /// People whose user name or display name starts with this, in any case, by name; no deleted ones.
    pub async fn search_people(&self, prefix: &str, limit: usize) -> Result<Vec<Profile>, StoreError> {
        if prefix.chars().any(char::is_control) {
            // nobody is called so, and PostgreSQL takes no NUL
            return Ok(Vec::new());
        }
        let from = prefix.to_lowercase();
        // the greatest text that begins so
        let to = format!("{from}{}", char::MAX);
        let sql = "select name, display_name from account where deleted_at is null \
                   and ((folded >= $1 and folded <= $2) or (display_folded >= $1 and display_folded <= $2)) \
                   order by folded limit $3";
        let rows: Vec<(String, String)> = self.inner.engine.all(sql, values![from, to, limit]).await?;
        let profile = |(name, display_name)| Profile { user_id: UserId(name), display_name, deleted: false };
        Ok(rows.into_iter().map(profile).collect())
    }

    /// Everybody, by name, for the operator.
    pub async fn list_people(&self) -> Result<Vec<PersonRow>, StoreError> {
        type Row = (String, String, i64, Option<i64>, i64);
        let sql = "select a.name, a.display_name, a.created_at, a.deleted_at, \
                   (select count(*) from device d where d.account = a.id and d.revoked_at is null) \
                   from account a order by a.folded";
        let rows: Vec<Row> = self.inner.engine.all(sql, values![]).await?;
        let person = |(name, display_name, created_at, deleted_at, devices): Row| PersonRow {
            user_id: UserId(name),
            display_name,
            created_at,
            deleted: deleted_at.is_some(),
            devices: u32::try_from(devices).unwrap_or(u32::MAX),
        };
        Ok(rows.into_iter().map(person).collect())
    }
}

/// The account as its own devices know it. Errors: `NotFound` (deleted, or never was).
pub(in crate::store) async fn load_account(
    conn: &mut Conn<'_>,
    account: AccountId,
) -> Result<Account, StoreError> {
    let sql = "select name, display_name from account where id = $1 and deleted_at is null";
    let row: Option<(String, String)> = conn.optional(sql, values![account]).await?;
    let (name, display_name) = row.ok_or(StoreError::NotFound)?;
    let sql = "select a.name from block b join account a on a.id = b.blocked where b.blocker = $1 order by a.folded";
    let blocked: Vec<(String,)> = conn.all(sql, values![account]).await?;
    Ok(Account {
        user_id: UserId(name),
        display_name,
        blocked: blocked.into_iter().map(|(name,)| UserId(name)).collect(),
    })
}
