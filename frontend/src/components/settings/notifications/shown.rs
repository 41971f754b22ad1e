//! How much of a message notifications of this browser show.

use common::model::Shows;
use leptos::prelude::*;

use crate::components::kit::Choice;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Notifications;

/// What notifications of this browser show.
#[component]
pub fn Shown() -> impl IntoView {
    let texts = use_texts();
    let verbs = expect_context::<Notifications>();
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
