//! One frame that wants an answer, until it has it.

use std::future::Future;
use std::sync::Arc;

use common::id::{ConversationId, MessageId, Seq, UserId};
use common::wire::{Compare, ErrorCode, Resume, ResumeKind, ServerWords};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::app::App;
use crate::auth::rate::Rate;
use crate::chat;
use crate::error::Error;
use crate::fanout::{Frame, Listener, encode, encode_reply};
use crate::store::{Caller, Mark, NewMessage};

/// What comes of a question in the end.
#[derive(Default)]
pub struct Answer {
    /// What is to be said, if anything.
    pub frame: Option<Frame>,
    /// It changed something, at this position, and is answered by the live frame that tells of it.
    pub told_at: Option<u64>,
    /// Until it is dropped, nothing else is read for this socket.
    pub turn: Option<OwnedSemaphorePermit>,
}

impl From<Frame> for Answer {
    fn from(frame: Frame) -> Self {
        Self { frame: Some(frame), ..Self::default() }
    }
}

/// See the module.
pub struct Question {
    pub app: App,
    pub listener: Arc<Listener>,
    /// The frame's own id, for `replyTo`.
    pub id: Option<String>,
    /// Whose turn it is to read for this socket.
    pub turns: Arc<Semaphore>,
    /// This question's turn, once it has come.
    pub turn: Option<OwnedSemaphorePermit>,
}

impl Question {
    /// A message. When it is new, the publisher answers, in the order of the log.
    pub async fn send(self, message: NewMessage) -> Answer {
        let message_id = message.message_id;
        if let Some(id) = &self.id {
            self.listener.expect_reply(message_id, id.clone());
        }
        match self.app.store.append_message(message).await {
            Ok(appended) if !appended.duplicate => {
                Answer { told_at: Some(appended.position), ..Answer::default() }
            }
            stored => {
                self.listener.take_reply(message_id);
                match stored {
                    Ok(first) => self.say(chat::send::sent(first.conversation, &first.entry)),
                    Err(error) => self.refuse(&error.into(), Some(message_id)).into(),
                }
            }
        }
    }

    /// A receipt. When the mark moved, the publisher tells everybody, this socket too; who asks by a frame with an id
    /// is answered in any case, and so is who stood there already.
    pub async fn move_mark(self, conversation: ConversationId, mark: Mark, seq: Seq) -> Answer {
        match chat::read::move_mark(&self.app, &self.listener.caller, conversation, mark, seq).await {
            Ok(moved) => {
                let told_at = (!moved.moves.is_empty()).then_some(moved.position);
                let frame = (moved.moves.is_empty() || self.id.is_some())
                    .then(|| encode_reply(chat::read::own_receipt(&moved), self.id));
                Answer { frame, told_at, turn: None }
            }
            Err(error) => self.refuse(&error, None).into(),
        }
    }

    /// Catching up. While it is under way, no `position` comes.
    pub async fn resume(mut self, resume: Resume) -> Answer {
        let resumed =
            self.read(|app, caller| async move { chat::resume::resume(&app, &caller, resume).await }).await;
        match resumed {
            Ok(resumed) => {
                let is_complete = resumed.kind == ResumeKind::Delta;
                self.listener.end_resume(is_complete.then_some(resumed.position.at));
                self.say(ServerWords::Resumed(resumed))
            }
            Err(error) => {
                self.listener.end_resume(None);
                self.refuse(&error, None).into()
            }
        }
    }

    /// Comparing copies after a reset.
    pub async fn compare(mut self, compare: Compare) -> Answer {
        let compared = self
            .read(|app, caller| async move { chat::resume::compare(&app, &caller, &compare).await })
            .await;
        self.answer(compared.map(ServerWords::Compared))
    }

    /// A page of a log.
    pub async fn load_history(
        mut self,
        conversation_id: ConversationId,
        range: (Option<Seq>, Option<Seq>),
        limit: Option<u32>,
    ) -> Answer {
        let page = self
            .read(move |app, caller| async move {
                chat::read::history(&app, &caller, conversation_id, range, limit).await
            })
            .await;
        self.answer(page.map(|page| ServerWords::History { conversation_id, page }))
    }

    /// "I am writing". A hint that comes too fast is dropped without a word.
    pub async fn typing(mut self, conversation: ConversationId, active: bool) -> Answer {
        let read_at = self.app.fanout.published();
        let announcement = self
            .read(move |app, caller| async move {
                chat::typing::typing(&app, &caller, conversation, active).await
            })
            .await;
        match announcement {
            Ok(announcement) => {
                self.app.fanout.hint(announcement, read_at);
                Answer::default()
            }
            Err(error) if error.code() == ErrorCode::RateLimited => Answer::default(),
            Err(error) => self.refuse(&error, None).into(),
        }
    }

    /// Whose coming and going it wants to hear of.
    pub async fn watch(mut self, round: u32, people: Vec<UserId>) -> Answer {
        let known = self
            .read(|app, caller| async move { chat::presence::may_watch(&app, &caller, &people).await })
            .await;
        match known {
            Ok(people) => {
                // first watched and then described, so that no change falls in between
                self.app.fanout.watch(&self.listener, round, &people);
                let words =
                    self.read(|app, _| async move { chat::presence::describe(&app, people).await }).await;
                self.answer(words)
            }
            Err(error) => self.refuse(&error, None).into(),
        }
    }

    /// What was not told of a large group while it was not open. Nobody asked in words, so an error is no answer.
    pub async fn missed_receipts(mut self, conversation: ConversationId) -> Answer {
        let missed = self
            .read(move |app, caller| async move {
                chat::presence::missed_receipts(&app, &caller, conversation).await
            })
            .await;
        Answer { frame: missed.ok().flatten().map(encode), told_at: None, turn: self.turn }
    }

    /// What is said of an error, now and in the log.
    pub fn refuse(self, error: &Error, message_id: Option<MessageId>) -> Frame {
        self.app.metrics.refused(error.code());
        if error.is_failure() {
            tracing::warn!(%error, socket = self.listener.number(), "a frame failed");
        }
        let body = match message_id {
            Some(message_id) => error.body_for(message_id),
            None => error.body(),
        };
        encode_reply(ServerWords::Error(body), self.id)
    }

    /// Reads what the answer needs, when it is this question's turn. The turn lasts until the answer is written, so that
    /// of all that a socket asked for at once only one answer waits for its reader; and the reading is a task of its
    /// own, so that a reader who is slow never keeps a connection to the store from the others.
    ///
    /// Errors: `rateLimited` (all that the account reads counts together), and those of the reading.
    async fn read<T, R>(&mut self, reading: impl FnOnce(App, Caller) -> R + Send) -> Result<T, Error>
    where
        T: Send + 'static,
        R: Future<Output = Result<T, Error>> + Send + 'static,
    {
        if self.turn.is_none() {
            self.app.limits.take(Rate::Read, self.listener.caller.account, self.app.clock.now_ms())?;
            // never closed, so there is always a turn
            self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        }
        let reading = reading(self.app.clone(), self.listener.caller.clone());
        self.app.lifecycle.finish(reading).await
    }

    fn answer(self, words: Result<ServerWords, Error>) -> Answer {
        match words {
            Ok(words) => self.say(words),
            Err(error) => self.refuse(&error, None).into(),
        }
    }

    fn say(self, words: ServerWords) -> Answer {
        Answer { frame: Some(encode_reply(words, self.id)), told_at: None, turn: self.turn }
    }
}
