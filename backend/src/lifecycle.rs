//! Who runs, and how it ends. Every task that the program starts is started here, under a name, and is waited for.
//!
//! There are two crews. **Guests** are what somebody outside keeps busy: sockets, requests, notifications on their way.
//! **Services** are what guests need: the publisher, the sweeper, the store's writer. Stopping goes from the outside in: no new guests,
//! guests finish (a message that is being committed still gets its tick), then the store closes, and the services
//! end because nothing is left for them.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// How long guests may take to finish once the program stops.
pub const GUESTS_LEAVE_WITHIN: Duration = Duration::from_secs(10);
/// How long services may take after that.
pub const SERVICES_END_WITHIN: Duration = Duration::from_secs(5);

/// Starts tasks and ends them. Cloning gives another handle to the same one.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    stop: CancellationToken,
    guests: TaskTracker,
    services: TaskTracker,
}

impl Lifecycle {
    /// Nothing runs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a service under a name, which its log lines carry.
    pub fn spawn<F>(&self, name: &'static str, service: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.services.spawn(service.instrument(tracing::info_span!("service", name)))
    }

    /// Starts a guest. Guests are many, so they have no span each: their log lines carry their number instead.
    pub fn host<F>(&self, guest: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.guests.spawn(guest)
    }

    /// Does something to its end, even when whoever waits for it goes away (a cut request, say).
    pub async fn finish<F>(&self, work: F) -> F::Output
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match self.guests.spawn(work.in_current_span()).await {
            Ok(output) => output,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Begins to stop: listeners close, nothing new is started.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Whether stopping has begun.
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits until stopping begins.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Waits until every guest has left; false when they took longer than `within`.
    pub async fn guests_left(&self, within: Duration) -> bool {
        self.guests.close();
        tokio::time::timeout(within, self.guests.wait()).await.is_ok()
    }

    /// Waits until every service has ended; false when they took longer than `within`.
    pub async fn services_ended(&self, within: Duration) -> bool {
        self.services.close();
        tokio::time::timeout(within, self.services.wait()).await.is_ok()
    }
}

/// Waits until the operator asks the program to stop: ctrl-c, or SIGTERM where there is such a thing.
pub async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<Option<()>>();
    tokio::select! {
        () = interrupt => {}
        _ = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stopping_waits_for_guests_and_then_for_services() {
        let lifecycle = Lifecycle::new();
        let (leave, left) = tokio::sync::oneshot::channel::<()>();
        let guest = lifecycle.host(async move { left.await.is_ok() });
        let service = lifecycle.spawn("waits", {
            let lifecycle = lifecycle.clone();
            async move { lifecycle.stopping().await }
        });
        tokio::task::yield_now().await;
        lifecycle.stop();
        assert!(!lifecycle.guests_left(Duration::from_millis(10)).await, "the guest is still here");
        leave.send(()).unwrap();
        assert!(lifecycle.guests_left(GUESTS_LEAVE_WITHIN).await);
        assert!(lifecycle.services_ended(SERVICES_END_WITHIN).await);
        assert!(guest.await.unwrap());
        service.await.unwrap();
    }
}
