//! A list whose rows stay in the page while others come and go around them.

use std::sync::Arc;

use leptos::prelude::*;

/// As Leptos' own `For`, but compiled once for all lists: each more would be 2 kB of the download.
#[component]
pub fn Rows<T, V>(
    /// What there is.
    each: impl Fn() -> Vec<T> + Send + 'static,
    /// What a row is known by among the others.
    key: fn(&T) -> String,
    /// Draws a row.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoAny,
{
    let children = Arc::new(children);
    let row = move |item: T| {
        let children = Arc::clone(&children);
        Row { key: key(&item), draw: Box::new(move || children(item).into_any()) }
    };
    keyed(Box::new(move || each().into_iter().map(&row).collect()))
}

/// A row that may have to be drawn.
struct Row {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

fn keyed(rows: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each=rows key=|row| row.key.clone() children=|row| (row.draw)()/> }.into_any()
}
