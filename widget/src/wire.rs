//! The JSON of `malipo_shared::api` over the browser's own parser; what it means is read in `screens::wire`.

use js_sys::{Array, Function, JSON, Object, Reflect};
use malipo_shared::api::View;
use malipo_shared::screens::model::{Refusal, Trouble};
use malipo_shared::screens::wire::{self, Fields};
use wasm_bindgen::{JsCast, JsValue};

/// An answer of the Worker, or of whatever stands between.
pub(crate) struct Answer {
    pub(crate) is_ok: bool,
    pub(crate) text: String,
}

impl Answer {
    /// From `[is it a good answer, its text]`.
    pub(crate) fn of(answer: &JsValue) -> Option<Answer> {
        let answer: &Array = answer.dyn_ref()?;
        Some(Answer {
            is_ok: answer.get(0).is_truthy(),
            text: answer.get(1).as_string()?,
        })
    }

    /// A gateway's own error page, and the Worker's word that it lost the answer, say nothing of the payment: asked again under
    /// the same key.
    pub(crate) fn error(&self) -> Trouble {
        decode_error(&self.text)
            .filter(|refusal| refusal.code != "TIMEOUT_ERROR")
            .map_or(Trouble::NoConnection, Trouble::Refused)
    }
}

/// Reads a view; `None` when it is none, or one whose words are not known here.
pub(crate) fn decode_view(text: &str) -> Option<View> {
    wire::view(&Json::parse(text)?)
}

/// Reads the payment of a price's answer.
pub(crate) fn decode_quote(text: &str) -> Option<View> {
    wire::view(&Json::parse(text)?.object("payment")?)
}

/// Reads the body of an error; `None` when it is not the Worker's.
pub(crate) fn decode_error(text: &str) -> Option<Refusal> {
    wire::refusal(&Json::parse(text)?)
}

/// A plain object of the fields that are there.
pub(crate) fn object(fields: &[(&str, Option<JsValue>)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        if let Some(value) = value {
            // Setting a field of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &JsValue::from_str(name), value);
        }
    }
    object
}

/// The texts of an object by their names; nothing when it is none.
pub(crate) fn texts(json: &str) -> Vec<(String, String)> {
    let Some(Json(object)) = Json::parse(json) else {
        return Vec::new();
    };
    let entries = Object::entries(&object.into()).into_iter();
    let text = |entry: &JsValue, index| {
        let entry: Array = entry.clone().into();
        entry.get(index).as_string()
    };
    entries
        .filter_map(|entry| Some((text(&entry, 0)?, text(&entry, 1)?)))
        .collect()
}

/// An object of JSON, or of the page's options.
pub(crate) struct Json(JsValue);

impl Json {
    /// Any value of the page; what is no object has no fields.
    pub(crate) fn of(value: JsValue) -> Option<Json> {
        value.is_object().then_some(Json(value))
    }

    fn parse(text: &str) -> Option<Json> {
        Json::of(JSON::parse(text).ok()?)
    }

    /// A field that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    /// A field that is a function.
    pub(crate) fn function(&self, name: &str) -> Option<Function> {
        self.get(name).dyn_into().ok()
    }

    /// A field that is true or false.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).as_bool()
    }

    /// The price's answer.
    pub(crate) fn answer(&self) -> Option<Answer> {
        Answer::of(&self.get("answer"))
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    }
}

impl Fields for Json {
    fn text(&self, name: &str) -> Option<String> {
        Json::text(self, name)
    }

    fn number(&self, name: &str) -> Option<u64> {
        let number = self.get(name).as_f64()?;
        // Up to 2^53 every whole number is exact.
        (0.0..=9_007_199_254_740_992.0)
            .contains(&number)
            .then_some(number as u64)
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }

    fn object(&self, name: &str) -> Option<Json> {
        Json::of(self.get(name))
    }
}
