//! Signing out: asks first, and says what would be lost.

use leptos::prelude::*;

use crate::components::kit::Confirm;
use crate::i18n::use_texts;
use crate::services::{Accounts, SignOutTrouble};

/// The question before signing out. Put it into a `<Show>`; `on_close` must unmount it.
#[component]
pub fn SignOut(
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    // Messages that would be lost, once we know of them: then the question is another.
    let waiting = RwSignal::new(0_usize);
    let sign_out = Action::new_local(move |lose_waiting: &bool| {
        let lose_waiting = *lose_waiting;
        async move {
            if let Err(SignOutTrouble::Waiting(count)) = accounts.sign_out(lose_waiting).await {
                waiting.set(count);
            }
        }
    });
    let go_on = move |()| {
        sign_out.dispatch(waiting.get_untracked() > 0);
    };
    move || {
        let count = waiting.get();
        let text = match count {
            0 => texts.sign_out_text().to_owned(),
            count => texts.sign_out_waiting(count as u64),
        };
        let confirm = if count == 0 { texts.sign_out_confirm() } else { texts.sign_out_confirm_lose() };
        view! {
            <Confirm
                title=texts.sign_out_title()
                text
                confirm
                cancel=texts.sign_out_stay()
                on_confirm=go_on
                on_close
                busy=Signal::derive(move || sign_out.pending().get())
            />
        }
    }
}
