//! Going from message to message with the arrow keys.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// To an older message.
    Up,
    /// To a newer one.
    Down,
}

/// Focuses the next message; from outside the messages, upwards, the last one. Answers whether there was one.
pub fn walk(list: &Element, step: Step) -> bool {
    let focused = document().active_element();
    let from = focused.and_then(|element| element.closest(".row").ok().flatten());
    let mut at = match (&from, step) {
        (Some(row), Step::Up) => row.previous_element_sibling(),
        (Some(row), Step::Down) => row.next_element_sibling(),
        (None, Step::Up) => list.last_element_child(),
        (None, Step::Down) => None,
    };
    while let Some(row) = at {
        if let Some(bubble) = row.query_selector(".bubble").ok().flatten() {
            return bubble.dyn_into::<HtmlElement>().is_ok_and(|bubble| bubble.focus().is_ok());
        }
        at = match step {
            Step::Up => row.previous_element_sibling(),
            Step::Down => row.next_element_sibling(),
        };
    }
    false
}
