//! Where a device's browser is reached.

use common::id::{DeviceId, UserId};
use common::limits;
use common::model::{Language, Shows};

use super::{SubscriptionId, Trouble, shows_code, shows_from};
use crate::store::dialect::{Bytes, Conn, values};
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Caller, Store, StoreError};

/// A browser that wants to be notified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSubscription {
    /// Where the push service takes what is for it.
    pub endpoint: String,
    /// The push service's host.
    pub host: String,
    /// Its public key.
    pub p256dh: [u8; 65],
    /// The secret that it shares with us.
    pub auth: [u8; 16],
    /// What its notifications show; as before, else everything, where absent.
    pub shows: Option<Shows>,
    /// In which language; as before, else English, where absent.
    pub language: Option<Language>,
    /// Unix seconds.
    pub now: i64,
}

/// A browser, as it is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Browser {
    /// Whose.
    pub account: AccountId,
    /// Their name.
    pub user_id: UserId,
    /// Which device it is.
    pub device: DeviceId,
    /// Where the push service takes what is for it.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: [u8; 65],
    /// The secret that it shares with us.
    pub auth: [u8; 16],
    /// What its notifications show.
    pub shows: Shows,
    /// In which language.
    pub language: Language,
}

/// A browser that is notified, and how that went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// How it is reached.
    pub browser: Browser,
    /// Since when, Unix seconds.
    pub created_at: i64,
    /// When the push service took a notification last, Unix seconds.
    pub succeeded_at: Option<i64>,
    /// When it did not, Unix seconds.
    pub failed_at: Option<i64>,
    /// Why.
    pub trouble: Option<Trouble>,
}

impl Store {
    /// Notifies a browser from now on, as one of the caller's device; answers whether it is new. A device has
    /// [`limits::SUBSCRIPTIONS_PER_DEVICE`] at most, and an account [`limits::SUBSCRIPTIONS_PER_ACCOUNT`]: the oldest goes.
    /// An endpoint that was another device's (the same browser, after somebody else signed in) is the caller's now.
    ///
    /// Errors: `NotFound` (the device has ended).
    pub async fn subscribe(&self, caller: &Caller, new: NewSubscription) -> Result<bool, StoreError> {
        self.inner.writer.ask(Subscribe { account: caller.account, device: caller.device, new }).await
    }

    /// Notifies a browser of the account's no more. Doing so twice changes nothing.
    pub async fn unsubscribe(&self, account: AccountId, endpoint: &str) -> Result<(), StoreError> {
        let id = SubscriptionId::of(endpoint);
        self.inner.writer.ask(Unsubscribe { account, id }).await
    }

    /// The browsers of the account's that are notified, the oldest first.
    pub async fn subscriptions(&self, account: AccountId) -> Result<Vec<Subscription>, StoreError> {
        type Row = (Bytes<32>, i64, Option<i64>, Option<i64>, Option<i64>);
        self.inner
            .engine
            .read(async move |conn| {
                let sql = "select id, created_at, succeeded_at, failed_at, trouble \
                           from push_subscription where account = $1 order by created_at, id";
                let rows: Vec<Row> = conn.all(sql, values![account]).await?;
                let mut subscriptions = Vec::with_capacity(rows.len());
                for (id, created_at, succeeded_at, failed_at, trouble) in rows {
                    let Some(browser) = Browser::find(conn, id.into()).await? else { continue };
                    subscriptions.push(Subscription {
                        browser,
                        created_at,
                        succeeded_at,
                        failed_at,
                        trouble: trouble.map(Trouble::from_code),
                    });
                }
                Ok(subscriptions)
            })
            .await
    }
}

