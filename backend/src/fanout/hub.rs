//! Who is here: accounts and their listeners on this node.
//!
//! The map is read for every announcement and changed only when someone comes or goes, so one lock that readers
//! share is enough. Nothing waits while it is held.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use common::id::DeviceId;
use common::wire::CloseCode;

use super::listener::{Attention, Ending, Listener};
use crate::store::{AccountId, Caller};

/// Endings remembered for sockets that are still being upgraded.
const ENDINGS_REMEMBERED: usize = 4_096;

/// A moment in the order of endings, taken before a session is looked up. A session that ends between that and the
/// admission of its socket is not let in.
#[derive(Clone, Copy, Debug)]
pub struct Ticket(u64);

/// How many sockets there may be.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Of one account.
    pub per_account: usize,
    /// From one address.
    pub per_address: usize,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Hub {
    here: RwLock<Here>,
    numbers: AtomicU64,
    tick: AtomicU32,
}

#[derive(Debug, Default)]
struct Here {
    accounts: HashMap<AccountId, Vec<Arc<Listener>>>,
    addresses: HashMap<IpAddr, usize>,
    count: usize,
    /// Endings so far, and the newest of them.
    endings: u64,
    ended: VecDeque<(AccountId, Which)>,
    leaving: bool,
}

/// Which devices of an account an ending meant.
#[derive(Clone, Copy, Debug)]
enum Which {
    One(DeviceId),
    AllBut(Option<DeviceId>),
}

impl Which {
    fn means(self, device: DeviceId) -> bool {
        match self {
            Self::One(one) => one == device,
            Self::AllBut(keep) => keep != Some(device),
        }
    }
}

impl Hub {
    /// To be taken before the session is looked up.
    pub fn ticket(&self) -> Ticket {
        Ticket(self.read().endings)
    }

    /// Lets a socket in. Errors: the code to close it with.
    pub fn admit(
        &self,
        caller: Caller,
        address: IpAddr,
        ticket: Ticket,
        room: Room,
    ) -> Result<Arc<Listener>, CloseCode> {
        let mut here = self.write();
        if here.leaving {
            return Err(CloseCode::ComeBack);
        }
        if here.ended_since(ticket, &caller) {
            // when it comes back, its session tells what happened to it
            return Err(CloseCode::ComeBack);
        }
        if here.addresses.get(&address).is_some_and(|count| *count >= room.per_address)
            || here.accounts.get(&caller.account).is_some_and(|all| all.len() >= room.per_account)
        {
            return Err(CloseCode::TooMany);
        }
        let account = caller.account;
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let listener = Arc::new(Listener::new(number, caller, self.tick()));
        here.accounts.entry(account).or_insert_with(|| Vec::with_capacity(1)).push(Arc::clone(&listener));
        *here.addresses.entry(address).or_default() += 1;
        here.count += 1;
        Ok(listener)
    }

    /// A socket is gone.
    pub fn leave(&self, listener: &Listener, address: IpAddr) {
        let mut here = self.write();
        let Entry::Occupied(mut account) = here.accounts.entry(listener.caller.account) else { return };
        let Some(at) = account.get().iter().position(|other| other.number() == listener.number()) else {
            return;
        };
        account.get_mut().swap_remove(at);
        if account.get().is_empty() {
            account.remove();
        }
        if let Entry::Occupied(mut address) = here.addresses.entry(address) {
            *address.get_mut() -= 1;
            if *address.get() == 0 {
                address.remove();
            }
        }
        here.count -= 1;
    }

