//! Reads what we have written ourselves as JSON: journal records, objects' states and messages. What others write is read by
//! [`object`].
//!
//! The text becomes a [`Value`] first, and a struct is only ever read from an object. serde_json on its own takes an
//! array for one as well, and compiles each type a second time for that: a tenth of the Worker.

mod strict;

pub use strict::{NotRead, object};

use core::slice;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value, map};

/// Reads a value from its text.
///
/// # Errors
/// What is wrong with it.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let value: Value = serde_json::from_slice(text.as_bytes())?;
    T::deserialize(Json(&value))
}

#[derive(Clone, Copy)]
struct Json<'de>(&'de Value);

impl<'de> Json<'de> {
    fn fields(self) -> Result<Fields<'de>, Error> {
        let fields = self.0.as_object().map(Fields::new);
        fields.ok_or_else(|| Error::custom("it is not an object"))
    }
}

impl<'de> Deserializer<'de> for Json<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(*is),
            Value::Number(number) => number.deserialize_any(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(fields) => visitor.visit_map(Fields::new(fields)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant is its name, or an object with its name as the one key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Some(name) = self.0.as_str() {
            return visitor.visit_enum(Variant(name, Json(&Value::Null)));
        }
        let mut fields = self.fields()?.entries;
        match (fields.next(), fields.next()) {
            (Some((name, content)), None) => visitor.visit_enum(Variant(name, Json(content))),
            _ => Err(Error::custom("a variant has one name")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items<'de>(slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let item = self.0.next();
        item.map(|item| seed.deserialize(Json(item))).transpose()
    }
}

struct Fields<'de> {
    entries: map::Iter<'de>,
    value: &'de Value,
}

impl<'de> Fields<'de> {
    fn new(fields: &'de Map<String, Value>) -> Fields<'de> {
        let entries = fields.iter();
        let value = &Value::Null; // until the first key
        Fields { entries, value }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Json(self.value))
    }
}

struct Variant<'de>(&'de str, Json<'de>);

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Json<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Json<'de>), Error> {
        let variant = seed.deserialize(StrDeserializer::new(self.0))?;
        Ok((variant, self.1))
    }
}

impl<'de> VariantAccess<'de> for Json<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.0.is_null() {
            return Ok(());
        }
        Err(Error::custom("this variant holds nothing"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self.fields()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::fmt::Debug;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Line {
        n: u64,
        below: i64,
        share: f64,
        is_last: bool,
        text: Option<String>,
        kinds: Vec<Kind>,
        #[serde(default)]
        later: u8,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Named(Name),
        Pair(u8, String),
        Split { at: Option<u32>, rest: Box<Kind> },
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(try_from = "String", into = "String")]
    struct Name(String);

    impl TryFrom<String> for Name {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Name, &'static str> {
            if text.is_empty() {
                return Err("a name is not empty");
            }
            Ok(Name(text))
        }
    }

    impl From<Name> for String {
        fn from(name: Name) -> String {
            name.0
        }
    }

    #[track_caller]
    fn check_is_read<T: Serialize + DeserializeOwned + PartialEq + Debug>(written: &T) {
        let text = serde_json::to_string(written).unwrap();
        assert_eq!(read::<T>(&text).unwrap(), *written, "{text}");
    }

    #[track_caller]
    fn check_is_refused<T: DeserializeOwned + Debug>(text: &str, why: &str) {
        let refused = read::<T>(text).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }

    #[test]
    fn what_is_written_is_read() {
        let name = || Kind::Named(Name("M\u{e9}\n\"".to_owned()));
        check_is_read(&Line {
            n: u64::MAX,
            below: i64::MIN,
            share: 0.1,
            is_last: true,
            text: None,
            kinds: vec![
                Kind::Plain,
                name(),
                Kind::Pair(7, String::new()),
                Kind::Split {
                    at: Some(0),
                    rest: Box::new(name()),
                },
            ],
            later: 3,
        });
        check_is_read(&Some(Kind::Plain));
        check_is_read(&None::<Kind>);
        check_is_read(&());
        check_is_read(&vec!["a".to_owned()]);
    }

    #[test]
    fn a_newer_field_is_passed_over_and_a_missing_one_has_its_default() {
        let text = r#"{"new":[{}],"n":1,"below":0,"share":2,"is_last":false,"kinds":[]}"#;
        let line: Line = read(text).unwrap();
        assert_eq!((line.n, line.later, line.text), (1, 0, None));
    }

    #[test]
    fn what_is_something_else_is_refused() {
        check_is_refused::<Line>("[1,0,0.1,true,null,[],0]", "not an object");
        check_is_refused::<Line>("{\"n\":1}", "missing field `below`");
        check_is_refused::<Line>("{\"n\":-1}", "invalid value");
        check_is_refused::<Kind>("\"odd\"", "unknown variant `odd`");
        check_is_refused::<Kind>("{\"named\":\"\"}", "a name is not empty");
        check_is_refused::<Kind>("\"named\"", "invalid type: null");
        check_is_refused::<Kind>("{\"plain\":1}", "holds nothing");
        check_is_refused::<Kind>("{\"plain\":null,\"named\":\"a\"}", "one name");
        check_is_refused::<Kind>("{\"pair\":[7]}", "invalid length 1");
        check_is_refused::<Kind>("{\"split\":[1,\"plain\"]}", "not an object");
        check_is_refused::<u8>("256", "invalid value");
        check_is_refused::<Name>("\"a", "EOF");
    }
}
