//! What the browser says of the page: seen or hidden, asleep or awake, with or without a network, about to go.

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, StorageEvent};

use super::intent::Intent;
use super::local::names;
use super::page::Page;
use super::signed_in::page_is_visible;
use super::{notifications, prefs, updates};

/// Listens for as long as the page lives.
pub(super) fn listen(page: &Page) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    on(&document, "visibilitychange", page, |page, _| seen_or_hidden(page));
    on(&document, "freeze", page, |page, _| keep_drafts(page));
    on(&document, "resume", page, |page, _| woke(page));
    on(&window, "pageshow", page, |page, _| woke(page));
    on(&window, "pagehide", page, |page, _| {
        keep_drafts(page);
        attend_as(page, false);
        if let Some(signed_in) = page.signed_in() {
            signed_in.going();
        }
    });
    on(&window, "online", page, |page, _| online(page, true));
    on(&window, "offline", page, |page, _| online(page, false));
    on(&window, "storage", page, |page, event| {
        let name = event.dyn_into::<StorageEvent>().ok().and_then(|event| event.key());
        match name.as_deref() {
            Some(names::SESSION) => session_changed(page),
            Some(names::NOTIFIES) => notifications::show(page.stores()),
            Some(names::LANGUAGE | names::THEME | names::LIST_WIDTH) => prefs::load(page.stores()),
            _ => {}
        }
    });
    if !window.navigator().on_line() {
        online(page, false);
    }
}

fn on(target: &EventTarget, name: &str, page: &Page, act: impl Fn(&Page, JsValue) + 'static) {
    let page = page.clone();
    let closure = Closure::<dyn FnMut(JsValue)>::new(move |event| act(&page, event));
    // fails only for a listener that is none
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

fn seen_or_hidden(page: &Page) {
    let visible = page_is_visible();
    attend_as(page, visible);
    if !visible {
        return keep_drafts(page);
    }
    woke(page);
    updates::look(page.stores());
    notifications::look(page.stores());
    if let Some(signed_in) = page.signed_in() {
        signed_in.timeline().mark_read();
        signed_in.look_at_screen();
    }
}

fn attend_as(page: &Page, visible: bool) {
    if let Some(signed_in) = page.signed_in() {
        signed_in.attend(|attendance| attendance.visible = visible);
    }
}

/// After sleep the socket may be dead without having said so.
fn woke(page: &Page) {
    if let Some(signed_in) = page.signed_in() {
        signed_in.woke();
        let has_network = web_sys::window().is_none_or(|window| window.navigator().on_line());
        signed_in.say(Intent::Online(has_network));
    }
}

fn online(page: &Page, has_network: bool) {
    if let Some(signed_in) = page.signed_in() {
        signed_in.say(Intent::Online(has_network));
        if has_network {
            spawn_local(async move {
                signed_in.adopt_pending().await;
            });
        }
    }
}

fn keep_drafts(page: &Page) {
    if let Some(signed_in) = page.signed_in() {
        signed_in.drafts().write();
    }
}

/// A moment later: the tab that signed out says so itself, and better.
fn session_changed(page: &Page) {
    let page = page.clone();
    Timeout::new(300, move || page.session_changed_elsewhere()).forget();
}
