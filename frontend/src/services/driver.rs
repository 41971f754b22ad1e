//! The driver: performs every output of the engine. Only the leading tab has one.
//!
//! After every input it takes outputs until there are none, and sets one timer for the engine's next wish. What touches
//! storage goes through one queue, in order; what is told to views is gathered, so that a burst is one message to the
//! other tabs and one pass over the stores.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};

use common::id::{MessageId, Seq, UserId};
use common::sync::{Batch, Change, ConversationKey, Engine, LinkDown, Output, Snapshot};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use super::api;
use super::attention::{Attention, Together};
use super::intent::{Answer, Attendance, Intent, TabId};
use super::socket::{Socket, SocketEvent};
use crate::clock::{now_ms, random_number};
use crate::storage::Storage;

/// The longest a browser's timer waits, milliseconds.
const LONGEST_TIMER_MS: u64 = 0x7fff_ffff;

/// The driver. Cheap to clone.
#[derive(Clone)]
pub(super) struct Driver {
    inner: Rc<Inner>,
}

struct Inner {
    engine: RefCell<Engine>,
    storage: Storage,
    me: UserId,
    may_write: Box<dyn Fn() -> bool>,
    tell: Box<dyn Fn(Vec<Change>)>,
    jobs: mpsc::UnboundedSender<Job>,
    socket: RefCell<Option<Socket>>,
    /// Tells the events of the present socket from those of one before.
    socket_number: Cell<u64>,
    timer: RefCell<Option<(u64, Timeout)>>,
    /// Who waits for a message to be stored (or its taking back).
    waiters: RefCell<HashMap<MessageId, Vec<oneshot::Sender<Answer>>>>,
    /// Messages known to be stored: an intent that comes again is answered at once.
    stored: RefCell<HashSet<MessageId>>,
    attention: RefCell<Attention>,
    together: RefCell<Together>,
    stopped: Cell<bool>,
}

/// What touches storage; done in order.
enum Job {
    Commit(Batch),
    Digests(ConversationKey, Vec<Seq>),
    OwnEntries(ConversationKey, Seq),
}

impl Driver {
    /// Starts the engine on what is stored. `may_write` is asked before every transaction: another tab may have taken
    /// over while this one slept. `tell` hears of every change, in order.
    pub(super) fn start(
        me: UserId,
        snapshot: Snapshot,
        storage: Storage,
        may_write: impl Fn() -> bool + 'static,
        tell: impl Fn(Vec<Change>) + 'static,
    ) -> Self {
        let stored = snapshot.outbox.iter().map(|record| record.message_id).collect();
        let engine = Engine::new(me.clone(), snapshot, random_number(), now_ms());
        // the engine has one batch under way at a time and asks for one thing to read, so few ever wait
        let (jobs, todo) = mpsc::unbounded();
        let inner = Rc::new(Inner {
            engine: RefCell::new(engine),
            storage,
            me,
            may_write: Box::new(may_write),
            tell: Box::new(tell),
            jobs,
            socket: RefCell::new(None),
            socket_number: Cell::new(0),
            timer: RefCell::new(None),
            waiters: RefCell::default(),
            stored: RefCell::new(stored),
            attention: RefCell::default(),
            together: RefCell::default(),
            stopped: Cell::new(false),
        });
        spawn_local(work(Rc::downgrade(&inner), todo));
        inner.pump();
        Self { inner }
    }

    /// Stops for good: another tab leads from now on, or nobody is signed in.
    pub(super) fn stop(&self) {
        self.inner.stopped.set(true);
        self.inner.socket.borrow_mut().take();
        self.inner.timer.borrow_mut().take();
        self.inner.waiters.borrow_mut().clear();
        self.inner.jobs.close_channel();
    }

    /// What a view that opens now must know and cannot read from storage; with `all`, everything.
    pub(super) fn state(&self, all: bool) -> Vec<Change> {
        let mut changes = self.inner.engine.borrow().state();
        if !all {
            changes.retain(|change| {
                !matches!(change, Change::Conversation(_) | Change::Members(_) | Change::Profile(_))
            });
        }
        changes
    }

