//! `Filter`: which payments are looked for; as it stands in the page's address, and as the API is asked.

use crate::eat::Day;
use form_urlencoded::Serializer;
use malipo_shared::api::State;

/// Which payments are listed, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// What `text` is.
    pub(crate) by: By,
    /// What was typed.
    pub(crate) text: String,
    /// Where they stand.
    pub(crate) state: Option<State>,
    /// The first day, as a date field writes it; or nothing.
    pub(crate) from: String,
    /// The last day.
    pub(crate) to: String,
}

/// What a searched text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum By {
    /// Its form tells.
    #[default]
    Anything,
    AccountReference,
    Reference,
    Receipt,
    PhoneEnd,
}

impl By {
    pub(crate) const ALL: [By; 5] = [
        By::Anything,
        By::AccountReference,
        By::Reference,
        By::Receipt,
        By::PhoneEnd,
    ];

    /// The API's parameter, and the word in the page's address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            By::Anything => "",
            By::AccountReference => "account_reference",
            By::Reference => "reference",
            By::Receipt => "receipt",
            By::PhoneEnd => "phone_end",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            By::Anything => "Anything",
            By::AccountReference => "Account number",
            By::Reference => "Your reference",
            By::Receipt => "M-PESA receipt",
            By::PhoneEnd => "Phone's last 3 digits",
        }
    }

    /// What the form of a text tells.
    fn guess(text: &str) -> By {
        let upper = text.to_ascii_uppercase();
        let is_plain = upper
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let has_digit = upper.bytes().any(|b| b.is_ascii_digit());
        let begins_with_letter = upper.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
        // However it was typed.
        let is_generated = upper.len() == 11 && upper.starts_with('M');
        if text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()) {
            By::PhoneEnd
        } else if is_plain && upper.len() == 10 && begins_with_letter && has_digit {
            By::Receipt
        } else if is_plain && (is_generated || upper == text && text.len() <= 12) {
            By::AccountReference
        } else {
            By::Reference
        }
    }
}

impl Filter {
    /// Reads the part of an address after `?`. What it does not know is left out.
    pub(crate) fn read(query: &str) -> Filter {
        let mut filter = Filter::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "by" => {
                    let known = By::ALL.into_iter().find(|by| by.word() == value);
                    filter.by = known.unwrap_or_default();
                }
                "q" => filter.text = value.into_owned(),
                "state" => {
                    filter.state = State::ALL.into_iter().find(|state| state.as_str() == value);
                }
                "from" => filter.from = value.into_owned(),
                "to" => filter.to = value.into_owned(),
                _ => {}
            }
        }
        filter
    }

    /// The part of the page's address after `?`; empty for all payments.
    pub(crate) fn address(&self) -> String {
        let state = self.state.map_or("", State::as_str);
        written(&[
            ("by", self.by.word()),
            ("q", self.text.trim()),
            ("state", state),
            ("from", &self.from),
            ("to", &self.to),
        ])
    }

    /// The parameters of the API, without `limit` and `after`.
    pub(crate) fn query(&self) -> String {
        let text = self.text.trim();
        let by = match self.by {
            By::Anything => By::guess(text),
            By::AccountReference | By::Reference | By::Receipt | By::PhoneEnd => self.by,
        };
        let ms = |day: &str, of: fn(Day) -> u64| {
            Day::parse(day).map_or(String::new(), |day| of(day).to_string())
        };
        let named = if text.is_empty() { "" } else { by.word() };
        let mut pairs = vec![
            ("state", self.state.map_or("", State::as_str).to_owned()),
            ("from_ms", ms(&self.from, Day::begins_at_ms)),
            ("to_ms", ms(&self.to, Day::ends_at_ms)),
        ];
        if !named.is_empty() {
            pairs.push((named, text.to_owned()));
        }
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
        written(&pairs)
    }

    /// Whether anything is asked for.
    pub(crate) fn is_any(&self) -> bool {
        self.address().is_empty()
    }
}

/// Pairs with a value, as an address holds them.
pub(crate) fn written(pairs: &[(&str, &str)]) -> String {
    let mut text = Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        text.append_pair(name, value);
    }
    text.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Filter {
        Filter {
            text: text.to_owned(),
            ..Filter::default()
        }
    }

    #[test]
    fn the_form_of_a_text_tells_what_it_is() {
        for (text, query) in [
            ("126", "phone_end=126"),
            ("QAB1CD2EF3", "receipt=QAB1CD2EF3"),
            (" qab1cd2ef3 ", "receipt=qab1cd2ef3"),
            ("M0123456789", "account_reference=M0123456789"),
            ("m0123456789", "account_reference=m0123456789"),
            ("INV7", "account_reference=INV7"),
            ("INV-2026/7", "reference=INV-2026%2F7"),
            ("order 7", "reference=order+7"),
            ("", ""),
        ] {
            assert_eq!(of(text).query(), query, "{text}");
        }
    }

    #[test]
    fn what_was_chosen_is_asked_for() {
        let filter = Filter {
            by: By::Reference,
            state: Some(State::PartPaid),
            from: "2026-11-26".into(),
            to: "2026-11-26".into(),
            ..of("126")
        };
        assert_eq!(
            filter.query(),
            "state=part_paid&from_ms=1795640400000&to_ms=1795726800000&reference=126"
        );
    }

    #[test]
    fn an_address_leads_back() {
        let filter = Filter {
            by: By::PhoneEnd,
            state: Some(State::Declined),
            from: "2026-11-01".into(),
            to: String::new(),
            text: "a&b=c ?".into(),
        };
        assert_eq!(Filter::read(&filter.address()), filter);
        assert_eq!(Filter::read(""), Filter::default());
        assert_eq!(Filter::read("state=odd&by=odd&x=1"), Filter::default());
        assert!(Filter::default().is_any() && !filter.is_any());
    }
}
