//! Telling: who is here, and how they hear of what happened.
//!
//! # One ordered stream
//! The store gives every commit, in commit order, to one task, the [`publish`]er. It asks
//! [`chat`](crate::chat::announce) what the commit means for others, encodes each frame once, and queues it to the
//! sockets of the audience: a bounded queue each ([`listener`]), which is never waited for. Because there is one such
//! task and its input has one order,
//! - every socket hears the entries of a conversation in the order of their `seq`, its own `messageSent` among them;
//! - `published`, the position of the last commit that was queued to everyone concerned, never passes a commit that was
//!   not. A `position` frame carries it, queued behind everything that it speaks of. It goes to sockets that have
//!   caught up, within a second of the last thing they were told;
//! - whoever was removed is not in the audience of anything after the removal. Hints that never were in the store
//!   (typing) take the same way, and are dropped when somebody was removed since their audience was read.
//!
//! Nothing that was committed can miss its telling, whatever becomes of the one who asked. Only a crash between commit
//! and queue can; it takes all sockets of the node with it, and they resume. So a node on its own needs no sweep that
//! compares heads with what was told: such a sweep is for commits that other nodes published, or failed to.
//!
//! # Who hears what
//! A socket that never resumed hears only what the simplest client knows; see [`crate::chat::Words`]. Receipts of
//! large groups are gathered ([`receipts`]). Presence goes to those who watch ([`presence`]). Sockets from which
//! nothing is heard are asked, and then ended ([`sweep`]).
//!
//! There is one way from the publisher to the sockets of this node, and no other node yet; a broker comes in between
//! here, when there are two to talk to each other.

mod frame;
mod hub;
mod listener;
mod presence;
mod publish;
mod receipts;
mod sweep;

use std::net::IpAddr;
use std::sync::Arc;

use common::id::DeviceId;
use common::wire::CloseCode;
use tokio::sync::{mpsc, watch};

use crate::app::App;
use crate::chat::Announcement;
use crate::clock::Clock;
use crate::store::{AccountId, Caller, Commit, Store, StoreError};
use crate::telemetry::Metrics;

pub use frame::{Frame, encode, encode_reply};
pub use hub::{Hub, Room, Ticket};
pub use listener::{Attention, Ending, Listener, QUEUE_BYTES, QUEUE_FRAMES, Taken};

/// Hints that may wait for the publisher; more are dropped, since each is repeated soon or worth nothing.
const HINT_QUEUE: usize = 1_024;
/// Sockets that may come back in one second after a goodbye.
const COME_BACK_PER_SECOND: u64 = 500;
/// Seconds over which they come back at least, and at most.
const COME_BACK_WITHIN_S: (u64, u64) = (2, 60);
/// Who is at a device is back so long after the start, where sockets are a thousand at most: a client adds up to a second to
/// what it was told, and needs a moment to connect and to say where it is. Milliseconds.
pub(crate) const BACK_WITHIN_MS: i64 = 1_000 * (COME_BACK_WITHIN_S.0 as i64 + 2);

/// A hint on its way to the publisher.
pub(crate) struct Hint {
    announcement: Announcement,
    /// What was published before its audience was read.
    read_at: u64,
}

/// A handle to those who are here. Cheap to clone.
#[derive(Clone)]
pub struct Fanout(Arc<Shared>);

struct Shared {
    hub: Hub,
    watchers: presence::Watchers,
    published: watch::Sender<u64>,
    hints: mpsc::Sender<Hint>,
    clock: Clock,
    metrics: Metrics,
}

impl Fanout {
    /// Nobody is here yet; everything in the store is as good as published. Answers also the publisher's end of the
    /// way that hints take.
    pub(crate) async fn new(
        store: &Store,
        clock: Clock,
        metrics: Metrics,
    ) -> Result<(Self, mpsc::Receiver<Hint>), StoreError> {
        let (hints, receiver) = mpsc::channel(HINT_QUEUE);
        let published = watch::Sender::new(store.position().await?);
        let (hub, watchers) = (Hub::default(), presence::Watchers::default());
        Ok((Self(Arc::new(Shared { hub, watchers, published, hints, clock, metrics })), receiver))
    }

