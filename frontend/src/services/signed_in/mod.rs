//! All that runs while somebody is signed in: storage, the channel between tabs, the wish to lead, the driver in the tab
//! that does, and the timeline.
//!
//! The order at a start matters. The channel is joined before storage is read, and what comes over it waits until the
//! stores show what is stored: so nothing that is told in between is missed. A tab that leads reads storage after it got
//! the lead, because the one before it may have written until then.
//!
//! `start` begins, leads and stops; `hear` listens to the other tabs; `ask` gets done what is wanted, in whichever tab;
//! `adopt` takes over what was done in notifications; `stored` says where it is kept.

mod adopt;
mod ask;
mod hear;
mod start;
mod stored;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use common::id::{MessageId, UserId};
use common::sync::{Change, Target};
use common::text::Content;
use futures::lock::Mutex;
use gloo_timers::callback::Interval;
use wasm_bindgen_futures::spawn_local;

use super::drafts::Drafts;
use super::driver::Driver;
use super::intent::{Answer, Attendance, Intent, TabId, TabMessage};
use super::leader::Candidacy;
use super::notifications::Screen;
use super::tabs::Tabs;
use super::timeline::Timeline;
use crate::clock::{new_message_id, random_number};
use crate::storage::{Storage, database_name};
use crate::stores::{Farewell, StorageState, Stores};

/// All that runs while somebody is signed in. Cheap to clone.
#[derive(Clone)]
pub(in crate::services) struct SignedIn {
    inner: Rc<Inner>,
}

struct Inner {
    me: UserId,
    tab: TabId,
    stores: Stores,
    tabs: Tabs,
    storage: RefCell<Option<Storage>>,
    /// Where the leading tab's storage goes.
    leading_storage: Cell<StorageState>,
    candidacy: RefCell<Option<Candidacy>>,
    /// The lead was given to this tab.
    may_lead: Cell<bool>,
    driver: RefCell<Option<Driver>>,
    leading_tab: Cell<Option<TabId>>,
    /// What came before the stores showed what is stored; `None` from then on.
    early: RefCell<Option<Vec<Change>>>,
    timeline: RefCell<Option<Timeline>>,
    /// What notifications show.
    screen: Screen,
    drafts: Drafts,
    /// Messages of this tab that nobody answered for.
    unanswered: RefCell<Vec<(MessageId, Target, Content)>>,
    attendance: RefCell<Attendance>,
    rhythms: RefCell<Vec<Interval>>,
    /// Called when nobody is signed in any more.
    on_left: Box<dyn Fn(Farewell)>,
    left: Cell<bool>,
    expected_farewell: Cell<Option<Farewell>>,
    /// Held while what was done in notifications is being taken over.
    adopting: Mutex<()>,
}

impl SignedIn {
    /// Starts everything for `me`. `on_left` is called once when the account is signed out or wiped, here or in another
    /// tab.
    pub(in crate::services) fn start(
        stores: Stores,
        me: UserId,
        on_left: impl Fn(Farewell) + 'static,
    ) -> Self {
        let tab = TabId(random_number());
        let name = database_name(&me);
        let inner = Rc::new_cyclic(|weak: &Weak<Inner>| {
            let to_inner = weak.clone();
            let tabs = Tabs::join(&name, tab, move |message| {
                if let Some(inner) = to_inner.upgrade() {
                    inner.hear(message);
                }
            });
            Inner {
                screen: Screen::new(stores, me.clone()),
                me,
                tab,
                stores,
                tabs,
                storage: RefCell::new(None),
                leading_storage: Cell::new(StorageState::Ok),
                candidacy: RefCell::new(None),
                may_lead: Cell::new(false),
                driver: RefCell::new(None),
                leading_tab: Cell::new(None),
                early: RefCell::new(Some(Vec::new())),
                timeline: RefCell::new(None),
                drafts: Drafts::new(stores),
                unanswered: RefCell::new(Vec::new()),
                attendance: RefCell::new(Attendance { visible: page_is_visible(), ..Attendance::default() }),
                rhythms: RefCell::new(Vec::new()),
                on_left: Box::new(on_left),
                left: Cell::new(false),
                expected_farewell: Cell::new(None),
                adopting: Mutex::new(()),
            }
        });
        *inner.timeline.borrow_mut() = Some(Timeline::new(stores, inner.sources()));
        inner.stand(&name);
        inner.keep_rhythm();
        spawn_local(Rc::clone(&inner).begin());
        Self { inner }
    }

