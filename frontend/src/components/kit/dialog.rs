//! A dialog in front of everything, by the browser's own `<dialog>`: it traps the focus and closes with Esc.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::components::kit::{Icon, IconButton};

/// Closes the dialog that a view is in; from the context.
#[derive(Clone, Copy)]
pub struct DialogHandle {
    element: NodeRef<html::Dialog>,
}

impl DialogHandle {
    /// Closes it; `on_close` runs, and the focus returns to where it was.
    pub fn close(self) {
        if let Some(dialog) = self.element.get_untracked() {
            dialog.close();
        }
    }
}

/// Put it into a `<When>`: it opens when it is mounted, and `on_close` must unmount it.
#[component]
pub fn Dialog(
    /// What it is about; its heading.
    #[prop(into)]
    title: String,
    /// The words of the button that closes it.
    #[prop(into)]
    close_label: String,
    /// Runs when it has been closed, however.
    #[prop(into)]
    on_close: Callback<()>,
    /// Tall: for lists that change their length.
    #[prop(optional)]
    tall: bool,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let handle = DialogHandle { element };
    provide_context(handle);
    let before = StoredValue::new_local(
        document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()),
    );
    element.on_load(|dialog| {
        request_animation_frame(move || {
            if dialog.is_connected() && !dialog.open() && dialog.show_modal().is_err() {
                dialog.set_open(true);
            }
        });
    });
    on_cleanup(move || {
        // The browser returns the focus when a dialog closes, but not when it is taken out of the page.
        request_animation_frame(move || {
            let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
            let before = before.try_get_value().flatten();
            if let Some(before) = before.filter(|before| lost && before.is_connected()) {
                let _ = before.focus();
            }
        });
    });
    let press_beside = move |event: MouseEvent| {
        let on_veil = element.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(&dialog));
        if on_veil {
            handle.close();
        }
    };
    let label = title.clone();
    view! {
        <dialog
            node_ref=element
            class="dialog"
            class:dialog-tall=tall
            aria-label=label
            on:close=move |_| on_close.run(())
            on:mousedown=press_beside
        >
            <div class="dialog-sheet">
                <header class="dialog-head">
                    <h2>{title}</h2>
                    <IconButton icon=Icon::Close label=close_label on_press=move |()| handle.close()/>
                </header>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}
