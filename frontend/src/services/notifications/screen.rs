//! What this browser's notifications and the app's icon show: taken away when it was read, here or elsewhere.
//!
//! The leading tab does it, a moment after something changed that may matter: at once for all that changed until then.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::ready;
use std::rc::Rc;

use common::id::{MessageId, Seq, UserId};
use common::model::Standing;
use common::sync::{Change, ConversationKey, ConversationRecord, LinkState};
use gloo_timers::callback::Timeout;
use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Navigator, Notification};

use super::list::close_those;
use super::worker;
use crate::services::local::{self, names};
use crate::services::signed_in::page_is_visible;
use crate::storage::Storage;
use crate::stores::Stores;

/// What says of an answer that it waits (`public/notifications`).
const UNSENT: &str = "unsent";
/// So long after the first change the screen is looked at, milliseconds.
const LOOK_AFTER_MS: u32 = 300;

#[wasm_bindgen]
extern "C" {
    /// What `web-sys` marks unstable of it: the Badging API.
    #[wasm_bindgen(extends = Navigator)]
    type Badging;

    /// Fails where the browser has none; 0 takes the number away.
    #[wasm_bindgen(method, catch, js_name = "setAppBadge")]
    fn set_app_badge(this: &Badging, count: f64) -> Result<Promise, JsValue>;
}

/// What is shown outside of the page, for one account. Cheap to clone.
#[derive(Clone)]
pub(in crate::services) struct Screen {
    inner: Rc<Inner>,
}

struct Inner {
    stores: Stores,
    me: UserId,
    /// Where the service worker keeps what nobody has sent or taken over; in the tab that leads.
    storage: RefCell<Option<Storage>>,
    soon: RefCell<Option<Timeout>>,
    known: Cell<Known>,
}

/// How much of what there is is known here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// What was stored the last time: what was pushed since is not in it, and the service worker knows better how much is
    /// unread.
    Stored,
    /// All, since it was last looked: what is not known now was over before.
    JustAll,
    /// All, as far as the link goes.
    All,
}

impl Screen {
    pub(in crate::services) fn new(stores: Stores, me: UserId) -> Self {
        let (storage, soon, known) = (RefCell::new(None), RefCell::new(None), Cell::new(Known::Stored));
        Self { inner: Rc::new(Inner { stores, me, storage, soon, known }) }
    }

    /// This tab leads: from now on it looks.
    pub(in crate::services) fn lead(&self, storage: Storage) {
        *self.inner.storage.borrow_mut() = Some(storage);
        self.look_soon();
    }

    /// Looks soon, if any of this may matter.
    pub(in crate::services) fn take_changes(&self, changes: &[Change]) {
        let matters = |change: &Change| {
            matches!(
                change,
                Change::Conversation(_)
                    | Change::ConversationGone(_)
                    | Change::OutboxGone { .. }
                    | Change::Link(LinkState::Live)
            )
        };
        if changes.iter().any(|change| matches!(change, Change::Link(LinkState::Live))) {
            self.inner.known.set(Known::JustAll);
        }
        if changes.iter().any(matters) {
            self.look_soon();
        }
    }

    /// Looks soon: something was shown.
    pub(in crate::services) fn look_soon(&self) {
        let mut soon = self.inner.soon.borrow_mut();
        if soon.is_none() {
            let screen = self.clone();
            *soon = Some(Timeout::new(LOOK_AFTER_MS, move || {
                screen.inner.soon.take();
                spawn_local(async move { screen.look().await });
            }));
        }
    }

    /// Looks no more.
    pub(in crate::services) fn stop(&self) {
        self.inner.soon.take();
    }

    async fn look(&self) {
        let stores = self.inner.stores;
        if !stores.conversations.loaded.get_untracked() {
            return;
        }
        if self.inner.known.get() != Known::Stored {
            set_badge(stores.conversations.unread.get_untracked()).await;
        }
        // only then: that the link is live says little, it may have died without a word
        let caught_up = self.inner.known.get() == Known::JustAll;
        if caught_up {
            self.inner.known.set(Known::All);
            worker::counts();
        }
        if local::read(names::NOTIFIES).is_some() {
            let inner = Rc::clone(&self.inner);
            close_those(async move {
                let kept = inner.kept().await;
                move |notification: &Notification| inner.is_over(notification, caught_up, kept.as_ref())
            })
            .await;
        }
    }
}

impl Inner {
    /// The answers, by id, that nobody has sent or taken over; none where that cannot be read.
    async fn kept(&self) -> Option<HashSet<String>> {
        let storage = self.storage.borrow().clone()?;
        Some(storage.pending_actions().await?.into_iter().map(|(id, _)| id).collect())
    }

    fn is_over(&self, notification: &Notification, caught_up: bool, kept: Option<&HashSet<String>>) -> bool {
        let Some(about) = About::of(notification) else {
            return match kind(notification).as_deref() {
                // its text is nowhere else
                Some(UNSENT) => false,
                // but for one that was asked for just now
                Some("test") => caught_up && self.stores.notifications.tests_shown.get_untracked() == 0,
                // it says that there is something new, which somebody sees here
                _ => page_is_visible(),
            };
        };
        let slot = self.stores.conversations.slot(&about.key);
        if about.account != self.me.folded() {
            return false;
        }
        if let Some(id) = &about.answer {
            let is_it = |message: MessageId| id.parse().ok() == Some(message);
            let waits = slot.is_some_and(|slot| {
                slot.waiting.with_untracked(|all| all.iter().any(|item| is_it(item.record.message_id)))
            });
            return is_answer_over(kept.map(|kept| kept.contains(id)), waits, page_is_visible());
        }
        let record = slot.map(|slot| slot.record.get_untracked());
        about.is_over(record.as_ref(), caught_up)
    }
}