    /// Does what the person wants in one of the tabs. The answer comes when it is stored, where it has to be; it is
    /// cancelled when this tab stops leading.
    pub(super) fn perform(&self, tab: TabId, intent: Intent) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let inner = &self.inner;
        let done = match intent {
            Intent::Send { message_id, target, content, tried } => {
                if inner.stored.borrow().contains(&message_id) {
                    Some(Answer::Done)
                } else {
                    inner.input(|engine, now| match tried {
                        true => engine.take_over(target, content, message_id, now),
                        false => engine.send(target, content, message_id, now),
                    });
                    return inner.when_stored(message_id, answer, receiver);
                }
            }
            Intent::Edit { message_id, content } => {
                let changed = inner.input(|engine, now| engine.edit(message_id, content, now));
                match changed {
                    Some(Ok(())) => return inner.when_stored(message_id, answer, receiver),
                    _ => Some(Answer::TooLate),
                }
            }
            Intent::TakeBack { message_id } => {
                let gone = inner.input(|engine, now| engine.take_back(message_id, now));
                match gone {
                    Some(Ok(())) => return inner.when_stored(message_id, answer, receiver),
                    _ => Some(Answer::TooLate),
                }
            }
            Intent::ReadEntries { key, from, to } => {
                let storage = inner.storage.clone();
                spawn_local(async move {
                    // whoever asked may be gone by now
                    let _ = answer.send(Answer::Entries(storage.entries(&key, from, to).await));
                });
                return receiver;
            }
            other => {
                self.perform_at_once(tab, other);
                Some(Answer::Done)
            }
        };
        if let Some(done) = done {
            let _ = answer.send(done);
        }
        receiver
    }

    fn perform_at_once(&self, tab: TabId, intent: Intent) {
        let inner = &self.inner;
        match intent {
            Intent::MarkRead { key, seq } => {
                inner.tell_engine(|engine, now| engine.mark_read(&key, seq, now))
            }
            Intent::LoadHistory { key, before } => {
                inner.tell_engine(|engine, now| engine.load_history(&key, before, now));
            }
            Intent::Typing { key, active } => {
                inner.tell_engine(|engine, now| engine.typing(&key, active, now))
            }
            Intent::Attend(attendance) => self.attend(tab, attendance),
            Intent::RetryNow => inner.tell_engine(Engine::retry_now),
            Intent::Online(online) => inner.tell_engine(|engine, now| engine.handle_online(online, now)),
            Intent::Adopt(delta) => inner.tell_engine(|engine, now| engine.adopt(*delta, now)),
            Intent::AdoptAccount(account) => {
                inner.tell_engine(|engine, now| engine.adopt_account(account, now));
            }
            // answered by `perform`, or by whoever leads
            Intent::Send { .. }
            | Intent::Edit { .. }
            | Intent::TakeBack { .. }
            | Intent::ReadEntries { .. }
            | Intent::Renew => {}
        }
    }

    /// A tab says what it shows; also the chance to notice that the browser slowed our timer down.
    fn attend(&self, tab: TabId, attendance: Attendance) {
        let inner = &self.inner;
        let now = now_ms();
        inner.attention.borrow_mut().note(tab, attendance, now);
        let next = inner.attention.borrow_mut().together(now);
        let before = inner.together.replace(next.clone());
        if next.active != before.active || next.open != before.open {
            inner.tell_engine(|engine, now| engine.attention(next.active, next.open.clone(), now));
        }
        if next.watched != before.watched {
            inner.tell_engine(|engine, now| engine.watch(next.watched.clone(), now));
        }
        inner.look_at_the_clock();
    }

    /// The page was asleep, or its timer was held back.
    pub(super) fn woke(&self) {
        self.inner.look_at_the_clock();
    }
}

impl Inner {
    /// Gives the engine an input and does what it then wants. `None` once stopped.
    fn input<T>(self: &Rc<Self>, input: impl FnOnce(&mut Engine, u64) -> T) -> Option<T> {
        if self.stopped.get() {
            return None;
        }
        let answer = input(&mut self.engine.borrow_mut(), now_ms());
        self.pump();
        Some(answer)
    }

    fn tell_engine(self: &Rc<Self>, input: impl FnOnce(&mut Engine, u64)) {
        self.input(input);
    }

    fn pump(self: &Rc<Self>) {
        let mut changes = Vec::new();
        loop {
            let output = self.engine.borrow_mut().poll_output();
            match output {
                None => break,
                Some(Output::Tell(change)) => changes.push(change),
                Some(Output::Transmit(frame)) => {
                    if let Some(socket) = &*self.socket.borrow() {
                        socket.transmit(&frame);
                    }
                }
                Some(Output::Commit(batch)) => self.queue(Job::Commit(batch)),
                Some(Output::LoadDigests { key, seqs }) => self.queue(Job::Digests(key, seqs)),
                Some(Output::LoadOwnEntries { key, above }) => self.queue(Job::OwnEntries(key, above)),
                Some(Output::Disconnect) => {
                    self.socket.borrow_mut().take();
                }
                Some(Output::Connect) => self.connect(),
            }
        }
        self.set_timer();
        if !changes.is_empty() {
            self.answer_waiters(&changes);
            (self.tell)(changes);
        }
    }

