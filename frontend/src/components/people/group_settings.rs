//! The name of a group, and what new members see.

use common::id::ConversationId;
use common::limits;
use common::model::HistoryPolicy;
use common::text::parse_line;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Choice, Dialog, DialogHandle, Field};
use crate::components::people::group_dialog::history_options;
use crate::components::verb::use_verb;
use crate::i18n::{problem_text, use_texts};
use crate::services::Groups;

/// The dialog that changes them; for admins and owners.
#[component]
pub fn GroupSettings(
    /// Of which group.
    group: ConversationId,
    /// Its name until now.
    #[prop(into)]
    title: String,
    /// What new members see until now.
    history: HistoryPolicy,
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.group_edit_title() close_label=texts.action_close() on_close>
            <SettingsForm group title=title.clone() history/>
        </Dialog>
    }
}

#[component]
fn SettingsForm(group: ConversationId, title: String, history: HistoryPolicy) -> impl IntoView {
    let texts = use_texts();
    let groups = expect_context::<Groups>();
    let dialog = expect_context::<DialogHandle>();
    let before = title.clone();
    let title = RwSignal::new(title);
    let title_error = RwSignal::new(None::<String>);
    let policy = RwSignal::new(history);
    let save = use_verb(
        move |title: &String| {
            let (title, policy) = (title.clone(), policy.get_untracked());
            let renames = title != before;
            async move {
                if renames {
                    groups.rename(group, title).await?;
                }
                if policy != history {
                    groups.set_history(group, policy).await?;
                }
                Ok(())
            }
        },
        move || dialog.close(),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match title.with_untracked(|title| parse_line("title", title, limits::TITLE_CHARS)) {
            Ok(title) => save.start(title),
            Err(unfit) => title_error.set(Some(problem_text(texts, &unfit).to_owned())),
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field id="group-title" label=texts.group_title() value=title error=title_error autofocus=true/>
            <Choice
                name="history" legend=texts.group_history() options=history_options(texts) chosen=policy
                on_choose=move |chosen| policy.set(chosen)
            />
            <p class="form-error" role="alert">{move || save.error.get()}</p>
            <Button kind=ButtonKind::Primary submit=true busy=save.busy>{texts.action_save()}</Button>
        </form>
    }
}
