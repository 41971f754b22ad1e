//! The words of the app, in the person's language, and how times and sizes are said.
//!
//! The whole view is built anew when the language changes, so a view takes [`Texts`] once and uses plain strings.

mod clock;
mod errors;
mod events;
mod size;
mod when;

use common::model::Language;
use leptos::prelude::{provide_context, use_context};

pub use clock::Clock;
pub use errors::{problem_text, refusal_text};
pub use events::Cast;
pub use size::size_text;
pub use when::{Moment, When, when};

/// Every text of `locales/`, one function each; made by the build script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Texts {
    language: Language,
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl Texts {
    /// The texts of a language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// Which language these are.
    pub fn language(self) -> Language {
        self.language
    }
}

/// Gives all views below the texts and the clock of a language.
pub fn provide_texts(language: Language) {
    provide_context(Texts::new(language));
    provide_context(Clock::new(language));
}

/// The texts of the view's language.
pub fn use_texts() -> Texts {
    use_context::<Texts>().expect("the root view provides the texts")
}

/// The clock of the view's language.
pub fn use_clock() -> Clock {
    use_context::<Clock>().expect("the root view provides the clock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_choose_their_form() {
        let en = Texts::new(Language::English);
        assert_eq!(en.list_unread(1), "1 unread message");
        assert_eq!(en.list_unread(3), "3 unread messages");
        assert_eq!(Texts::new(Language::Taiwanese).list_unread(1), "1則未讀訊息");
    }

    #[test]
    fn there_is_one_apostrophe_and_no_stray_space_beside_chinese() {
        assert!(!include_str!("../../locales/en.json").contains('\''));
        let chinese: Vec<char> = include_str!("../../locales/zh-TW.json").chars().collect();
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for around in chinese.windows(3).filter(|around| around[1] == ' ') {
            assert!(!is_han(around[0]) && !is_han(around[2]), "{}", around.iter().collect::<String>());
        }
    }

    #[test]
    fn names_stand_where_the_language_wants_them() {
        let zh = Texts::new(Language::Taiwanese);
        assert_eq!(zh.details_leave_title("雁群"), "要離開「雁群」嗎？");
        assert_eq!(zh.storage_used_of("1 MB", "2 GB"), "已使用1 MB，共2 GB");
        assert_eq!(zh.timeline_announce("安娜", "上午 9:41", "早"), "安娜，上午 9:41：早");
    }
}
