//! The other languages, each in its own words, before anyone is signed in.

use common::model::Language;
use leptos::prelude::*;

use crate::i18n::use_texts;
use crate::services::ThisDevice;
use crate::stores::LANGUAGES;

/// A button for each language that is not spoken now.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let spoken = use_texts().language();
    let device = expect_context::<ThisDevice>();
    LANGUAGES
        .into_iter()
        .filter(|language| *language != spoken)
        .map(|language| {
            view! {
                <button
                    type="button"
                    class="text-button"
                    lang=language.tag()
                    on:click=move |_| device.set_language(language)
                >
                    {language_name(language)}
                </button>
            }
        })
        .collect_view()
}

/// What a language calls itself; the same in every language.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Taiwanese => "繁體中文",
    }
}
