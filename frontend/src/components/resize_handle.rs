//! The edge between the list and the conversation, which can be dragged.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::i18n::use_texts;
use crate::services::ThisDevice;
use crate::stores::PrefsStore;

/// The list's width where nobody dragged it, CSS pixels: `--list-width` of the tokens.
const USUAL_PX: u32 = 340;
/// The narrowest that still shows a name and a time.
const LEAST_PX: u32 = 260;
/// The widest that leaves room for the messages.
const MOST_PX: u32 = 480;
/// One press of an arrow key.
const STEP_PX: u32 = 16;

/// The edge; with the keyboard: left and right.
#[component]
pub fn ResizeHandle() -> impl IntoView {
    let texts = use_texts();
    let device = expect_context::<ThisDevice>();
    let prefs = expect_context::<PrefsStore>();
    let width = move || prefs.list_width_px.get().unwrap_or(USUAL_PX);
    let set = move |px: u32| device.set_list_width(px.clamp(LEAST_PX, MOST_PX));
    let dragging = RwSignal::new(false);
    let grip = move |event: PointerEvent, on: bool| {
        let element = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(element) = element {
            let id = event.pointer_id();
            let _ = if on { element.set_pointer_capture(id) } else { element.release_pointer_capture(id) };
        }
        dragging.set(on);
    };
    let drag = move |event: PointerEvent| {
        if dragging.get_untracked() {
            set(event.client_x().max(0).unsigned_abs());
        }
    };
    let key = move |event: KeyboardEvent| {
        let now = prefs.list_width_px.get_untracked().unwrap_or(USUAL_PX);
        match event.key().as_str() {
            "ArrowLeft" => set(now.saturating_sub(STEP_PX)),
            "ArrowRight" => set(now + STEP_PX),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div
            class="resize"
            class:resize-dragging=move || dragging.get()
            role="separator"
            aria-orientation="vertical"
            aria-label=texts.list_resize()
            aria-valuenow=move || width().to_string()
            aria-valuemin=LEAST_PX.to_string()
            aria-valuemax=MOST_PX.to_string()
            tabindex="0"
            on:pointerdown=move |event| grip(event, true)
            on:pointermove=drag
            on:pointerup=move |event| grip(event, false)
            on:pointercancel=move |event| grip(event, false)
            on:dblclick=move |_| set(USUAL_PX)
            on:keydown=key
        ></div>
    }
}
