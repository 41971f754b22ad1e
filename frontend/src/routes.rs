//! Where one is in the app, as an address: so that links, reload and the browser's back work.
//!
//! Ours on the History API: `leptos_router` was measured at 46 kB of brotli beside a counter, for five routes.

use common::id::Seq;
use common::sync::ConversationKey;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, Location, MouseEvent, UrlSearchParams};

use crate::stores::StoreSignal;

/// A place in the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// The list, with nothing open.
    Home,
    /// Strangers' first messages.
    Requests,
    /// A conversation.
    Conversation(ConversationKey),
    /// A conversation with its details.
    Details(ConversationKey),
    /// Settings: a page of them, or their list.
    Settings(Option<SettingsPage>),
    /// Choosing where this text goes, which another app shares (`share_target` in the manifest).
    Share(String),
    /// No place of ours.
    Unknown,
}

/// A page of the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingsPage {
    /// Display name.
    Profile,
    /// Language and theme.
    Appearance,
    /// What is notified of, and how.
    Notifications,
    /// Where one is signed in.
    Devices,
    /// Change password.
    Password,
    /// Whom one has blocked.
    Blocked,
    /// What is kept on this device.
    Storage,
    /// The keys that do something.
    Keyboard,
    /// What this is.
    About,
    /// Delete account.
    Delete,
}

impl SettingsPage {
    /// All, in the order offered.
    pub const ALL: [Self; 10] = [
        Self::Profile,
        Self::Appearance,
        Self::Notifications,
        Self::Devices,
        Self::Password,
        Self::Blocked,
        Self::Storage,
        Self::Keyboard,
        Self::About,
        Self::Delete,
    ];

    /// Its word in the address.
    fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Appearance => "appearance",
            Self::Notifications => "notifications",
            Self::Devices => "devices",
            Self::Password => "password",
            Self::Blocked => "blocked",
            Self::Storage => "storage",
            Self::Keyboard => "keyboard",
            Self::About => "about",
            Self::Delete => "delete",
        }
    }
}

impl Route {
    /// The place that an address names; what is shared stands in its query (without `?`).
    fn at(path: &str, query: &str) -> Self {
        match Self::parse(path) {
            Self::Share(_) => Self::Share(shared(query)),
            place => place,
        }
    }

    /// The place that a path names.
    pub fn parse(path: &str) -> Self {
        let path = path.replace("%40", "@");
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let found = match parts[..] {
            [] => Some(Self::Home),
            ["requests"] => Some(Self::Requests),
            ["share"] => Some(Self::Share(String::new())),
            ["c", key] => key.parse().ok().map(Self::Conversation),
            ["c", key, "details"] => key.parse().ok().map(Self::Details),
            ["settings"] => Some(Self::Settings(None)),
            ["settings", word] => SettingsPage::ALL
                .into_iter()
                .find(|page| page.word() == word)
                .map(|page| Self::Settings(Some(page))),
            _ => None,
        };
        found.unwrap_or(Self::Unknown)
    }

    /// The path that names it.
    pub fn path(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/".to_owned(),
            Self::Requests => "/requests".to_owned(),
            Self::Conversation(key) => format!("/c/{key}"),
            Self::Details(key) => format!("/c/{key}/details"),
            Self::Settings(None) => "/settings".to_owned(),
            Self::Share(text) => format!("/share?text={}", js_sys::encode_uri_component(text)),
            Self::Settings(Some(page)) => format!("/settings/{}", page.word()),
        }
    }

    /// The conversation that is open here.
    pub fn conversation(&self) -> Option<&ConversationKey> {
        match self {
            Self::Conversation(key) | Self::Details(key) => Some(key),
            _ => None,
        }
    }

    /// One step back, where there is no history to go back in.
    pub fn parent(&self) -> Self {
        match self {
            Self::Details(key) => Self::Conversation(key.clone()),
            Self::Settings(Some(_)) => Self::Settings(None),
            _ => Self::Home,
        }
    }
}

/// What an address asks for besides a place: done once, and then no longer in the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// To see this message of the conversation.
    Message(Seq),
    /// To begin a new conversation.
    New,
    /// To find a conversation or a person.
    Find,
}

