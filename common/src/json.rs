//! JSON on a device, in as little code as it takes.
//!
//! The client is downloaded before it is used, and reading its words and records was a sixth of it: `serde_json`
//! compiles, for each type, a way to read it from an object and one from an array, each with errors that say what was
//! wrong where. A device asks only *whether* a text is what it should be. So a text becomes a [`Value`] first, and a
//! value becomes a type by a deserializer that knows one form of each thing and one error without words. The server,
//! which tells others what is wrong with their words, reads them by `serde_json` itself.

use std::{fmt, vec};

use serde::Serialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde_json::{Map, Number, Value, map};

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

/// A value about to be read.
struct Node(Value);

impl Node {
    fn number(self) -> Result<Number, Unreadable> {
        match self.0 {
            Value::Number(number) => Ok(number),
            _ => Err(Unreadable),
        }
    }

    fn text(self) -> Result<String, Unreadable> {
        match self.0 {
            Value::String(text) => Ok(text),
            _ => Err(Unreadable),
        }
    }

    fn items(self) -> Result<Items, Unreadable> {
        match self.0 {
            Value::Array(items) => Ok(Items(items.into_iter())),
            _ => Err(Unreadable),
        }
    }

    fn fields(self) -> Result<Fields, Unreadable> {
        match self.0 {
            Value::Object(fields) => Ok(Fields { rest: fields.into_iter(), value: Value::Null }),
            _ => Err(Unreadable),
        }
    }

    /// An enum's variant and what it holds: a name by itself, or an object with the name as its only key.
    fn variant(self) -> Result<Variant, Unreadable> {
        match self.0 {
            Value::String(name) => Ok(Variant { name, content: Value::Null }),
            Value::Object(fields) if fields.len() == 1 => {
                let (name, content) = fields.into_iter().next().ok_or(Unreadable)?;
                Ok(Variant { name, content })
            }
            _ => Err(Unreadable),
        }
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = Unreadable;

    /// For types that ask what is there: a few enums with their name inside them.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(yes),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().ok_or(Unreadable)?),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.number()?.as_u64().ok_or(Unreadable)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.number()?.as_i64().ok_or(Unreadable)?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.number()?.as_f64().ok_or(Unreadable)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let mut items = self.items()?;
        let read = visitor.visit_seq(&mut items)?;
        if items.0.as_slice().is_empty() { Ok(read) } else { Err(Unreadable) }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    // The same thing by another name.

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }
}

/// The items of an array that are not read yet.
struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(Node(item))).transpose()
    }
}

/// The fields of an object that are not read yet, and the value of the one whose name was read last.
struct Fields {
    rest: map::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Node(Value::String(name))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(Node(self.value.take()))
    }
}

/// A variant's name and what it holds.
struct Variant {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Node;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Node), Unreadable> {
        Ok((seed.deserialize(Node(Value::String(self.name)))?, Node(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Node {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.0.is_null() { Ok(()) } else { Err(Unreadable) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
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
