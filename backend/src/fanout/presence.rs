//! Who watches whom, and when one was last here.
//!
//! Coming and going is looked at once a second, so that a page that is reloaded, or a tab that is left for a moment,
//! tells nobody; going counts after some seconds only. Whether a watcher may know is asked again each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use common::id::{DeviceId, UserId};
use common::wire::{PersonPresence, ServerWords};
use tokio::time::{MissedTickBehavior, interval};

use super::frame::Encoded;
use super::{Attention, Fanout, Listener};
use crate::app::App;
use crate::store::{AccountId, Caller, StoreError};

/// How often coming and going is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks for which a person must be away before others hear of it.
const AWAY_LOOKS: u32 = 5;
/// Looks between two times that "last seen" is written.
const REMEMBER_LOOKS: u32 = 10;
/// Looks between two times that it is written for those who stay.
const STAY_LOOKS: u32 = 900;
/// People whose coming or going is told in one look; the others have to wait for the next.
const TOLD_PER_LOOK: usize = 256;
/// Writes of "last seen" on their way at once, so that they share a commit.
const REMEMBER_AT_ONCE: usize = 128;

/// See the module.
#[derive(Debug, Default)]
pub struct Watchers {
    board: Mutex<Board>,
}

#[derive(Debug, Default)]
struct Board {
    watched: HashMap<AccountId, Watched>,
    /// Watched people who may have come or gone, and for how many looks they have been away.
    stirred: HashMap<AccountId, u32>,
    /// Devices that were here and when that is to be written.
    seen: HashMap<DeviceId, i64>,
}

#[derive(Debug)]
struct Watched {
    user_id: UserId,
    /// What the watchers believe.
    online: bool,
    by: Vec<Arc<Listener>>,
}

impl Watchers {
    fn with<T>(&self, look: impl FnOnce(&mut Board) -> T) -> T {
        look(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Board {
    fn unwatch(&mut self, listener: &Listener, people: &[AccountId]) {
        for account in people {
            let Some(watched) = self.watched.get_mut(account) else { continue };
            watched.by.retain(|other| other.number() != listener.number());
            if watched.by.is_empty() {
                self.watched.remove(account);
                self.stirred.remove(account);
            }
        }
    }
}

impl Fanout {
    /// From now on this socket hears when one of these people comes or goes; nobody else that it watched before. `round`
    /// is from [`Listener::begin_watch`].
    pub fn watch(&self, listener: &Arc<Listener>, round: u32, people: &[(AccountId, UserId)]) {
        self.0.watchers.with(|board| {
            let accounts = people.iter().map(|(account, _)| *account).collect();
            let Some(before) = listener.set_watches(round, accounts) else { return };
            board.unwatch(listener, &before);
            for (account, user_id) in people {
                let watched = board.watched.entry(*account).or_insert_with(|| Watched {
                    user_id: user_id.clone(),
                    online: self.is_online(*account),
                    by: Vec::with_capacity(1),
                });
                watched.by.push(Arc::clone(listener));
            }
        });
    }

    /// Someone is at this socket now, or no longer, or has opened a conversation.
    pub fn attend(&self, listener: &Listener, attention: Attention) {
        let before = listener.set_attention(attention);
        if (before == Attention::Away) != (attention == Attention::Away) {
            self.stir(listener.caller.account);
        }
    }

    pub(super) fn unwatch(&self, listener: &Listener) {
        self.0.watchers.with(|board| {
            let before = listener.set_watches(listener.begin_watch(), Vec::new()).unwrap_or_default();
            board.unwatch(listener, &before);
        });
    }

    /// The account may have come or gone.
    pub(super) fn stir(&self, account: AccountId) {
        self.0.watchers.with(|board| {
            if board.watched.contains_key(&account) {
                board.stirred.insert(account, 0);
            }
        });
    }

    /// A socket of this device is gone, at this time.
    pub(super) fn gone(&self, caller: &Caller, now: i64) {
        self.0.watchers.with(|board| board.seen.insert(caller.device, now));
        self.stir(caller.account);
    }
}

/// Looks who came and went, until the program stops.
pub async fn run(app: App) {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for look in 1_u32.. {
        tokio::select! {
            () = app.lifecycle.stopping() => break,
            _ = looks.tick() => {}
        }
        if let Err(error) = tell_changes(&app).await {
            tracing::warn!(%error, "cannot tell who came and went");
        }
        if look % STAY_LOOKS == 0 {
            let now = app.clock.now_s();
            let mut staying = Vec::new();
            app.fanout.hub().every(|listener| staying.push(listener.caller.device));
            app.fanout.0.watchers.with(|board| board.seen.extend(staying.into_iter().map(|id| (id, now))));
        }
        if look % REMEMBER_LOOKS == 0 {
            remember(&app).await;
        }
    }
}

/// Writes when devices were last here, for those that are gone since the last time.
pub async fn remember(app: &App) {
    let seen = app.fanout.0.watchers.with(|board| std::mem::take(&mut board.seen));
    let seen: Vec<(DeviceId, i64)> = seen.into_iter().collect();
    for some in seen.chunks(REMEMBER_AT_ONCE) {
        let writes = some.iter().map(|(device, now)| app.store.touch_device(*device, *now));
        for error in futures_util::future::join_all(writes).await.into_iter().filter_map(Result::err) {
            tracing::debug!(%error, "cannot remember when a device was here");
        }
    }
}

/// Someone who came or went, and those who believed otherwise.
struct News {
    account: AccountId,
    user_id: UserId,
    online: bool,
    watchers: Vec<Arc<Listener>>,
}

async fn tell_changes(app: &App) -> Result<(), StoreError> {
    let stirred: Vec<AccountId> =
        app.fanout.0.watchers.with(|board| board.stirred.keys().take(TOLD_PER_LOOK).copied().collect());
    for account in stirred {
        let Some(news) = take_news(app, account) else { continue };
        let ids: Vec<UserId> = news.watchers.iter().map(|watcher| watcher.caller.user_id.clone()).collect();
        let may_know = app.store.find_acquaintances(account, &ids).await?;
        let person = PersonPresence {
            user_id: news.user_id,
            online: news.online,
            last_seen_at: Some(app.clock.now_s()),
        };
        let mut frame = Encoded::new(ServerWords::Presence { people: vec![person] });
        for watcher in news.watchers {
            if watcher.caller.account == news.account
                || may_know.iter().any(|(account, _)| *account == watcher.caller.account)
            {
                watcher.push(frame.get());
            }
        }
    }
    Ok(())
}

/// What is new of a person who stirred; nothing if they are as they were, or away for too short a time.
fn take_news(app: &App, account: AccountId) -> Option<News> {
    let online = app.fanout.is_online(account);
    app.fanout.0.watchers.with(|board| {
        let looks = board.stirred.get_mut(&account)?;
        let watched = board.watched.get_mut(&account)?;
        *looks += 1;
        if watched.online != online && !online && *looks < AWAY_LOOKS {
            return None;
        }
        board.stirred.remove(&account);
        if watched.online == online {
            return None;
        }
        watched.online = online;
        let (user_id, watchers) = (watched.user_id.clone(), watched.by.clone());
        Some(News { account, user_id, online, watchers })
    })
}
