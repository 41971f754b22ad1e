//! Language and theme: what the person chose on this device.

use crate::stores::StoreSignal;

/// A language the app speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    En,
    /// Traditional Chinese, as in Taiwan.
    ZhTw,
}

impl Language {
    /// All, in the order offered.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhTw];

    /// The BCP 47 tag, for `lang` and for storing.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhTw => "zh-TW",
        }
    }

    /// The language for a tag that a browser or our storage gives: any Chinese is answered in Traditional Chinese.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhTw),
            _ => None,
        }
    }

    /// The first of the browser's languages that we speak, else English.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::from_tag).unwrap_or(Self::En)
    }
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
            language: StoreSignal::new(Language::En),
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
        assert_eq!(Language::preferred(["fr-FR", "zh-HK", "en"]), Language::ZhTw);
        assert_eq!(Language::preferred(["en-GB", "zh"]), Language::En);
        assert_eq!(Language::preferred(["fr"]), Language::En);
        assert_eq!(Language::from_tag("zh-TW"), Some(Language::ZhTw));
    }
}
