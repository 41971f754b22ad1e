//! The rows of the open conversation, and what keeps them still.

use common::sync::ConversationKey;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::components::kit::{Rows, effect};
use crate::components::party::{Party, use_parties};
use crate::components::size_watch::watch_size;
use crate::components::timeline::announcer::Announcer;
use crate::components::timeline::beginning::Beginning;
use crate::components::timeline::keeper::Keeper;
use crate::components::timeline::pill::Pill;
use crate::components::timeline::row::RowView;
use crate::components::timeline::walk::{Step, walk};
use crate::i18n::use_texts;
use crate::services::Chat;
use crate::stores::TimelineStore;

/// The rows of the open conversation.
#[component]
pub fn Timeline(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let store = expect_context::<TimelineStore>();
    let chat = expect_context::<Chat>();
    let keeper = Keeper::new(store, chat);
    let is_group = matches!(parties.at(&key), Party::Group(_));
    let is_open = {
        let key = key.clone();
        Memo::new(move |_| store.open.with(|open| open.as_ref() == Some(&key)))
    };
    effect(move || {
        if is_open.get() {
            keeper.show(store.rows.get());
        }
    });
    effect(move || {
        if let Some(landing) = store.landing.get().filter(|_| is_open.get()) {
            keeper.land(&landing);
        }
    });
    // what could not be fetched may come now, and where one is already no scrolling would ask for it
    effect(move || {
        store.older.track();
        store.newer.track();
        if is_open.get() {
            keeper.look_again();
        }
    });
    watch_size(keeper.scroller, move || keeper.resized());
    watch_size(keeper.list, move || keeper.resized());

    let key_down = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            _ => return,
        };
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        if keeper.list.get_untracked().is_some_and(|list| walk(&list, step)) {
            event.prevent_default();
        }
    };
    let label = {
        let key = key.clone();
        move || texts.timeline_log_label(&parties.title(&key))
    };
    view! {
        <div class="timeline-frame">
            <div
                node_ref=keeper.scroller
                class="timeline"
                id="messages"
                role="log"
                aria-live="off"
                aria-label=label
                tabindex="0"
                on:scroll=move |_| keeper.scrolled()
                on:keydown=key_down
                on:focusout=move |_| keeper.focus_left()
            >
                <Beginning key=key.clone()/>
                <ol node_ref=keeper.list class="rows" class:rows-group=is_group>
                    <Rows each=move || keeper.shown.get() key=|slot| slot.key.to_string() grows_upwards=true let:slot>
                        <RowView row=slot.row is_group/>
                    </Rows>
                </ol>
            </div>
            <Pill at_end=keeper.at_end/>
            <Announcer key/>
        </div>
    }
    .into_any()
}
