//! Trying whether notifications come to this browser.

use common::wire::http::{PushTested, PushTrouble};
use leptos::prelude::*;

use crate::components::kit::Button;
use crate::components::verb::use_verb;
use crate::i18n::{Texts, use_texts};
use crate::services::Notifications;
use crate::stores::NotificationsStore;

/// Sends one here, and says how far it came.
#[component]
pub fn TryOut(
    /// Runs when it was sent.
    on_tried: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Notifications>();
    let shown = expect_context::<NotificationsStore>().tests_shown;
    let shown_before = StoredValue::new(0);
    let tested = RwSignal::new(None::<PushTested>);
    let try_out = use_verb(
        move |(): &()| async move {
            tested.set(None);
            shown_before.set_value(shown.get_untracked());
            tested.set(Some(verbs.try_out().await?));
            Ok(())
        },
        move || on_tried.run(()),
    );
    let hops = move || {
        tested.get().map(|tested| {
            let service = tested.push_service.clone().unwrap_or_default();
            let reached = match tested.trouble {
                None => texts.notify_test_taken(&service),
                Some(trouble) => trouble_text(texts, trouble, &service, tested.status),
            };
            let was_shown = move || shown.get() > shown_before.get_value();
            let shown_words =
                move || if was_shown() { texts.notify_test_shown() } else { texts.notify_test_awaited() };
            let last = tested.trouble.is_none().then(|| view! { <li>{shown_words}</li> });
            view! {
                <ol class="hops">
                    <li>{texts.notify_test_asked()}</li>
                    <li>{reached}</li>
                    {last}
                </ol>
            }
        })
    };
    view! {
        <Button busy=try_out.busy on_press=move |()| try_out.start(())>{texts.notify_test()}</Button>
        <div role="status">{hops}</div>
        <p class="form-error" role="alert">{move || try_out.error.get()}</p>
    }
}

fn trouble_text(texts: Texts, trouble: PushTrouble, service: &str, status: Option<u16>) -> String {
    match trouble {
        PushTrouble::Refused => {
            let status = status.map(|status| status.to_string()).unwrap_or_default();
            texts.notify_trouble_refused(service, &status)
        }
        PushTrouble::Timeout | PushTrouble::Connection => texts.notify_trouble_unreachable(service),
        PushTrouble::NotAllowed => texts.notify_trouble_not_allowed().to_owned(),
        PushTrouble::Gone => texts.notify_trouble_gone().to_owned(),
    }
}
