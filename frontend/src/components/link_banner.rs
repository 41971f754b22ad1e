//! The strip that tells of the link to the server. It lies over what is below it, so that nothing moves.

use std::time::Duration;

use common::sync::LinkState;
use leptos::prelude::*;

use crate::components::kit::{When, effect};
use crate::i18n::{Texts, use_texts};
use crate::services::Chat;
use crate::stores::LinkStore;

/// Neither a short interruption nor a short attempt to connect is worth a word: so long nothing is said of it.
const PATIENCE: Duration = Duration::from_millis(1_200);
/// How long it says that all is well again.
const FAREWELL: Duration = Duration::from_millis(1_800);

/// What the strip says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    Nothing,
    Offline,
    Connecting,
    CatchingUp,
    /// All is well again; whether something that waited went out.
    Well {
        sent: bool,
    },
}

/// The strip.
#[component]
pub fn LinkBanner() -> impl IntoView {
    let texts = use_texts();
    let chat = expect_context::<Chat>();
    let link = expect_context::<LinkStore>();
    let said = RwSignal::new(Said::Nothing);
    let words = RwSignal::new(String::new());
    let waited = StoredValue::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let clear = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let later = move |after: Duration, then: fn(&LinkState) -> Said| {
        let say = move || {
            timer.try_set_value(None);
            if let Some(state) = link.state.try_get_untracked() {
                said.try_set(then(&state));
            }
        };
        timer.set_value(set_timeout_with_handle(say, after).ok());
    };
    on_cleanup(clear);
    effect(move || {
        match (to_say(&link.state.get()), said.get_untracked()) {
            // what it says when patience ends is what is so then, however often it changed meanwhile; an attempt that
            // fails at once takes the words away from nobody
            (Some(_), Said::Nothing) | (Some(Said::Connecting), Said::Offline) => {
                if timer.with_value(Option::is_none) {
                    later(PATIENCE, |state| to_say(state).unwrap_or(Said::Nothing));
                }
            }
            (Some(what), _) => {
                clear();
                said.set(what);
            }
            (None, Said::Nothing) => clear(),
            (None, _) => {
                clear();
                said.set(Said::Well { sent: waited.get_value() });
                waited.set_value(false);
                later(FAREWELL, |_| Said::Nothing);
            }
        }
    });
    effect(move || {
        let waiting = link.waiting.get();
        let now = said.get();
        if now == Said::Offline && waiting > 0 {
            waited.set_value(true);
        }
        // while it folds away it keeps its words
        if now != Said::Nothing {
            words.set(words_of(now, waiting, texts));
        }
    });
    let class = move || match said.get() {
        Said::Nothing => "link-strip link-strip-away",
        Said::Well { .. } => "link-strip link-strip-well",
        Said::Offline | Said::Connecting | Said::CatchingUp => "link-strip",
    };
    view! {
        <div class=class>
            <p role="status">{move || words.get()}</p>
            <When holds=move || said.get() == Said::Offline>
                <button type="button" class="text-button" on:click=move |_| chat.retry_now()>
                    {texts.link_try_now()}
                </button>
            </When>
        </div>
    }
    .into_any()
}

fn to_say(state: &LinkState) -> Option<Said> {
    match state {
        LinkState::Offline { .. } => Some(Said::Offline),
        LinkState::Connecting => Some(Said::Connecting),
        LinkState::CatchingUp => Some(Said::CatchingUp),
        // a session that is over is told by its own notice
        LinkState::Live | LinkState::Lost(_) => None,
    }
}

fn words_of(said: Said, waiting: usize, texts: Texts) -> String {
    match said {
        Said::Nothing => String::new(),
        Said::Offline if waiting > 0 => texts.link_offline_waiting(waiting as u64),
        Said::Offline => texts.link_offline().to_owned(),
        Said::Connecting => texts.link_connecting().to_owned(),
        Said::CatchingUp => texts.link_catching_up().to_owned(),
        Said::Well { sent: true } => texts.link_sent().to_owned(),
        Said::Well { sent: false } => texts.link_back().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use common::model::Language;

    use super::*;

    #[test]
    fn offline_says_how_many_messages_wait() {
        let en = Texts::new(Language::English);
        assert_eq!(words_of(Said::Offline, 0, en), "No connection. You can go on writing.");
        assert!(words_of(Said::Offline, 3, en).contains("3 messages will go out"));
    }

    #[test]
    fn a_live_link_is_not_worth_a_word() {
        assert_eq!(to_say(&LinkState::Live), None);
        assert_eq!(to_say(&LinkState::Offline { next_try_ms: None }), Some(Said::Offline));
    }
}
