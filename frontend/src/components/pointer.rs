//! Mouse or finger.

use leptos::prelude::window;

/// Whether the main pointer is a mouse or the like. With a finger, focusing a text area brings up the keyboard, which
/// a person should ask for.
pub fn has_fine_pointer() -> bool {
    window().match_media("(pointer: fine)").ok().flatten().is_some_and(|media| media.matches())
}
