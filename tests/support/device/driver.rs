//! The loop around the engine: events in, outputs performed in their order, one timer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::sync::{Change, Engine, LinkDown, Output};
use common::wire::{ClientFrame, ServerFrame};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::{Device, Disk, Verb, View, link};
use crate::clock;

/// Something that happens to the device. Numbers tell sockets apart: what an old one says is not heard.
pub enum Event {
    Up(u64),
    Down(u64, LinkDown),
    Frame(u64, Box<ServerFrame>),
    Verb(Verb),
    Moved(SocketAddr),
}

struct Open {
    number: u64,
    outgoing: mpsc::UnboundedSender<ClientFrame>,
    task: AbortHandle,
}

/// Everything of the device that a crash takes away.
pub struct Driver {
    engine: Engine,
    me: String,
    token: String,
    address: SocketAddr,
    clock_error_ms: i64,
    disk: Arc<Mutex<Disk>>,
    view: watch::Sender<View>,
    events: mpsc::UnboundedSender<Event>,
    link: Option<Open>,
    links: u64,
}

impl Driver {
    pub fn new(device: &Device, events: mpsc::UnboundedSender<Event>) -> (Self, watch::Receiver<View>) {
        let now_ms = clock::now_ms().saturating_add_signed(device.clock_error_ms);
        let snapshot = device.disk().snapshot();
        let engine = Engine::new(device.me.clone(), snapshot, clock::seed(), now_ms);
        let mut view = View::default();
        engine.state().into_iter().for_each(|change| view.apply(change));
        let (view, watched) = watch::channel(view);
        let driver = Self {
            engine,
            me: device.me.0.clone(),
            token: device.token.clone(),
            address: device.address,
            clock_error_ms: device.clock_error_ms,
            disk: device.disk.clone(),
            view,
            events,
            link: None,
            links: 0,
        };
        (driver, watched)
    }

    pub async fn run(mut self, mut heard: mpsc::UnboundedReceiver<Event>) {
        self.engine.handle_online(true, self.now_ms());
        loop {
            self.perform_outputs();
            let wait = self.engine.poll_timeout().map(|at| at.saturating_sub(self.now_ms()));
            tokio::select! {
                event = heard.recv() => match event {
                    Some(event) => self.handle(event),
                    None => return,
                },
                () = sleep(Duration::from_millis(wait.unwrap_or(0))), if wait.is_some() => {
                    self.engine.handle_timeout(self.now_ms());
                }
            }
        }
    }

    fn now_ms(&self) -> u64 {
        clock::now_ms().saturating_add_signed(self.clock_error_ms)
    }

    fn handle(&mut self, event: Event) {
        let now_ms = self.now_ms();
        let current = |number| self.link.as_ref().is_some_and(|link| link.number == number);
        match event {
            Event::Up(number) if current(number) => self.engine.handle_link_up(now_ms),
            Event::Down(number, why) if current(number) => {
                self.link = None;
                self.engine.handle_link_down(why, now_ms);
            }
            Event::Frame(number, frame) if current(number) => self.engine.handle_frame(*frame, now_ms),
            Event::Up(_) | Event::Down(..) | Event::Frame(..) => {}
            Event::Verb(verb) => verb(&mut self.engine, now_ms),
            Event::Moved(address) => self.address = address,
        }
    }

    fn perform_outputs(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            self.perform(output);
        }
    }

    fn perform(&mut self, output: Output) {
        let now_ms = self.now_ms();
        match output {
            Output::Connect => self.connect(),
            // dropping the sender closes the socket properly
            Output::Disconnect => self.link = None,
            Output::Transmit(frame) => {
                if let Some(link) = &self.link {
                    // handed over, whether it arrives or not
                    let _ = link.outgoing.send(frame);
                }
            }
            Output::Commit(batch) => {
                let number = batch.number;
                self.disk().perform(batch);
                self.engine.handle_committed(number, now_ms);
                self.view.send_modify(|view| view.changes += 1);
            }
            Output::Tell(change) => self.tell(change),
            Output::LoadDigests { key, seqs } => {
                let digests = self.disk().digests(&key, &seqs);
                self.engine.handle_digests(key, digests, now_ms);
            }
            Output::LoadOwnEntries { key, above } => {
                let entries = self.disk().own_entries(&key, above, &self.me);
                self.engine.handle_own_entries(key, entries, now_ms);
            }
        }
    }

    fn connect(&mut self) {
        self.links += 1;
        let number = self.links;
        let (outgoing, frames) = mpsc::unbounded_channel();
        let serve = link::serve(number, self.address, self.token.clone(), frames, self.events.clone());
        let task = tokio::spawn(serve).abort_handle();
        self.link = Some(Open { number, outgoing, task });
    }

    fn tell(&mut self, change: Change) {
        self.view.send_modify(|view| view.apply(change));
    }

    fn disk(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.disk.lock().expect("no user of a disk panics")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // a crash closes the socket without a word
        if let Some(link) = self.link.take() {
            link.task.abort();
        }
    }
}
