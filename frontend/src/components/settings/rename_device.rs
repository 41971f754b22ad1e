//! What a device is called.

use common::limits;
use common::model::Device;
use common::text::parse_line;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Dialog, DialogHandle, Field};
use crate::components::verb::use_verb;
use crate::i18n::{problem_text, use_texts};
use crate::services::Accounts;

/// The dialog that gives a device another name.
#[component]
pub fn RenameDevice(
    /// Which, as it is called until now.
    device: Device,
    /// Runs when it has another name.
    on_done: Callback<()>,
    /// Runs when the dialog has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.devices_rename_title() close_label=texts.action_close() on_close>
            <NameForm device=device.clone() on_done/>
        </Dialog>
    }
}

#[component]
fn NameForm(device: Device, on_done: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let dialog = expect_context::<DialogHandle>();
    let name = RwSignal::new(device.name);
    let name_error = RwSignal::new(None::<String>);
    let id = device.device_id;
    let save = use_verb(
        move |name: &String| {
            let name = name.clone();
            async move { accounts.rename_device(id, name).await }
        },
        move || {
            dialog.close();
            on_done.run(());
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match name.with_untracked(|name| parse_line("name", name, limits::DEVICE_NAME_CHARS)) {
            Ok(name) => save.start(name),
            Err(unfit) => name_error.set(Some(problem_text(texts, &unfit).to_owned())),
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Field id="device-name" label=texts.devices_name() value=name error=name_error autofocus=true/>
            <p class="form-error" role="alert">{move || save.error.get()}</p>
            <Button kind=ButtonKind::Primary submit=true busy=save.busy>{texts.action_save()}</Button>
        </form>
    }
    .into_any()
}
