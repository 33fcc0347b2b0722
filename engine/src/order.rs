//! What is to be paid: the merchant fixes the price, never the page.

use malipo_shared::api::{ApiError, ErrorCode, OpenPayment, Written};
use malipo_shared::{ItemId, Kes, text};
use serde::{Deserialize, Serialize};

/// One line of the merchant's price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What the page names.
    pub id: ItemId,
    /// Its price, in whole shillings.
    pub amount_kes: Kes,
    /// What the customer reads.
    pub description: String,
}

/// What makes a price list one that customers cannot pay from, a sentence each without its end.
pub fn faults(items: &[Item]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if items.iter().take(index).any(|other| other.id == item.id) {
            faults.push(format!(
                "ITEMS: `{}` is there twice; give each item its own id",
                item.id
            ));
        }
        if item.description.trim().is_empty() {
            faults.push(format!(
                "ITEMS: `{}` has no description; customers read it",
                item.id
            ));
        }
    }
    faults
}

/// Open amounts, for donations and bills: whole shillings between two limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAmount {
    /// The least.
    pub min_kes: Kes,
    /// The most.
    pub max_kes: Kes,
}

/// How this shop fixes its prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceList {
    /// What can be bought by name.
    pub items: Vec<Item>,
    /// Whether the page may ask for any amount; off by default.
    pub open_amount: Option<OpenAmount>,
    /// What an open amount is called.
    pub open_description: String,
}

/// Where a price came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The merchant's price list.
    Item(ItemId),
    /// The customer, within the merchant's limits.
    Open,
    /// The shop's server signed it.
    Signed {
        /// The shop's own name of the order, in full.
        reference: String,
        /// When it was signed, in Unix milliseconds.
        issued_at_ms: u64,
    },
    /// The shop's server created the payment itself.
    Server {
        /// The shop's own name of the order, in full.
        reference: String,
        /// When it asked for it, in Unix milliseconds of our clock.
        issued_at_ms: u64,
    },
}

impl Origin {
    /// The shop's own name of the order, and when the shop's server fixed the price; none where a page has named an item or
    /// an amount.
    pub fn by_server(&self) -> Option<(&str, u64)> {
        match self {
            Origin::Signed {
                reference,
                issued_at_ms,
            }
            | Origin::Server {
                reference,
                issued_at_ms,
            } => Some((reference, *issued_at_ms)),
            Origin::Item(_) | Origin::Open => None,
        }
    }
}

/// An order whose price is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What is due.
    pub amount: Kes,
    /// What the customer reads.
    pub description: String,
    /// Where the price came from.
    pub origin: Origin,
    /// The page's own note: unverified.
    pub note: Option<String>,
}

impl Order {
    /// Whether the customer was shown another price, as far as the page says what it has shown.
    pub fn costs_other_than(&self, shown_kes: Option<u32>) -> bool {
        shown_kes.is_some_and(|kes| kes != self.amount.shillings())
    }
}

const NOTE_LEN_MAX: usize = 100;

/// The page's own note.
///
/// # Errors
/// `VALIDATION_ERROR` at `note` when it is too long, or holds what cannot be seen.
pub fn note(ask: &OpenPayment) -> Result<Option<String>, ApiError> {
    let wrong = |message| ApiError::at(ErrorCode::ValidationError, "note", message);
    let note = ask.note.as_deref().unwrap_or("");
    if note.chars().count() > NOTE_LEN_MAX {
        return Err(wrong(format!(
            "A note has at most {NOTE_LEN_MAX} characters."
        )));
    }
    match text::hidden(note) {
        Some(c) => Err(wrong(format!("`note` {}.", text::holds(c)))),
        None => Ok(ask.note.clone()),
    }
}

impl PriceList {
    /// The order that the page asks for.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` at `item`, `amount` or `note`; `INVALID_AMOUNT` at `amount`.
    pub fn price(&self, ask: &OpenPayment) -> Result<Order, ApiError> {
        let note = note(ask)?;
        match (&ask.item, &ask.amount) {
            (Some(id), None) => self.item(id, note),
            (None, Some(amount)) => self.open(amount, note),
            (Some(_), Some(_)) => Err(ApiError::at(
                ErrorCode::ValidationError,
                "amount",
                "Name an item or an amount, not both: an item has its own price.",
            )),
            (None, None) => Err(ApiError::at(
                ErrorCode::ValidationError,
                "item",
                "Name the item to be paid.",
            )),
        }
    }

    fn item(&self, id: &ItemId, note: Option<String>) -> Result<Order, ApiError> {
        let item = self
            .items
            .iter()
            .find(|item| item.id == *id)
            .ok_or_else(|| {
                ApiError::at(
                    ErrorCode::ValidationError,
                    "item",
                    format!("There is no item `{id}` in the shop's price list."),
                )
            })?;
        Ok(Order {
            amount: item.amount_kes,
            description: item.description.clone(),
            origin: Origin::Item(id.clone()),
            note,
        })
    }

