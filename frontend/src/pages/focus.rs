//! The focus is never lost: when the pane that held it goes, the pane that comes gets it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Watches which pane is shown (`shows`, as in `data-shows`) while the view lives.
pub fn keep_focus(shows: impl Fn() -> &'static str + 'static) {
    Effect::new(move |before: Option<&'static str>| {
        let now = shows();
        if before.is_some_and(|before| before != now) {
            pass_on(now);
        }
        now
    });
}

/// What has it goes: then this pane (as in `data-shows`) gets it.
pub fn pass_on(pane: &'static str) {
    request_animation_frame(move || {
        if is_lost() {
            focus_pane(pane);
        }
    });
}

/// Nothing that is seen has it.
fn is_lost() -> bool {
    document().active_element().is_none_or(|element| {
        let seen = element.get_bounding_client_rect().width() > 0.0;
        !seen || element.tag_name() == "BODY"
    })
}

fn focus_pane(pane: &str) {
    let wanted = match pane {
        "list" => ".pane-list a[tabindex='0'], .pane-list a, .pane-list button",
        "details" => ".pane-details button",
        _ => ".pane-main",
    };
    let element = document().query_selector(wanted).ok().flatten();
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
