//! What one socket says: frames parsed, counted and given to whoever answers them.

use std::sync::Arc;

use common::wire::{
    ClientFrame, ClientWords, CloseCode, ErrorBody, ErrorCode, FrameProblem, ServerWords, parse_client_frame,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::question::{Answer, Question};
use crate::app::App;
use crate::auth::rate::{Meter, Rate, TooFast};
use crate::chat;
use crate::fanout::{Attention, Frame, Listener, encode_reply};
use crate::store::Mark;

/// Frames in a minute that are no frames, after which the socket is closed.
const MALFORMED_PER_MINUTE: u32 = 60;
/// Frames in a minute that come too fast, after which the socket is closed: its client does not wait as it is told.
const TOO_FAST_PER_MINUTE: u32 = 1_000;
/// A frame counts once, and once more for each time that it has so many bytes.
const COUNTED_BYTES: usize = 8 * 1_024;

/// What becomes of a frame.
pub enum Outcome {
    /// Nothing is to be said.
    Silence,
    /// This is the answer.
    Reply(Frame),
    /// The answer, if there is one, comes later.
    Later(BoxFuture<'static, Answer>),
    /// Enough.
    Close(CloseCode),
}

/// One socket's session: who it is, and how much it may.
pub struct Session {
    app: App,
    listener: Arc<Listener>,
    /// Reading for the answers of this socket, one at a time.
    turns: Arc<Semaphore>,
    pace: Meter,
    too_fast: Offences,
    malformed: Offences,
}

/// What should not be, in the minute that is.
#[derive(Default)]
struct Offences {
    count: u32,
    minute: i64,
}

impl Offences {
    /// One more; answers how many it are in this minute.
    fn add(&mut self, now_s: i64) -> u32 {
        let minute = now_s.div_euclid(60);
        if minute != self.minute {
            *self = Self { count: 0, minute };
        }
        self.count += 1;
        self.count
    }
}

impl Session {
    /// Nothing was said yet.
    pub fn new(app: App, listener: Arc<Listener>) -> Self {
        let pace = app.limits.meter(Rate::Frame);
        let turns = Arc::new(Semaphore::new(1));
        let (too_fast, malformed) = (Offences::default(), Offences::default());
        Self { app, listener, turns, pace, too_fast, malformed }
    }

    /// Something came, be it a frame or a sign of life.
    pub fn heard(&self) {
        self.listener.heard(self.app.fanout.hub().tick());
    }

    /// Takes a frame.
    pub fn take(&mut self, text: &str) -> Outcome {
        self.app.metrics.frames_in.inc();
        let pace = self.keep_pace(text.len());
        if pace.is_err() && self.is_far_too_fast() {
            return Outcome::Close(CloseCode::Abuse);
        }
        let ClientFrame { id, words } = match parse_client_frame(text) {
            Ok(frame) => frame,
            Err(problem) => return self.malformed(problem),
        };
        let (app, listener) = (self.app.clone(), Arc::clone(&self.listener));
        let question = Question { app, listener, id, turns: Arc::clone(&self.turns), turn: None };
        match pace {
            Ok(()) => dispatch(question, words),
            Err(fast) => {
                let message_id = match words {
                    ClientWords::SendMessage(message) => message.message_id,
                    _ => None,
                };
                Outcome::Reply(question.refuse(&fast.into(), message_id))
            }
        }
    }

    /// Takes a ping or pong of the WebSocket protocol.
    pub fn take_control(&mut self) -> Outcome {
        match self.keep_pace(0) {
            Err(_) if self.is_far_too_fast() => Outcome::Close(CloseCode::Abuse),
            _ => Outcome::Silence,
        }
    }

    /// Takes something that is no text.
    pub fn take_binary(&mut self) -> Outcome {
        let message = "frames are text".to_owned();
        self.malformed(FrameProblem { id: None, message_id: None, field: None, message })
    }

    /// Counts what came, before anything is done with it.
    fn keep_pace(&mut self, bytes: usize) -> Result<(), TooFast> {
        self.pace.take(1 + (bytes / COUNTED_BYTES) as u64, self.app.clock.now_ms())
    }

    fn is_far_too_fast(&mut self) -> bool {
        self.too_fast.add(self.app.clock.now_s()) > TOO_FAST_PER_MINUTE
    }

    fn malformed(&mut self, problem: FrameProblem) -> Outcome {
        if self.malformed.add(self.app.clock.now_s()) > MALFORMED_PER_MINUTE {
            return Outcome::Close(CloseCode::Abuse);
        }
        self.app.metrics.refused(ErrorCode::Malformed);
        let body = ErrorBody::new(ErrorCode::Malformed, problem.message);
        let body = ErrorBody { field: problem.field, message_id: problem.message_id, ..body };
        Outcome::Reply(encode_reply(ServerWords::Error(body), problem.id))
    }
}

/// Gives a frame to whoever answers it. What has an order among the frames of a socket happens here, at once; the rest
/// runs beside what came before.
fn dispatch(question: Question, words: ClientWords) -> Outcome {
    Outcome::Later(match words {
        ClientWords::SendMessage(message) => {
            let message_id = message.message_id;
            let Question { app, listener, .. } = &question;
            match chat::send::prepare(app, &listener.caller, message, Some(listener.origin())) {
                Ok(message) => question.send(message).boxed(),
                Err(error) => return Outcome::Reply(question.refuse(&error, message_id)),
            }
        }
        ClientWords::Ack { conversation_id, seq } => {
            question.move_mark(conversation_id, Mark::Delivered, seq).boxed()
        }
        ClientWords::MarkRead { conversation_id, seq } => {
            question.move_mark(conversation_id, Mark::Read, seq).boxed()
        }
        ClientWords::Resume(resume) => {
            question.listener.begin_resume();
            question.resume(resume).boxed()
        }
        ClientWords::Compare(compare) => question.compare(compare).boxed(),
        ClientWords::LoadHistory { conversation_id, before, after, limit } => {
            question.load_history(conversation_id, (before, after), limit).boxed()
        }
        ClientWords::Typing { conversation_id, active } => question.typing(conversation_id, active).boxed(),
        ClientWords::Watch { user_ids } => {
            let round = question.listener.begin_watch();
            question.watch(round, user_ids).boxed()
        }
        ClientWords::Attention { active, conversation_id } => {
            let attention = if active { Attention::Here(conversation_id) } else { Attention::Away };
            question.app.fanout.attend(&question.listener, attention);
            match (active, conversation_id) {
                (true, Some(conversation)) => question.missed_receipts(conversation).boxed(),
                _ => return Outcome::Silence,
            }
        }
        ClientWords::Ping {} => return Outcome::Reply(encode_reply(ServerWords::Pong {}, question.id)),
    })
}