impl Wish {
    /// What a query asks for, without its `?`.
    pub fn parse(query: &str) -> Option<Self> {
        match query.split_once('=').unwrap_or((query, "")) {
            ("seq", seq) => seq.parse().ok().map(Self::Message),
            ("new", _) => Some(Self::New),
            ("find", _) => Some(Self::Find),
            _ => None,
        }
    }
}

/// Moves about in the app.
#[derive(Clone, Copy)]
pub struct Router {
    route: StoreSignal<Route>,
    wish: StoreSignal<Option<Wish>>,
}

impl Router {
    /// Starts where the address says, and follows the browser's back and forward. Call once.
    pub fn start() -> Self {
        let wish = location(Location::search).strip_prefix('?').and_then(Wish::parse);
        let router = Self { route: StoreSignal::new(here()), wish: StoreSignal::new(wish) };
        if wish.is_some() {
            router.replace(&here());
        }
        let handle = window_event_listener(leptos::ev::popstate, move |_| router.route.set(here()));
        on_cleanup(move || handle.remove());
        router
    }

    /// Something about where one is. Reactive.
    pub fn with<T>(self, look: impl FnOnce(&Route) -> T) -> T {
        self.route.with(look)
    }

    /// Something about where one is. Not reactive.
    pub fn with_untracked<T>(self, look: impl FnOnce(&Route) -> T) -> T {
        self.route.with_untracked(look)
    }

    /// Goes where an address leads, and does what it asks for. Home itself leads nowhere: one stays where one is.
    pub fn visit(self, address: &str) {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let (to, wish) = (Route::at(path, query), Wish::parse(query));
        if to != Route::Home {
            self.go(&to);
        }
        if wish.is_some() {
            self.wish.set(wish);
        }
    }

    /// What the address asked for, if it is one of these; it is granted by that. Reactive.
    pub fn take_wish(self, wanted: impl FnOnce(&Wish) -> bool) -> Option<Wish> {
        let wish = self.wish.get().filter(wanted);
        if wish.is_some() {
            self.wish.set(None);
        }
        wish
    }

    /// The message that the address asked for. Reactive.
    pub fn take_message(self) -> Option<Seq> {
        match self.take_wish(|wish| matches!(wish, Wish::Message(_))) {
            Some(Wish::Message(seq)) => Some(seq),
            _ => None,
        }
    }

    /// Goes to a place, one step deeper in the history.
    pub fn go(self, to: &Route) {
        if self.route.with_untracked(|here| here == to) {
            return;
        }
        let depth = JsValue::from_f64(depth() + 1.0);
        let pushed = history().and_then(|history| history.push_state_with_url(&depth, "", Some(&to.path())));
        self.arrive(to, pushed);
    }

    /// Goes to a place instead of this one.
    pub fn replace(self, to: &Route) {
        let depth = JsValue::from_f64(depth());
        let replaced =
            history().and_then(|history| history.replace_state_with_url(&depth, "", Some(&to.path())));
        self.arrive(to, replaced);
    }

    /// One step back: in the history where we went forward in it, else to the place above this one.
    pub fn back(self) {
        let parent = self.route.with_untracked(Route::parent);
        if depth() < 1.0 || history().and_then(|history| history.back()).is_err() {
            self.replace(&parent);
        }
    }

    /// To the place above this one, wherever one came from.
    pub fn go_up(self) {
        let parent = self.route.with_untracked(Route::parent);
        self.replace(&parent);
    }

