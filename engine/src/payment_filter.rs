//! `Search`: what a shop asks its lists, checked. How the ledger is asked for it stands in the Worker.

mod cursor;

pub use cursor::{Cursor, EVER_MS};

use crate::body::{unknown, wrong};
use crate::master_key::read_typed_reference;
use crate::webhook::OriginWord;
use malipo_shared::api::{ApiError, State};
use malipo_shared::{AccountReference, ItemId, MpesaReceipt};

/// A page has at most so many entries.
pub const LIMIT_MAX: u64 = 100;
/// A page has so many if nothing else is asked for.
pub const LIMIT: u64 = 50;

/// The parameters of `payments`.
pub const PARAMETERS: [&str; 13] = [
    "state",
    "origin",
    "item",
    "reference",
    "account_reference",
    "receipt",
    "phone_end",
    "review",
    "disputed",
    "from_ms",
    "to_ms",
    "limit",
    "after",
];

/// What payments are looked for, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFilter {
    /// What names them.
    pub by: By,
    /// Where they stand.
    pub state: Option<State>,
    /// Who fixed the price.
    pub origin: Option<OriginWord>,
    /// The line of the price list.
    pub item: Option<ItemId>,
    /// Only those that a person has to look at.
    pub is_in_review: bool,
    /// Only those with a receipt that two payments have claimed.
    pub is_disputed: bool,
    /// Opened then or later, in Unix milliseconds.
    pub from_ms: u64,
    /// Opened before that, in Unix milliseconds.
    pub to_ms: u64,
    /// How many at most; 1 to 100.
    pub limit: u64,
    /// After this one.
    pub after: Option<Cursor>,
}

/// What names the payments that are looked for: one of these at a time, because each is found by an index of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Nothing: all, by their time.
    Time,
    /// The name in the customer's prompt and SMS, as people type it.
    AccountReference(AccountReference),
    /// The shop's own name of the order, to the letter.
    Reference(String),
    /// M-PESA's number.
    Receipt(MpesaReceipt),
    /// The last three digits of a number that was prompted.
    PhoneEnd(String),
}

impl PaymentFilter {
    /// The same, without what was opened before this moment, in Unix milliseconds.
    #[must_use]
    pub fn since(self, since_ms: u64) -> PaymentFilter {
        let from_ms = self.from_ms.max(since_ms);
        PaymentFilter { from_ms, ..self }
    }

    /// Reads the parameters of an address, decoded. An empty one is as if it were not there.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` at the parameter that is unknown, stands twice or is wrong.
    pub fn parse(pairs: &[(String, String)]) -> Result<PaymentFilter, ApiError> {
        let query = Query::read(pairs, &PARAMETERS)?;
        let search = PaymentFilter {
            by: query.by()?,
            state: query.word("state", &State::ALL, State::as_str)?,
            origin: query.word("origin", &OriginWord::ALL, OriginWord::as_str)?,
            item: query.parsed("item", |text| ItemId::parse(text).ok(), "an item's id")?,
            is_in_review: query.flag("review")?,
            is_disputed: query.flag("disputed")?,
            from_ms: query.moment("from_ms")?.unwrap_or(0),
            to_ms: query.moment("to_ms")?.unwrap_or(EVER_MS),
            limit: query.limit(LIMIT)?,
            after: query.after()?,
        };
        if search.from_ms >= search.to_ms {
            return Err(wrong("to_ms", "must be later than `from_ms`"));
        }
        Ok(search)
    }

    /// The latest moment that can match, and the account reference that those of this very moment come after.
    pub fn begin(&self) -> (u64, &str) {
        let last_ms = self.to_ms - 1;
        match &self.after {
            Some(after) if after.at_ms <= last_ms => {
                (after.at_ms, after.account_reference.as_str())
            }
            Some(_) | None => (last_ms, ""),
        }
    }
}

