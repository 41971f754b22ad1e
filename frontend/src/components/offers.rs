//! What is offered to who uses the app, one thing at a time, quietly, until it is put away for good: being notified, then
//! installing the app. Both are to be found in the settings ever after.

use leptos::prelude::*;

use crate::components::install::InstallWay;
use crate::components::kit::{Button, ButtonKind};
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::{Notifications, ThisDevice};
use crate::stores::{ConversationsStore, EnvironmentStore, Install, NotificationState, NotificationsStore};

/// Who has written so many messages waits for answers.
const MESSAGES_TO_BE_ANSWERED: u64 = 1;
/// Who has written so many messages uses the app.
const MESSAGES_OF_USE: u64 = 5;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Notify,
    Install,
}

/// The card at the foot of the list.
#[component]
pub fn Offers(
    /// Runs when the card goes that has the focus.
    #[prop(into)]
    on_gone: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let environment = expect_context::<EnvironmentStore>();
    let notifications = expect_context::<NotificationsStore>();
    let conversations = expect_context::<ConversationsStore>();
    let device = expect_context::<ThisDevice>();
    let written = move || -> u64 {
        let slots = conversations.order.get().into_iter().filter_map(|key| conversations.slot(&key));
        slots.map(|slot| slot.record.with(|record| record.own.own_count)).sum()
    };
    let was_pressed = RwSignal::new(false);
    let offer = Memo::new(move |_| {
        let notifies_not = match notifications.state.get() {
            NotificationState::Off => true,
            // what came of it is said where it was pressed
            NotificationState::Blocked | NotificationState::NoPushService => was_pressed.get(),
            _ => false,
        };
        if notifies_not && !notifications.declined.get() {
            return (written() >= MESSAGES_TO_BE_ANSWERED).then_some(Offer::Notify);
        }
        let installs = matches!(environment.install.get(), Install::Offered | Install::ByHand);
        let wanted = installs && !environment.install_declined.get() && written() >= MESSAGES_OF_USE;
        wanted.then_some(Offer::Install)
    });
    move || {
        let offer = offer.get()?;
        on_cleanup(move || {
            if has_focus() {
                on_gone.run(());
            }
        });
        let (title, way) = match offer {
            Offer::Notify => (texts.notify_offer_title(), view! { <NotifyWay was_pressed/> }.into_any()),
            Offer::Install => {
                let decline = move |()| device.decline_install();
                (texts.install_title(), view! { <InstallWay on_decline=decline/> }.into_any())
            }
        };
        Some(view! {
            <aside class="card card-stack offer" aria-label=title>
                <strong>{title}</strong>
                {way}
            </aside>
        })
    }
}

/// Whether something in the card has it.
fn has_focus() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|element| element.closest(".offer").is_ok_and(|card| card.is_some()))
}

/// Turning notifications on, or never being asked again.
#[component]
fn NotifyWay(was_pressed: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Notifications>();
    let state = expect_context::<NotificationsStore>().state;
    let turn_on = use_verb(move |(): &()| async move { verbs.turn_on().await }, || {});
    let press = move |()| {
        was_pressed.set(true);
        turn_on.start(());
    };
    let words = move || match state.get() {
        NotificationState::Blocked => texts.notify_blocked(),
        NotificationState::NoPushService => texts.notify_no_service(),
        _ => texts.notify_offer_text(),
    };
    view! {
        <p class="lead" role="status">{words}</p>
        <div class="form-acts">
            <Button busy=turn_on.busy on_press=press>{texts.notify_turn_on()}</Button>
            <Button kind=ButtonKind::Quiet on_press=move |()| verbs.decline()>{texts.install_decline()}</Button>
        </div>
        <p class="form-error" role="alert">{move || turn_on.error.get()}</p>
    }
    .into_any()
}