    /// Who is here.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Lets a socket in; it hears everything from now on, until the seat is dropped. Errors: the code to close with.
    pub fn admit(
        &self,
        caller: Caller,
        address: IpAddr,
        ticket: Ticket,
        room: Room,
    ) -> Result<Seat, CloseCode> {
        let listener = self.0.hub.admit(caller, address, ticket, room)?;
        self.0.metrics.sockets.inc();
        self.stir(listener.caller.account);
        Ok(Seat { fanout: self.clone(), listener, address })
    }

    /// The position of the last commit that is queued to everyone concerned.
    pub fn published(&self) -> u64 {
        *self.0.published.borrow()
    }

    /// Waits until the commit at this position is queued to everyone concerned.
    pub async fn published_up_to(&self, position: u64) {
        // the other end is here, so the wait never ends otherwise
        drop(self.0.published.subscribe().wait_for(|at| *at >= position).await);
    }

    fn publish_up_to(&self, position: u64) {
        self.0.published.send_replace(position);
    }

    /// Tells a hint, in its place among the commits. `read_at` is [`Self::published`] from before its audience was read.
    pub fn hint(&self, announcement: Announcement, read_at: u64) {
        // a full queue means a busy moment, and a hint that is lost there is not missed
        drop(self.0.hints.try_send(Hint { announcement, read_at }));
    }

    /// Whether somebody of this account is at a device now.
    pub fn is_online(&self, account: AccountId) -> bool {
        self.0.hub.is_online(account)
    }

    /// Whether this device is connected now.
    pub fn is_connected(&self, account: AccountId, device: DeviceId) -> bool {
        self.0.hub.is_connected(account, device)
    }

    /// Closes the sockets of a device whose session has ended.
    pub fn close_device(&self, account: AccountId, device: DeviceId, code: CloseCode) {
        self.0.hub.end_device(account, device, code);
    }

    /// Closes the sockets of all devices of an account, but those of `keep`.
    pub fn close_account(&self, account: AccountId, keep: Option<DeviceId>, code: CloseCode) {
        self.0.hub.end_account(account, keep, code);
    }

    /// Tells every socket when to come back, spread over time, and lets no other in.
    pub fn say_goodbye(&self) {
        let (least, most) = COME_BACK_WITHIN_S;
        self.0.hub.say_goodbye(|count| {
            1 + self.0.clock.random_below((count as u64 / COME_BACK_PER_SECOND).clamp(least, most))
        });
    }
}

/// Writes what is still to be remembered of who was here; once everybody has left.
pub(crate) async fn finish(app: &App) {
    presence::remember(app).await;
}

/// Starts the services of this folder.
pub(crate) fn start(app: &App, commits: mpsc::Receiver<Commit>, hints: mpsc::Receiver<Hint>) {
    app.lifecycle.spawn("publisher", publish::run(app.clone(), commits, hints));
    app.lifecycle.spawn("presence", presence::run(app.clone()));
    app.lifecycle.spawn("sweeper", sweep::run(app.clone()));
}

/// A socket's place among those who hear; it is free again when this is dropped.
pub struct Seat {
    fanout: Fanout,
    listener: Arc<Listener>,
    address: IpAddr,
}

impl Seat {
    /// The socket's queue.
    pub fn listener(&self) -> &Arc<Listener> {
        &self.listener
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.fanout.0.hub.leave(&self.listener, self.address);
        self.fanout.0.metrics.sockets.dec();
        self.fanout.unwatch(&self.listener);
        self.fanout.gone(&self.listener.caller, self.fanout.0.clock.now_s());
    }
}
