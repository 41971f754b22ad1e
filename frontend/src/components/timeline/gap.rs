//! A hole in what this device holds, shown and filled.

use leptos::prelude::*;

use crate::components::kit::Spinner;
use crate::i18n::use_texts;
use crate::services::Chat;
use crate::stores::timeline::{GapRow, Row};

/// The line where messages are missing.
#[component]
pub fn GapLine(
    /// The hole.
    row: ArcRwSignal<Row>,
) -> impl IntoView {
    let texts = use_texts();
    let chat = expect_context::<Chat>();
    let gap = Memo::new(move |_| row.with(gap_of));
    let action = move || {
        match gap.get() {
        Some(gap) if !gap.loading => view! {
            <button type="button" class="text-button" on:click=move |_| chat.fill(gap)>{texts.action_retry()}</button>
        }
        .into_any(),
        _ => view! { <Spinner/> }.into_any(),
    }
    };
    view! {
        <li class="row row-gap">
            <span>{texts.timeline_hole()}</span>
            {action}
        </li>
    }
}

fn gap_of(row: &Row) -> Option<GapRow> {
    match row {
        Row::Gap(gap) => Some(*gap),
        _ => None,
    }
}
