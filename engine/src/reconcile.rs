//! Compares M-PESA's books with ours, receipt by receipt. It finds and names; it moves nothing.

use crate::cents::Cents;
use crate::names::read_typed_reference;
use crate::wall_time::WallTime;
use malipo_shared::MpesaReceipt;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where M-PESA's side of a comparison comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "BooksSource"))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Pull Transactions: M-PESA's own answer. It tells no reversals, and perhaps no pushes.
    Pull,
    /// A statement that a person has brought: all that happened on the account, by the shop's word.
    Statement,
}

/// Money that M-PESA has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// Its number.
    pub receipt: MpesaReceipt,
    /// How much.
    pub amount: Cents,
    /// When, in Unix milliseconds.
    pub paid_at_ms: u64,
    /// The account number as it was typed; empty for a till.
    pub bill_ref: String,
}

/// Money that M-PESA has given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// The payment that it undoes.
    pub of: MpesaReceipt,
    /// How much went back.
    pub amount: Cents,
    /// When, in Unix milliseconds.
    pub at_ms: u64,
}

/// Money that we know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// Its number; none while only a verdict has told of it.
    pub receipt: Option<MpesaReceipt>,
    /// How much, in whole shillings.
    pub amount_kes: u32,
    /// Of it, what we have given back, in whole shillings.
    pub refunded_kes: u32,
    /// The payment that counts it; none when it is nobody's.
    pub account_reference: Option<String>,
    /// When, in Unix milliseconds.
    pub paid_at_ms: u64,
    /// Whether it came by a push.
    pub is_pushed: bool,
}

/// The time of which M-PESA's side tells everything, in Unix milliseconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end.
    pub to_ms: u64,
}

/// What is not the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DifferenceKind"))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// M-PESA has it, and we do not.
    MissingHere,
    /// We count it, and M-PESA does not have it.
    MissingThere,
    /// Both have it, with different amounts.
    AmountDiffers,
    /// M-PESA has given it back, and no refund of ours says so.
    ReversedThere,
    /// Both have it, and it is no payment's.
    Unmatched,
}

/// One difference. At most one for each receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The same for the same difference, however often it is found: `{kind}.{receipt or account reference}`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Whose; none for money of ours that has no number yet.
    pub receipt: Option<MpesaReceipt>,
    /// The payment: the one that counts it, else the one that the account number names, else the number as it was typed.
    pub account_reference: Option<String>,
    /// What we have, in whole shillings; of what was reversed, what we have refunded.
    pub ours_kes: Option<u32>,
    /// What M-PESA has, in shillings without cents; of what was reversed, what went back.
    pub theirs_kes: Option<u32>,
    /// When the money moved, in Unix milliseconds.
    pub at_ms: u64,
}

/// A pulled row's moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Read as East Africa Time, in which all of M-PESA's other times are, in Unix milliseconds.
    pub at_ms: u64,
    /// Read as UTC, as its `Z` says, where that cannot be ruled out.
    pub or_ms: Option<u64>,
}

/// Our clock and M-PESA's may differ by this, in milliseconds; and what moved this close to the end of a period may be
/// reported outside of it.
const MARGIN_MS: u64 = 120_000;
/// Younger money is left to the next question, in milliseconds: its own confirmation is on the way.
pub const RIPE_MS: u64 = 900_000;

