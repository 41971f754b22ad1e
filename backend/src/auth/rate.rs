//! How often one may: token buckets by account, by address, or by address and name.
//!
//! A bucket is kept as one number, the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371,
//! annex A): the moment at which it will be full again. A bucket whose moment has passed is as good as none, so
//! forgetting it loses nothing; that is how the tables stay small.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Bounds;

/// Buckets kept per rate. Beyond it the fullest half is forgotten.
const BUCKETS: usize = 65_536;
/// How long an address is remembered from which a name was in use: a month. Nowhere but here, so a restart forgets it.
const HOME_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// What is limited. One request may count against several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Rate {
    /// Attempts to sign in, per address and name.
    Login,
    /// Attempts to sign in, per address, whatever the name.
    LoginFromAddress,
    /// Attempts to sign in, per name, from all addresses together from which it was not in use of late. Those from which it
    /// was do not count, so whoever uses this up keeps nobody out of their home.
    LoginFromElsewhere,
    /// Accounts made, per address.
    Register,
    /// Checks of one's own password (changing it, deleting the account), per account.
    OwnPassword,
    /// People looked up, per account.
    LookUp,
    /// Messages sent, per account, over sockets and HTTP together.
    Send,
    /// Frames of any kind, per socket; a long one counts for several.
    Frame,
    /// Typing hints, per account.
    Typing,
    /// Groups made and changed, people blocked, profiles and devices renamed, per account.
    Change,
    /// What is read, over sockets and HTTP together, per account.
    Read,
}

/// One comes too fast.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too fast; come back in {retry_after_s} s")]
pub struct TooFast {
    /// When it makes sense to try again; at least 1.
    pub retry_after_s: u64,
}

/// How many, in which time, and how many at once.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Time that one costs, in microseconds.
    cost_us: u64,
    /// What one may save up, in microseconds: the burst.
    depth_us: u64,
}

impl Pace {
    const fn new(count: u64, per_s: u64, burst: u64) -> Self {
        let cost_us = per_s * 1_000_000 / count;
        Self { cost_us, depth_us: cost_us * burst }
    }

    /// Takes `count` (or all there can be) from the bucket that will be full at `full_at_us`; answers when it will be
    /// full after that.
    fn take(self, count: u64, full_at_us: u64, now_us: u64) -> Result<u64, TooFast> {
        // no further ahead than the burst allows, or a clock that was set back would lock people out
        let full_at_us = full_at_us.clamp(now_us, now_us + self.depth_us);
        let after_us = full_at_us + self.cost_us.saturating_mul(count).min(self.depth_us);
        match after_us.checked_sub(now_us + self.depth_us) {
            None | Some(0) => Ok(after_us),
            Some(missing_us) => Err(TooFast { retry_after_s: missing_us.div_ceil(1_000_000) }),
        }
    }
}

/// One bucket, for who has only one thing to limit and a place to keep it.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    pace: Option<Pace>,
    full_at_us: u64,
}

impl Meter {
    /// Takes so many.
    pub fn take(&mut self, count: u64, now_ms: i64) -> Result<(), TooFast> {
        if let Some(pace) = self.pace {
            self.full_at_us = pace.take(count, self.full_at_us, micros(now_ms))?;
        }
        Ok(())
    }
}

/// All rates. Cloning gives another handle to the same buckets.
#[derive(Clone, Debug)]
pub struct Limits(Option<Arc<Tables>>);

#[derive(Debug)]
struct Tables {
    /// In the order of [`Rate`].
    tables: [Table; 11],
    /// From where which names are in use: hash of both → until when that is remembered, in microseconds.
    homes: Mutex<HashMap<u64, u64>>,
    hasher: RandomState,
}

/// The buckets of one rate: hash of the key → when the bucket will be full, in microseconds.
#[derive(Debug)]
struct Table {
    pace: Pace,
    buckets: Mutex<HashMap<u64, u64>>,
}

impl Limits {
    /// The rates that these bounds ask for; none at all if they are switched off.
    pub fn new(bounds: &Bounds) -> Self {
        if !bounds.rate_limited() {
            return Self(None);
        }
        let paces = [
            Pace::new(bounds.logins_per_minute.into(), 60, bounds.logins_per_minute.into()),
            Pace::new(u64::from(bounds.logins_per_minute) * 10, 60, u64::from(bounds.logins_per_minute) * 5),
            Pace::new(
                u64::from(bounds.logins_per_minute) * 10,
                3_600,
                u64::from(bounds.logins_per_minute) * 10,
            ),
            Pace::new(bounds.registrations_per_hour.into(), 3_600, bounds.registrations_per_hour.into()),
            Pace::new(10, 60, 10),
            Pace::new(5, 1, 30),
            Pace::new(bounds.sends_per_second.into(), 1, bounds.send_burst.into()),
            Pace::new(u64::from(bounds.sends_per_second) * 5, 1, u64::from(bounds.send_burst) * 10),
            Pace::new(5, 1, 20),
            Pace::new(2, 1, 30),
            Pace::new(50, 1, 200),
        ];
        let tables = paces.map(|pace| Table { pace, buckets: Mutex::default() });
        Self(Some(Arc::new(Tables { tables, homes: Mutex::default(), hasher: RandomState::new() })))
    }

