//! What is notified of, and how.

use common::model::Shows;
use common::wire::http::{PushTested, PushTrouble, Subscribed};
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, ButtonKind, Choice, Spinner, When};
use crate::components::now::use_now;
use crate::components::verb::use_verb;
use crate::i18n::{Texts, use_clock, use_texts};
use crate::services::{Accounts, Notifications as Verbs, Quiet};
use crate::stores::{NotificationState, NotificationsStore};

/// Where quiet hours begin and end when somebody first wants them, minutes of the day.
const NIGHT: (u32, u32) = (22 * 60, 7 * 60);

/// Whether this browser notifies, what its notifications show and when they are quiet, and all that are notified.
#[component]
pub fn Notifications() -> impl IntoView {
    let texts = use_texts();
    let store = expect_context::<NotificationsStore>();
    let state = store.state;
    let on = move || state.get() == NotificationState::On;
    view! {
        <p class="lead">{texts.notify_lead()}</p>
        <ThisBrowser/>
        <When holds=on>
            <Shown/>
            <QuietHours/>
        </When>
        {move || {
            // fetched anew when this browser joins or leaves them
            state.track();
            view! { <Browsers/> }
        }}
    }
}

/// The switch, or why there is none.
#[component]
fn ThisBrowser() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Verbs>();
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
    let offers = move || {
        is_on.get() || matches!(state.get(), NotificationState::Off | NotificationState::NoPushService)
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
                <When holds=move || is_on.get()><TryOut/></When>
            </div>
            <p class="form-error" role="alert">{wrong}</p>
        </div>
    }
}

/// Sends one here, and says how far it came.
#[component]
fn TryOut() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Verbs>();
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
        || {},
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

/// What notifications of this browser show.
#[component]
fn Shown() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Verbs>();
    let chosen = RwSignal::new(verbs.shows());
    let choose = use_verb(
        move |shows: &Shows| {
            let shows = *shows;
            chosen.set(shows);
            async move {
                let done = verbs.set_shows(shows).await;
                // what could not be told is as it was
                chosen.try_set(verbs.shows());
                done
            }
        },
        || {},
    );
    let options = vec![
        (Shows::Text, texts.notify_shows_text().to_owned()),
        (Shows::Name, texts.notify_shows_name().to_owned()),
        (Shows::Nothing, texts.notify_shows_nothing().to_owned()),
    ];
    view! {
        <div class="form">
            <Choice name="shows" legend=texts.notify_shows() options chosen on_choose=move |shows| choose.start(shows)/>
            <p class="form-error" role="alert">{move || choose.error.get()}</p>
        </div>
    }
}

/// When notifications of this browser make no sound.
#[component]
fn QuietHours() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Verbs>();
    let quiet = RwSignal::new(verbs.quiet());
    let change = move |change: &dyn Fn(&mut Quiet)| {
        quiet.update(|quiet| change(quiet));
        verbs.set_quiet(quiet.get_untracked());
    };
    let sounds =
        vec![(true, texts.notify_sound_on().to_owned()), (false, texts.notify_sound_off().to_owned())];
    let hours =
        vec![(false, texts.notify_quiet_never().to_owned()), (true, texts.notify_quiet_hours().to_owned())];
    let has_hours = move || quiet.with(|quiet| quiet.quiet_from.is_some());
    let from = move |event| {
        if let Some(minute) = minute_of(&event_target_value(&event)) {
            change(&|quiet| quiet.quiet_from = Some(minute));
        }
    };
    let to = move |event| {
        if let Some(minute) = minute_of(&event_target_value(&event)) {
            change(&|quiet| quiet.quiet_to = Some(minute));
        }
    };
    view! {
        <div class="form">
            <Choice name="sound" legend=texts.notify_sound() options=sounds
                chosen=Signal::derive(move || quiet.with(|quiet| quiet.sound))
                on_choose=move |sound| change(&|quiet| quiet.sound = sound)
            />
            <Choice name="quiet" legend=texts.notify_quiet() options=hours chosen=Signal::derive(has_hours)
                on_choose=move |wanted: bool| change(&|quiet| {
                    quiet.quiet_from = wanted.then_some(NIGHT.0);
                    quiet.quiet_to = wanted.then_some(NIGHT.1);
                })
            />
            <When holds=has_hours>
                <div class="times">
                    <label>{texts.notify_quiet_from()}
                        <input type="time" prop:value=move || quiet.with(|quiet| clock_of(quiet.quiet_from)) on:change=from/>
                    </label>
                    <label>{texts.notify_quiet_to()}
                        <input type="time" prop:value=move || quiet.with(|quiet| clock_of(quiet.quiet_to)) on:change=to/>
                    </label>
                </div>
            </When>
        </div>
    }
}

