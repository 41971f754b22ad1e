//! Bringing people into a group.

use common::id::{ConversationId, UserId};
use common::model::Profile;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Dialog, DialogHandle};
use crate::components::people::picker::Picker;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Groups;

/// The dialog that adds members.
#[component]
pub fn AddMembers(
    /// To which group.
    group: ConversationId,
    /// What it is called.
    #[prop(into)]
    title: String,
    /// Who is in already.
    #[prop(into)]
    already: Signal<Vec<UserId>>,
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.details_add_title(&title) close_label=texts.action_close() on_close tall=true>
            <AddForm group already/>
        </Dialog>
    }
}

#[component]
fn AddForm(group: ConversationId, already: Signal<Vec<UserId>>) -> impl IntoView {
    let texts = use_texts();
    let groups = expect_context::<Groups>();
    let dialog = expect_context::<DialogHandle>();
    let people = RwSignal::new(Vec::<Profile>::new());
    let add = use_verb(
        move |(): &()| {
            let people =
                people.with_untracked(|people| people.iter().map(|person| person.user_id.clone()).collect());
            async move { groups.add_members(group, people).await }
        },
        move || dialog.close(),
    );
    view! {
        <div class="form form-fill">
            <Picker chosen=people already autofocus=true/>
            <p class="form-error" role="alert">{move || add.error.get()}</p>
            <Button
                kind=ButtonKind::Primary
                busy=add.busy
                disabled=Signal::derive(move || people.with(Vec::is_empty))
                on_press=move |()| add.start(())
            >
                {texts.action_add()}
            </Button>
        </div>
    }
}