    fn open(&self, amount: &Written, note: Option<String>) -> Result<Order, ApiError> {
        let bad = |message: String| ApiError::at(ErrorCode::InvalidAmount, "amount", message);
        let limits = self.open_amount.ok_or_else(|| {
            ApiError::at(
                ErrorCode::ValidationError,
                "amount",
                "This shop takes no open amounts. Name an item.",
            )
        })?;
        let kes = match amount {
            Written::Number(shillings) => Kes::new(*shillings),
            Written::Text(text) => Kes::parse(text),
        }
        .map_err(|why| bad(why.to_string()))?;
        if kes < limits.min_kes || kes > limits.max_kes {
            return Err(bad(format!(
                "Give an amount from KES {} to KES {}.",
                limits.min_kes, limits.max_kes
            )));
        }
        Ok(Order {
            amount: kes,
            description: self.open_description.clone(),
            origin: Origin::Open,
            note,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use malipo_shared::IdempotencyKey;

    fn ask(item: Option<&str>, amount: Option<Written>) -> OpenPayment {
        OpenPayment {
            order: None,
            item: item.map(|id| ItemId::parse(id).unwrap()),
            amount,
            note: None,
            phone: None,
            expect_kes: None,
            key: IdempotencyKey::parse("abcdefghijklmnopqrstuv").unwrap(),
        }
    }

    fn list(open_amount: Option<OpenAmount>) -> PriceList {
        let tea = Item {
            id: ItemId::parse("tea").unwrap(),
            amount_kes: Kes::new(150).unwrap(),
            description: "Tea".into(),
        };
        PriceList {
            items: vec![tea],
            open_amount,
            open_description: "Donation".into(),
        }
    }

    #[test]
    fn a_price_is_compared_with_what_was_shown() {
        let tea = list(None).price(&ask(Some("tea"), None)).unwrap();
        assert!(!tea.costs_other_than(None));
        assert!(!tea.costs_other_than(Some(150)));
        assert!(tea.costs_other_than(Some(149)));
    }

    #[track_caller]
    fn check(list: &PriceList, ask: &OpenPayment, expected: Result<u32, (ErrorCode, &str)>) {
        let got = list.price(ask).map(|order| order.amount.shillings());
        assert_eq!(
            got.map_err(|e| (e.code, e.param.unwrap_or_default())),
            expected.map_err(|(c, p)| (c, p.to_owned()))
        );
    }

    #[test]
    fn the_price_list_fixes_the_price() {
        check(&list(None), &ask(Some("tea"), None), Ok(150));
        check(
            &list(None),
            &ask(Some("coffee"), None),
            Err((ErrorCode::ValidationError, "item")),
        );
        check(
            &list(None),
            &ask(None, None),
            Err((ErrorCode::ValidationError, "item")),
        );
        check(
            &list(None),
            &ask(Some("tea"), Some(Written::Number(1))),
            Err((ErrorCode::ValidationError, "amount")),
        );
    }

    #[test]
    fn a_note_holds_nothing_that_cannot_be_seen() {
        let with = |text: &str| OpenPayment {
            note: Some(text.to_owned()),
            ..ask(Some("tea"), None)
        };
        for (text, named) in [
            ("a\0b", "U+0000"),
            ("a\u{202e}b", "U+202E"),
            ("a\nb", "U+000A"),
            ("\u{3164}", "U+3164"),
        ] {
            let refused = list(None).price(&with(text)).unwrap_err();
            assert_eq!(refused.param.as_deref(), Some("note"));
            assert!(refused.message.contains(named), "{}", refused.message);
        }
        assert!(list(None).price(&with("Meza 5, شاي ☕")).is_ok());
    }

    #[test]
    fn an_item_that_nobody_can_reach_or_read_is_a_fault() {
        let mut items = list(None).items;
        assert_eq!(faults(&items), Vec::<String>::new());
        items.push(items[0].clone());
        items[1].description = " ".into();
        let found = faults(&items);
        assert!(found[0].contains("`tea` is there twice"), "{found:?}");
        assert!(found[1].contains("no description"), "{found:?}");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn an_open_amount_is_off_until_allowed_and_stays_within_its_limits() {
        let limits = OpenAmount {
            min_kes: Kes::new(10).unwrap(),
            max_kes: Kes::new(1000).unwrap(),
        };
        let of = |amount| ask(None, Some(amount));
        check(
            &list(None),
            &of(Written::Number(50)),
            Err((ErrorCode::ValidationError, "amount")),
        );
        check(&list(Some(limits)), &of(Written::Number(50)), Ok(50));
        check(
            &list(Some(limits)),
            &of(Written::Text("KES 1,000".into())),
            Ok(1000),
        );
        check(
            &list(Some(limits)),
            &of(Written::Number(9)),
            Err((ErrorCode::InvalidAmount, "amount")),
        );
        check(
            &list(Some(limits)),
            &of(Written::Text("100.50".into())),
            Err((ErrorCode::InvalidAmount, "amount")),
        );
        check(
            &list(Some(limits)),
            &of(Written::Number(0)),
            Err((ErrorCode::InvalidAmount, "amount")),
        );
    }
}
