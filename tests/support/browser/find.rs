//! Finding, pressing and typing, as a person does: by role and name.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::Browser;
use crate::deadline::{eventually, soon};

/// The elements with this role whose name is (or, with `*` at its end, begins with) this; only those that are shown.
const BY_ROLE: &str = r#"
const [role, name] = arguments;
const fits = name.endsWith("*") ? (given) => given.startsWith(name.slice(0, -1)) : (given) => given === name;
const shown = (element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
return [...document.querySelectorAll("body, body *")].filter((element) =>
    element.computedRole === role && fits((element.computedName ?? "").trim()) && shown(element));
"#;

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
        found.elements().unwrap_or_default()
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

    /// Types into a field, after what is there.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find("textbox", name).await;
        field.send_keys(text).await.unwrap_or_else(|error| panic!("typing into “{name}”: {error}"));
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

    /// Puts a picture of what is seen into a file.
    pub async fn picture(&self, file: &Path) {
        self.driver().screenshot(file).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}
