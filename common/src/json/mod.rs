//! JSON on a device, in as little code as it takes.
//!
//! The client is downloaded before it is used, and reading its words and records was a sixth of it: `serde_json`
//! compiles, for each type, a way to read it from an object and one from an array, each with errors that say what was
//! wrong where. A device asks only *whether* a text is what it should be. So a text becomes a [`Value`] first, and a
//! value becomes a type by a deserializer that knows one form of each thing and one error without words. The server,
//! which tells others what is wrong with their words, reads them by `serde_json` itself.

mod node;

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error};
use serde_json::{Map, Value};

use node::Node;

/// The text is not JSON, or not of this type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not what it should be")]
pub struct Unreadable;

impl Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a text into a type. Fields that the type does not have are passed over.
///
/// # Errors
/// When it is not JSON or not of that type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    read_value(parse(text)?)
}

/// Writes one of our types, none of which can fail to be written.
pub fn write<T: Serialize>(it: &T) -> String {
    // not by `expect`, which would bring along how an error of `serde_json` is shown
    serde_json::to_string(it)
        .unwrap_or_else(|_| unreachable!("our types have string keys and no failing parts"))
}

fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable)
}

fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    T::deserialize(Node(value))
}

/// The fields of an object, to be taken one by one: for enums that name their variant in a field. `serde` reads those
/// by a copy of everything, since the name may come last, and compiles all types inside a second time for that copy.
pub struct Object(Map<String, Value>);

impl Object {
    /// Reads a text that should be an object.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        match parse(text)? {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Unreadable),
        }
    }

    /// Takes a field; one that is absent is as one that is `null`.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Unreadable> {
        read_value(self.0.remove(name).unwrap_or_default())
    }

    /// Takes a field that should be an object itself.
    ///
    /// # Errors
    /// When it is none.
    pub fn take_object(&mut self, name: &str) -> Result<Self, Unreadable> {
        match self.0.remove(name) {
            Some(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(Unreadable),
        }
    }

    /// Reads what is left as a whole.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn rest<T: DeserializeOwned>(self) -> Result<T, Unreadable> {
        read_value(Value::Object(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::Deserialize;

    use super::*;

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Everything {
        whole: u64,
        small: u8,
        signed: i64,
        real: f64,
        yes: bool,
        letter: char,
        maybe: Option<String>,
        absent: Option<u32>,
        list: Vec<Kind>,
        pair: (u64, String),
        nothing: (),
    }

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Bare,
        One(u64),
        Two(u64, bool),
        Named { a: String },
    }

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(tag = "kind", content = "with", rename_all = "camelCase")]
    enum Apart {
        Bare,
        Named { a: i64 },
    }

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "camelCase")]
    enum Inside {
        Bare,
        Named { a: i64 },
    }

    fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(it: T) {
        let text = write(&it);
        assert_eq!(read(&text), Ok(it), "{text}");
    }

    #[test]
    fn what_serde_json_writes_is_read() {
        survives(Everything {
            whole: u64::MAX,
            small: 255,
            signed: i64::MIN,
            real: -0.5,
            yes: true,
            letter: '雁',
            maybe: Some("鴻\"\n".into()),
            absent: None,
            list: vec![Kind::Bare, Kind::One(1), Kind::Two(2, false), Kind::Named { a: "x".into() }],
            pair: (7, String::new()),
            nothing: (),
        });
        survives(vec![Apart::Bare, Apart::Named { a: -1 }]);
        survives(vec![Inside::Bare, Inside::Named { a: 1 }]);
    }

    #[test]
    fn what_has_another_form_is_refused() {
        for text in [
            "",
            "{",
            "7",
            "null",
            "[]",
            r#""one""#,
            r#"{"one":"1"}"#,
            r#"{"bare":1}"#,
            r#"{"one":1,"bare":null}"#,
        ] {
            assert_eq!(read::<Kind>(text), Err(Unreadable), "{text}");
        }
        for text in ["-1", "256", "1.5", "true", r#""7""#, "null"] {
            assert_eq!(read::<u8>(text), Err(Unreadable), "{text}");
        }
        for text in ["[1]", "[1,2,3]"] {
            assert_eq!(read::<(u64, u64)>(text), Err(Unreadable), "{text}");
        }
        assert_eq!(read::<Apart>(r#"{"with":{}}"#), Err(Unreadable));
    }

    #[test]
    fn unknown_fields_are_passed_over_and_absent_ones_may_be_optional() {
        #[derive(PartialEq, Debug, Deserialize)]
        struct Small {
            a: u64,
            b: Option<u64>,
        }
        assert_eq!(read(r#"{"new":[{}],"a":1}"#), Ok(Small { a: 1, b: None }));
        assert_eq!(read::<Small>(r#"{"b":1}"#), Err(Unreadable));
    }
}
