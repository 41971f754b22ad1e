//! One row, whatever it is.

use leptos::prelude::*;

use crate::components::now::use_now;
use crate::components::timeline::bubble::BubbleRow;
use crate::components::timeline::gap::GapLine;
use crate::components::timeline::system_line::SystemLine;
use crate::i18n::{use_clock, use_texts};
use crate::stores::timeline::Row;

/// One row. What kind it is never changes; what it says may.
#[component]
pub fn RowView(
    /// The row.
    row: ArcRwSignal<Row>,
    /// Whether more than two people write here.
    is_group: bool,
) -> impl IntoView {
    let texts = use_texts();
    match row.get_untracked() {
        Row::Day(day) => {
            let (clock, now) = (use_clock(), use_now());
            view! { <li class="row row-day"><span>{move || clock.day(day.midnight, now.get())}</span></li> }
                .into_any()
        }
        Row::Unread => {
            view! { <li class="row row-unread"><span>{texts.timeline_unread()}</span></li> }.into_any()
        }
        Row::Gap(_) => view! { <GapLine row/> }.into_any(),
        Row::System(system) => view! { <SystemLine system/> }.into_any(),
        Row::Message(_) => view! { <BubbleRow row is_group/> }.into_any(),
    }
}
