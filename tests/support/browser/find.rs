//! Finding, pressing and typing, as a person does: by role and name.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::SessionId;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::common::requestdata::RequestData;
use thirtyfour::prelude::*;

use super::{Browser, Engine, Screen};
use crate::deadline::{eventually, soon};

/// Those of the elements that are shown which have this role and a name that is (or, with `*` at its end, begins with)
/// this. The browser takes its time to say what role an element has, so only those are asked that may have it; one that
/// does not tell scripts is asked by its driver.
const BY_ROLE: &str = r#"
const [role, name] = arguments;
const tags = {button: "button", link: "a", textbox: "input, textarea", combobox: "input", radio: "input",
    option: "option", dialog: "dialog", menuitem: "[role]", log: "[role]"}[role] ?? "*";
const fits = name.endsWith("*") ? (given) => given.startsWith(name.slice(0, -1)) : (given) => given === name;
const shown = (element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
const tells = "computedRole" in Element.prototype;
return [...document.querySelectorAll(`${tags}, [role=${role}]`)].filter((element) => shown(element) &&
    (!tells || element.computedRole === role && fits((element.computedName ?? "").trim())));
"#;

/// Waits for animations and transitions that end by themselves; one that is cancelled is over too.
const AT_REST: &str = "await Promise.all(document.getAnimations()
    .filter((it) => it.effect.getComputedTiming().endTime !== Infinity)
    .map((it) => it.finished.catch(() => null)));";

/// What a driver tells of an element as a screen reader has it (WebDriver, section 12.4).
#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl FormatRequestData for Computed {
    fn format_request(&self, session_id: &SessionId) -> RequestData {
        let Self { element, what } = self;
        RequestData::new(Method::GET, format!("session/{session_id}/element/{element}/{what}"))
    }
}

impl Browser {
    /// The first element with this role and name, once there is one. A `*` at the name's end stands for anything.
    pub async fn find(&self, role: &str, name: &str) -> WebElement {
        match soon(async || self.find_now(role, name).await.into_iter().next()).await {
            Some(element) => element,
            None => panic!("no {role} “{name}” {}", self.describe().await),
        }
    }

    /// The elements with this role and name that are there now.
    pub async fn find_now(&self, role: &str, name: &str) -> Vec<WebElement> {
        // a page that is being left answers with an error; it is asked again
        let Ok(found) = self.driver().execute(BY_ROLE, vec![json!(role), json!(name)]).await else {
            return vec![];
        };
        let found = found.elements().unwrap_or_default();
        match self.engine {
            Engine::Chromium => found,
            Engine::Firefox => self.those_called(found, role, name).await,
        }
    }

    async fn those_called(&self, candidates: Vec<WebElement>, role: &str, name: &str) -> Vec<WebElement> {
        let fits = |given: &str| match name.strip_suffix('*') {
            Some(beginning) => given.starts_with(beginning),
            None => given == name,
        };
        let mut fitting = vec![];
        for element in candidates {
            // a field for a password has no role by HTML-AAM, though Chromium gives it one
            let is_role = |given: &str| given == role || (role == "textbox" && given.is_empty());
            let is_it = self.computed(&element, "computedrole").await.is_some_and(|given| is_role(&given))
                && self.computed(&element, "computedlabel").await.is_some_and(|given| fits(given.trim()));
            if is_it {
                fitting.push(element);
            }
        }
        fitting
    }

    /// Nothing when the element is gone by now.
    async fn computed(&self, element: &WebElement, what: &'static str) -> Option<String> {
        let element = element.element_id().to_string();
        let answer = self.driver().cmd(Computed { element, what }).await.ok()?;
        answer.value().ok()
    }

    /// Whether there is such an element now.
    pub async fn sees(&self, role: &str, name: &str) -> bool {
        !self.find_now(role, name).await.is_empty()
    }

    /// Waits until there is no such element.
    pub async fn gone(&self, role: &str, name: &str) {
        let what = format!("{role} “{name}” goes away");
        eventually(&what, async || (!self.sees(role, name).await).then_some(())).await;
    }

    /// Presses a button, follows a link, chooses an option.
    pub async fn press(&self, role: &str, name: &str) {
        eventually(&format!("{role} “{name}” can be pressed"), async || {
            self.find(role, name).await.click().await.ok()
        })
        .await;
    }

    /// Presses the one of those with this role and name that stands inside this element: a dialog may repeat the words
    /// of what opened it.
    pub async fn press_in(&self, place: &WebElement, role: &str, name: &str) {
        let inside = "return arguments[0].contains(arguments[1])";
        eventually(&format!("{role} “{name}” in its place can be pressed"), async || {
            for element in self.find_now(role, name).await {
                let ends = [place, &element].map(|end| end.to_json());
                let [Ok(place), Ok(end)] = ends else { continue };
                let is_inside = self.driver().execute(inside, vec![place, end]).await.ok()?;
                if is_inside.json() == &Value::Bool(true) {
                    return element.click().await.ok();
                }
            }
            None
        })
        .await;
    }

    /// Types into a field, after what is there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find("textbox", name).await;
        field.send_keys(text).await.unwrap_or_else(|error| panic!("typing into “{name}”: {error}"));
    }

    /// Types into a field instead of what is there.
    pub async fn replace(&self, name: &str, text: &str) {
        let field = self.find("textbox", name).await;
        field.clear().await.unwrap_or_else(|error| panic!("clearing “{name}”: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("typing into “{name}”: {error}"));
    }

    /// Waits until a field holds this text.
    pub async fn holds(&self, name: &str, text: &str) {
        eventually(&format!("“{name}” holds “{text}”"), async || {
            // while a page is being left, or one comes, its elements go
            let held = self.find("textbox", name).await.prop("value").await.ok()??;
            (held == text).then_some(())
        })
        .await;
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: impl AsRef<str>) {
        let chain = self.driver().action_chain().send_keys(keys.as_ref());
        chain.perform().await.expect("keys can be pressed");
    }

    /// Waits until the page shows this text.
    pub async fn shows(&self, text: &str) {
        if soon(async || self.shows_now(text).await.then_some(())).await.is_none() {
            panic!("“{text}” is not shown {}", self.describe().await);
        }
    }

    /// Whether the page shows this text now.
    pub async fn shows_now(&self, text: &str) -> bool {
        let script = "return document.body.innerText.includes(arguments[0])";
        let answer = self.driver().execute(script, vec![json!(text)]).await;
        answer.is_ok_and(|answer| answer.json() == &Value::Bool(true))
    }

    /// Waits until nothing moves.
    pub async fn comes_to_rest(&self) {
        self.run_async(AT_REST, vec![]).await;
    }

    /// Puts a picture of what is seen into a file of few bytes (WebP), with so many dots for a CSS pixel.
    pub async fn compact_picture(&self, screen: &Screen, scale: u32, file: &Path) {
        let metrics = json!({"width": screen.width, "height": screen.height, "deviceScaleFactor": scale,
            "mobile": screen.touch});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        self.comes_to_rest().await;
        let format = json!({"format": "webp", "quality": 60});
        let picture = self.devtools("Page.captureScreenshot", format).await;
        let picture = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("in Base64");
        std::fs::write(file, picture).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Puts a picture of what is seen into a file.
    pub async fn picture(&self, file: &Path) {
        self.driver().screenshot(file).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}
