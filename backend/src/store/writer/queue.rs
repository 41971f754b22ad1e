//! The writer's queue, the handle to it, and the task at its other end.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::append::Appending;
use super::group::Committer;
use super::request::{Asked, Pending};
use super::{GROUP_REQUESTS, Request};
use crate::store::dialect::Engine;
use crate::store::{Appended, Commit, GroupObserver, GroupReport, IdSource, NewMessage, StoreError};

/// What the writer is started with.
pub(in crate::store) struct Setting {
    /// Where to write.
    pub(in crate::store) engine: Engine,
    /// Where ids come from.
    pub(in crate::store) new_id: IdSource,
    /// Who is told.
    pub(in crate::store) commits: Option<mpsc::Sender<Commit>>,
    /// Requests that may wait.
    pub(in crate::store) queue: usize,
    /// Who measures.
    pub(in crate::store) observer: Option<GroupObserver>,
}

/// A request in the queue.
pub(super) enum Waiting {
    /// A message; these are decided on together.
    Message(Box<Appending>),
    /// Anything else.
    Other(Box<dyn Asked>),
}

/// The handle by which verbs ask the writer.
pub(in crate::store) struct Writer {
    /// `None` once the store takes no more.
    queue: Mutex<Option<mpsc::Sender<Waiting>>>,
    /// Says so when the task has ended.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Starts the task that writes; it ends when the writer is closed and the queue is empty.
    ///
    /// Errors: `Unavailable` (no thread to be had).
    pub(in crate::store) fn start(setting: Setting) -> Result<Self, StoreError> {
        let (queue, waiting) = mpsc::channel(setting.queue);
        let (end, ended) = oneshot::channel();
        let (runtime, observer) = (Handle::current(), setting.observer.clone());
        let serving = serve(Committer::new(setting), waiting, observer);
        let task = move || {
            runtime.block_on(serving);
            // nobody may be waiting for it
            let _ = end.send(());
        };
        // committing blocks: SQLite waits for the disk on the thread that asks it to
        let thread = std::thread::Builder::new().name("writer".into()).spawn(task);
        thread.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), ended: Mutex::new(Some(ended)) })
    }

    /// Has a request done; answers once it is durable.
    pub(in crate::store) async fn ask<R: Request>(&self, request: R) -> Result<R::Answer, StoreError> {
        let (pending, answer) = Pending::new(request);
        self.enqueue(Waiting::Other(Box::new(pending)))?;
        wait(answer).await
    }

    /// Has a message appended; answers once it is durable.
    pub(in crate::store) async fn append(&self, new: NewMessage) -> Result<Appended, StoreError> {
        let (appending, answer) = Appending::new(new);
        self.enqueue(Waiting::Message(Box::new(appending)))?;
        wait(answer).await
    }

    /// Takes no more requests, and waits until those that wait are done.
    pub(in crate::store) async fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // a writer that panicked has closed its connection, too
            let _ = ended.await;
        }
    }

    fn enqueue(&self, waiting: Waiting) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else {
            return Err(StoreError::Unavailable("closing".into()));
        };
        queue.try_send(waiting).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Unavailable("too many writes wait".into()),
            TrySendError::Closed(_) => StoreError::Unavailable("the writer has stopped".into()),
        })
    }
}

async fn wait<T>(answer: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".into())))
}

async fn serve(
    mut committer: Committer,
    mut waiting: mpsc::Receiver<Waiting>,
    observer: Option<GroupObserver>,
) {
    let mut group = Vec::with_capacity(GROUP_REQUESTS);
    while waiting.recv_many(&mut group, GROUP_REQUESTS).await > 0 {
        let (requests, began) = (group.len(), Instant::now());
        committer.commit(std::mem::replace(&mut group, Vec::with_capacity(GROUP_REQUESTS))).await;
        if let Some(observe) = &observer {
            observe(GroupReport { requests, waiting: waiting.len(), took: began.elapsed() });
        }
    }
    committer.close().await;
}
