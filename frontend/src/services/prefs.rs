//! Language and theme: kept in `localStorage`, shown on the root element and in what the system draws around the page.

use common::model::Language;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::local::{self, names};
use crate::stores::{Stores, Theme, language_of, preferred_language};

#[wasm_bindgen]
extern "C" {
    /// Dresses the page (`public/early.js`).
    fn dress(theme: &str, language: &str);
}

/// Reads what the person chose on this device; else goes by the browser.
pub(super) fn load(stores: Stores) {
    let chosen = local::read(names::LANGUAGE).as_deref().and_then(language_of);
    let theme = local::read(names::THEME).as_deref().and_then(Theme::from_word).unwrap_or_default();
    show(stores, theme, chosen.unwrap_or_else(preferred));
    stores.prefs.list_width_px.set(local::read(names::LIST_WIDTH).and_then(|width| width.parse().ok()));
}

fn preferred() -> Language {
    let tags: Vec<String> = web_sys::window()
        .map(|window| window.navigator().languages())
        .into_iter()
        .flat_map(|tags| tags.iter().collect::<Vec<_>>())
        .filter_map(|tag| tag.as_string())
        .collect();
    preferred_language(tags.iter().map(String::as_str))
}

pub(super) fn set_language(stores: Stores, language: Language) {
    local::write(names::LANGUAGE, language.tag());
    show(stores, stores.prefs.theme.get_untracked(), language);
}

pub(super) fn set_theme(stores: Stores, theme: Theme) {
    local::write(names::THEME, theme.word());
    show(stores, theme, stores.prefs.language.get_untracked());
}

pub(super) fn set_list_width(stores: Stores, width_px: u32) {
    local::write(names::LIST_WIDTH, &width_px.to_string());
    stores.prefs.list_width_px.set(Some(width_px));
}

fn show(stores: Stores, theme: Theme, language: Language) {
    dress(theme.word(), language.tag());
    if stores.prefs.theme.get_untracked() != theme {
        stores.prefs.theme.set(theme);
    }
    if stores.prefs.language.get_untracked() != language {
        stores.prefs.language.set(language);
    }
}