    /// Shows every listener of these accounts.
    pub fn each<'a>(
        &self,
        accounts: impl IntoIterator<Item = &'a AccountId>,
        mut show: impl FnMut(&Arc<Listener>),
    ) {
        let here = self.read();
        for listeners in accounts.into_iter().filter_map(|account| here.accounts.get(account)) {
            listeners.iter().for_each(&mut show);
        }
    }

    /// Shows every listener there is.
    pub fn every(&self, show: impl FnMut(&Arc<Listener>)) {
        self.read().accounts.values().flatten().for_each(show);
    }

    /// Those of these accounts that have a listener which hears all there is.
    pub fn synced(&self, accounts: &[AccountId]) -> Vec<AccountId> {
        let here = self.read();
        let hears_all = |account: &&AccountId| {
            here.accounts.get(account).is_some_and(|all| all.iter().any(|one| one.hears_all()))
        };
        accounts.iter().filter(hears_all).copied().collect()
    }

    /// Whether somebody of this account is at a device now.
    pub fn is_online(&self, account: AccountId) -> bool {
        let here = self.read();
        let there = |listener: &Arc<Listener>| listener.attention() != Attention::Away;
        here.accounts.get(&account).is_some_and(|all| all.iter().any(there))
    }

    /// Whether a device of this account says that somebody is at it now. One that sleeps goes on saying so.
    pub fn is_attentive(&self, account: AccountId) -> bool {
        let here = self.read();
        let says_so = |listener: &Arc<Listener>| matches!(listener.attention(), Attention::Here(_));
        here.accounts.get(&account).is_some_and(|all| all.iter().any(says_so))
    }

    /// Whether this device is connected now.
    pub fn is_connected(&self, account: AccountId, device: DeviceId) -> bool {
        let here = self.read();
        here.accounts.get(&account).is_some_and(|all| all.iter().any(|one| one.caller.device == device))
    }

    /// Closes the sockets of one device, and of those of its upgrades that are under way.
    pub fn end_device(&self, account: AccountId, device: DeviceId, code: CloseCode) {
        self.end(account, Which::One(device), code);
    }

    /// Closes the sockets of all devices of an account, but those of `keep`.
    pub fn end_account(&self, account: AccountId, keep: Option<DeviceId>, code: CloseCode) {
        self.end(account, Which::AllBut(keep), code);
    }

    fn end(&self, account: AccountId, which: Which, code: CloseCode) {
        let mut here = self.write();
        here.endings += 1;
        if here.ended.len() == ENDINGS_REMEMBERED {
            here.ended.pop_front();
        }
        here.ended.push_back((account, which));
        for listener in here.accounts.get(&account).into_iter().flatten() {
            if which.means(listener.caller.device) {
                listener.end(code.into());
            }
        }
    }

    /// Tells every socket when to come back, and lets no other in. `when` is asked for each.
    pub fn say_goodbye(&self, mut when: impl FnMut(usize) -> u64) {
        let mut here = self.write();
        here.leaving = true;
        let count = here.count;
        for listener in here.accounts.values().flatten() {
            listener.end(Ending { code: CloseCode::ComeBack, retry_after_s: Some(when(count)) });
        }
    }

    /// The sweeper's clock: how often it went around.
    pub fn tick(&self) -> u32 {
        self.tick.load(Ordering::Relaxed)
    }

    pub(super) fn next_tick(&self) -> u32 {
        self.tick.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn read(&self) -> RwLockReadGuard<'_, Here> {
        self.here.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Here> {
        self.here.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Here {
    fn ended_since(&self, ticket: Ticket, caller: &Caller) -> bool {
        let since = (self.endings - ticket.0) as usize;
        // whose upgrade took so long that endings were forgotten meanwhile has to try again
        since > self.ended.len()
            || self
                .ended
                .iter()
                .rev()
                .take(since)
                .any(|(account, which)| *account == caller.account && which.means(caller.device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::net::Ipv4Addr;
    use uuid::Uuid;

    const ROOM: Room = Room { per_account: 2, per_address: 3 };
    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn caller(account: i64, device: u128) -> Caller {
        let device = DeviceId(Uuid::from_u128(device));
        Caller { account: AccountId(account), user_id: "anna".into(), device }
    }

    fn admit(hub: &Hub, account: i64, device: u128) -> Result<Arc<Listener>, CloseCode> {
        hub.admit(caller(account, device), ADDRESS, hub.ticket(), ROOM)
    }

    async fn ending(listener: &Listener) -> Option<Ending> {
        tokio::select! {
            biased;
            ending = poll_fn(|context| listener.poll_ended(context)) => Some(ending),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn ending_a_device_ends_its_sockets_and_no_others() {
        let hub = Hub::default();
        let (one, two) = (admit(&hub, 1, 1).unwrap(), admit(&hub, 1, 2).unwrap());
        hub.end_device(AccountId(1), DeviceId(Uuid::from_u128(1)), CloseCode::Revoked);
        assert_eq!(ending(&one).await, Some(CloseCode::Revoked.into()));
        assert_eq!(ending(&two).await, None);
        hub.end_account(AccountId(1), Some(DeviceId(Uuid::from_u128(2))), CloseCode::SignedOut);
        assert_eq!(ending(&two).await, None);
        hub.end_account(AccountId(1), None, CloseCode::SignedOut);
        assert_eq!(ending(&two).await, Some(CloseCode::SignedOut.into()));
    }

    #[test]
    fn a_device_that_ends_during_its_upgrade_is_not_let_in() {
        let hub = Hub::default();
        let ticket = hub.ticket();
        hub.end_device(AccountId(1), DeviceId(Uuid::from_u128(1)), CloseCode::Revoked);
        let late = |device| hub.admit(caller(1, device), ADDRESS, ticket, ROOM).err();
        assert_eq!(late(1), Some(CloseCode::ComeBack));
        assert_eq!(late(2), None);
        assert!(admit(&hub, 1, 1).is_ok(), "who looked its session up later knows better");
        for device in 0..=ENDINGS_REMEMBERED as u128 {
            hub.end_device(AccountId(9), DeviceId(Uuid::from_u128(device)), CloseCode::Revoked);
        }
        assert_eq!(late(3), Some(CloseCode::ComeBack), "what is forgotten might have been its own");
    }

    #[test]
    fn accounts_and_addresses_have_their_room_and_leaving_frees_it() {
        let hub = Hub::default();
        let first = admit(&hub, 1, 1).unwrap();
        admit(&hub, 1, 2).unwrap();
        assert_eq!(admit(&hub, 1, 3).err(), Some(CloseCode::TooMany));
        admit(&hub, 2, 1).unwrap();
        assert_eq!(admit(&hub, 3, 1).err(), Some(CloseCode::TooMany), "the address is full");
        hub.leave(&first, ADDRESS);
        hub.leave(&first, ADDRESS);
        assert!(admit(&hub, 1, 3).is_ok());
        assert_eq!(admit(&hub, 3, 1).err(), Some(CloseCode::TooMany), "leaving twice counts once");
        assert!(!hub.is_connected(AccountId(1), DeviceId(Uuid::from_u128(1))));
    }

    #[tokio::test]
    async fn goodbye_tells_everyone_and_lets_nobody_in() {
        let hub = Hub::default();
        let listener = admit(&hub, 1, 1).unwrap();
        hub.say_goodbye(|count| count as u64);
        let told = ending(&listener).await;
        assert_eq!(told, Some(Ending { code: CloseCode::ComeBack, retry_after_s: Some(1) }));
        assert_eq!(admit(&hub, 2, 2).err(), Some(CloseCode::ComeBack));
    }
}
