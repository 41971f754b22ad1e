//! Messages, all of a group at once: look up, decide, write.
//!
//! [`lookup`] asks each table once for all that the messages name, [`decide`] goes through them in the order in which
//! they came and changes what was looked up as it goes (so that the second message of a group finds the first one
//! committed), and [`write`] brings the changes back, each table in few statements. A message alone takes the same
//! way; it is the length of the lists that differs.

mod decide;
mod lookup;
mod newcomers;
mod write;

pub(in crate::store) use decide::request_hash;

use common::id::ConversationId;
use tokio::sync::oneshot;

use super::audience::Audiences;
use super::transaction::Tx;
use crate::store::{Appended, Commit, Committed, NewMessage, StoreError};

/// A message with its asker.
pub(super) struct Appending {
    pub(super) new: NewMessage,
    outcome: Option<Result<Appended, StoreError>>,
    asker: oneshot::Sender<Result<Appended, StoreError>>,
}

impl Appending {
    /// A message, and where its answer will come.
    pub(super) fn new(new: NewMessage) -> (Self, oneshot::Receiver<Result<Appended, StoreError>>) {
        let (asker, answer) = oneshot::channel();
        (Self { new, outcome: None, asker }, answer)
    }

    /// What everyone else is to be told, now that it is committed.
    pub(super) fn commit(&self) -> Option<Commit> {
        let appended = self.outcome.as_ref()?.as_ref().ok().filter(|appended| !appended.duplicate)?;
        let what = Committed::Appended(appended.clone(), self.new.origin);
        Some(Commit { position: appended.position, what })
    }

    /// Gives the answer.
    pub(super) fn answer(self) {
        let outcome =
            self.outcome.unwrap_or_else(|| Err(StoreError::Corrupt("a message was passed over".into())));
        // the asker may have gone meanwhile
        let _ = self.asker.send(outcome);
    }

    /// Says that it was not stored.
    pub(super) fn fail(self, error: StoreError) {
        let _ = self.asker.send(Err(error));
    }
}

/// Appends a group's messages, and locks what its other requests will change.
pub(super) async fn append(
    tx: &mut Tx<'_>,
    audiences: &mut Audiences,
    messages: &mut [&mut Appending],
    locks: Vec<ConversationId>,
) -> Result<(), StoreError> {
    let mut known = lookup::look_up(tx, audiences, messages, locks).await?;
    let mut accepted = Vec::with_capacity(messages.len());
    let mut repeated = Vec::new();
    for (index, message) in messages.iter_mut().enumerate() {
        match known.decide(&message.new) {
            Ok(decide::Decision::Accept(message)) => accepted.push((index, message)),
            Ok(decide::Decision::Repeat(place)) => repeated.push((index, place)),
            Err(refusal) => message.outcome = Some(Err(refusal)),
        }
    }
    write::write(tx, &known, messages, accepted).await?;
    for (index, place) in repeated {
        messages[index].outcome = Some(Ok(write::load_first_answer(tx, place).await?));
    }
    Ok(())
}
