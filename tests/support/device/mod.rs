//! A headless device: the engine of `common::sync` as the browser ships it, with storage in memory.
//!
//! Crashing one loses all but its [`Disk`]; starting one again reads it, as a page does that is opened again.

mod disk;
mod driver;
mod link;
mod view;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use common::id::{MessageId, Seq, UserId};
use common::model::Entry;
use common::sync::{ConversationKey, Engine, Target};
use common::text::Content;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use disk::Disk;
pub use view::View;

use crate::clock;
use crate::deadline::DEADLINE;
use crate::raw::Person;
use driver::{Driver, Event};

/// A device of somebody, running or crashed.
pub struct Device {
    me: UserId,
    token: String,
    address: SocketAddr,
    /// How far its clock is wrong, milliseconds.
    clock_error_ms: i64,
    disk: Arc<Mutex<Disk>>,
    running: Option<Running>,
}

/// A command to the engine: a verb with the time.
type Verb = Box<dyn FnOnce(&mut Engine, u64) + Send>;

struct Running {
    events: mpsc::UnboundedSender<Event>,
    view: watch::Receiver<View>,
    task: JoinHandle<()>,
}

impl Device {
    /// Starts the device that `person` is signed in on, with nothing stored; `address` is usually a network's.
    pub fn start(person: &Person, address: SocketAddr) -> Self {
        Self::start_with_clock(person, address, 0)
    }

    /// The same with a clock that is wrong by this much.
    pub fn start_with_clock(person: &Person, address: SocketAddr, clock_error_ms: i64) -> Self {
        let mut device = Self {
            me: UserId(person.name.clone()),
            token: person.token.clone(),
            address,
            clock_error_ms,
            disk: Arc::default(),
            running: None,
        };
        device.start_again();
        device
    }

    /// Starts it again from what it has stored.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "it is still running");
        let (events, heard) = mpsc::unbounded_channel();
        let (driver, view) = Driver::new(self, events.clone());
        let task = tokio::spawn(driver.run(heard));
        self.running = Some(Running { events, view, task });
    }

    /// The tab is killed: everything but what is stored is gone.
    pub fn crash(&mut self) {
        let running = self.running.take().expect("it was running");
        running.task.abort();
    }

    /// The server has moved; takes effect with the next connection.
    pub fn lead_to(&mut self, address: SocketAddr) {
        self.address = address;
        self.tell(Event::Moved(address));
    }

    /// What it has stored.
    pub fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().expect("no user of a disk panics")
    }

    /// Who uses it.
    pub fn me(&self) -> &UserId {
        &self.me
    }

    /// What its views show now.
    pub fn view(&self) -> View {
        self.running.as_ref().expect("it is running").view.borrow().clone()
    }

    /// Writes a message to a person; it is in the outbox when this returns.
    pub async fn write(&self, to: &str, text: &str) -> MessageId {
        self.write_to(Target::Person(to.into()), text).await
    }

    /// Writes a message; it is in the outbox when this returns.
    pub async fn write_to(&self, target: Target, text: &str) -> MessageId {
        let id = clock::fresh_id();
        let content = Content::parse(text.to_owned()).expect("a test writes what fits");
        self.verb(move |engine, now_ms| engine.send(target, content, id, now_ms));
        self.until("the message is stored", |disk, _| disk.knows(id)).await;
        id
    }

    /// The person has read up to there.
    pub fn mark_read(&self, key: &ConversationKey, seq: Seq) {
        let key = key.clone();
        self.verb(move |engine, now_ms| engine.mark_read(&key, seq, now_ms));
    }

    /// The browser says that the network is there again (or that the person pressed "try now").
    pub fn online(&self) {
        self.verb(|engine, now_ms| engine.handle_online(true, now_ms));
    }

    /// Fetches the page below the oldest entry that is held of the newest stretch.
    pub fn load_history(&self, key: &ConversationKey, before: Seq) {
        let key = key.clone();
        self.verb(move |engine, now_ms| engine.load_history(&key, before, now_ms));
    }

    /// Fetches page after page until the log is held from its first entry on.
    pub async fn scroll_to_the_start(&self, key: &ConversationKey) {
        let newest_from = |disk: &Disk| disk.conversation(key)?.held.last().map(|range| range.from);
        loop {
            let from = newest_from(&self.disk()).expect("something of it is held");
            if from == 1 {
                return;
            }
            self.load_history(key, from);
            self.until("more of it is held", |disk, _| newest_from(disk).is_some_and(|now| now < from)).await;
        }
    }

    /// Any other verb of the engine.
    pub fn verb(&self, verb: impl FnOnce(&mut Engine, u64) + Send + 'static) {
        self.tell(Event::Verb(Box::new(verb)));
    }

    /// Waits until what is stored and shown is so.
    pub async fn until(&self, what: &str, mut is_so: impl FnMut(&Disk, &View) -> bool) {
        let mut view = self.running.as_ref().expect("it is running").view.clone();
        let reached = async {
            loop {
                // the guards live no longer than the question
                if is_so(&self.disk(), &view.borrow_and_update()) {
                    return;
                }
                view.changed().await.expect("the driver lives as long as the device");
            }
        };
        if timeout(DEADLINE, reached).await.is_err() {
            panic!(
                "{}: waited {DEADLINE:?} in vain: {what}\nview: {:?}\ndisk: {:?}",
                self.me,
                self.view(),
                self.disk()
            );
        }
    }

    /// Waits until it is up to date and nothing waits to be sent.
    pub async fn settled(&self) {
        self.until("live and nothing waits", |disk, view| view.is_live() && disk.outbox().is_empty()).await;
    }

    /// What it holds of a conversation, ascending.
    pub fn timeline(&self, key: &ConversationKey) -> Vec<Entry> {
        self.disk().timeline(key)
    }

    /// How many messages wait to be read there.
    pub fn unread(&self, key: &ConversationKey) -> u64 {
        self.disk().conversation(key).map_or(0, |record| record.unread())
    }

    fn tell(&self, event: Event) {
        if let Some(running) = &self.running {
            // a driver that ended is told nothing
            let _ = running.events.send(event);
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.task.abort();
        }
    }
}
