//! People, and an ear at the store's commits.

use std::sync::Arc;

use clap::{Args, Command, FromArgMatches};
use common::id::DeviceId;
use common::wire::{Epoch, ServerWords};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::app::App;
use crate::chat::{Announcement, Words, announce};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{AccountId, Caller, Commit, NewAccount, Store, StoreOptions};
use crate::telemetry::Metrics;

/// A store that nobody listens to but the test.
pub struct Room {
    pub app: App,
    commits: mpsc::Receiver<Commit>,
    /// Keeps the publisher waiting for what never comes.
    _unheard: mpsc::Sender<Commit>,
    _folder: TempDir,
}

impl Room {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::held(1_694_956_800, 7);
        let (sender, commits) = mpsc::channel(256);
        let ids = clock.clone();
        let mut options = StoreOptions::new(Epoch(7), Arc::new(move || ids.uuid_v7()));
        options.commits = Some(sender);
        let store = Store::open_sqlite(&folder.path().join("test.db"), options).await.unwrap();
        let command = Config::augment_args(Command::new("test").no_binary_name(true));
        let matches = command.try_get_matches_from(std::iter::empty::<&str>()).unwrap();
        let config = Config::from_arg_matches(&matches).unwrap();
        let (unheard, nothing) = mpsc::channel(1);
        let app = App::start(config, store, nothing, clock, Metrics::new()).await.unwrap();
        Self { app, commits, _unheard: unheard, _folder: folder }
    }

    pub async fn person(&self, name: &str) -> Caller {
        let new = NewAccount {
            user_id: name.into(),
            display_name: name.to_owned(),
            password_hash: String::new(),
            invite: None,
            now: self.app.clock.now_s(),
        };
        let account = self.app.store.create_account(new).await.unwrap();
        Caller { account, user_id: name.into(), device: DeviceId(self.app.clock.uuid_v7()) }
    }

    /// What the next commit means, with everybody connected.
    pub async fn told(&mut self) -> Vec<Announcement> {
        let commit = self.commits.try_recv().expect("a commit is told before it is answered");
        announce(&self.app.store, <[AccountId]>::to_vec, &commit).await.unwrap()
    }

    /// Nothing was committed.
    pub fn assert_nothing_told(&mut self) {
        assert!(self.commits.try_recv().is_err());
    }
}

/// Whom something is told to, in words that tests can compare: the action, and the accounts.
pub fn summary(told: &[Announcement]) -> Vec<(&'static str, Vec<i64>)> {
    told.iter()
        .map(|announcement| {
            let name = match &announcement.words {
                Words::Message { .. } => "message",
                Words::Coalesced { .. } => "coalesced",
                Words::Gone => "gone",
                Words::Pinned(words) | Words::Synced(words) => match words {
                    ServerWords::ReceiveEntry { .. } => "entry",
                    ServerWords::Conversation(_) => "conversation",
                    ServerWords::Receipt { read_count: Some(_), .. } => "own receipt",
                    ServerWords::Receipt { .. } => "receipt",
                    ServerWords::Profile(_) => "profile",
                    ServerWords::Account(_) => "account",
                    other => panic!("{other:?}"),
                },
            };
            let mut to: Vec<i64> = announcement.to.accounts().map(|account| account.0).collect();
            to.sort_unstable();
            (name, to)
        })
        .collect()
}
