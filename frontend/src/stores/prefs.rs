//! Language and theme: what the person chose on this device.

use common::model::Language;

use crate::stores::StoreSignal;

/// The languages the app speaks, in the order offered.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Taiwanese];

/// The language for a tag that a browser or our storage gives: any Chinese is answered in Taiwan's.
pub fn language_of(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or(tag);
    match primary.to_ascii_lowercase().as_str() {
        "en" => Some(Language::English),
        "zh" => Some(Language::Taiwanese),
        _ => None,
    }
}

/// The first of the browser's languages that we speak, else English.
pub fn preferred_language<'a>(tags: impl IntoIterator<Item = &'a str>) -> Language {
    tags.into_iter().find_map(language_of).unwrap_or_default()
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for storing, and for `data-theme` on the root element (`system` sets none).
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme for such a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// What the person chose on this device. `ThisDevice::set_language` and `set_theme` keep it; they also set `lang` and
/// `data-theme` on the root element.
#[derive(Clone, Copy, Debug)]
pub struct PrefsStore {
    /// The language of every word.
    pub language: StoreSignal<Language>,
    /// The colours.
    pub theme: StoreSignal<Theme>,
    /// Width of the list in CSS pixels, where the person dragged it.
    pub list_width_px: StoreSignal<Option<u32>>,
}

impl PrefsStore {
    pub(super) fn new() -> Self {
        Self {
            language: StoreSignal::new(Language::English),
            theme: StoreSignal::new(Theme::System),
            list_width_px: StoreSignal::new(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_speaks_chinese_is_answered_in_chinese() {
        assert_eq!(preferred_language(["fr-FR", "zh-HK", "en"]), Language::Taiwanese);
        assert_eq!(preferred_language(["en-GB", "zh"]), Language::English);
        assert_eq!(preferred_language(["fr"]), Language::English);
        assert_eq!(language_of("zh-TW"), Some(Language::Taiwanese));
    }
}
