//! The keys that do something.

use leptos::prelude::*;

use crate::i18n::use_texts;

/// The keys, each with what it does.
#[component]
pub fn KeyList() -> impl IntoView {
    let texts = use_texts();
    let apple = window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"));
    let (command, option) = if apple { ("⌘", "⌥") } else { ("Ctrl", "Alt") };
    let keys: [(&[&str], &str); 10] = [
        (&[command, "K"], texts.keys_jump()),
        (&[option, "↓"], texts.keys_next()),
        (&[option, "↑"], texts.keys_previous()),
        (&[option, "Shift", "↓"], texts.keys_next_unread()),
        (&[option, "Shift", "↑"], texts.keys_previous_unread()),
        (&["Enter"], texts.keys_send()),
        (&["Shift", "Enter"], texts.keys_break()),
        (&["↑"], texts.keys_edit_last()),
        (&["Esc"], texts.keys_back()),
        (&["?"], texts.keys_help()),
    ];
    let row = |(keys, words): (&[&'static str], &'static str)| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view();
        view! {
            <div class="key-row">
                <dt>{keys}</dt>
                <dd>{words}</dd>
            </div>
        }
    };
    view! { <dl class="keys">{keys.map(row).collect_view()}</dl> }
}