    /// For `on:click` of a link: stays in the app, but leaves new tabs and the like to the browser.
    pub fn follow(self, click: &MouseEvent) {
        if click.button() != 0 || click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key()
        {
            return;
        }
        let link = click.current_target().and_then(|target| target.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link else { return };
        click.prevent_default();
        self.go(&Route::parse(&link.pathname()));
    }

    fn arrive(self, to: &Route, moved: Result<(), JsValue>) {
        // A browser that refuses (too many moves in a moment) still gets the place, only not its address.
        if moved.is_err() {
            leptos::logging::warn!("the address could not be changed");
        }
        self.route.set(to.clone());
    }
}

/// Where one is going; from the context.
pub fn use_router() -> Router {
    use_context::<Router>().expect("the root view provides the router")
}

fn here() -> Route {
    let query = location(Location::search);
    Route::at(&location(Location::pathname), query.strip_prefix('?').unwrap_or_default())
}

/// A part of the address.
fn location(part: fn(&Location) -> Result<String, JsValue>) -> String {
    part(&window().location()).unwrap_or_default()
}

fn history() -> Result<web_sys::History, JsValue> {
    window().history()
}

/// How many steps of ours lie before this one in the history.
fn depth() -> f64 {
    history().and_then(|history| history.state()).ok().and_then(|state| state.as_f64()).unwrap_or(0.0)
}

/// What another app shares, as one text.
fn shared(query: &str) -> String {
    let Ok(parts) = UrlSearchParams::new_with_str(query) else { return String::new() };
    joined(["title", "text", "url"].map(|name| parts.get(name).unwrap_or_default()))
}

/// Each part on a line; what stands in another one as well is said once.
fn joined(parts: [String; 3]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    let mut lines: Vec<&str> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let mut others = lines.iter().chain(&parts[at + 1..]);
        if !others.any(|other| stands_in(other, part)) {
            lines.push(part);
        }
    }
    lines.join("\n")
}

/// Whether a text says this, with white space around it: a word is not said by a longer one, nor an address.
fn stands_in(text: &str, part: &str) -> bool {
    let ends = |before: &str| before.is_empty() || before.ends_with(char::is_whitespace);
    let begins = |after: &str| after.is_empty() || after.starts_with(char::is_whitespace);
    text.match_indices(part).any(|(at, _)| ends(&text[..at]) && begins(&text[at + part.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_survives_being_an_address() {
        let anna: ConversationKey = "@Anna".parse().unwrap();
        let group: ConversationKey = "018f2f6e-0000-7000-8000-0000000000aa".parse().unwrap();
        let mut routes = vec![
            Route::Home,
            Route::Requests,
            Route::Conversation(anna.clone()),
            Route::Details(anna),
            Route::Conversation(group),
            Route::Settings(None),
        ];
        routes.extend(SettingsPage::ALL.map(|page| Route::Settings(Some(page))));
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn what_is_no_place_of_ours_is_unknown() {
        for path in ["/c", "/c/...", "/c/@a/details/x", "/settings/x", "/x"] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn what_is_shared_is_said_once() {
        let says = |parts: [&str; 3]| joined(parts.map(str::to_owned));
        assert_eq!(says(["Geese", "Look at them", "https://x/"]), "Geese\nLook at them\nhttps://x/");
        assert_eq!(says(["Geese", "Geese at https://x/ ", "https://x/"]), "Geese at https://x/");
        assert_eq!(says(["Geese", "Look:\nGeese", ""]), "Look:\nGeese");
        assert_eq!(says(["same", " same", ""]), "same");
        assert_eq!(says(["", " ", ""]), "");
        assert_eq!(says(["", "text", ""]), "text");
    }

    #[test]
    fn what_is_shared_is_said_even_if_something_longer_begins_so() {
        let says = |parts: [&str; 3]| joined(parts.map(str::to_owned));
        assert_eq!(says(["go", "Let’s google it", ""]), "go\nLet’s google it");
        assert_eq!(says(["", "https://x/a", "https://x/"]), "https://x/a\nhttps://x/");
        assert_eq!(says(["雁", "雁群", ""]), "雁\n雁群");
    }

    #[test]
    fn an_address_may_ask_for_something() {
        assert_eq!(Wish::parse("seq=7"), Some(Wish::Message(7)));
        assert_eq!(Wish::parse("new"), Some(Wish::New));
        assert_eq!(Wish::parse("find="), Some(Wish::Find));
        for nothing in ["", "seq=", "seq=-1", "news", "utm_source=x"] {
            assert_eq!(Wish::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_step_back_leads_up() {
        assert_eq!(Route::parse("/c/@a/details").parent(), Route::parse("/c/@a"));
        assert_eq!(Route::parse("/c/@a").parent(), Route::Home);
        assert_eq!(Route::parse("/settings/about").parent(), Route::parse("/settings"));
    }
}
