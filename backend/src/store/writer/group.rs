//! A group's way through its transaction, and what happens when that fails.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::append::append;
use super::audience::Audiences;
use super::queue::{Setting, Waiting};
use super::statements::Statements;
use super::transaction::Tx;
use crate::store::dialect::{Engine, WriteConnection};
use crate::store::{Commit, IdSource, StoreError};

/// How often a request that lost a race with another node is tried.
const RACES: usize = 4;

/// The writer's task: its connection, and what it keeps from group to group.
pub(super) struct Committer {
    engine: Engine,
    /// `None` before the first group, and after a failure that it did not survive.
    connection: Option<WriteConnection>,
    statements: Arc<Statements>,
    audiences: Audiences,
    new_id: IdSource,
    commits: Option<mpsc::Sender<Commit>>,
}

impl Committer {
    /// Connects with the first group.
    pub(super) fn new(setting: Setting) -> Self {
        let Setting { engine, new_id, commits, queue: _, observer: _ } = setting;
        let statements = Arc::new(Statements::new(engine.dialect()));
        Self { engine, connection: None, statements, audiences: Audiences::default(), new_id, commits }
    }

    /// Commits a group and answers its askers; every request is answered when this returns.
    pub(super) async fn commit(&mut self, mut group: Vec<Waiting>) {
        let error = match self.attempt(&mut group).await {
            Ok(()) => return self.settle(group).await,
            Err(error) => error,
        };
        if matches!(error, StoreError::Unavailable(_)) {
            tracing::warn!(requests = group.len(), %error, "a group cannot be written now");
            group.into_iter().for_each(|waiting| waiting.fail(StoreError::Unavailable(error.to_string())));
            return;
        }
        tracing::debug!(requests = group.len(), %error, "a group failed and is replayed one by one");
        for waiting in group {
            self.replay(waiting).await;
        }
    }

    /// One request in a transaction of its own.
    async fn replay(&mut self, waiting: Waiting) {
        let mut alone = vec![waiting];
        let mut tries = 1;
        loop {
            match self.attempt(&mut alone).await {
                Ok(()) => return self.settle(alone).await,
                Err(StoreError::Raced(_)) if tries < RACES => tries += 1,
                Err(error) => {
                    tracing::warn!(%error, "a request cannot be written");
                    return alone.into_iter().next().map(|waiting| waiting.fail(error)).unwrap_or_default();
                }
            }
        }
    }

    /// One transaction. On failure nothing of it is left, and the connection is usable or gone.
    async fn attempt(&mut self, group: &mut [Waiting]) -> Result<(), StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.engine.writer().await?,
        };
        let outcome = self.transact(&mut connection, group).await;
        if outcome.is_ok() || connection.conn().run("rollback", Vec::new()).await.is_ok() {
            self.connection = Some(connection);
        }
        outcome
    }

    async fn transact(
        &mut self,
        connection: &mut WriteConnection,
        group: &mut [Waiting],
    ) -> Result<(), StoreError> {
        let begin = connection.begin();
        let requests = group.len();
        let (mut messages, mut others) = (Vec::with_capacity(requests), Vec::new());
        for waiting in group {
            match waiting {
                Waiting::Message(message) => messages.push(&mut **message),
                Waiting::Other(other) => others.push(other),
            }
        }
        let mut tx = Tx::new(connection.conn(), self.statements.clone(), &self.new_id, requests);
        tx.conn.run(begin, Vec::new()).await?;
        let locks = others.iter().flat_map(|other| other.locks()).collect();
        append(&mut tx, &mut self.audiences, &mut messages, locks).await?;
        for other in others {
            other.apply(&mut tx).await?;
        }
        tx.conn.run("commit", Vec::new()).await?;
        Ok(())
    }

    /// Tells and answers, in the order of positions: messages first, as they were written.
    async fn settle(&mut self, group: Vec<Waiting>) {
        let (messages, others): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|waiting| matches!(waiting, Waiting::Message(_)));
        for waiting in messages.into_iter().chain(others) {
            if let Some(commits) = &self.commits
                && let Some(commit) = waiting.told()
                // nobody listens any more when the program stops
                && commits.send(commit).await.is_err()
            {
                self.commits = None;
            }
            waiting.answer();
        }
    }

    /// Closes the connection.
    pub(super) async fn close(self) {
        if let Some(connection) = self.connection {
            connection.close().await;
        }
    }
}

impl Waiting {
    fn told(&self) -> Option<Commit> {
        match self {
            Self::Message(message) => message.commit(),
            Self::Other(other) => other.commit(),
        }
    }

    fn answer(self) {
        match self {
            Self::Message(message) => message.answer(),
            Self::Other(other) => other.answer(),
        }
    }

    fn fail(self, error: StoreError) {
        match self {
            Self::Message(message) => message.fail(error),
            Self::Other(other) => other.fail(error),
        }
    }
}
