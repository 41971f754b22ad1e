//! The client as a person uses it: a verb for each thing they do.

use std::net::SocketAddr;

use serde_json::Value;
use thirtyfour::prelude::*;

use super::{Browser, Profile, Screen, Words};
use crate::deadline::{eventually, soon};
use crate::raw::{PASSWORD, Person};

/// What the open conversation shows of the messages in it: the bubbles on the screen, top to bottom.
const BUBBLES: &str = r#"
return [...document.querySelectorAll("[role=log] .bubble")].map((bubble) => ({
    text: bubble.querySelector(".bubble-text")?.innerText ?? "",
    mine: bubble.closest(".row-mine") !== null,
    state: bubble.querySelector(".mark .heard")?.textContent ?? "",
}));
"#;

/// A message on the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Its text.
    pub text: String,
    /// Whether it stands on one's own side.
    pub mine: bool,
    /// How far it has come, in words; empty for others' messages.
    pub state: String,
}

/// The client in somebody's browser.
pub struct App {
    /// The browser.
    pub browser: Browser,
    /// What the client says in its language.
    pub words: Words,
    origin: String,
}

impl App {
    /// Opens the browser at the server's (or a network's) address.
    pub async fn open(profile: &Profile, screen: Screen, address: SocketAddr) -> Self {
        Self::open_at(profile, screen, &format!("http://{address}")).await
    }

    /// Opens the browser at this origin.
    pub async fn open_at(profile: &Profile, screen: Screen, origin: &str) -> Self {
        let words = Words::of(&screen.language);
        let browser = Browser::open(profile, screen).await;
        let app = Self { browser, words, origin: origin.to_owned() };
        app.visit("/").await;
        app
    }

    /// Opens a browser that was never used, in which this person signs in.
    pub async fn signed_in(profile: &Profile, screen: Screen, address: SocketAddr, name: &str) -> Self {
        let app = Self::open(profile, screen, address).await;
        app.sign_in(name).await;
        app
    }

