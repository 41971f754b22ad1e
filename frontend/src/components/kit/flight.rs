//! Geese on their way, in the distance: 「人」 written in the sky.

use leptos::prelude::*;

/// Where each goose is, and how large, on a grid of 200 × 100; the first leads.
const GEESE: [(f32, f32, f32); 9] = [
    (170.0, 26.0, 1.0),
    (148.0, 20.0, 0.92),
    (127.0, 13.0, 0.84),
    (108.0, 8.0, 0.76),
    (152.0, 38.0, 0.92),
    (132.0, 48.0, 0.84),
    (112.0, 59.0, 0.78),
    (93.0, 69.0, 0.7),
    (76.0, 80.0, 0.64),
];

/// A flight of geese. Decoration.
#[component]
pub fn Flight(
    /// Its class, which gives its place.
    class: &'static str,
) -> impl IntoView {
    let goose = |(x, y, size): (f32, f32, f32)| {
        let place = format!("translate({x} {y}) scale({size})");
        view! { <path transform=place d="M-9 -3.4C-5.6 -4.2 -2.4 -2.6 0 0.6C1.6 -3 4.6 -5 8.4 -4.8"></path> }
    };
    view! {
        <svg class=class viewBox="0 0 200 100" aria-hidden="true" focusable="false">
            {GEESE.map(goose).collect_view()}
        </svg>
    }
}
