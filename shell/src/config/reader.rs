//! `Reader`: one variable or secret at a time, with a note of everything that is wrong.

use super::source::Source;
use crate::platform::host::Given;
use core::ops::RangeInclusive;
use malipo_shared::text;
use serde::de::DeserializeOwned;

pub(super) struct Reader<'a> {
    source: &'a dyn Source,
    pub(super) wrong: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn Source) -> Reader<'a> {
        Reader {
            source,
            wrong: Vec::new(),
        }
    }
}

impl Reader<'_> {
    /// A variable that is a table in `wrangler.toml`, or the same as JSON text. The outer `None`: it is wrong.
    pub(super) fn structured<T: DeserializeOwned>(&mut self, name: &str) -> Option<Option<T>> {
        let text = match self.source.given(name) {
            None => return Some(None),
            Some(Given::Text(text) | Given::Json(text)) => text,
        };
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

    /// A variable that is one text. A list or a table in its place must not pass for one left out.
    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        match self.source.given(name)? {
            Given::Text(text) => Some(text).filter(|text| !text.is_empty()),
            Given::Json(_) => {
                self.note(format!("{name} must be one text, not a list or a table"));
                None
            }
        }
    }

    /// Notes a text that people read, if it holds what cannot be seen.
    pub(super) fn is_read(&mut self, name: &str, text: &str) {
        if let Some(c) = text::hidden(text) {
            self.note(format!("{name} {}", text::holds(c)));
        }
    }

    /// Whether it is given without a value.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        matches!(self.source.given(name), Some(Given::Text(text)) if text.is_empty())
    }

    pub(super) fn note(&mut self, what: String) {
        if !self.wrong.contains(&what) {
            self.wrong.push(what);
        }
    }
}
