//! One open socket as everybody but its own loop sees it: a bounded queue of encoded frames, and what it wants to hear.
//!
//! An idle listener holds no queue at all. Pushing never waits: whoever is too slow to keep up is ended, and
//! resumes when it is back; its messages are in the log.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use common::id::{ConversationId, MessageId};
use common::wire::CloseCode;

use super::frame::{Encoded, Frame};
use crate::store::{AccountId, Caller, Origin};

/// Frames that may wait for one socket.
pub const QUEUE_FRAMES: usize = 1_024;
/// Bytes that may wait for one socket. The frames themselves are shared with the others who hear them.
pub const QUEUE_BYTES: usize = 1024 * 1024;

/// Why a socket is to be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ending {
    /// The code that the client hears.
    pub code: CloseCode,
    /// With [`CloseCode::ComeBack`]: in how many seconds.
    pub retry_after_s: Option<u64>,
}

impl From<CloseCode> for Ending {
    fn from(code: CloseCode) -> Self {
        Self { code, retry_after_s: None }
    }
}

/// Whether a person is at this device.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Attention {
    /// It never said; taken as being there.
    #[default]
    Unsaid,
    /// Someone is there, perhaps with a conversation open.
    Here(Option<ConversationId>),
    /// Nobody is.
    Away,
}

/// What a socket is to do next.
#[derive(Debug, Default)]
pub struct Taken {
    /// Frames to write, in order.
    pub frames: VecDeque<Frame>,
    /// Nothing was heard for long: ask, by a ping of the WebSocket protocol, which any client answers by itself.
    pub ask: bool,
    /// Close after that; said once.
    pub end: Option<Ending>,
}

/// See the module.
#[derive(Debug)]
pub struct Listener {
    /// Whose.
    pub caller: Caller,
    number: u64,
    /// The sweeper's tick at which something was last heard.
    heard: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    bytes: usize,
    ask: bool,
    end: Option<Ending>,
    /// The loop knows of its end.
    end_told: bool,
    /// The loop that waits for something to do.
    waker: Option<Waker>,
    /// Ids of frames that sent messages whose commits are not published yet.
    replies: Vec<(MessageId, String)>,
    /// It has resumed once, so it hears all there is; before, only what is pinned.
    hears_all: bool,
    /// Resumes that are not answered yet.
    resuming: u32,
    /// It has everything up to here; `None` while it has not caught up.
    complete_at: Option<u64>,
    /// It has been told something since the last `position`.
    due: bool,
    attention: Attention,
    watches: Vec<AccountId>,
    /// How often it said whom it watches.
    watch_round: u32,
}

impl Listener {
    pub(super) fn new(number: u64, caller: Caller, tick: u32) -> Self {
        Self { caller, number, heard: AtomicU32::new(tick), state: Mutex::default() }
    }

    /// The mark that its requests carry through the store.
    pub fn origin(&self) -> Origin {
        Origin(self.number)
    }

    /// Its number, for the log.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Queues a frame. A full queue ends the socket.
    pub fn push(&self, frame: &Frame) {
        self.change(|state| state.push(frame));
    }

    /// Queues a frame; with `synced` only if it hears all there is.
    pub(super) fn mention(&self, frame: &mut Encoded, synced: bool) {
        self.change(|state| (!synced || state.hears_all) && !state.is_deaf() && state.push(frame.get()));
    }

    /// The same for what was stored. Answers whether it is owed a `position` only since this; whoever tells it has to
    /// see to that, or it will never hear one again.
    #[must_use]
    pub(super) fn tell(&self, frame: &mut Encoded, synced: bool) -> bool {
        let mut first = false;
        self.change(|state| {
            if (synced && !state.hears_all) || state.is_deaf() {
                return false;
            }
            first = !std::mem::replace(&mut state.due, true);
            state.push(frame.get())
        });
        first
    }

    /// Ends the socket; the first word counts. A socket that is only to come back is still told what it waits for, any
    /// other hears nothing more.
    pub fn end(&self, ending: Ending) {
        self.change(|state| state.end(ending));
    }

    /// Asks whether anybody is still there.
    pub(super) fn ask(&self) {
        self.change(|state| {
            state.ask = true;
            true
        });
    }

    /// What is to be done next; waits while there is nothing. One loop only.
    pub fn poll_take(&self, context: &mut Context<'_>) -> Poll<Taken> {
        let mut state = self.lock();
        let end = if state.end_told { None } else { state.end };
        if state.frames.is_empty() && end.is_none() && !state.ask {
            state.wait(context);
            return Poll::Pending;
        }
        state.end_told = end.is_some() || state.end_told;
        state.bytes = 0;
        let frames = std::mem::take(&mut state.frames);
        Poll::Ready(Taken { frames, ask: std::mem::take(&mut state.ask), end })
    }

    /// Whether frames wait to be taken.
    pub fn has_queued(&self) -> bool {
        !self.lock().frames.is_empty()
    }

    /// Waits until it is ended, whatever is queued before. For a loop that is stuck in writing.
    pub fn poll_ended(&self, context: &mut Context<'_>) -> Poll<Ending> {
        let mut state = self.lock();
        match state.end {
            Some(ending) => Poll::Ready(ending),
            None => {
                state.wait(context);
                Poll::Pending
            }
        }
    }

    /// Something was heard at this tick of the sweeper's.
    pub fn heard(&self, tick: u32) {
        self.heard.store(tick, Ordering::Relaxed);
    }

    pub(super) fn silent_since(&self) -> u32 {
        self.heard.load(Ordering::Relaxed)
    }

    /// The answer to this message is to name this frame.
    pub fn expect_reply(&self, message: MessageId, reply_to: String) {
        self.lock().replies.push((message, reply_to));
    }