/// When a pulled row was paid; none while one reading is too young to look at it. A time in the future was not UTC.
pub fn pulled_moment(time: WallTime, now_ms: u64) -> Option<Moment> {
    let (eat_ms, utc_ms) = (time.eat_ms(), time.utc_ms());
    let is_utc_possible = utc_ms <= now_ms + MARGIN_MS;
    let youngest_ms = if is_utc_possible { utc_ms } else { eat_ms };
    (youngest_ms + RIPE_MS <= now_ms).then_some(Moment {
        at_ms: eat_ms,
        or_ms: is_utc_possible.then_some(utc_ms),
    })
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [
        Kind::MissingHere,
        Kind::MissingThere,
        Kind::AmountDiffers,
        Kind::ReversedThere,
        Kind::Unmatched,
    ];

    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::MissingHere => "missing_here",
            Kind::MissingThere => "missing_there",
            Kind::AmountDiffers => "amount_differs",
            Kind::ReversedThere => "reversed_there",
            Kind::Unmatched => "unmatched",
        }
    }

    /// What the shop does about it.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Kind::MissingHere => {
                "M-PESA has this money and no order counts it. Find the order by the account number or the customer's SMS and \
                 assign the receipt to it. What only a statement says must be shown by M-PESA first: it is asked where \
                 DARAJA_INITIATOR is set."
            }
            Kind::MissingThere => {
                "An order counts this money and M-PESA's books do not have it. Look the receipt up in the organisation portal \
                 before you ship; if it is not there either, keep the goods and report it."
            }
            Kind::AmountDiffers => {
                "The order counts another amount than M-PESA has. M-PESA's is what you have received: settle the rest with the \
                 customer."
            }
            Kind::ReversedThere => {
                "M-PESA has given this money back without a refund of yours, and the order still counts it. If nothing was \
                 shipped, do not ship; else ask the customer to pay again."
            }
            Kind::Unmatched => {
                "This money has come and is no order's. Find the order by the account number or the customer's SMS and assign the \
                 receipt to it. First make sure that no order counts it already without a receipt number."
            }
        }
    }
}

