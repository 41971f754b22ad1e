//! The sign: a goose in a square seal.

use leptos::prelude::*;

/// The goose's body, near wing and far wing, on a grid of 64; the same strokes as in `public/icons/`.
const GOOSE: [&str; 3] = [
    "M9.6 47.4C14.2 45.4 17.8 42.4 21.6 39C25.6 35.4 30.2 34.4 34.6 33C39.4 31.4 42.2 28.8 44.6 24.8C46.2 22.2 47.6 19.4 50.2 18.6C52 18.1 53.5 18.9 54.2 20.2L57.2 22.2L53.4 22.9C51.6 23.3 50.6 24.4 49.8 26.6C47.8 32 45.6 37.2 40.6 40.6C35 44.4 28 44 22 45.4C17.6 46.4 13.6 48.2 9.6 47.4Z",
    "M37.6 30.4C37.8 23.6 34.6 15.8 27.2 8.8C26.7 11.6 26.9 13.9 27.6 16.1C25.6 14.2 23.4 12.7 20.8 11.6C21.3 14.4 22.1 16.7 23.4 18.9C21.1 17.7 18.6 16.9 16 16.6C17.3 19.9 19.2 22.6 21.7 24.8C19.5 24.4 17.2 24.4 14.8 24.8C18.4 29.6 23.6 33.5 29.2 33.6C32.2 32.9 35.1 31.8 37.6 30.4Z",
    "M39.6 28.9C41.4 24 41.2 18.2 37.8 10.4C36.5 12.9 35.8 15.1 35.6 17.2C38.1 20.8 39.6 24.6 39.6 28.9Z",
];

/// Draws the sign. Decoration: the name stands beside it.
#[component]
pub fn Sign(
    /// Its class, which gives its size.
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("sign {class}") viewBox="0 0 64 64" aria-hidden="true" focusable="false">
            <rect class="sign-seal" x="1" y="1" width="62" height="62" rx="11"></rect>
            <rect class="sign-frame" x="4.6" y="4.6" width="54.8" height="54.8" rx="7.6"></rect>
            <g class="sign-goose" transform="translate(-1.2 3)">
                {GOOSE.map(|stroke| view! { <path d=stroke></path> }).collect_view()}
            </g>
        </svg>
    }
}
