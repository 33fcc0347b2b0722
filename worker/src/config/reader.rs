//! `Reader`: one variable or secret at a time, with a note of everything that is wrong.

use core::ops::RangeInclusive;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::Env;

pub(super) struct Reader<'a> {
    env: &'a Env,
    pub(super) wrong: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(env: &'a Env) -> Reader<'a> {
        Reader {
            env,
            wrong: Vec::new(),
        }
    }
}

impl Reader<'_> {
    /// A variable that is a table in `wrangler.toml`, or the same as JSON text. The outer `None`: it is wrong.
    pub(super) fn structured<T: DeserializeOwned>(&mut self, name: &str) -> Option<Option<T>> {
        let raw =
            js_sys::Reflect::get(self.env, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        if raw.is_undefined() {
            return Some(None);
        }
        let text = raw
            .as_string()
            .or_else(|| js_sys::JSON::stringify(&raw).ok()?.as_string())
            .unwrap_or_default();
        match serde_json::from_slice(text.as_bytes()) {
            Ok(value) => Some(Some(value)),
            Err(why) => {
                self.note(format!("{name} cannot be read: {why}"));
                None
            }
        }
    }

    pub(super) fn secret(&mut self, name: &str) -> Option<String> {
        self.required(name, "a secret: `wrangler secret put`")?;
        self.optional_secret(name)
    }

    pub(super) fn optional_secret(&mut self, name: &str) -> Option<String> {
        let text = self.optional(name)?;
        if text.trim() != text {
            self.note(format!("{name} has white space around it"));
        }
        Some(text)
    }

    /// A whole number within limits.
    pub(super) fn whole(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let text = self.optional(name)?;
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            self.note(format!(
                "{name} is `{text}`; it must be a whole number from {least} to {most}"
            ));
        }
        number
    }

    /// `true` or `false`; false without it.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.one_of(name, &["true", "false"]) == Some("true")
    }

    /// One of the words that are known.
    pub(super) fn one_of<'w>(&mut self, name: &str, known: &[&'w str]) -> Option<&'w str> {
        let text = self.optional(name)?;
        let word = known.iter().copied().find(|word| *word == text);
        if word.is_none() {
            let known = known.join(" or ");
            self.note(format!("{name} is `{text}`; it must be {known}"));
        }
        word
    }

    pub(super) fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let text = self.optional(name);
        if text.is_none() {
            self.note(format!("{name} is missing: {what}"));
        }
        text
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        let value = js_sys::Reflect::get(self.env, &JsValue::from_str(name)).ok()?;
        // In `wrangler.toml` a number or a flag may stand without quotes.
        let text = value
            .as_string()
            .or_else(|| value.as_f64().map(|number| number.to_string()))
            .or_else(|| value.as_bool().map(|flag| flag.to_string()));
        text.filter(|text| !text.is_empty())
    }

    pub(super) fn note(&mut self, what: String) {
        self.wrong.push(what);
    }
}
