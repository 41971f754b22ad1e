//! Which tab leads: the one that holds the Web Lock, or the lease where there are no locks.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::intent::TabId;
use super::lease::{CLAIM_STANDS_AFTER_MS, LOOK_EVERY_MS, Lease, Move, next_move};
use super::local;
use crate::clock::now_ms;

/// A tab's wish to lead. Dropping it gives the lead up.
pub(super) struct Candidacy {
    inner: Rc<Inner>,
}

/// Called by the browser with the lock; the lock is held for as long as the promise is not resolved.
type OnGranted = Closure<dyn FnMut(JsValue) -> Promise>;

struct Inner {
    me: TabId,
    name: String,
    leads: Cell<bool>,
    on_lead: Box<dyn Fn()>,
    on_greet: Box<dyn Fn()>,
    /// Resolves the promise for as long as which the lock is held.
    release: RefCell<Option<Function>>,
    granted: RefCell<Option<OnGranted>>,
    /// Present where there are no locks.
    looking: RefCell<Option<Interval>>,
    claiming: RefCell<Option<Timeout>>,
    heard_ms: Cell<u64>,
}

impl Candidacy {
    /// Wishes to lead among the tabs that use the same name. `on_lead` is called once, when this tab leads; `on_greet`
    /// when the leading tab is to be asked for a sign of life (only where there are no locks).
    pub(super) fn stand(
        name: &str,
        me: TabId,
        on_lead: impl Fn() + 'static,
        on_greet: impl Fn() + 'static,
    ) -> Self {
        let inner = Rc::new(Inner {
            me,
            name: name.to_owned(),
            leads: Cell::new(false),
            on_lead: Box::new(on_lead),
            on_greet: Box::new(on_greet),
            release: RefCell::new(None),
            granted: RefCell::new(None),
            looking: RefCell::new(None),
            claiming: RefCell::new(None),
            heard_ms: Cell::new(now_ms()),
        });
        match inner.request_lock() {
            Ok(held) => {
                let weak = Rc::downgrade(&inner);
                spawn_local(async move {
                    let refused = JsFuture::from(held).await.is_err();
                    if let Some(inner) = weak.upgrade().filter(|inner| refused && !inner.leads.get()) {
                        inner.look_for_the_lease();
                    }
                });
            }
            Err(_) => inner.look_for_the_lease(),
        }
        Self { inner }
    }

    /// Something came from the leading tab.
    pub(super) fn heard_leader(&self) {
        self.inner.heard_ms.set(now_ms());
    }

    /// The page is being left: a lease is given up at once, so that the next tab need not find out by silence. Should the
    /// page come back after all, it notices that it leads no longer.
    pub(super) fn going(&self) {
        let inner = &self.inner;
        if inner.leads.get() && inner.looking.borrow().is_some() {
            local::remove(&inner.lease_name());
        }
    }

    /// Whether this tab still leads. With a lease another tab may have taken over while this one slept.
    pub(super) fn still_leads(&self) -> bool {
        let inner = &self.inner;
        if inner.leads.get() && inner.looking.borrow().is_some() {
            let lease: Option<Lease> = local::read_record(&inner.lease_name());
            inner.leads.set(lease.is_some_and(|lease| lease.holder == inner.me));
        }
        inner.leads.get()
    }
}

impl Drop for Candidacy {
    fn drop(&mut self) {
        let inner = &self.inner;
        if let Some(release) = inner.release.borrow_mut().take() {
            let _ = release.call0(&JsValue::NULL);
        }
        let by_lease = inner.looking.borrow_mut().take().is_some();
        if by_lease && inner.leads.get() {
            local::remove(&inner.lease_name());
        }
        inner.claiming.borrow_mut().take();
        inner.leads.set(false);
    }
}

impl Inner {
    fn lease_name(&self) -> String {
        format!("{}{}", local::names::LEASE, self.name)
    }

    fn lead(&self) {
        if !self.leads.replace(true) {
            (self.on_lead)();
        }
    }

    /// Queues for the lock, which is given to one tab after the other as they close. The bindings of `web-sys` for it
    /// are marked unstable, so it is asked by name.
    fn request_lock(self: &Rc<Self>) -> Result<Promise, JsValue> {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into())?;
        let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
        let weak = Rc::downgrade(self);
        let granted = Closure::new(move |_lock: JsValue| hold(&weak));
        let held = request.call2(&locks, &self.name.as_str().into(), granted.as_ref())?;
        *self.granted.borrow_mut() = Some(granted);
        held.dyn_into()
    }

    fn look_for_the_lease(self: &Rc<Self>) {
        self.heard_ms.set(now_ms());
        let weak = Rc::downgrade(self);
        let interval = Interval::new(LOOK_EVERY_MS, move || {
            if let Some(inner) = weak.upgrade() {
                inner.look();
            }
        });
        *self.looking.borrow_mut() = Some(interval);
        self.look();
    }

    fn look(self: &Rc<Self>) {
        if self.leads.get() || self.claiming.borrow().is_some() {
            return;
        }
        let lease = local::read_record(&self.lease_name());
        let silent_ms = now_ms().saturating_sub(self.heard_ms.get());
        match next_move(lease, self.me, silent_ms) {
            Move::Wait => {}
            Move::Greet => (self.on_greet)(),
            Move::Claim => self.claim(),
        }
    }

    fn claim(self: &Rc<Self>) {
        local::write_record(&self.lease_name(), &Lease { holder: self.me });
        let weak = Rc::downgrade(self);
        let timeout = Timeout::new(CLAIM_STANDS_AFTER_MS, move || {
            let Some(inner) = weak.upgrade() else { return };
            inner.claiming.borrow_mut().take();
            inner.heard_ms.set(now_ms());
            let lease: Option<Lease> = local::read_record(&inner.lease_name());
            // without any storage there is nobody to agree with
            if lease.is_none_or(|lease| lease.holder == inner.me) {
                inner.lead();
            }
        });
        *self.claiming.borrow_mut() = Some(timeout);
    }
}

/// The lock is ours for as long as the promise given back is not resolved.
fn hold(candidate: &Weak<Inner>) -> Promise {
    Promise::new(&mut |resolve, _reject| match candidate.upgrade() {
        Some(inner) => {
            *inner.release.borrow_mut() = Some(resolve);
            inner.lead();
        }
        None => {
            let _ = resolve.call0(&JsValue::NULL);
        }
    })
}
