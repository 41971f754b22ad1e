//! A note in the data folder, by which commands tell a running server that they ended devices.
//!
//! A server asks the store about each request and each new socket, so ended devices are out in any case; but a socket
//! that is open asks nothing. The note makes the server look whose sockets have no session any more.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use common::id::DeviceId;
use common::wire::CloseCode;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::clock::Clock;
use crate::store::{AccountId, StoreError};

/// How soon a note is seen.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The note's place.
#[derive(Clone, Debug)]
pub struct Notice(pub(super) PathBuf);

impl Notice {
    /// Leaves a note; what it says does not matter, only that it is another one.
    pub fn leave(&self, clock: &Clock) -> io::Result<()> {
        std::fs::write(&self.0, format!("{:032x}\n", u128::from_le_bytes(clock.random())))
    }

    /// Looks for notes until the program stops.
    pub async fn watch(self, app: App) {
        let mut rounds = interval(LOOK_EVERY);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = self.read().await;
        loop {
            tokio::select! {
                () = app.lifecycle.stopping() => return,
                _ = rounds.tick() => {}
            }
            let now = self.read().await;
            if now == seen {
                continue;
            }
            match close_ended(&app).await {
                Ok(()) => seen = now,
                Err(error) => tracing::warn!(%error, "ended devices cannot be looked up now"),
            }
        }
    }

    /// No note is a note, too.
    async fn read(&self) -> Vec<u8> {
        tokio::fs::read(&self.0).await.unwrap_or_default()
    }
}

/// Closes the sockets of devices that have ended.
async fn close_ended(app: &App) -> Result<(), StoreError> {
    let mut connected: BTreeMap<AccountId, Vec<DeviceId>> = BTreeMap::new();
    app.fanout.hub().every(|listener| {
        connected.entry(listener.caller.account).or_default().push(listener.caller.device);
    });
    for (account, devices) in connected {
        let known = app.store.list_devices(account, devices[0]).await?;
        for device in devices {
            if !known.iter().any(|one| one.device_id == device) {
                app.fanout.close_device(account, device, CloseCode::SignedOut);
            }
        }
    }
    Ok(())
}
