//! Keeps the page above the keyboard of a phone: where the browser lays the keyboard over the page instead of making it
//! smaller, the visual viewport tells how much is left.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, VisualViewport};

/// Below this (CSS pixels) the difference is a toolbar's, not a keyboard's.
const LEAST_KEYBOARD_PX: f64 = 80.0;
/// The height that is left, for the styles.
const HEIGHT: &str = "--viewport-height";
/// How far what is left has been pushed down, for the styles.
const TOP: &str = "--viewport-top";

/// Follows the visual viewport while the view lives.
pub fn follow_viewport() {
    let Some(viewport) = window().visual_viewport() else { return };
    let on_change = {
        let viewport = viewport.clone();
        Closure::<dyn Fn()>::new(move || fit(&viewport))
    };
    for event in ["resize", "scroll"] {
        let _ = viewport.add_event_listener_with_callback(event, on_change.as_ref().unchecked_ref());
    }
    let listening = StoredValue::new_local((viewport, on_change));
    on_cleanup(move || {
        listening.try_with_value(|(viewport, on_change)| {
            for event in ["resize", "scroll"] {
                let _ =
                    viewport.remove_event_listener_with_callback(event, on_change.as_ref().unchecked_ref());
            }
        });
    });
}

fn fit(viewport: &VisualViewport) {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let Some(root) = root else { return };
    let whole = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let style = root.style();
    // a page that was pinched larger is not one with a keyboard
    let covered = viewport.scale() < 1.01 && whole - viewport.height() > LEAST_KEYBOARD_PX;
    let _ = if covered {
        style
            .set_property(HEIGHT, &format!("{}px", viewport.height()))
            .and_then(|()| style.set_property(TOP, &format!("{}px", viewport.offset_top())))
    } else {
        style.remove_property(HEIGHT).and_then(|_| style.remove_property(TOP)).map(drop)
    };
}