/// The parameters of an address, each once and each known.
pub struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    /// Takes the decoded parameters; empty ones are left out.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` at one that is not `known`, or stands twice.
    pub fn read(pairs: &'a [(String, String)], known: &[&str]) -> Result<Query<'a>, ApiError> {
        let mut read: Vec<(&str, &str)> = Vec::new();
        for (name, value) in pairs {
            if !known.contains(&name.as_str()) {
                return Err(unknown(name, known));
            }
            if read.iter().any(|(other, _)| other == name) {
                return Err(wrong(name, "stands twice: give it once"));
            }
            read.push((name, value.trim()));
        }
        read.retain(|(_, value)| !value.is_empty());
        Ok(Query(read))
    }

    /// A parameter's text.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.0.iter();
        pairs.find(|(known, _)| *known == name).map(|(_, v)| *v)
    }

    /// One of the words that there are.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`, which lists them.
    pub fn word<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let found = all.iter().copied().find(|word| as_str(*word) == text);
        let words: Vec<&str> = all.iter().map(|word| as_str(*word)).collect();
        found.map(Some).ok_or_else(|| {
            let message = format!("must be one of: {}", words.join(", "));
            wrong(name, &message)
        })
    }

    /// How many entries a page has at most; `usual` if nothing is asked for.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for anything but 1 to 100.
    pub fn limit(&self, usual: u64) -> Result<u64, ApiError> {
        let form = "a whole number from 1 to 100";
        let read = |text: &str| text.parse().ok().filter(|n| (1..=LIMIT_MAX).contains(n));
        Ok(self.parsed("limit", read, form)?.unwrap_or(usual))
    }

    /// Where the page begins.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for anything but a page's `next`.
    pub fn after(&self) -> Result<Option<Cursor>, ApiError> {
        self.parsed("after", Cursor::parse, "a page's `next`")
    }

    /// Where the page begins of a list whose entries have names of their own: a moment, and the last name of it.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for anything but a page's `next`.
    pub fn place(&self) -> Result<Option<(u64, &'a str)>, ApiError> {
        let Some(text) = self.text("after") else {
            return Ok(None);
        };
        let place = text.split_once('.');
        let place = place.and_then(|(at_ms, name)| Some((at_ms.parse().ok()?, name)));
        place
            .map(Some)
            .ok_or_else(|| wrong("after", "must be a page's `next`"))
    }

    /// A parameter that `read` can read.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`: it is not of this form.
    pub fn parsed<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
        form: &str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let message = format!("must be {form}");
        read(text).map(Some).ok_or_else(|| wrong(name, &message))
    }

    fn moment(&self, name: &str) -> Result<Option<u64>, ApiError> {
        let read = |text: &str| text.parse().ok().filter(|at_ms| *at_ms <= EVER_MS);
        self.parsed(name, read, "a time in Unix milliseconds")
    }

    /// Whether something is asked for: `1` or `true`; not without it.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for anything but `0`, `1`, `true` and `false`.
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        let read = |text: &str| match text {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        };
        Ok(self.parsed(name, read, "1 or 0")?.unwrap_or(false))
    }

    fn by(&self) -> Result<By, ApiError> {
        let is_digits = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        let named = [
            self.parsed(
                "account_reference",
                |text| read_typed_reference(text).map(By::AccountReference),
                "1 to 12 letters and digits",
            )?,
            self.text("reference")
                .map(|text| By::Reference(text.to_owned())),
            self.parsed(
                "receipt",
                |text| MpesaReceipt::from_typed(text).ok().map(By::Receipt),
                "M-PESA's number, for example QAB1CD2EF3",
            )?,
            self.parsed(
                "phone_end",
                |text| is_digits(text).then(|| By::PhoneEnd(text.to_owned())),
                "the number's last three digits",
            )?,
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next()) {
            (None, _) => Ok(By::Time),
            (Some(by), None) => Ok(by),
            (Some(_), Some(second)) => Err(wrong(
                second.parameter(),
                "must stand alone: give one of `account_reference`, `reference`, `receipt` and `phone_end`",
            )),
        }
    }
}

impl By {
    fn parameter(&self) -> &'static str {
        match self {
            By::Time => "from_ms",
            By::AccountReference(_) => "account_reference",
            By::Reference(_) => "reference",
            By::Receipt(_) => "receipt",
            By::PhoneEnd(_) => "phone_end",
        }
    }
}

#[cfg(test)]
mod tests;
