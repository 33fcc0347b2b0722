//! `Reading`: what a text in the search field may mean. Every reading that fits is asked for at once, each with its own folding.

use crate::cents::Cents;
use crate::master_key::read_typed_reference;
use crate::order::Item;
use malipo_shared::{AccountReference, MpesaReceipt, text};
use serde::Serialize;

/// A text has at most so many characters.
pub const CHARS_MAX: usize = 100;
/// Each group of an answer has at most so many rows.
pub const FOUND_MAX: u64 = 20;
/// An amount is looked for this far back, in milliseconds: 90 days.
pub const AMOUNT_WITHIN_MS: u64 = 90 * crate::eat::DAY_MS;
/// M-PESA's codes are ten letters and digits.
const CODE_CHARS: usize = 10;
/// So much of a reference finds those that begin with it; less would find most of them.
const BEGINNING_CHARS_MIN: usize = 4;
/// Digits of a telephone number, with or without its country.
const PHONE_DIGITS: core::ops::RangeInclusive<usize> = 9..=12;
/// Digits of a number that lists keep.
const PHONE_END_DIGITS: usize = 3;
/// No amount has more; the digits of a telephone number are none.
const AMOUNT_KES_MAX: u32 = 99_999_999;
/// Items of which payments are looked for.
const ITEMS_MAX: usize = 20;

/// One thing that the text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// M-PESA's code of money that came or went back.
    MpesaCode(MpesaReceipt),
    /// The account number of a payment, in any spelling.
    AccountNumber(AccountReference),
    /// The shop's own name of an order, or how it begins.
    Reference {
        /// To the letter.
        typed: String,
        /// Its letters and digits, as [`text::reading`] reads them.
        key: String,
        /// Whether what only begins so is looked for too.
        is_beginning: bool,
    },
    /// A telephone number: its last three digits, because lists keep no more.
    Phone(String),
    /// The last three digits of a telephone number.
    PhoneEnd(String),
    /// Whole shillings.
    Amount(u32),
    /// Words of an item's description, in small letters.
    Words(Vec<String>),
}

/// The name of a reading, as the answer says what it has looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadAs {
    /// M-PESA's code.
    MpesaCode,
    /// The account number of a payment.
    AccountNumber,
    /// The shop's own name of an order.
    Reference,
    /// A telephone number, of which the last three digits are looked for.
    Phone,
    /// The last three digits of a telephone number.
    PhoneEnd,
    /// An amount, of the last 90 days.
    Amount,
    /// Words of an item's description.
    Item,
}

impl Reading {
    /// Its name.
    pub fn read_as(&self) -> ReadAs {
        match self {
            Reading::MpesaCode(_) => ReadAs::MpesaCode,
            Reading::AccountNumber(_) => ReadAs::AccountNumber,
            Reading::Reference { .. } => ReadAs::Reference,
            Reading::Phone(_) => ReadAs::Phone,
            Reading::PhoneEnd(_) => ReadAs::PhoneEnd,
            Reading::Amount(_) => ReadAs::Amount,
            Reading::Words(_) => ReadAs::Item,
        }
    }
}

/// Every reading that fits the text, what names one thing first. None of a text without letters and digits.
pub fn readings(q: &str) -> Vec<Reading> {
    // What nobody sees is pasted along with what is meant.
    let shown = text::shown(q);
    let q = shown.trim();
    let all = [
        mpesa_code(q),
        read_typed_reference(q).map(Reading::AccountNumber),
        reference(q),
        phone(q),
        phone_end(q),
        amount(q),
        words(q),
    ];
    all.into_iter().flatten().collect()
}

/// The items whose description holds all words of the text, or words that begin with them; none where no reading has words.
pub fn items_of<'i>(readings: &[Reading], items: &'i [Item]) -> Vec<&'i Item> {
    let is_meant = |item: &&Item| {
        let of_item = words_of(&item.description);
        let is_held = |word: &String| of_item.iter().any(|it| it.starts_with(word.as_str()));
        readings
            .iter()
            .any(|reading| matches!(reading, Reading::Words(words) if words.iter().all(is_held)))
    };
    items.iter().filter(is_meant).take(ITEMS_MAX).collect()
}

/// Ten digits are a telephone number. Ten letters may be a code: about one of twenty has no digit.
fn mpesa_code(q: &str) -> Option<Reading> {
    let code = MpesaReceipt::from_typed(q).ok()?;
    let is_code = code.as_str().len() == CODE_CHARS && !is_digits(code.as_str());
    is_code.then_some(Reading::MpesaCode(code))
}

fn reference(q: &str) -> Option<Reading> {
    let key = text::reading(q).filter(|key| key.chars().any(char::is_alphanumeric))?;
    Some(Reading::Reference {
        typed: q.to_owned(),
        is_beginning: key.chars().count() >= BEGINNING_CHARS_MIN,
        key,
    })
}

fn phone(q: &str) -> Option<Reading> {
    let is_between = |c: &char| matches!(c, ' ' | '-' | '(' | ')');
    let tight: String = q.chars().filter(|c| !is_between(c)).collect();
    let digits = match tight.strip_prefix('+') {
        Some(rest) if rest.starts_with("254") => rest,
        Some(_) => return None,
        None => tight.as_str(),
    };
    let is_phone = PHONE_DIGITS.contains(&digits.len()) && is_digits(digits);
    let end = digits.get(digits.len().checked_sub(PHONE_END_DIGITS)?..)?;
    is_phone.then(|| Reading::Phone(end.to_owned()))
}

fn phone_end(q: &str) -> Option<Reading> {
    let is_end = q.len() == PHONE_END_DIGITS && is_digits(q);
    is_end.then(|| Reading::PhoneEnd(q.to_owned()))
}

fn amount(q: &str) -> Option<Reading> {
    let number = without_currency(q);
    // `012` are digits of a number, no amount.
    if number.starts_with('0') {
        return None;
    }
    let kes = Cents::parse(number)?.whole_kes()?;
    (1..=AMOUNT_KES_MAX)
        .contains(&kes)
        .then_some(Reading::Amount(kes))
}

/// The number of `KES 150`, `Ksh. 1,500/-` and `150`.
fn without_currency(q: &str) -> &str {
    let behind = |name: &&str| {
        let (head, rest) = q.split_at_checked(name.len())?;
        let is_named = head.eq_ignore_ascii_case(name);
        is_named.then(|| rest.strip_prefix('.').unwrap_or(rest))
    };
    let number = ["kes", "kshs", "ksh"].iter().find_map(behind).unwrap_or(q);
    let signs = ["/-", "/="];
    let whole = signs.iter().find_map(|sign| number.strip_suffix(sign));
    whole.unwrap_or(number).trim()
}

fn words(q: &str) -> Option<Reading> {
    let words = words_of(q);
    let has_letter = words
        .iter()
        .any(|word| word.chars().any(char::is_alphabetic));
    has_letter.then_some(Reading::Words(words))
}

/// The words of a text, in small letters.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