/// Whether it need not be said any more that an answer waits: it went out, or somebody sees it wait in the app. `is_kept`:
/// nobody has taken it over, as far as that is known; `waits`: the app has.
fn is_answer_over(is_kept: Option<bool>, waits: bool, is_seen: bool) -> bool {
    is_kept == Some(false) && (is_seen || !waits)
}

/// What a notification is about, as the server and the service worker write it.
fn kind(notification: &Notification) -> Option<String> {
    Reflect::get(&notification.data(), &"kind".into()).ok()?.as_string()
}

/// What a notification of a message speaks of (`backend/src/push/payload.rs`).
struct About {
    account: String,
    key: ConversationKey,
    seq: Seq,
    is_request: bool,
    /// The id of an answer that waits, if it speaks of one.
    answer: Option<String>,
}

impl About {
    fn of(notification: &Notification) -> Option<Self> {
        let data = notification.data();
        let field = |name: &str| Reflect::get(&data, &name.into()).ok();
        let text = |name| field(name)?.as_string();
        Some(Self {
            account: text("account")?,
            key: text("key")?.parse().ok()?,
            seq: field("seq")?.as_f64()? as Seq,
            is_request: kind(notification)? == "request",
            answer: text("id").filter(|_| kind(notification).as_deref() == Some(UNSENT)),
        })
    }

    /// Whether there is nothing to tell any more: it was read or answered, or one is no longer in. What is not known at
    /// all is over once everything is known that there is.
    fn is_over(&self, record: Option<&ConversationRecord>, caught_up: bool) -> bool {
        let Some(record) = record.filter(|record| record.conversation_id.is_some()) else { return caught_up };
        let own = &record.own;
        match own.standing {
            Standing::Declined => true,
            // a request is not read, it is answered
            Standing::Request => false,
            Standing::Accepted => self.is_request || own.role.is_none() || record.read_seq() >= self.seq,
        }
    }
}

/// Nothing is to be seen any more.
pub(super) async fn clear() {
    set_badge(0).await;
    close_those(ready(|_: &Notification| true)).await;
}

/// Nothing is shown any more but answers that could not be sent.
pub(super) async fn close_news() {
    close_those(ready(|notification: &Notification| kind(notification).as_deref() != Some(UNSENT))).await;
}

async fn set_badge(count: u64) {
    let Some(window) = web_sys::window() else { return };
    let badging: Badging = window.navigator().unchecked_into();
    if let Ok(setting) = badging.set_app_badge(count as f64) {
        // refused where the app is not installed, by some browsers
        drop(JsFuture::from(setting).await);
    }
}

#[cfg(test)]
mod tests {
    use common::id::ConversationId;
    use common::model::{ConversationKind, HistoryPolicy, OwnState, Role};

    use super::*;

    fn about(seq: Seq, is_request: bool) -> About {
        About { account: "me".into(), key: "@anna".parse().unwrap(), seq, is_request, answer: None }
    }

    fn record(standing: Standing, read_seq: Seq) -> ConversationRecord {
        let role = Some(Role::Member);
        ConversationRecord {
            key: "@anna".parse().unwrap(),
            conversation_id: Some(ConversationId(uuid::Uuid::from_u128(1))),
            kind: ConversationKind::Direct,
            peer: None,
            title: None,
            history: HistoryPolicy::default(),
            own: OwnState { standing, role, read_seq, ..OwnState::default() },
            head_seq: 9,
            head_count: 9,
            held: vec![],
            newest: None,
            active_at: 0,
            others_delivered: 0,
            others_read: 0,
            read_pending: None,
        }
    }

    #[test]
    fn what_was_read_is_over_wherever_it_was_read() {
        let elsewhere = record(Standing::Accepted, 7);
        assert!(about(7, false).is_over(Some(&elsewhere), false));
        assert!(!about(8, false).is_over(Some(&elsewhere), true));
        let here = ConversationRecord { read_pending: Some(8), ..elsewhere };
        assert!(about(8, false).is_over(Some(&here), false));
    }

    #[test]
    fn that_an_answer_waits_is_over_when_it_went_out_or_is_seen_to_wait() {
        assert!(!is_answer_over(Some(true), false, false), "the worker sends it");
        assert!(!is_answer_over(Some(true), false, true), "no app shows it");
        assert!(!is_answer_over(None, false, true), "who knows");
        assert!(!is_answer_over(Some(false), true, false), "nobody sees it wait");
        assert!(is_answer_over(Some(false), true, true));
        assert!(is_answer_over(Some(false), false, false));
    }

    #[test]
    fn a_request_is_over_when_it_is_answered() {
        assert!(!about(1, true).is_over(Some(&record(Standing::Request, 1)), true));
        assert!(about(1, true).is_over(Some(&record(Standing::Accepted, 0)), false));
        assert!(about(1, true).is_over(Some(&record(Standing::Declined, 0)), false));
    }

    #[test]
    fn a_group_that_one_has_left_is_over_and_an_unknown_one_when_all_is_known() {
        let mut left = record(Standing::Accepted, 0);
        left.own.role = None;
        assert!(about(1, false).is_over(Some(&left), false));
        assert!(!about(1, false).is_over(None, false));
        assert!(about(1, false).is_over(None, true));
    }
}