/// What differs, each difference once: in the order of M-PESA's rows, then of ours.
///
/// `theirs` and `reversals` are all of M-PESA's within `period`, perhaps with some from outside; `ours` are at least our
/// receipts of these numbers and those that we count within `period`.
pub fn compare(
    source: Source,
    period: Period,
    theirs: &[Theirs],
    reversals: &[Reversal],
    ours: &[Ours],
) -> Vec<Difference> {
    let mut books = Books::of(ours);
    let mut reversed: BTreeMap<&MpesaReceipt, (Cents, u64)> = BTreeMap::new();
    for reversal in reversals {
        let whole = reversed
            .entry(&reversal.of)
            .or_insert((Cents::from_kes(0), reversal.at_ms));
        *whole = (whole.0.plus(reversal.amount), reversal.at_ms);
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for theirs in theirs {
        if seen.insert(&theirs.receipt) {
            found.extend(books.differ(theirs, reversed.get(&theirs.receipt).copied()));
        }
    }
    for (receipt, (gone, at_ms)) in &reversed {
        // Paid before the period, given back in it.
        if !seen.contains(*receipt)
            && let Some(ours) = books.numbered.get(*receipt)
        {
            found.extend(reversed_there(ours, receipt, *gone, *at_ms));
        }
    }
    let tells_pushes = source == Source::Statement
        || books
            .numbered
            .iter()
            .any(|(receipt, ours)| ours.is_pushed && seen.contains(*receipt));
    for (receipt, ours) in &books.numbered {
        let is_told = !seen.contains(*receipt) && !reversed.contains_key(*receipt);
        if is_told && period.surely_holds(ours.paid_at_ms) && (tells_pushes || !ours.is_pushed) {
            found.extend(missing_there(ours));
        }
    }
    if source == Source::Statement {
        let blanks = books.blanks.iter();
        let untold =
            blanks.filter(|(is_told, ours)| !is_told && period.surely_holds(ours.paid_at_ms));
        found.extend(untold.filter_map(|(_, ours)| missing_there(ours)));
    }
    found
}

/// Ours, to be found by number, and what has none.
struct Books<'o> {
    numbered: BTreeMap<&'o MpesaReceipt, &'o Ours>,
    /// With whether M-PESA's side has told of it.
    blanks: Vec<(bool, &'o Ours)>,
}

impl<'o> Books<'o> {
    fn of(ours: &'o [Ours]) -> Books<'o> {
        let mut books = Books {
            numbered: BTreeMap::new(),
            blanks: Vec::new(),
        };
        for one in ours {
            match &one.receipt {
                Some(receipt) => {
                    // What a payment counts is more than what is only known.
                    let known = books.numbered.entry(receipt).or_insert(one);
                    if known.account_reference.is_none() {
                        *known = one;
                    }
                }
                None => books.blanks.push((false, one)),
            }
        }
        books
    }

    /// `gone`: what of it went back, and when.
    fn differ(&mut self, theirs: &Theirs, gone: Option<(Cents, u64)>) -> Option<Difference> {
        let is_gone = gone.is_some_and(|(gone, _)| gone >= theirs.amount);
        let Some(ours) = self.numbered.get(&theirs.receipt).copied() else {
            // Paid and given back: nobody is owed anything.
            return (!is_gone && !self.fill(theirs)).then(|| theirs.missing_here());
        };
        if let Some((gone, at_ms)) = gone
            && let Some(reversed) = reversed_there(ours, &theirs.receipt, gone, at_ms)
        {
            return Some(reversed);
        }
        let kind = if Cents::from_kes(ours.amount_kes) != theirs.amount {
            Kind::AmountDiffers
        } else if ours.account_reference.is_none() && !is_gone {
            Kind::Unmatched
        } else {
            return None;
        };
        Some(Difference {
            ours_kes: Some(ours.amount_kes),
            account_reference: ours
                .account_reference
                .clone()
                .or_else(|| theirs.named_reference()),
            ..theirs.difference(kind)
        })
    }

    /// Whether it is the number of money that its payment counts without one.
    fn fill(&mut self, theirs: &Theirs) -> bool {
        let named = theirs.named_reference();
        let blank = self.blanks.iter_mut().find(|(is_told, ours)| {
            !is_told
                && ours.account_reference.is_some()
                && ours.account_reference == named
                && Cents::from_kes(ours.amount_kes) == theirs.amount
        });
        blank.is_some_and(|(is_told, _)| {
            *is_told = true;
            true
        })
    }
}

impl Theirs {
    fn missing_here(&self) -> Difference {
        self.difference(Kind::MissingHere)
    }

    fn difference(&self, kind: Kind) -> Difference {
        Difference {
            id: format!("{}.{}", kind.as_str(), self.receipt),
            kind,
            receipt: Some(self.receipt.clone()),
            account_reference: self.named_reference(),
            ours_kes: None,
            theirs_kes: Some(self.amount.about_kes()),
            at_ms: self.paid_at_ms,
        }
    }

    /// The payment that the account number names; else what was typed, unless it may be somebody's phone number.
    fn named_reference(&self) -> Option<String> {
        let typed = malipo_shared::text::shown(&self.bill_ref);
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let named = read_typed_reference(typed).map(|named| named.to_string());
        match malipo_shared::Msisdn::parse(typed) {
            Ok(msisdn) => Some(msisdn.masked()),
            Err(_) => named.or_else(|| Some(typed.chars().take(20).collect())),
        }
    }
}

impl Period {
    /// Whether a moment lies in it, by whichever clock.
    fn surely_holds(&self, at_ms: u64) -> bool {
        at_ms >= self.from_ms + MARGIN_MS && at_ms + MARGIN_MS <= self.to_ms
    }
}

fn reversed_there(
    ours: &Ours,
    receipt: &MpesaReceipt,
    gone: Cents,
    at_ms: u64,
) -> Option<Difference> {
    let is_ours = Cents::from_kes(ours.refunded_kes) >= gone;
    (!is_ours && ours.account_reference.is_some()).then(|| Difference {
        id: format!("{}.{receipt}", Kind::ReversedThere.as_str()),
        kind: Kind::ReversedThere,
        receipt: Some(receipt.clone()),
        account_reference: ours.account_reference.clone(),
        ours_kes: Some(ours.refunded_kes),
        theirs_kes: Some(gone.about_kes()),
        at_ms,
    })
}

fn missing_there(ours: &Ours) -> Option<Difference> {
    let account_reference = ours.account_reference.clone()?;
    let name = match &ours.receipt {
        Some(receipt) => receipt.as_str(),
        None => &account_reference,
    };
    Some(Difference {
        id: format!("{}.{name}", Kind::MissingThere.as_str()),
        kind: Kind::MissingThere,
        receipt: ours.receipt.clone(),
        ours_kes: Some(ours.amount_kes),
        theirs_kes: None,
        at_ms: ours.paid_at_ms,
        account_reference: Some(account_reference),
    })
}

#[cfg(test)]
mod tests;
