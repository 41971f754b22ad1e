//! What the client says, from its own files: tests find things by their words, in either language.

use serde_json::Value;

/// The words of one language.
#[derive(Clone, Debug)]
pub struct Words {
    tree: Value,
}

impl Words {
    /// Those of a language as browsers name it.
    pub fn of(language: &str) -> Self {
        let file = match language {
            "zh-TW" => include_str!("../../../frontend/locales/zh-TW.json"),
            _ => include_str!("../../../frontend/locales/en.json"),
        };
        Self { tree: serde_json::from_str(file).expect("the words are JSON") }
    }

    /// The words at a place such as `welcome.create`.
    pub fn at(&self, place: &str) -> String {
        let found = place.split('.').fold(&self.tree, |tree, name| &tree[name]);
        found.as_str().unwrap_or_else(|| panic!("there are no words at {place}")).to_owned()
    }

    /// The same with something put in for a name in braces.
    pub fn with(&self, place: &str, name: &str, value: &str) -> String {
        self.at(place).replace(&format!("{{{name}}}"), value)
    }
}
