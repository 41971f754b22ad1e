//! What a message says, with its links.

use leptos::prelude::*;

use crate::components::timeline::links::{Piece, split_links};

/// The text of a message.
#[component]
pub fn BubbleText(
    /// The text.
    text: String,
) -> impl IntoView {
    let pieces = split_links(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Link { text, href } => {
                view! { <a href=href target="_blank" rel="noopener noreferrer">{text}</a> }.into_any()
            }
        })
        .collect_view();
    view! { <p class="bubble-text" dir="auto">{pieces}</p> }
}