    /// Does what the person wants, in this tab if it leads, else in the one that does. `None` when nobody did.
    pub(in crate::services) async fn ask(&self, intent: Intent) -> Option<Answer> {
        self.inner.ask(intent).await.ok()
    }

    /// The same for what matters only now and needs no answer.
    pub(in crate::services) fn say(&self, intent: Intent) {
        self.inner.say(intent);
    }

    /// The open conversation.
    pub(in crate::services) fn timeline(&self) -> Timeline {
        self.inner.timeline.borrow().clone().expect("set at the start and never taken")
    }

    /// Drafts.
    pub(in crate::services) fn drafts(&self) -> &Drafts {
        &self.inner.drafts
    }

    /// Whose data these are.
    pub(in crate::services) fn me(&self) -> &UserId {
        &self.inner.me
    }

    /// The id for a message: the same as before where the same text to the same target found nobody to answer for it.
    pub(in crate::services) fn id_for(&self, target: &Target, content: &Content) -> MessageId {
        let mut unanswered = self.inner.unanswered.borrow_mut();
        match unanswered.iter().position(|(_, to, text)| to == target && text == content) {
            Some(index) => unanswered.swap_remove(index).0,
            None => new_message_id(),
        }
    }

    /// Nobody answered for a message; it may be stored or not.
    pub(in crate::services) fn was_unanswered(
        &self,
        message_id: MessageId,
        target: Target,
        content: Content,
    ) {
        self.inner.unanswered.borrow_mut().push((message_id, target, content));
    }

    /// Changes what this tab says that it shows.
    pub(in crate::services) fn attend(&self, change: impl FnOnce(&mut Attendance)) {
        let before = self.inner.attendance.borrow().clone();
        change(&mut self.inner.attendance.borrow_mut());
        if before != *self.inner.attendance.borrow() {
            self.inner.say_attendance();
        }
    }

    /// The page woke up, came into view, or the network changed.
    pub(in crate::services) fn woke(&self) {
        if let Some(driver) = &*self.inner.driver.borrow() {
            driver.woke();
        }
    }

    /// A notification was shown, or the page came into view: what it says may be known here already.
    pub(in crate::services) fn look_at_screen(&self) {
        if self.inner.leading().is_some() {
            self.inner.screen.look_soon();
        }
    }

    /// Takes over what was done in notifications and could not be sent, in the tab that leads; answers whether nothing is
    /// left.
    pub(in crate::services) async fn adopt_pending(&self) -> bool {
        self.inner.adopt_pending(false).await
    }

    /// The page is being left.
    pub(in crate::services) fn going(&self) {
        if let Some(candidacy) = &*self.inner.candidacy.borrow() {
            candidacy.going();
        }
    }

    /// What the person is doing will end the session: this is why, whatever the server then says of it.
    pub(in crate::services) fn expect_farewell(&self, farewell: Option<Farewell>) {
        self.inner.expected_farewell.set(farewell);
    }

    /// Stops everything and tells the other tabs. What is stored stays: see [`Storage::wipe`].
    pub(in crate::services) fn leave(&self, farewell: Farewell) {
        self.inner.tabs.post(&TabMessage::Left { farewell });
        self.inner.stop();
    }
}

/// Whether a person can see this page.
pub(in crate::services) fn page_is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}
