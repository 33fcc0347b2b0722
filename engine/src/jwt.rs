//! The parts of a JWT, as strictly as two readers of one text must agree: whose it is and what it may do is for
//! [`crate::signed_order`] and [`crate::access`] to say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::fmt;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A JSON object in which each key stands once. Of two, one library takes the first and another the last.
pub(crate) struct Object(pub(crate) Map<String, Value>);

impl Object {
    pub(crate) fn read(part: &str) -> Option<Object> {
        serde_json::from_slice(&bytes(part)?).ok()
    }

    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        match self.0.remove(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}

pub(crate) fn bytes(part: &str) -> Option<Vec<u8>> {
    // Strict: one text for the same bytes, so that no character can be changed unnoticed.
    URL_SAFE_NO_PAD.decode(part).ok()
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Object, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, each key once")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut json: A) -> Result<Object, A::Error> {
                let mut object = Map::new();
                while let Some((key, value)) = json.next_entry()? {
                    if object.insert(key, value).is_some() {
                        return Err(A::Error::custom("a key stands twice"));
                    }
                }
                Ok(Object(object))
            }
        }
        json.deserialize_map(Keys)
    }
}
