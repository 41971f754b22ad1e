//! A new group.

use common::limits;
use common::model::{HistoryPolicy, Profile};
use common::text::parse_line;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Choice, Dialog, DialogHandle, Field};
use crate::components::people::picker::Picker;
use crate::components::verb::use_verb;
use crate::i18n::{Texts, problem_text, use_texts};
use crate::routes::{Route, use_router};
use crate::services::Groups;

/// The dialog that makes a group.
#[component]
pub fn GroupDialog(
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.group_new_title() close_label=texts.action_close() on_close tall=true>
            <GroupForm/>
        </Dialog>
    }
}

#[component]
fn GroupForm() -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let groups = expect_context::<Groups>();
    let dialog = expect_context::<DialogHandle>();
    let title = RwSignal::new(String::new());
    let title_error = RwSignal::new(None::<String>);
    let people = RwSignal::new(Vec::<Profile>::new());
    let history = RwSignal::new(HistoryPolicy::FromJoining);
    let made = RwSignal::new(None);
    let create = use_verb(
        move |title: &String| {
            let (title, history) = (title.clone(), history.get_untracked());
            let people =
                people.with_untracked(|people| people.iter().map(|person| person.user_id.clone()).collect());
            async move {
                made.set(Some(groups.create(title, people, history).await?));
                Ok(())
            }
        },
        move || {
            dialog.close();
            if let Some(key) = made.get_untracked() {
                router.go(&Route::Conversation(key));
            }
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match title.with_untracked(|title| parse_line("title", title, limits::TITLE_CHARS)) {
            Ok(title) => create.start(title),
            Err(unfit) => title_error.set(Some(problem_text(texts, &unfit).to_owned())),
        }
    };
    view! {
        <form class="form form-fill" on:submit=submit novalidate>
            <Field
                id="group-title" label=texts.group_title() value=title error=title_error
                placeholder=texts.group_title_placeholder() autofocus=true
            />
            <Picker chosen=people/>
            <Choice
                name="history" legend=texts.group_history() options=history_options(texts) chosen=history
                on_choose=move |policy| history.set(policy)
            />
            <p class="form-error" role="alert">{move || create.error.get()}</p>
            <Button kind=ButtonKind::Primary submit=true busy=create.busy>{texts.group_create()}</Button>
        </form>
    }
}

/// What new members may see, in words.
pub fn history_options(texts: Texts) -> Vec<(HistoryPolicy, String)> {
    vec![
        (HistoryPolicy::FromJoining, texts.group_history_from_joining().to_owned()),
        (HistoryPolicy::All, texts.group_history_all().to_owned()),
    ]
}
