//! The list itself.

use common::sync::ConversationKey;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollToOptions};

use crate::components::conversation_list::item::ConversationItem;
use crate::components::conversation_list::visible::{scroll_to_show, visible_rows};
use crate::components::kit::Rows;
use crate::components::size_watch::watch_size;
use crate::routes::use_router;
use crate::stores::StoreSignal;

/// A list of conversations, each a link. Arrow keys move in it; it is one stop for the Tab key.
#[component]
pub fn ConversationList(
    /// Which, in their order.
    keys: StoreSignal<Vec<ConversationKey>>,
    /// What the list is.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let router = use_router();
    let scroller = NodeRef::<html::Div>::new();
    let place = RwSignal::new((0.0, 0.0));
    let row_px = row_height_px();
    let measure = move || {
        if let Some(scroller) = scroller.get_untracked() {
            let now = (f64::from(scroller.scroll_top()), f64::from(scroller.client_height()));
            if place.get_untracked() != now {
                place.set(now);
            }
        }
    };
    watch_size(scroller, measure);
    let range = Memo::new(move |_| {
        let (top, height) = place.get();
        visible_rows(top, height, row_px, keys.with(Vec::len))
    });
    let drawn = move || {
        let range = range.get();
        keys.with(|keys| keys.get(range).map(<[_]>::to_vec).unwrap_or_default())
    };
    // The one item that Tab reaches: where the focus was last, else the open one, else the first.
    let reached = RwSignal::new(None::<ConversationKey>);
    let stop = Memo::new(move |_| {
        let open = router.with(|route| route.conversation().cloned());
        keys.with(|keys| {
            reached.get().or(open).filter(|key| keys.contains(key)).or_else(|| keys.first().cloned())
        })
    });
    let key_down = move |event: KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let keys = keys.read_untracked();
        let now =
            stop.with_untracked(|stop| keys.iter().position(|key| Some(key) == stop.as_ref())).unwrap_or(0);
        let last = keys.len().saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowDown" => (now + 1).min(last),
            "ArrowUp" => now.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        let (Some(key), Some(scroller)) = (keys.get(to).cloned(), scroller.get_untracked()) else { return };
        event.prevent_default();
        let (top, height) = place.get_untracked();
        let options = ScrollToOptions::new();
        options.set_top(scroll_to_show(to, top, height, row_px));
        scroller.scroll_to_with_scroll_to_options(&options);
        measure();
        reached.set(Some(key.clone()));
        request_animation_frame(move || focus_item(&scroller, &key));
    };
    let count = Memo::new(move |_| keys.with(Vec::len));
    view! {
        <div node_ref=scroller class="conversations" on:scroll=move |_| measure() on:keydown=key_down>
            <ul
                aria-label=label
                style:height=move || format!("calc({} * var(--list-row))", count.get())
            >
                <Rows each=drawn key=ToString::to_string let:key>
                    {
                        let at = {
                            let key = key.clone();
                            Memo::new(move |_| keys.with(|keys| keys.iter().position(|other| *other == key)))
                        };
                        let is_stop = {
                            let key = key.clone();
                            Signal::derive(move || stop.with(|stop| stop.as_ref() == Some(&key)))
                        };
                        let focused = key.clone();
                        view! {
                            <li
                                class="conversation-row"
                                style:transform=move || {
                                    format!("translateY(calc({} * var(--list-row)))", at.get().unwrap_or(0))
                                }
                                aria-setsize=move || count.get().to_string()
                                aria-posinset=move || at.get().map(|at| (at + 1).to_string())
                                on:focusin=move |_| reached.set(Some(focused.clone()))
                            >
                                <ConversationItem key is_stop/>
                            </li>
                        }
                    }
                </Rows>
            </ul>
        </div>
    }
    .into_any()
}

/// The height of a row, CSS pixels: `--list-row` of the tokens, which is in rem.
fn row_height_px() -> f64 {
    let style =
        document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    // The browser reads the number and passes over its unit: Rust's tables to do so are 11 kB of the download.
    let number = |name, else_where: f64| {
        let text = style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
        Some(js_sys::parse_float(&text)).filter(|number| number.is_finite()).unwrap_or(else_where)
    };
    number("--list-row", 4.25) * number("font-size", 16.0)
}

fn focus_item(scroller: &HtmlElement, key: &ConversationKey) {
    // A key is a user name or a UUID: nothing in it needs escaping between quotes.
    let link = scroller.query_selector(&format!("a[data-key=\"{key}\"]")).ok().flatten();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        let _ = link.focus();
    }
}