    /// The frame that sent this message, once.
    pub fn take_reply(&self, message: MessageId) -> Option<String> {
        let mut state = self.lock();
        let at = state.replies.iter().position(|(id, _)| *id == message)?;
        Some(state.replies.remove(at).1)
    }

    /// It asks to catch up: from here on it hears all there is, and no `position` until it has.
    pub fn begin_resume(&self) {
        let mut state = self.lock();
        state.hears_all = true;
        state.resuming += 1;
        state.complete_at = None;
    }

    /// A resume was answered; with `complete_at` when nothing is missing up to there.
    pub fn end_resume(&self, complete_at: Option<u64>) {
        let mut state = self.lock();
        state.resuming = state.resuming.saturating_sub(1);
        if state.resuming == 0 {
            state.complete_at = complete_at;
        }
    }

    /// Whether it has resumed once.
    pub(super) fn hears_all(&self) -> bool {
        self.lock().hears_all
    }

    /// Everything up to `at` is queued: tells it so, if it has caught up.
    pub(super) fn settle(&self, at: u64, frame: &Frame) {
        self.change(|state| {
            state.due = false;
            match state.complete_at {
                Some(complete_at) if complete_at < at => {
                    state.complete_at = Some(at);
                    state.push(frame)
                }
                _ => false,
            }
        });
    }

    /// Whether somebody is at it.
    pub fn attention(&self) -> Attention {
        self.lock().attention
    }

    /// Somebody came or went; answers what was before.
    pub(super) fn set_attention(&self, attention: Attention) -> Attention {
        std::mem::replace(&mut self.lock().attention, attention)
    }

    /// It says anew whom it watches; answers the round, since only the last one counts.
    pub fn begin_watch(&self) -> u32 {
        let mut state = self.lock();
        state.watch_round = state.watch_round.wrapping_add(1);
        state.watch_round
    }

    /// Watches these people from now on; answers whom it watched before. `None` when it said otherwise meanwhile.
    pub(super) fn set_watches(&self, round: u32, people: Vec<AccountId>) -> Option<Vec<AccountId>> {
        let mut state = self.lock();
        (state.watch_round == round).then(|| std::mem::replace(&mut state.watches, people))
    }

    /// Changes something, and wakes the loop if that gives it something to do.
    fn change(&self, change: impl FnOnce(&mut State) -> bool) {
        let mut state = self.lock();
        let waker = if change(&mut state) { state.waker.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wait(&mut self, context: &mut Context<'_>) {
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            self.waker = Some(context.waker().clone());
        }
    }

    /// Whether it hears nothing more.
    fn is_deaf(&self) -> bool {
        self.end.is_some_and(|ending| ending.code != CloseCode::ComeBack)
    }

    fn push(&mut self, frame: &Frame) -> bool {
        if self.is_deaf() {
            return false;
        }
        if self.frames.len() >= QUEUE_FRAMES || self.bytes + frame.len() > QUEUE_BYTES {
            return self.end(CloseCode::TooSlow.into());
        }
        self.bytes += frame.len();
        self.frames.push_back(frame.clone());
        true
    }

    fn end(&mut self, ending: Ending) -> bool {
        // a revoked device is cut off even if it was to come back
        if self.end.is_some() && (self.is_deaf() || ending.code == CloseCode::ComeBack) {
            return false;
        }
        if ending.code != CloseCode::ComeBack {
            self.frames = VecDeque::new();
        }
        self.end = Some(ending);
        self.end_told = false;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::id::DeviceId;
    use std::future::poll_fn;

    fn listener() -> Listener {
        let caller =
            Caller { account: AccountId(1), user_id: "anna".into(), device: DeviceId(uuid::Uuid::nil()) };
        Listener::new(1, caller, 0)
    }

    #[tokio::test]
    async fn frames_come_in_order_and_an_idle_queue_holds_nothing() {
        let listener = listener();
        for frame in ["a", "b"] {
            listener.push(&Frame::from_static(frame.as_bytes()));
        }
        let taken = poll_fn(|context| listener.poll_take(context)).await;
        assert_eq!(taken.frames, ["a", "b"]);
        assert_eq!(taken.end, None);
        assert_eq!(listener.lock().frames.capacity(), 0);
        assert!(poll_fn(|context| Poll::Ready(listener.poll_take(context))).await.is_pending());
    }

    #[tokio::test]
    async fn a_slow_reader_is_ended_and_its_queue_freed() {
        let listener = listener();
        let frame = Frame::from_static(b"x");
        for _ in 0..=QUEUE_FRAMES {
            listener.push(&frame);
        }
        let taken = poll_fn(|context| listener.poll_take(context)).await;
        assert_eq!((taken.frames.len(), taken.end), (0, Some(CloseCode::TooSlow.into())));
        let large = Frame::from(vec![b'x'; QUEUE_BYTES / 2]);
        let other = self::listener();
        (0..3).for_each(|_| other.push(&large));
        assert!(poll_fn(|context| other.poll_ended(context)).await.code == CloseCode::TooSlow);
    }

    #[tokio::test]
    async fn a_position_comes_only_to_who_has_caught_up() {
        let listener = listener();
        let frame = Frame::from_static(b"position");
        let queued = |listener: &Listener| listener.lock().frames.len();
        listener.settle(9, &frame);
        assert_eq!(queued(&listener), 0, "it never resumed");
        listener.begin_resume();
        listener.begin_resume();
        listener.end_resume(Some(5));
        listener.settle(9, &frame);
        assert_eq!(queued(&listener), 0, "one resume is still under way");
        listener.end_resume(Some(7));
        listener.settle(7, &frame);
        assert_eq!(queued(&listener), 0, "it knows that already");
        listener.settle(9, &frame);
        assert_eq!(queued(&listener), 1);
    }
}