    /// Takes one from the bucket of `key`, at `now_ms` of the clock.
    pub fn take(&self, rate: Rate, key: impl Hash, now_ms: i64) -> Result<(), TooFast> {
        let Some(all) = &self.0 else { return Ok(()) };
        let table = &all.tables[rate as usize];
        let (key, now_us) = (all.hasher.hash_one(key), micros(now_ms));
        let mut buckets = lock(&table.buckets);
        let full_at_us = table.pace.take(1, buckets.get(&key).copied().unwrap_or(0), now_us)?;
        put(&mut buckets, key, full_at_us, now_us);
        Ok(())
    }

    /// This name is in use from this address: it signed in, or has a socket from there.
    pub fn note_home(&self, name: &str, address: IpAddr, now_ms: i64) {
        let Some(all) = &self.0 else { return };
        let key = all.hasher.hash_one((name, address));
        put(&mut lock(&all.homes), key, micros(now_ms + HOME_MS), micros(now_ms));
    }

    /// Whether this name was in use from this address of late.
    pub fn is_home(&self, name: &str, address: IpAddr, now_ms: i64) -> bool {
        self.0.as_ref().is_none_or(|all| {
            let key = all.hasher.hash_one((name, address));
            lock(&all.homes).get(&key).is_some_and(|until_us| *until_us > micros(now_ms))
        })
    }

    /// A bucket of one's own.
    pub fn meter(&self, rate: Rate) -> Meter {
        Meter { pace: self.0.as_ref().map(|all| all.tables[rate as usize].pace), full_at_us: 0 }
    }
}

fn micros(millis: i64) -> u64 {
    u64::try_from(millis).unwrap_or(0).saturating_mul(1_000)
}

fn lock(table: &Mutex<HashMap<u64, u64>>) -> MutexGuard<'_, HashMap<u64, u64>> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps `until_us` for `key`, in a table that stays bounded.
fn put(table: &mut HashMap<u64, u64>, key: u64, until_us: u64, now_us: u64) {
    if table.len() >= BUCKETS && !table.contains_key(&key) {
        make_room(table, now_us);
    }
    table.insert(key, until_us);
}

/// Forgets the buckets that are full, and if that is not enough, the half that will be full first.
fn make_room(buckets: &mut HashMap<u64, u64>, now_us: u64) {
    buckets.retain(|_, full_at_us| *full_at_us > now_us);
    if buckets.len() > BUCKETS / 2 {
        let mut moments: Vec<u64> = buckets.values().copied().collect();
        let middle = moments.len() / 2;
        let median = *moments.select_nth_unstable(middle).1;
        buckets.retain(|_, full_at_us| *full_at_us > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Switch;

    #[test]
    fn a_burst_is_taken_and_then_the_pace_counts() {
        let limits = Limits::new(&Bounds::default());
        for _ in 0..60 {
            assert_eq!(limits.take(Rate::Send, 1, 1_000), Ok(()));
        }
        assert_eq!(limits.take(Rate::Send, 1, 1_000), Err(TooFast { retry_after_s: 1 }));
        assert_eq!(limits.take(Rate::Send, 2, 1_000), Ok(()), "another account has its own bucket");
        assert_eq!(limits.take(Rate::Send, 1, 1_049), Err(TooFast { retry_after_s: 1 }));
        assert_eq!(limits.take(Rate::Send, 1, 1_050), Ok(()));
        assert!(limits.take(Rate::Send, 1, 1_050).is_err());
    }

    #[test]
    fn the_time_to_wait_is_told() {
        let limits = Limits::new(&Bounds { logins_per_minute: 2, ..Bounds::default() });
        assert!(limits.take(Rate::Login, "anna", 0).is_ok());
        assert!(limits.take(Rate::Login, "anna", 0).is_ok());
        assert_eq!(limits.take(Rate::Login, "anna", 0), Err(TooFast { retry_after_s: 30 }));
        assert_eq!(limits.take(Rate::Login, "anna", 29_000), Err(TooFast { retry_after_s: 1 }));
        assert!(limits.take(Rate::Login, "anna", 30_000).is_ok());
    }

    #[test]
    fn switched_off_there_are_none() {
        let limits = Limits::new(&Bounds { rate_limits: Switch::Off, ..Bounds::default() });
        let mut meter = limits.meter(Rate::Frame);
        for _ in 0..100_000 {
            assert!(limits.take(Rate::Send, 1, 0).is_ok() && meter.take(1, 0).is_ok());
        }
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let limits = Limits::new(&Bounds::default());
        while limits.take(Rate::Send, 1, 1_000_000_000).is_ok() {}
        assert_eq!(limits.take(Rate::Send, 1, 5_000), Err(TooFast { retry_after_s: 1 }));
        assert!(limits.take(Rate::Send, 1, 6_000).is_err() || limits.take(Rate::Send, 1, 9_000).is_ok());
    }

    #[test]
    fn a_crowd_does_not_grow_the_table() {
        let limits = Limits::new(&Bounds::default());
        for address in 0..3 * BUCKETS {
            assert!(limits.take(Rate::Register, address, (address / 1_000) as i64).is_ok());
        }
        let all = limits.0.unwrap();
        assert!(all.tables[Rate::Register as usize].buckets.lock().unwrap().len() <= BUCKETS);
    }
}
