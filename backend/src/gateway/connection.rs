//! The one loop of a socket.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use common::wire::CloseCode;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::question::Answer;
use super::session::{Outcome, Session};
use super::writer::{Farewell, Io, Stuck, Writer};
use crate::app::App;
use crate::fanout::{Ending, Listener, Seat, Taken};

/// Frames of one socket that may be under way at once; beyond, its next ones wait unread.
const FRAMES_IN_FLIGHT: usize = 64;
/// How long a socket that is to come back waits for the answers it is owed.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Serves a socket to its end.
pub async fn serve(app: App, seat: Seat, socket: WebSocketStream<Io>) {
    let session = Session::new(app.clone(), seat.listener().clone());
    let mut connection = Connection { answers: None, told_at: 0, session, writer: Writer::new(socket), seat };
    let farewell = connection.run(&app).await;
    let Connection { answers, writer, seat, .. } = connection;
    drop(answers);
    let code = farewell.as_ref().map(Farewell::code);
    tracing::debug!(socket = seat.listener().number(), code, "socket ends");
    drop(seat);
    if let Some(farewell) = farewell {
        if let Some(code) = CloseCode::from_code(farewell.code()) {
            app.metrics.closed(code);
        }
        writer.close(farewell).await;
    }
}

struct Connection {
    /// What is being answered; made when there is something.
    answers: Option<FuturesUnordered<BoxFuture<'static, Answer>>>,
    /// The newest commit of this socket whose answer comes with the live frames.
    told_at: u64,
    session: Session,
    writer: Writer,
    seat: Seat,
}

/// What is to be said.
enum Said {
    /// There is something to write, or the end.
    Queued(Taken),
    /// A question was answered.
    Answered(Answer),
}

/// What happens next.
enum Event {
    /// There is something to say.
    Said(Said),
    /// The other side said something, or is gone.
    Heard(Option<Result<Message, Error>>),
    /// There is nothing else to do at this moment, and something was written.
    Quiet,
}

impl Connection {
    /// Runs until the other side is gone (`None`) or the socket is to be closed.
    async fn run(&mut self, app: &App) -> Option<Farewell> {
        loop {
            let step = match self.next().await {
                Event::Said(Said::Queued(taken)) => match self.write_all(app, taken).await {
                    Ok(Some(ending)) if ending.code == CloseCode::ComeBack => {
                        // boxed, so that it is not kept room for as long as the socket lives
                        return Box::pin(self.leave(app, ending)).await;
                    }
                    Ok(Some(ending)) => return Some(ending.into()),
                    Ok(None) => Ok(()),
                    Err(stuck) => Err(stuck),
                },
                Event::Said(Said::Answered(answer)) => self.answer(app, answer).await,
                Event::Heard(Some(Ok(message))) => match self.hear(message) {
                    Outcome::Silence => Ok(()),
                    Outcome::Reply(frame) => self.answer(app, frame.into()).await,
                    Outcome::Later(answer) => {
                        self.answers.get_or_insert_default().push(answer);
                        Ok(())
                    }
                    Outcome::Close(code) => return Some(code.into()),
                },
                Event::Heard(Some(Err(error))) => return Farewell::to_broken(&error),
                Event::Heard(None) => return None,
                Event::Quiet => self.writer.flush(self.seat.listener()).await,
            };
            match step {
                Ok(()) => {}
                Err(Stuck::Ended(ending)) => return Some(ending.into()),
                Err(Stuck::Broken) => return None,
            }
        }
    }

    /// Reads nothing more and says what is owed, as far as there is time for it.
    async fn leave(&mut self, app: &App, ending: Ending) -> Option<Farewell> {
        match timeout(ANSWERS_WITHIN, self.answer_all(app)).await {
            Ok(Err(Stuck::Broken)) => None,
            Ok(Err(Stuck::Ended(other))) => Some(other.into()),
            Ok(Ok(())) | Err(_) => Some(ending.into()),
        }
    }

    /// Answers everything that was asked, live frames included.
    async fn answer_all(&mut self, app: &App) -> Result<(), Stuck> {
        loop {
            let mut told = pin!(app.fanout.published_up_to(self.told_at));
            let event = poll_fn(|context| match self.poll_said(context) {
                Poll::Pending if !self.is_asked() => told.as_mut().poll(context).map(|()| None),
                said => said.map(Some),
            });
            match event.await {
                Some(Said::Queued(taken)) => {
                    if let Some(ending) = self.write_all(app, taken).await? {
                        return Err(Stuck::Ended(ending));
                    }
                }
                Some(Said::Answered(answer)) => self.answer(app, answer).await?,
                // all is told; what was told was queued before
                None if self.seat.listener().has_queued() => {}
                None => return Ok(()),
            }
        }
    }

    /// The next thing to do: what is queued first, then answers, then reading; and when there is none of it but
    /// something was written, to flush.
    async fn next(&mut self) -> Event {
        poll_fn(|context| match self.poll_next(context) {
            Poll::Pending if self.writer.is_unflushed() => Poll::Ready(Event::Quiet),
            next => next,
        })
        .await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        if let Poll::Ready(said) = self.poll_said(context) {
            return Poll::Ready(Event::Said(said));
        }
        if self.answers.as_ref().map_or(0, FuturesUnordered::len) >= FRAMES_IN_FLIGHT {
            return Poll::Pending;
        }
        self.writer.socket().poll_next_unpin(context).map(Event::Heard)
    }

    /// What is to be said: what is queued first, then answers.
    fn poll_said(&mut self, context: &mut Context<'_>) -> Poll<Said> {
        if let Poll::Ready(taken) = self.seat.listener().poll_take(context) {
            return Poll::Ready(Said::Queued(taken));
        }
        if let Some(answers) = &mut self.answers
            && let Poll::Ready(Some(answer)) = Pin::new(answers).poll_next(context)
        {
            return Poll::Ready(Said::Answered(answer));
        }
        Poll::Pending
    }

    /// Whether something that was asked has no answer yet.
    fn is_asked(&self) -> bool {
        self.answers.as_ref().is_some_and(|answers| !answers.is_empty())
    }

    fn hear(&mut self, message: Message) -> Outcome {
        self.session.heard();
        match message {
            Message::Text(text) => self.session.take(&text),
            Message::Binary(_) => self.session.take_binary(),
            // pings are answered, and closes completed, by reading on
            Message::Ping(_) | Message::Pong(_) => self.session.take_control(),
            Message::Close(_) | Message::Frame(_) => Outcome::Silence,
        }
    }

    async fn write_all(&mut self, app: &App, taken: Taken) -> Result<Option<Ending>, Stuck> {
        let listener: &Listener = self.seat.listener();
        if !taken.frames.is_empty() {
            app.metrics.socket_queue.observe(taken.frames.len() as f64);
            app.metrics.frames_out.inc_by(taken.frames.len() as u64);
        }
        for frame in taken.frames {
            self.writer.write(listener, frame).await?;
        }
        if taken.ask {
            self.writer.ask(listener).await?;
        }
        Ok(taken.end)
    }

    /// Writes an answer; only then is the next one read.
    async fn answer(&mut self, app: &App, answer: Answer) -> Result<(), Stuck> {
        let Answer { frame, told_at, turn } = answer;
        self.told_at = self.told_at.max(told_at.unwrap_or(0));
        if let Some(frame) = frame {
            app.metrics.frames_out.inc();
            self.writer.write(self.seat.listener(), frame).await?;
        }
        drop(turn);
        Ok(())
    }
}
