//! Something that is there under a condition.

use leptos::prelude::*;

/// As Leptos' own `Show`, but compiled once for all that is shown.
#[component]
pub fn When(
    /// Whether it is there.
    holds: impl Fn() -> bool + Send + Sync + 'static,
    /// What is shown.
    children: ChildrenFn,
) -> impl IntoView {
    show(Memo::new(move |_| holds()), children)
}

fn show(holds: Memo<bool>, children: ChildrenFn) -> AnyView {
    (move || holds.get().then(|| children())).into_any()
}
