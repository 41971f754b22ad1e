//! Something to do, as a row in a list of such.

use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon};

/// A row that does something.
#[component]
pub fn ActRow(
    /// The drawing before its words.
    #[prop(into)]
    icon: Signal<Icon>,
    /// Whether it cannot be undone.
    #[prop(optional)]
    grave: bool,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="act-row" class:grave=grave on:click=move |_| on_press.run(())>
            {move || view! { <Glyph icon=icon.get()/> }}
            <span>{children()}</span>
        </button>
    }
    .into_any()
}
