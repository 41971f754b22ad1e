//! What is asked of the writer, other than to append a message.

use std::future::Future;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::Tx;
use crate::store::{Commit, StoreError};
use common::id::ConversationId;

/// A change of the store. It may be applied more than once, if the transaction it was in failed.
pub(in crate::store) trait Request: Send + Sync + 'static {
    /// What the asker gets.
    type Answer: Send + Sync + 'static;

    /// The conversations it will change; they are locked before anything is written.
    fn locks(&self) -> Vec<ConversationId> {
        Vec::new()
    }

    /// Does it. A refusal ([`StoreError::is_refusal`]) must be given before anything is written.
    fn apply(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Answer, StoreError>> + Send;

    /// What everyone else is to be told once it is committed.
    fn commit(&self, _answer: &Self::Answer) -> Option<Commit> {
        None
    }
}

/// A request with its asker, whatever its kind.
pub(super) trait Asked: Send {
    /// See [`Request::locks`].
    fn locks(&self) -> Vec<ConversationId>;
    /// Applies it and keeps the answer. Fails only where the transaction must.
    fn apply<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>>;
    /// What everyone else is to be told, now that it is committed.
    fn commit(&self) -> Option<Commit>;
    /// Gives the kept answer.
    fn answer(self: Box<Self>);
    /// Says that it was not done.
    fn fail(self: Box<Self>, error: StoreError);
}

/// A request of one kind, with its asker.
pub(super) struct Pending<R: Request> {
    request: R,
    answer: Option<Result<R::Answer, StoreError>>,
    asker: oneshot::Sender<Result<R::Answer, StoreError>>,
}

impl<R: Request> Pending<R> {
    /// A request, and where its answer will come.
    pub(super) fn new(request: R) -> (Self, oneshot::Receiver<Result<R::Answer, StoreError>>) {
        let (asker, answer) = oneshot::channel();
        (Self { request, answer: None, asker }, answer)
    }
}

impl<R: Request> Asked for Pending<R> {
    fn locks(&self) -> Vec<ConversationId> {
        self.request.locks()
    }

    fn apply<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        async {
            let answer = self.request.apply(tx).await;
            match answer {
                Err(error) if !error.is_refusal() => Err(error),
                answer => {
                    self.answer = Some(answer);
                    Ok(())
                }
            }
        }
        .boxed()
    }

    fn commit(&self) -> Option<Commit> {
        match &self.answer {
            Some(Ok(answer)) => self.request.commit(answer),
            _ => None,
        }
    }

    fn answer(self: Box<Self>) {
        let answer =
            self.answer.unwrap_or_else(|| Err(StoreError::Corrupt("a request was passed over".into())));
        // the asker may have gone meanwhile
        let _ = self.asker.send(answer);
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _ = self.asker.send(Err(error));
    }
}
