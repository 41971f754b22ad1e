//! A button that opens a short list of things to do, in the browser's top layer.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ToggleEvent};

use crate::components::kit::{Glyph, Icon, When};

/// One thing to do.
#[derive(Clone)]
pub struct MenuItem {
    /// Its words.
    pub words: String,
    /// Whether it cannot be undone.
    pub grave: bool,
    /// Does it.
    pub on_choose: Callback<()>,
}

impl MenuItem {
    /// An ordinary thing to do.
    pub fn new(words: impl Into<String>, on_choose: impl Into<Callback<()>>) -> Self {
        Self { words: words.into(), grave: false, on_choose: on_choose.into() }
    }

    /// One that cannot be undone.
    pub fn grave(words: impl Into<String>, on_choose: impl Into<Callback<()>>) -> Self {
        Self { grave: true, ..Self::new(words, on_choose) }
    }
}

/// The button and its list. Arrow keys move, Esc closes, and the focus returns to the button.
#[component]
pub fn Menu(
    /// What the list is about, in words.
    #[prop(into)]
    label: String,
    /// The drawing on the button.
    #[prop(default = Icon::More)]
    icon: Icon,
    /// What there is to do, asked for when it opens.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // The browser closes an open list when the pointer goes down on its button; the click must not open it again.
    let was_open = StoredValue::new(false);
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    };
    list.on_load(move |list| {
        request_animation_frame(move || {
            if !list.is_connected() {
                return;
            }
            let _ = list.show_popover();
            if let Some(button) = button.get_untracked() {
                place(&list, &button);
            }
            step(&list, Step::First);
        });
    });
    let key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => step(&list, Step::Next),
            "ArrowUp" => step(&list, Step::Previous),
            "Home" => step(&list, Step::First),
            "End" => step(&list, Step::Last),
            "Escape" | "Tab" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let row = move |item: MenuItem| {
        let choose = move |_| {
            close();
            item.on_choose.run(());
        };
        view! {
            <button type="button" role="menuitem" tabindex="-1" class="menu-item" class:grave=item.grave on:click=choose>
                {item.words}
            </button>
        }
    };
    let list_label = label.clone();
    view! {
        <button
            node_ref=button
            type="button"
            class="icon-button"
            aria-label=label.clone()
            title=label
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            on:pointerdown=move |_| was_open.set_value(open.get_untracked())
            on:click=move |_| {
                open.set(!was_open.get_value());
                was_open.set_value(false);
            }
        >
            <Glyph icon=icon/>
        </button>
        <When holds=move || open.get()>
            <div
                node_ref=list
                class="menu"
                role="menu"
                popover="auto"
                aria-label=list_label.clone()
                on:keydown=key
                on:toggle=move |event| {
                    if event.unchecked_ref::<ToggleEvent>().new_state() == "closed" {
                        open.try_set(false);
                    }
                }
            >
                {items.run(()).into_iter().map(row).collect_view()}
            </div>
        </When>
    }
}

enum Step {
    First,
    Previous,
    Next,
    Last,
}

fn step(list: &HtmlElement, step: Step) {
    let count = list.child_element_count();
    let items = list.children();
    let focused = document().active_element();
    let now = (0..count).find(|at| items.item(*at) == focused);
    let to = match (step, now) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => count.saturating_sub(1),
        (Step::Next, Some(at)) => (at + 1) % count,
        (Step::Previous, Some(at)) => (at + count - 1) % count,
    };
    if let Some(item) = items.item(to).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// Puts the list under the button, or above it where there is no room, and never beyond the window.
fn place(list: &HtmlElement, button: &HtmlElement) {
    let (list_box, button_box) = (list.get_bounding_client_rect(), button.get_bounding_client_rect());
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let width = size(window().inner_width()).unwrap_or(list_box.width());
    let height = size(window().inner_height()).unwrap_or(list_box.height());
    let left = (button_box.right() - list_box.width()).clamp(0.0, (width - list_box.width()).max(0.0));
    let below = button_box.bottom();
    let top = if below + list_box.height() <= height { below } else { button_box.top() - list_box.height() };
    let style = list.style();
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{}px", top.max(0.0)));
}
