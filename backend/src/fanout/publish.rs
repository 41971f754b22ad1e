//! The publisher: the one task through which everything that is heard passes, in commit order.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use common::wire::{CloseCode, Position, ServerWords};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep_until};

use super::frame::{Encoded, encode, encode_reply};
use super::receipts::Gathered;
use super::{Ending, Hint, Listener};
use crate::app::App;
use crate::chat::{self, Announcement, Audience, Words};
use crate::store::Commit;

/// Between something being told and the `position` that covers it; also between two frames of gathered receipts.
const SETTLE_AFTER: Duration = Duration::from_secs(1);
/// Commits taken from the channel at once.
const BATCH: usize = 256;
/// How often the store is asked again when it cannot be read, and how long the first pause is; each is twice the one
/// before. After that everybody is told to come back and resume.
const READ_AGAIN: u32 = 5;
const READ_AGAIN_AFTER: Duration = Duration::from_millis(50);
/// Seconds over which those come back.
const COME_BACK_WITHIN_S: u64 = 10;

/// Publishes until the store closes.
pub async fn run(app: App, mut commits: mpsc::Receiver<Commit>, mut hints: mpsc::Receiver<Hint>) {
    let mut publisher = Publisher {
        app,
        due: Vec::new(),
        gathered: Gathered::default(),
        removed_at: 0,
        settle: Box::pin(sleep_until(Instant::now())),
    };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            // before new commits, or under load nobody would ever hear a position
            () = &mut publisher.settle, if publisher.is_owing() => publisher.settle(),
            taken = commits.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    break;
                }
                for commit in batch.drain(..) {
                    publisher.publish(&commit).await;
                }
            }
            Some(hint) = hints.recv() => publisher.hint(hint),
        }
    }
}

struct Publisher {
    app: App,
    /// Listeners that were told something since the last `position`.
    due: Vec<Arc<Listener>>,
    gathered: Gathered,
    /// The newest published commit that took something out of somebody's sight.
    removed_at: u64,
    /// When what is owed is to be told.
    settle: Pin<Box<Sleep>>,
}

impl Publisher {
    async fn publish(&mut self, commit: &Commit) {
        if chat::removes(commit) {
            self.gathered.tell(self.app.fanout.hub());
            self.removed_at = commit.position;
        }
        for announcement in self.announcements(commit).await {
            self.tell(announcement);
        }
        self.app.push.note(commit, self.app.clock.now_ms());
        self.app.fanout.publish_up_to(commit.position);
    }

    /// Asks `chat` what the commit means, again if the store cannot be read just now.
    async fn announcements(&self, commit: &Commit) -> Vec<Announcement> {
        let mut pause = READ_AGAIN_AFTER;
        for _ in 0..READ_AGAIN {
            let here = |accounts: &[_]| self.app.fanout.hub().synced(accounts);
            match chat::announce(&self.app.store, here, commit).await {
                Ok(announcements) => return announcements,
                Err(error) => tracing::warn!(%error, position = commit.position, "cannot tell of a commit"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        tracing::error!(position = commit.position, "a commit could not be told; all sockets have to resume");
        self.app.fanout.hub().every(|listener| {
            let retry_after_s = Some(1 + self.app.clock.random_below(COME_BACK_WITHIN_S));
            listener.end(Ending { code: CloseCode::ComeBack, retry_after_s });
        });
        Vec::new()
    }

    fn hint(&mut self, hint: Hint) {
        if hint.read_at < self.removed_at {
            return;
        }
        if let Announcement { words: Words::Synced(words), to } = hint.announcement {
            let mut frame = Encoded::new(words);
            self.app.fanout.hub().each(to.accounts(), |listener| listener.mention(&mut frame, true));
        }
    }

    /// Queues what was stored to its audience, to be followed by a `position`.
    fn tell(&mut self, announcement: Announcement) {
        let Announcement { words, to } = announcement;
        match words {
            Words::Message { conversation, entry, from } => {
                let message_id = entry.message_id;
                let sent = from.map(|_| chat::send::sent(conversation, &entry));
                let mut received =
                    Encoded::new(ServerWords::ReceiveMessage { conversation_id: conversation, entry });
                self.each(&to, |listener| match &sent {
                    Some(sent) if from == Some(listener.origin()) => {
                        let reply_to = listener.take_reply(message_id);
                        listener.tell(&mut encode_reply(sent.clone(), reply_to).into(), false)
                    }
                    _ => listener.tell(&mut received, false),
                });
            }
            Words::Pinned(words) => {
                let mut frame = Encoded::new(words);
                self.each(&to, |listener| listener.tell(&mut frame, false));
            }
            Words::Synced(words) => {
                let mut frame = Encoded::new(words);
                self.each(&to, |listener| listener.tell(&mut frame, true));
            }
            Words::Coalesced { conversation, receipt } => {
                self.owe();
                self.gathered.add(conversation, receipt, to);
            }
            Words::Gone => {
                for account in to.accounts() {
                    self.app.fanout.close_account(*account, None, CloseCode::Revoked);
                }
            }
        }
    }

    /// Tells each listener of the audience by `tell`, which says whether that listener is owed a `position` since.
    fn each(&mut self, to: &Audience, mut tell: impl FnMut(&Listener) -> bool) {
        let (mut count, app) = (0, self.app.clone());
        app.fanout.hub().each(to.accounts(), |listener| {
            count += 1;
            if tell(listener) {
                self.owe();
                self.due.push(Arc::clone(listener));
            }
        });
        if count > 0 {
            app.metrics.audience.observe(f64::from(count));
        }
    }

    fn is_owing(&self) -> bool {
        !self.due.is_empty() || !self.gathered.is_empty()
    }

    /// Something is owed from now on; the first one sets the time.
    fn owe(&mut self) {
        if !self.is_owing() {
            self.settle.as_mut().reset(Instant::now() + SETTLE_AFTER);
        }
    }

    /// Tells what was gathered, and then up to where everything is queued.
    fn settle(&mut self) {
        self.gathered.tell(self.app.fanout.hub());
        let at = self.app.fanout.published();
        let position = Position::complete(self.app.store.epoch(), at);
        let frame = encode(ServerWords::Position { position });
        for listener in self.due.drain(..) {
            listener.settle(at, &frame);
        }
    }
}
