//! Signing out: asks first, and says what would be lost.

use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::Confirm;
use crate::i18n::use_texts;
use crate::services::Accounts;
use crate::stores::{ConversationsStore, LinkStore};

/// The question before signing out. Put it into a `<When>`; `on_close` must unmount it.
#[component]
pub fn SignOut(
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let link = expect_context::<LinkStore>();
    let conversations = expect_context::<ConversationsStore>();
    // Messages that would be lost: then the question is another.
    let lost = Memo::new(move |_| link.waiting.get() + link.refused.get());
    let sign_out = Errand::new(move |lose_waiting: &bool| {
        let lose_waiting = *lose_waiting;
        async move {
            // refused when another message waits by now: that is shown by now, too, and the question stands
            let _ = accounts.sign_out(lose_waiting).await;
        }
    });
    let go_on = move |()| {
        sign_out.begin(lost.get_untracked() > 0);
    };
    let text = Signal::derive(move || match lost.get() {
        0 => texts.sign_out_text().to_owned(),
        count => texts.sign_out_waiting(count as u64),
    });
    let confirm = Signal::derive(move || match lost.get() {
        0 => texts.sign_out_confirm().to_owned(),
        _ => texts.sign_out_confirm_lose().to_owned(),
    });
    // before storage was read nobody knows what would be lost
    let busy = Signal::derive(move || sign_out.busy().get() || !conversations.loaded.get());
    view! {
        <Confirm
            title=texts.sign_out_title()
            text
            confirm
            cancel=texts.sign_out_stay()
            on_confirm=go_on
            on_close
            busy
        />
    }
}
