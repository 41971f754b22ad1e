//! Language and theme.

use leptos::prelude::*;

use crate::components::accounts::language_name;
use crate::components::kit::Choice;
use crate::i18n::use_texts;
use crate::services::ThisDevice;
use crate::stores::{LANGUAGES, PrefsStore, Theme};

/// Language and theme, which take hold at once.
#[component]
pub fn Appearance() -> impl IntoView {
    let texts = use_texts();
    let prefs = expect_context::<PrefsStore>();
    let device = expect_context::<ThisDevice>();
    let languages = LANGUAGES.map(|language| (language, language_name(language).to_owned()));
    let themes = Theme::ALL.map(|theme| {
        let words = match theme {
            Theme::System => texts.appearance_theme_system(),
            Theme::Light => texts.appearance_theme_light(),
            Theme::Dark => texts.appearance_theme_dark(),
        };
        (theme, words.to_owned())
    });
    view! {
        <div class="form">
            <Choice
                name="language" legend=texts.appearance_language() options=languages.to_vec() chosen=move || prefs.language.get()
                on_choose=move |language| device.set_language(language)
            />
            <Choice
                name="theme" legend=texts.appearance_theme() options=themes.to_vec() chosen=move || prefs.theme.get()
                on_choose=move |theme| device.set_theme(theme)
            />
        </div>
    }
}
