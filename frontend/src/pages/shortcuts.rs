//! The keys that work everywhere at home.

use common::sync::ConversationKey;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::routes::{Route, Router, use_router};
use crate::stores::ConversationsStore;

/// What a key press asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shortcut {
    /// Jump to a conversation or person.
    Find,
    /// The list of keys.
    Help,
    /// One step back.
    Back,
    /// Another conversation.
    Step {
        /// Down the list, or up.
        down: bool,
        /// Only those with unread messages.
        unread: bool,
    },
}

/// What a key press asks for, if anything. `typing`: into a text field, where a letter is a letter.
pub fn shortcut(key: &str, command: bool, alt: bool, shift: bool, typing: bool) -> Option<Shortcut> {
    match (key, command, alt) {
        ("k" | "K", true, false) => Some(Shortcut::Find),
        ("?", false, _) if !typing => Some(Shortcut::Help),
        ("Escape", false, false) => Some(Shortcut::Back),
        ("ArrowDown" | "ArrowUp", false, true) => {
            Some(Shortcut::Step { down: key == "ArrowDown", unread: shift })
        }
        _ => None,
    }
}

/// Listens while the view lives. A dialog in front keeps its keys to itself.
pub fn listen(find: impl Fn() + 'static, help: impl Fn() + 'static) {
    let router = use_router();
    let conversations = expect_context::<ConversationsStore>();
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let in_dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
        if event.default_prevented() || event.is_composing() || in_dialog {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        let typing =
            event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(is_text_field);
        let Some(wish) = shortcut(&event.key(), command, event.alt_key(), event.shift_key(), typing) else {
            return;
        };
        match wish {
            Shortcut::Find => find(),
            Shortcut::Help => help(),
            Shortcut::Back if router.with_untracked(|route| *route == Route::Home) => return,
            Shortcut::Back => router.go_up(),
            Shortcut::Step { down, unread } => step(router, conversations, down, unread),
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn is_text_field(element: Element) -> bool {
    matches!(element.tag_name().as_str(), "TEXTAREA" | "INPUT")
}

fn step(router: Router, conversations: ConversationsStore, down: bool, unread: bool) {
    let keys = conversations.order.get_untracked();
    let open = router.with_untracked(|route| route.conversation().cloned());
    let at = open.and_then(|open| keys.iter().position(|key| *key == open));
    let wanted = |key: &ConversationKey| {
        !unread || conversations.slot(key).is_some_and(|slot| slot.record.with_untracked(|r| r.unread() > 0))
    };
    if let Some(key) = neighbour(&keys, at, down, wanted) {
        router.replace(&Route::Conversation(key.clone()));
    }
}

/// The next of `keys` from `at` on, in the direction asked for, that is `wanted`.
fn neighbour<T>(keys: &[T], at: Option<usize>, down: bool, wanted: impl Fn(&T) -> bool) -> Option<&T> {
    if down {
        keys.iter().skip(at.map_or(0, |at| at + 1)).find(|key| wanted(key))
    } else {
        keys.iter().take(at.unwrap_or(keys.len())).rev().find(|key| wanted(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_in_a_message_is_a_question_mark() {
        assert_eq!(shortcut("?", false, false, true, true), None);
        assert_eq!(shortcut("?", false, false, true, false), Some(Shortcut::Help));
        assert_eq!(shortcut("k", true, false, false, true), Some(Shortcut::Find));
        assert_eq!(shortcut("ArrowUp", false, false, false, false), None);
        assert_eq!(
            shortcut("ArrowUp", false, true, true, true),
            Some(Shortcut::Step { down: false, unread: true })
        );
    }

    #[test]
    fn one_steps_over_what_is_read() {
        let unread = [0, 2, 0, 1];
        let step = |at, down| neighbour(&[0, 1, 2, 3], at, down, |key: &usize| unread[*key] > 0).copied();
        assert_eq!(step(Some(1), true), Some(3));
        assert_eq!(step(Some(1), false), None);
        assert_eq!(step(None, true), Some(1));
        assert_eq!(step(None, false), Some(3));
    }
}