    /// Goes to a place by its path, as a link or a reload does.
    pub async fn visit(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.origin)).await;
    }

    /// The same, for when the person has chosen another language.
    pub fn in_language(self, language: &str) -> Self {
        Self { words: Words::of(language), ..self }
    }

    /// The address that browsers see.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Makes an account on the first screen.
    pub async fn create_account(&self, name: &str) {
        self.press_if_there("button", "welcome.create_title").await;
        self.browser.fill(&self.words.at("welcome.username"), name).await;
        self.browser.fill(&self.words.at("welcome.password"), PASSWORD).await;
        self.press("button", "welcome.create").await;
        self.at_home().await;
    }

    /// Signs in on the first screen.
    pub async fn sign_in(&self, name: &str) {
        self.fill_sign_in(name, PASSWORD).await;
        self.at_home().await;
    }

    /// Fills the form that signs in, and sends it.
    pub async fn fill_sign_in(&self, name: &str, password: &str) {
        self.browser.find("button", &self.words.at("welcome.sign_in_title")).await;
        // the tab and the button that sends may have the same words; the tab comes first
        self.press("button", "welcome.sign_in_title").await;
        self.browser.find("button", &self.words.at("action.show_password")).await;
        self.browser.fill(&self.words.at("welcome.username"), name).await;
        self.browser.fill(&self.words.at("welcome.password"), password).await;
        self.browser.keys(Key::Enter.value().to_string()).await;
    }

    /// The names of the databases that the browser keeps for this origin.
    pub async fn databases(&self) -> Vec<String> {
        let names = "return (await indexedDB.databases()).map(database => database.name)";
        let names = self.browser.run_async(names, vec![]).await;
        serde_json::from_value(names).expect("a list of names")
    }

    /// Waits for the list of conversations.
    pub async fn at_home(&self) {
        self.browser.find("button", &self.words.at("list.new")).await;
    }

    /// Waits for the first screen.
    pub async fn at_welcome(&self) {
        self.browser.find("button", &self.words.at("welcome.sign_in_title")).await;
    }

    /// Waits until the service worker keeps the whole shell of this build and serves this page: from then on the app
    /// starts without a network.
    pub async fn kept_for_offline(&self) {
        self.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
        eventually("the page's worker controls it", async || {
            let controlled = "return navigator.serviceWorker.controller !== null";
            self.browser.run(controlled, vec![]).await.as_bool()?.then_some(())
        })
        .await;
    }

    /// Opens the conversation with a person, found by name.
    pub async fn write_to(&self, name: &str) {
        self.press("button", "list.new").await;
        let line = self.browser.find("combobox", &self.words.at("new.search")).await;
        line.send_keys(name).await.expect("a line to type into");
        self.browser.press("option", &format!("{name}*")).await;
        self.composer(name).await;
    }

    /// Opens a conversation of the list.
    pub async fn open_conversation(&self, title: &str) {
        self.browser.press("link", &format!("{title}*")).await;
        self.browser.find("log", &self.words.with("timeline.log_label", "name", title)).await;
    }

    /// The composer of the conversation with this title.
    pub async fn composer(&self, title: &str) -> WebElement {
        self.browser.find("textbox", &self.words.with("composer.label", "name", title)).await
    }

    /// Waits until the composer of the open conversation holds this text.
    pub async fn holds(&self, title: &str, text: &str) {
        self.browser.holds(&self.words.with("composer.label", "name", title), text).await;
    }

    /// Writes a message into the open conversation and sends it by Enter.
    pub async fn say(&self, title: &str, text: &str) {
        let composer = self.composer(title).await;
        composer.send_keys(text).await.expect("a composer takes text");
        composer.send_keys(Key::Enter.value().to_string()).await.expect("and keys");
        let clears = format!("the composer clears after “{text}”");
        eventually(&clears, async || {
            let left = composer.prop("value").await.ok()??;
            left.is_empty().then_some(())
        })
        .await;
    }

    /// The messages on the screen.
    pub async fn bubbles(&self) -> Vec<Shown> {
        let found = self.browser.driver().execute(BUBBLES, vec![]).await;
        let found = found.map(|found| found.json().clone()).unwrap_or_default();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let shown = |bubble: &Value| Shown {
            text: word(&bubble["text"]),
            mine: bubble["mine"] == true,
            state: word(&bubble["state"]),
        };
        found.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(shown).collect()
    }

    /// Waits until the open conversation shows exactly these messages.
    pub async fn shows_messages(&self, texts: &[&str]) {
        let shown = soon(async || {
            let bubbles = self.bubbles().await;
            bubbles.iter().map(|bubble| bubble.text.as_str()).eq(texts.iter().copied()).then_some(())
        });
        if shown.await.is_none() {
            let (bubbles, page) = (self.bubbles().await, self.browser.describe().await);
            panic!("expected {texts:?}\nshown {bubbles:?}\n{page}");
        }
    }

    /// Waits until one's own message with this text has come so far (`state.read`, say).
    pub async fn shows_state(&self, text: &str, place: &str) {
        let words = self.words.at(place);
        let reached = soon(async || {
            let bubbles = self.bubbles().await;
            bubbles.iter().any(|bubble| bubble.text == text && bubble.state == words).then_some(())
        });
        if reached.await.is_none() {
            let (bubbles, page) = (self.bubbles().await, self.browser.describe().await);
            panic!("“{text}” is not “{words}”: {bubbles:?}\n{page}");
        }
    }

    /// Presses what has the words at a place.
    pub async fn press(&self, role: &str, place: &str) {
        self.browser.press(role, &self.words.at(place)).await;
    }

    async fn press_if_there(&self, role: &str, place: &str) {
        if let Some(element) = self.browser.find_now(role, &self.words.at(place)).await.first() {
            // it may be the one that is chosen already
            let _ = element.click().await;
        }
    }
}

impl Person {
    /// Shows oneself by another name.
    pub async fn rename(&self, display_name: &str) {
        self.api.patch("/api/me", serde_json::json!({"displayName": display_name})).await.must_be(200);
    }

    /// The texts of one's newest conversation, in the log's order.
    pub async fn texts(&self) -> Vec<String> {
        let list = self.api.get("/api/conversations").await.must_be(200).body;
        match list["conversations"][0]["conversationId"].as_str() {
            Some(id) => self.texts_of(id).await,
            None => vec![],
        }
    }

    /// The texts of a conversation that one may see, in the log's order; nothing of who came and went.
    pub async fn texts_of(&self, conversation_id: &str) -> Vec<String> {
        let log = self.log(conversation_id).await;
        let texts = log.iter().filter(|entry| entry["type"] == "text");
        texts.filter_map(|entry| entry["content"].as_str()).map(str::to_owned).collect()
    }
}
