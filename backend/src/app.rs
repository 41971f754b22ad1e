//! The one state of the program: handles to everything, given explicitly to whoever needs it.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::auth::password::Passwords;
use crate::auth::rate::Limits;
use crate::clock::Clock;
use crate::config::Config;
use crate::fanout::{self, Fanout};
use crate::lifecycle::{GUESTS_LEAVE_WITHIN, Lifecycle, SERVICES_END_WITHIN};
use crate::push::{self, Push};
use crate::store::{Commit, Store, StoreError};
use crate::telemetry::Metrics;

/// Commits that may wait for the publisher; beyond, the store's writer waits for it.
pub const COMMIT_QUEUE: usize = 4_096;

/// A handle to all handles. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Handles>);

/// What the program is made of.
pub struct Handles {
    /// What the operator set.
    pub config: Config,
    /// What is remembered.
    pub store: Store,
    /// Who is here, and the way to tell them.
    pub fanout: Fanout,
    /// Time and chance.
    pub clock: Clock,
    /// Who runs, and how it ends.
    pub lifecycle: Lifecycle,
    /// How often one may.
    pub limits: Limits,
    /// What is counted.
    pub metrics: Metrics,
    /// The way out to push services.
    pub push: Push,
    /// Hashing, off the async threads.
    pub passwords: Passwords,
}

impl Deref for App {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

impl App {
    /// Puts the parts together and starts the services. `commits` is the other end of the channel that the store was
    /// opened with (of [`COMMIT_QUEUE`] places); nothing may have been written since.
    ///
    /// Errors: the store cannot be read.
    pub async fn start(
        config: Config,
        store: Store,
        commits: mpsc::Receiver<Commit>,
        clock: Clock,
        metrics: Metrics,
    ) -> Result<Self, StoreError> {
        let (fanout, hints) = Fanout::new(&store, clock.clone(), metrics.clone()).await?;
        let push = Push::open(&store, &config, &clock).await?;
        let limits = Limits::new(&config.bounds);
        let (lifecycle, passwords) = (Lifecycle::new(), Passwords::new());
        let app = Self(Arc::new(Handles {
            config,
            store,
            fanout,
            clock,
            lifecycle,
            limits,
            metrics,
            push,
            passwords,
        }));
        fanout::start(&app, commits, hints);
        push::start(&app);
        Ok(app)
    }

    /// Stops from the outside in (see [`crate::lifecycle`]): sockets are told when to come back, what is being
    /// committed still is, then the store closes. Listeners must watch [`Lifecycle::stopping`] themselves. False when
    /// somebody took too long and was left behind; everything acknowledged is on disk in any case.
    pub async fn stop(&self) -> bool {
        self.lifecycle.stop();
        self.fanout.say_goodbye();
        let guests_left = self.lifecycle.guests_left(GUESTS_LEAVE_WITHIN).await;
        fanout::finish(self).await;
        self.store.close().await;
        guests_left & self.lifecycle.services_ended(SERVICES_END_WITHIN).await
    }
}
