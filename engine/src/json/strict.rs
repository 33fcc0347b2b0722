//! Reads what others have written as JSON: an object in which each name stands once, at every depth. serde_json on its own
//! keeps the last of two, where another library keeps the first.

use core::cell::RefCell;
use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// It is no JSON object; here is why.
    Malformed(String),
    /// This name stands twice in one object.
    Doubled(String),
    /// The number of this name is larger than any that can be held.
    TooLarge(String),
}

/// What a reader notices on its way.
#[derive(Default)]
struct Notes {
    /// The name that was read last.
    name: String,
    doubled: Option<String>,
}

/// Reads an object.
///
/// # Errors
/// [`NotRead`].
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, NotRead> {
    let notes = RefCell::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Strict(&notes).deserialize(&mut json);
    let read = read.and_then(|value| json.end().map(|()| value));
    let Notes { name, doubled } = notes.into_inner();
    match (read, doubled) {
        (Ok(Value::Object(_)), Some(doubled)) => Err(NotRead::Doubled(doubled)),
        (Ok(Value::Object(fields)), None) => Ok(fields),
        (Ok(_), _) => Err(NotRead::Malformed("it is another kind of value".to_owned())),
        (Err(why), _) => {
            let why = why.to_string();
            // serde_json tells this kind of fault by its words alone.
            let is_too_large = why.starts_with("number out of range") && !name.is_empty();
            Err(match is_too_large {
                true => NotRead::TooLarge(name),
                false => NotRead::Malformed(why),
            })
        }
    }
}

#[derive(Clone, Copy)]
struct Strict<'n>(&'n RefCell<Notes>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut json: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = json.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut json: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = json.next_key::<String>()? {
            self.0.borrow_mut().name.clone_from(&name);
            let value = json.next_value_seed(self)?;
            if fields.contains_key(&name) {
                let doubled = &mut self.0.borrow_mut().doubled;
                doubled.get_or_insert_with(|| name.clone());
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_is_refused(text: &str, why: NotRead) {
        assert_eq!(object(text.as_bytes()), Err(why), "{text}");
    }

    #[test]
    fn what_is_written_once_is_read_as_serde_json_reads_it() {
        for text in [
            "{}",
            r#" {"a":null,"b":[true,-1,0.5,18446744073709551615,"\u00e9\n"],"c":{"a":{}}} "#,
            r#"{"a":{"x":1},"b":{"x":2},"c":[{"x":1},{"x":2}]}"#,
            r#"{"n":1500.0,"m":-0,"e":1e2}"#,
        ] {
            let read = object(text.as_bytes()).unwrap();
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(Value::Object(read), expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_told_at_every_depth_and_in_every_spelling() {
        let doubled = |name: &str| NotRead::Doubled(name.to_owned());
        check_is_refused(r#"{"a":1,"a":1}"#, doubled("a"));
        check_is_refused(r#"{"a":1,"b":2,"\u0061":3}"#, doubled("a"));
        check_is_refused(r#"{"a":null,"a":1}"#, doubled("a"));
        check_is_refused(r#"{"a":[{"b":{"c":1,"c":2}}]}"#, doubled("c"));
        check_is_refused(r#"{"a":{"x":1},"a":{"y":2},"z":1,"z":2}"#, doubled("a"));
        check_is_refused(r#"{"":1,"":2}"#, doubled(""));
    }

    #[test]
    fn a_number_that_cannot_be_held_is_told_by_its_name() {
        for number in ["1e400", "-1e400"] {
            let text = format!(r#"{{"a":1,"n":{number},"z":1}}"#);
            check_is_refused(&text, NotRead::TooLarge("n".to_owned()));
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "{",
            "[]",
            "null",
            "1",
            "\"a\"",
            "{}{}",
            "{} x",
            "{\"a\"}",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":\"\t\"}",
            "\u{feff}{}",
        ] {
            let refused = object(text.as_bytes()).unwrap_err();
            assert!(
                matches!(refused, NotRead::Malformed(_)),
                "{text}: {refused:?}"
            );
        }
        // What breaks off is malformed, doubled or not.
        let broken = object(br#"{"a":1,"a":2"#).unwrap_err();
        assert!(matches!(broken, NotRead::Malformed(_)), "{broken:?}");
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
        let deep = format!("{}{}", "{\"a\":".repeat(200), "}".repeat(200));
        assert!(object(deep.as_bytes()).is_err());
        assert_eq!(object(b"{\"a\":1}").unwrap()["a"], json!(1));
    }
}