/// As an `<input type=time>` has it.
fn clock_of(minute: Option<u32>) -> String {
    let minute = minute.unwrap_or_default();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute_of(clock: &str) -> Option<u32> {
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Every browser of the account's that is notified.
#[component]
fn Browsers() -> impl IntoView {
    let texts = use_texts();
    let (verbs, accounts) = (expect_context::<Verbs>(), expect_context::<Accounts>());
    let load = Errand::new(move |(): &()| async move {
        let (browsers, devices) = (verbs.list().await?, accounts.devices().await?);
        let named = browsers.into_iter().filter_map(|browser| {
            let device = devices.iter().find(|device| device.device_id == browser.device_id)?;
            Some((device.name.clone(), browser))
        });
        Ok::<Vec<_>, crate::services::ApiTrouble>(named.collect())
    });
    load.begin(());
    let list = move || {
        match load.outcome().get() {
        None => view! { <p class="lead"><Spinner/></p> }.into_any(),
        Some(Err(trouble)) => view! { <p class="lead">{texts.api_trouble(&trouble)}</p> }.into_any(),
        Some(Ok(browsers)) if browsers.is_empty() => ().into_any(),
        Some(Ok(browsers)) => view! {
            <h2 class="settings-part">{texts.notify_devices()}</h2>
            <ul class="cards">
                {browsers.into_iter().map(|(name, browser)| view! { <BrowserRow name browser/> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
    };
    view! { {list} }
}

#[component]
fn BrowserRow(name: String, browser: Subscribed) -> impl IntoView {
    let texts = use_texts();
    let (clock, now) = (use_clock(), use_now().get_untracked());
    let outcome = match (browser.succeeded_at, browser.failed_at) {
        (succeeded, Some(failed)) if succeeded.is_none_or(|succeeded| succeeded < failed) => {
            // the others name the push service and its answer, which are told when one tries
            let why = match browser.trouble {
                Some(trouble @ (PushTrouble::NotAllowed | PushTrouble::Gone)) => {
                    trouble_text(texts, trouble, "", None)
                }
                _ => String::new(),
            };
            texts.notify_last_failure(&clock.short(failed, now), &why)
        }
        (Some(succeeded), _) => texts.notify_last_success(&clock.short(succeeded, now)),
        (None, _) => texts.notify_none_yet().to_owned(),
    };
    view! {
        <li class="card">
            <div class="card-words">
                <strong class="name">{name}</strong>
                {browser.endpoint.is_some().then(|| view! { <span class="tag">{texts.devices_this()}</span> })}
                <span class="card-second">{outcome}</span>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_come_back_as_they_went() {
        for minute in [0, 59, 60, 22 * 60, 23 * 60 + 59] {
            assert_eq!(minute_of(&clock_of(Some(minute))), Some(minute));
        }
        assert_eq!(minute_of("07:30:00"), Some(450));
        for bad in ["", "7", "24:00", "12:60", "a:b"] {
            assert_eq!(minute_of(bad), None, "{bad}");
        }
    }
}