impl Browser {
    /// None when it has gone, or its device was revoked.
    pub(super) async fn find(conn: &mut Conn<'_>, id: SubscriptionId) -> Result<Option<Self>, StoreError> {
        type Row = (i64, String, Bytes<16>, String, Bytes<65>, Bytes<16>, i64, String);
        let sql = "select s.account, a.name, s.device, s.endpoint, s.p256dh, s.auth, s.shows, s.language \
                   from push_subscription s join device d on d.id = s.device join account a on a.id = s.account \
                   where s.id = $1 and d.revoked_at is null";
        let row: Option<Row> = conn.optional(sql, values![id]).await?;
        row.map(|(account, name, device, endpoint, p256dh, auth, shows, language)| {
            Ok(Self {
                account: AccountId(account),
                user_id: UserId(name),
                device: device.into(),
                endpoint,
                p256dh: p256dh.0,
                auth: auth.0,
                shows: shows_from(shows)?,
                language: Language::from_tag(&language).unwrap_or_default(),
            })
        })
        .transpose()
    }
}

struct Subscribe {
    account: AccountId,
    device: DeviceId,
    new: NewSubscription,
}

impl Request for Subscribe {
    type Answer = bool;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let Self { account, device, new } = self;
        let NewSubscription { endpoint, host, p256dh, auth, shows, language, now } = new;
        let id = SubscriptionId::of(endpoint);
        let sql = "select id from device where id = $1 and account = $2 and revoked_at is null";
        let found: Option<(Bytes<16>,)> = tx.conn.optional(sql, values![*device, *account]).await?;
        found.ok_or(StoreError::NotFound)?;
        let sql = "delete from push_subscription where id = $1 and account <> $2";
        tx.conn.run(sql, values![id, *account]).await?;
        let sql = "update push_subscription set device = $2, p256dh = $3, auth = $4, \
                   shows = case when $5 = 0 then shows else $5 end, \
                   language = case when $6 = '' then language else $6 end where id = $1";
        let (code, tag) = (shows.map_or(0, shows_code), language.map_or("", Language::tag));
        let (key, secret) = (p256dh.to_vec(), auth.to_vec());
        let values = values![id, *device, key.clone(), secret.clone(), code, tag];
        if tx.conn.run(sql, values).await? > 0 {
            return Ok(false);
        }
        // a browser that has another endpoint now is the same to its person: what they chose for it holds
        let sql = "select shows, language from push_subscription where device = $1 order by created_at desc, id limit 1";
        let before: Option<(i64, String)> = tx.conn.optional(sql, values![*device]).await?;
        let (shows_before, language_before) =
            before.unwrap_or_else(|| (shows_code(Shows::default()), Language::default().tag().to_owned()));
        let code = shows.map_or(shows_before, shows_code);
        let tag = language.map_or(language_before, |language| language.tag().to_owned());
        let sql = "insert into push_subscription (id, device, account, endpoint, host, p256dh, auth, shows, language, \
                   created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let values =
            values![id, *device, *account, endpoint.as_str(), host.as_str(), key, secret, code, tag, *now];
        tx.conn.run(sql, values).await?;
        let sql = "delete from push_subscription where device = $1 and id <> $2 and id not in (\
                   select id from push_subscription where device = $1 and id <> $2 \
                   order by created_at desc, id limit $3)";
        let others = limits::SUBSCRIPTIONS_PER_DEVICE - 1;
        tx.conn.run(sql, values![*device, id, others]).await?;
        let sql = "delete from push_subscription where account = $1 and id <> $2 and id not in (\
                   select id from push_subscription where account = $1 and id <> $2 \
                   order by created_at desc, id limit $3)";
        let others = limits::SUBSCRIPTIONS_PER_ACCOUNT - 1;
        tx.conn.run(sql, values![*account, id, others]).await?;
        Ok(true)
    }
}

struct Unsubscribe {
    account: AccountId,
    id: SubscriptionId,
}

impl Request for Unsubscribe {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "delete from push_subscription where id = $1 and account = $2";
        tx.conn.run(sql, values![self.id, self.account]).await?;
        Ok(())
    }
}
