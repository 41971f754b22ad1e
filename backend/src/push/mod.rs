//! Hearing of a message when one is away: Web Push (RFC 8030), with no third party but the browser's own push service.
//!
//! ```text
//! publisher ─▶ notes ─▶ expand ─▶ deliveries (in the store) ─▶ deliver ─▶ push service ─▶ service worker
//!              a grace            one per browser and conversation        encrypted, padded
//! ```
//!
//! - **Nothing is lost.** What was written is in the log; the store remembers up to where it was [`expand`]ed into
//!   deliveries, and a delivery stays until a push service has taken it, or it is of no use any more.
//! - **Who has read is not told.** That one is connected proves nothing (a phone that sleeps looks so). Only reading does:
//!   a short grace for who reads at once, and somewhat longer for who is at a device that has received it.
//! - **Nobody else is told.** Endpoints are of push services we know ([`endpoint`]), what is sent is encrypted for the one
//!   browser ([`encrypt`]) and always of one length.

mod clear;
mod deliver;
pub mod encrypt;
pub mod endpoint;
mod expand;
mod hosts;
mod notes;
mod payload;
mod reach;
mod resolve;
pub mod sender;
pub mod vapid;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::Notify;
use tracing::{Instrument as _, info_span};

use clear::Reads;
use deliver::LEASE_S;
pub use deliver::try_out;
use endpoint::Services;
use notes::Notes;
use sender::Sender;
use vapid::VapidKey;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Commit, Store, StoreError};

/// The way out to push services. Cheap to clone.
#[derive(Clone)]
pub struct Push(Arc<Parts>);

struct Parts {
    key: VapidKey,
    sender: Sender,
    notes: Notes,
    reads: Reads,
    /// There are deliveries that may be due.
    due: Notify,
    /// Where people reach this server, without a slash at the end; nothing where the operator has not said.
    base: String,
    /// Whether what was read elsewhere is taken away by a push of its own.
    clears: bool,
}

impl Push {
    /// Takes the key that is kept, or makes one, and what the last process left on its way. Nothing may be written until it is
    /// told of commits.
    ///
    /// Errors: the key cannot be kept.
    pub(crate) async fn open(store: &Store, config: &Config, clock: &Clock) -> Result<Self, StoreError> {
        let state = store.push_state(VapidKey::generate(clock).to_bytes()).await?;
        let now = clock.now_s();
        store.give_back_deliveries(now, now + LEASE_S).await?;
        let key = VapidKey::from_bytes(&state.key)
            .ok_or_else(|| StoreError::Corrupt("the key for notifications is none".into()))?;
        let services = Services { known: config.push_services.clone(), vouched: config.push_allow.clone() };
        let base = config.public_url.as_ref().map(|url| url.origin().to_owned()).unwrap_or_default();
        if config.is_https() && config.contact().is_none() {
            tracing::warn!(
                "nobody can be notified in Safari: its push service wants --push-contact or --public-url"
            );
        }
        let sender = Sender::new(Arc::new(services), config.contact());
        let notes = Notes::new(state.expanded, store.position().await?, clock.now_ms());
        let clears = config.push_clear;
        Ok(Self(Arc::new(Parts {
            key,
            sender,
            notes,
            reads: Reads::default(),
            due: Notify::new(),
            base,
            clears,
        })))
    }

    /// The key that browsers subscribe with.
    pub fn public_key(&self) -> String {
        self.0.key.public()
    }

    /// The push services that browsers may name.
    pub fn services(&self) -> &Services {
        self.0.sender.services()
    }

    /// An endpoint as it is kept: written as everybody writes it. One that is none of ours stays as it is.
    pub fn normal(&self, endpoint: String) -> String {
        self.services().parse(&endpoint).map_or(endpoint, |known| known.to_string())
    }

    /// Takes note of what was committed. To be told of every commit, in order.
    pub(crate) fn note(&self, commit: &Commit, now_ms: i64) {
        self.0.notes.add(commit, now_ms);
        if self.0.clears {
            self.0.reads.add(commit);
        }
    }
}

/// Starts the services of this folder.
pub(crate) fn start(app: &App) {
    // as guests: the store stays open until they have ended in good order
    app.lifecycle.host(expand::run(app.clone()).instrument(info_span!("push expander")));
    app.lifecycle.host(deliver::run(app.clone()).instrument(info_span!("push deliverer")));
}
