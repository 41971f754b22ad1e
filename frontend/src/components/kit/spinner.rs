//! Something is going on.

use leptos::prelude::*;

/// A small turning ring. Decoration: what goes on is said in words where it matters.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }
}
