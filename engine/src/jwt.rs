//! The parts of a JWT, as strictly as two readers of one text must agree: whose it is and what it may do is for
//! [`crate::signed_order`] and [`crate::access`] to say.

use crate::json::object;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A JSON object in which each key stands once. Of two, one library takes the first and another the last.
pub(crate) struct Object(pub(crate) Map<String, Value>);

impl Object {
    pub(crate) fn read(part: &str) -> Option<Object> {
        object(&bytes(part)?).ok().map(Object)
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