    fn queue(&self, job: Job) {
        // the queue is closed only by stopping, and then nothing is owed to anybody
        let _ = self.jobs.unbounded_send(job);
    }

    fn connect(self: &Rc<Self>) {
        let number = self.socket_number.get() + 1;
        self.socket_number.set(number);
        let weak = Rc::downgrade(self);
        let opened = Socket::open(move |event| {
            if let Some(inner) = weak.upgrade().filter(|inner| inner.socket_number.get() == number) {
                inner.take_event(number, event);
            }
        });
        match opened {
            Ok(socket) => *self.socket.borrow_mut() = Some(socket),
            // not from within the engine's own output loop
            Err(_) => self.later(number, LinkDown::Failed),
        }
    }

    fn take_event(self: &Rc<Self>, number: u64, event: SocketEvent) {
        match event {
            SocketEvent::Open => self.tell_engine(Engine::handle_link_up),
            SocketEvent::Frame(frame) => self.tell_engine(|engine, now| engine.handle_frame(*frame, now)),
            SocketEvent::Closed { was_open: true, why } => {
                self.tell_engine(|engine, now| engine.handle_link_down(why, now));
            }
            SocketEvent::Closed { was_open: false, .. } => {
                let weak = Rc::downgrade(self);
                spawn_local(async move {
                    let why = match api::probe_session().await {
                        Some(revoked) => LinkDown::Unauthorized { revoked },
                        None => LinkDown::Failed,
                    };
                    if let Some(inner) = weak.upgrade() {
                        inner.later(number, why);
                    }
                });
            }
        }
    }

    /// Tells the engine soon that there is no socket, unless it has begun another meanwhile.
    fn later(self: &Rc<Self>, number: u64, why: LinkDown) {
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            if let Some(inner) = weak.upgrade().filter(|inner| inner.socket_number.get() == number) {
                inner.tell_engine(|engine, now| engine.handle_link_down(why, now));
            }
        });
    }

    fn set_timer(self: &Rc<Self>) {
        let due = self.engine.borrow().poll_timeout();
        let mut timer = self.timer.borrow_mut();
        match (due, &*timer) {
            (None, _) => *timer = None,
            (Some(due), Some((set, _))) if *set == due => {}
            (Some(due), _) => {
                let wait = due.saturating_sub(now_ms()).min(LONGEST_TIMER_MS);
                let weak = Rc::downgrade(self);
                let wake = Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX >> 1), move || {
                    if let Some(inner) = weak.upgrade() {
                        inner.timer.borrow_mut().take();
                        inner.tell_engine(Engine::handle_timeout);
                    }
                });
                *timer = Some((due, wake));
            }
        }
    }

    fn look_at_the_clock(self: &Rc<Self>) {
        let due = self.timer.borrow().as_ref().is_some_and(|(due, _)| *due <= now_ms());
        if due {
            self.timer.borrow_mut().take();
            self.tell_engine(Engine::handle_timeout);
        }
    }

    fn when_stored(
        &self,
        message_id: MessageId,
        answer: oneshot::Sender<Answer>,
        receiver: oneshot::Receiver<Answer>,
    ) -> oneshot::Receiver<Answer> {
        self.waiters.borrow_mut().entry(message_id).or_default().push(answer);
        receiver
    }

    /// What is told of a waiting message is stored already: whoever waits for it may go on.
    fn answer_waiters(&self, changes: &[Change]) {
        for change in changes {
            let message_id = match change {
                Change::Outbox(item) => item.record.message_id,
                Change::OutboxGone { message_id, .. } => *message_id,
                _ => continue,
            };
            self.stored.borrow_mut().insert(message_id);
            for waiter in self.waiters.borrow_mut().remove(&message_id).unwrap_or_default() {
                let _ = waiter.send(Answer::Done);
            }
        }
    }
}

/// Does what touches storage, one after the other, for as long as the driver lives.
async fn work(driver: Weak<Inner>, mut todo: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = todo.next().await {
        let Some(inner) = driver.upgrade().filter(|inner| (inner.may_write)()) else { return };
        match job {
            Job::Commit(batch) => {
                inner.storage.perform(&batch).await;
                inner.tell_engine(|engine, now| engine.handle_committed(batch.number, now));
            }
            Job::Digests(key, seqs) => {
                let digests = inner.storage.digests(&key, &seqs).await;
                inner.tell_engine(|engine, now| engine.handle_digests(key, digests, now));
            }
            Job::OwnEntries(key, above) => {
                let entries = inner.storage.own_entries(&key, above, &inner.me).await;
                inner.tell_engine(|engine, now| engine.handle_own_entries(key, entries, now));
            }
        }
    }
}
