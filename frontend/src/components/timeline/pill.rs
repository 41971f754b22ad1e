//! The way back to the newest messages.

use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon};
use crate::i18n::use_texts;
use crate::services::Chat;
use crate::stores::TimelineStore;

/// A pill above the composer while the end is not on screen; it says how many messages of others wait there.
#[component]
pub fn Pill(
    /// Whether the end is on screen.
    at_end: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let store = expect_context::<TimelineStore>();
    let chat = expect_context::<Chat>();
    let words = move || match store.below.get() {
        0 => texts.timeline_newer().to_owned(),
        count => texts.timeline_newer_count(count),
    };
    let tab_stop = move || if at_end.get() { "-1" } else { "0" };
    view! {
        <button
            type="button"
            class="pill"
            class:pill-away=move || at_end.get()
            class:pill-news=move || store.below.get() != 0
            tabindex=tab_stop
            aria-hidden=move || at_end.get().to_string()
            on:click=move |_| chat.to_end()
        >
            <span>{words}</span>
            <Glyph icon=Icon::Down/>
        </button>
    }
}
