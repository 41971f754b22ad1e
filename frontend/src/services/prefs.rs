//! Language and theme: kept in `localStorage`, shown on the root element.

use leptos::prelude::*;

use super::local::{self, names};
use crate::stores::{Language, Stores, Theme};

/// Reads what the person chose on this device; else goes by the browser.
pub(super) fn load(stores: Stores) {
    let chosen = local::read(names::LANGUAGE).as_deref().and_then(Language::from_tag);
    let theme = local::read(names::THEME).as_deref().and_then(Theme::from_word).unwrap_or_default();
    show_language(stores, chosen.unwrap_or_else(preferred));
    show_theme(stores, theme);
    stores.prefs.list_width_px.set(local::read(names::LIST_WIDTH).and_then(|width| width.parse().ok()));
}

fn preferred() -> Language {
    let tags: Vec<String> = web_sys::window()
        .map(|window| window.navigator().languages())
        .into_iter()
        .flat_map(|tags| tags.iter().collect::<Vec<_>>())
        .filter_map(|tag| tag.as_string())
        .collect();
    Language::preferred(tags.iter().map(String::as_str))
}

pub(super) fn set_language(stores: Stores, language: Language) {
    local::write(names::LANGUAGE, language.tag());
    show_language(stores, language);
}

pub(super) fn set_theme(stores: Stores, theme: Theme) {
    local::write(names::THEME, theme.word());
    show_theme(stores, theme);
}

pub(super) fn set_list_width(stores: Stores, width_px: u32) {
    local::write(names::LIST_WIDTH, &width_px.to_string());
    stores.prefs.list_width_px.set(Some(width_px));
}

fn show_language(stores: Stores, language: Language) {
    set_on_root("lang", Some(language.tag()));
    if stores.prefs.language.get_untracked() != language {
        stores.prefs.language.set(language);
    }
}

fn show_theme(stores: Stores, theme: Theme) {
    set_on_root("data-theme", (theme != Theme::System).then(|| theme.word()));
    if stores.prefs.theme.get_untracked() != theme {
        stores.prefs.theme.set(theme);
    }
}

fn set_on_root(name: &str, value: Option<&str>) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        // fails only for names that are none
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}
