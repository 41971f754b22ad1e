//! What views read: each store is a `Copy` struct of signals, and its own type in context.
//!
//! Only `services` write here. Views take a store with `expect_context::<ConversationsStore>()`, read its signals, and
//! say what the person wants through a verb of `services`.

mod conversations;
mod environment;
mod link;
mod notifications;
mod people;
mod prefs;
mod presence;
mod session;
mod signal;
mod storage;
pub mod timeline;
mod toasts;
mod updates;

use leptos::prelude::provide_context;

pub use conversations::{ConversationSlot, ConversationsStore};
pub use environment::{Environment, EnvironmentStore, Install};
pub use link::LinkStore;
pub use notifications::{NotificationState, NotificationsStore};
pub use people::PeopleStore;
pub use prefs::{LANGUAGES, PrefsStore, Theme, language_of, preferred_language};
pub use presence::PresenceStore;
pub use session::{Farewell, SessionState, SessionStore};
pub use signal::{ArcStoreSignal, StoreSignal};
pub use storage::{MemoryReason, StorageState, StorageStore};
pub use timeline::TimelineStore;
pub use toasts::{Notice, Toast, ToastStore};
pub use updates::{UpdateState, UpdatesStore};

/// All stores. Made once by [`Stores::new`] under the root owner, so that they live as long as the page.
#[derive(Clone, Copy)]
pub struct Stores {
    /// Who is signed in.
    pub session: SessionStore,
    /// The list at the left.
    pub conversations: ConversationsStore,
    /// Names and members.
    pub people: PeopleStore,
    /// Who is online.
    pub presence: PresenceStore,
    /// The open conversation.
    pub timeline: TimelineStore,
    /// The link to the server.
    pub link: LinkStore,
    /// Whether what is written is kept.
    pub storage: StorageStore,
    /// What this browser lets us do.
    pub environment: EnvironmentStore,
    /// Whether this browser notifies.
    pub notifications: NotificationsStore,
    /// Whether a newer build waits.
    pub updates: UpdatesStore,
    /// Language and theme.
    pub prefs: PrefsStore,
    /// Short messages in passing.
    pub toasts: ToastStore,
}

impl Default for Stores {
    fn default() -> Self {
        Self::new()
    }
}

impl Stores {
    /// Empty stores; `services::start` fills them.
    pub fn new() -> Self {
        let conversations = ConversationsStore::new();
        Self {
            session: SessionStore::new(),
            conversations,
            people: PeopleStore::new(),
            presence: PresenceStore::new(),
            timeline: TimelineStore::new(),
            link: LinkStore::new(),
            storage: StorageStore::new(),
            environment: EnvironmentStore::new(),
            notifications: NotificationsStore::new(),
            updates: UpdatesStore::new(),
            prefs: PrefsStore::new(),
            toasts: ToastStore::new(),
        }
    }

    /// Puts each store into context under its own type.
    pub fn provide(self) {
        provide_context(self.session);
        provide_context(self.conversations);
        provide_context(self.people);
        provide_context(self.presence);
        provide_context(self.timeline);
        provide_context(self.link);
        provide_context(self.storage);
        provide_context(self.environment);
        provide_context(self.notifications);
        provide_context(self.updates);
        provide_context(self.prefs);
        provide_context(self.toasts);
    }
}
