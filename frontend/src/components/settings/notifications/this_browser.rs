//! Turning notifications of this browser on and off.

use leptos::prelude::*;

use super::try_out::TryOut;
use crate::components::kit::{Button, ButtonKind, When};
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Notifications;
use crate::stores::{NotificationState, NotificationsStore};

/// The switch, or why there is none.
#[component]
pub fn ThisBrowser(
    /// Runs when a notification was sent here to try.
    #[prop(into)]
    on_tried: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Notifications>();
    let state = expect_context::<NotificationsStore>().state;
    let turn_on = use_verb(move |(): &()| async move { verbs.turn_on().await }, || {});
    let turn_off = use_verb(move |(): &()| async move { verbs.turn_off().await }, || {});
    let words = move || match state.get() {
        NotificationState::Unknown => "",
        NotificationState::Unavailable => texts.notify_unavailable(),
        NotificationState::InstallFirst => texts.notify_install_first(),
        NotificationState::Blocked => texts.notify_blocked(),
        NotificationState::NoPushService => texts.notify_no_service(),
        NotificationState::Off => texts.notify_off(),
        NotificationState::On => texts.notify_on(),
    };
    let is_on = Memo::new(move |_| state.get() == NotificationState::On);
    // where it is blocked, too: the person may have allowed it just now, which no browser tells
    let offers = move || {
        !matches!(
            state.get(),
            NotificationState::Unknown | NotificationState::Unavailable | NotificationState::InstallFirst
        )
    };
    let kind = Signal::derive(move || if is_on.get() { ButtonKind::Plain } else { ButtonKind::Primary });
    let busy = Signal::derive(move || turn_on.busy.get() || turn_off.busy.get());
    let press = move |()| if is_on.get_untracked() { turn_off.start(()) } else { turn_on.start(()) };
    let wrong = move || turn_on.error.get().or_else(|| turn_off.error.get());
    view! {
        <div class="card card-stack">
            <p role="status">{words}</p>
            <div class="form-acts">
                <When holds=offers>
                    // one button for both, so that the focus stays
                    <Button kind busy on_press=press>
                        {move || if is_on.get() { texts.notify_turn_off() } else { texts.notify_turn_on() }}
                    </Button>
                </When>
                <When holds=move || is_on.get()><TryOut on_tried/></When>
            </div>
            <p class="form-error" role="alert">{wrong}</p>
        </div>
    }
}
