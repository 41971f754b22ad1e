//! When notifications of this browser make no sound.

use leptos::prelude::*;

use crate::components::kit::{Choice, When};
use crate::i18n::use_texts;
use crate::services::{Notifications, Quiet};

/// Where quiet hours begin and end when somebody first wants them, minutes of the day.
const NIGHT: (u32, u32) = (22 * 60, 7 * 60);

/// Whether they make one at all, and the hours in which they do not.
#[component]
pub fn QuietHours() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Notifications>();
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
