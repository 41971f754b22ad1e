//! What is notified of, and how.
//!
//! `this_browser` turns them on and off, `try_out` tries them, `shown` chooses what they show and `quiet_hours` when they
//! make no sound; `browsers` lists all that are notified.

mod this_browser;

mod try_out;

mod quiet_hours;
mod shown;

mod browsers;

use leptos::prelude::*;

use crate::components::kit::{When, effect};
use crate::i18n::use_texts;
use crate::stores::{NotificationState, NotificationsStore};
use browsers::{Browsers, load_browsers};
use quiet_hours::QuietHours;
use shown::Shown;
use this_browser::ThisBrowser;

/// Whether this browser notifies, what its notifications show and when they are quiet, and all that are notified.
#[component]
pub fn Notifications() -> impl IntoView {
    let texts = use_texts();
    let state = expect_context::<NotificationsStore>().state;
    let load = load_browsers();
    // anew when this browser joins or leaves them
    effect(move || {
        state.track();
        load.begin(());
    });
    view! {
        <p class="lead">{texts.notify_lead()}</p>
        <ThisBrowser on_tried=move |()| load.begin(())/>
        <When holds=move || state.get() == NotificationState::On>
            <Shown/>
            <QuietHours/>
        </When>
        <Browsers load/>
    }
}
