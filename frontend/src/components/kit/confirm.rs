//! Asks before something that cannot be undone.

use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Dialog, DialogHandle};

/// A question with a way out and a way on. Put it into a `<When>`; `on_close` must unmount it.
#[component]
pub fn Confirm(
    /// The question.
    #[prop(into)]
    title: String,
    /// What follows from it.
    #[prop(into)]
    text: Signal<String>,
    /// The way on, in words.
    #[prop(into)]
    confirm: Signal<String>,
    /// The way out, in words.
    #[prop(into)]
    cancel: String,
    /// Goes on.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether what was confirmed is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What went wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <Dialog title close_label=cancel.clone() on_close>
            <p>{move || text.get()}</p>
            <p class="form-error" role="alert">{move || error.get()}</p>
            <ConfirmFoot confirm cancel=cancel.clone() on_confirm busy/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ConfirmFoot(
    confirm: Signal<String>,
    cancel: String,
    on_confirm: Callback<()>,
    busy: Signal<bool>,
) -> impl IntoView {
    let dialog = expect_context::<DialogHandle>();
    view! {
        <div class="dialog-foot">
            <Button autofocus=true on_press=move |()| dialog.close()>{cancel}</Button>
            <Button kind=ButtonKind::Grave busy on_press=on_confirm>{move || confirm.get()}</Button>
        </div>
    }
}
