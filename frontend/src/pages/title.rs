//! The title of the page: what is open, and how much is unread.

use leptos::prelude::*;

use crate::components::kit::effect;
use crate::components::settings::title_of;
use crate::components::use_parties;
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::ConversationsStore;

/// Keeps the title while the view lives.
pub fn keep_title() {
    let texts = use_texts();
    let router = use_router();
    let parties = use_parties();
    let unread = expect_context::<ConversationsStore>().unread;
    let place = Memo::new(move |_| {
        router.with(|route| match route {
            Route::Conversation(key) | Route::Details(key) => Some(parties.title(key)),
            Route::Settings(None) => Some(texts.settings_title().to_owned()),
            Route::Settings(Some(page)) => Some(title_of(*page, texts).to_owned()),
            Route::Requests => Some(texts.request_title().to_owned()),
            Route::Home | Route::Share(_) | Route::Unknown => None,
        })
    });
    effect(move || document().set_title(&title(place.get().as_deref(), unread.get(), texts.app_name())));
}

/// "(3) Anna · Hongyan"
fn title(place: Option<&str>, unread: u64, app: &str) -> String {
    let count = if unread > 0 { format!("({unread}) ") } else { String::new() };
    let place =
        place.filter(|place| !place.is_empty()).map(|place| format!("{place} · ")).unwrap_or_default();
    format!("{count}{place}{app}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_where_one_is_and_what_waits() {
        assert_eq!(title(None, 0, "Hongyan"), "Hongyan");
        assert_eq!(title(Some("Anna"), 3, "Hongyan"), "(3) Anna · Hongyan");
        assert_eq!(title(Some(""), 1, "鴻雁"), "(1) 鴻雁");
    }
}
