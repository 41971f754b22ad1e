//! A new conversation: with a person looked up by name, a group, or oneself.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Dialog, DialogHandle, Glyph, Icon};
use crate::components::people::candidate::{Candidate, candidates};
use crate::components::people::finder::Finder;
use crate::components::people::lookup::{Found, use_lookup};
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::SessionStore;

/// The dialog that starts a conversation.
#[component]
pub fn NewDialog(
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// Asks for a group instead; it comes when this one has closed.
    #[prop(into)]
    on_group: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.new_title() close_label=texts.action_close() on_close tall=true>
            <New on_group/>
        </Dialog>
    }
}

#[component]
fn New(on_group: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let session = expect_context::<SessionStore>();
    let dialog = expect_context::<DialogHandle>();
    let lookup = use_lookup();
    let offered = Signal::derive(move || {
        let query = lookup.query.get();
        let settled = lookup.found.with(|found| !matches!(found, Found::Looking | Found::TooShort));
        let people: Vec<_> =
            lookup.people().into_iter().filter(|person| !session.is_me(&person.user_id)).collect();
        // without a connection nobody can say that a name is not there
        let offline = lookup.found.with(|found| matches!(found, Found::Failed(_)));
        candidates(&query, Vec::new(), &people, settled && offline)
    });
    let open = move |key: &ConversationKey| {
        dialog.close();
        router.go(&Route::Conversation(key.clone()));
    };
    let pick = move |candidate: Candidate| open(&candidate.key());
    let group = move |_| {
        on_group.run(());
        dialog.close();
    };
    let note = move |_| {
        if let Some(me) = session.me() {
            open(&ConversationKey::direct(&me));
        }
    };
    view! {
        <div class="new-kinds">
            <button type="button" class="new-kind" on:click=group>
                <Glyph icon=Icon::People/>
                {texts.new_group()}
            </button>
            <button type="button" class="new-kind" on:click=note>
                <Glyph icon=Icon::Note/>
                {texts.new_note()}
            </button>
        </div>
        <Finder
            id="new" label=texts.new_search() placeholder=texts.new_search() lookup offered on_pick=pick autofocus=true
        />
    }
}
