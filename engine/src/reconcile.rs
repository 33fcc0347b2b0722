//! Compares M-PESA's books with ours, receipt by receipt. It finds and names; it moves nothing.

mod identity;
mod kind;

pub use identity::{Doubt, Identity, Seen};
pub use kind::Kind;

use crate::cents::Cents;
use crate::master_key::read_typed_reference;
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
    /// A statement's own words for a kind of row that is not known here; none where it is.
    pub unknown_kind: Option<String>,
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
    /// How much M-PESA said, where that is not whole shillings.
    pub said: Option<Cents>,
    /// Of it, what we have given back, in whole shillings.
    pub refunded_kes: u32,
    /// The payment that counts it; none when it is nobody's.
    pub account_reference: Option<String>,
    /// When, in Unix milliseconds.
    pub paid_at_ms: u64,
    /// Whether it came by a push.
    pub is_pushed: bool,
    /// Whether M-PESA itself has shown it: by a callback, a confirmation, on being asked, or in its own list.
    pub is_shown: bool,
}

/// The time of which M-PESA's side tells everything, in Unix milliseconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end.
    pub to_ms: u64,
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
    /// The same with its cents, where it has any: `60840.75`.
    pub theirs_said: Option<String>,
    /// When the money moved, in Unix milliseconds.
    pub at_ms: u64,
    /// The statement's own words for what M-PESA has, where that kind of row is not known here.
    pub unknown_kind: Option<String>,
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

/// What differs, each difference once: in the order of M-PESA's rows, then of ours.
///
/// `theirs` and `reversals` are all of M-PESA's within `period`, perhaps with some from outside; `mentioned` are receipts that it
/// names in rows that are not compared; `ours` are at least our receipts of these numbers and those that we count within `period`.
pub fn compare(
    source: Source,
    period: Period,
    theirs: &[Theirs],
    reversals: &[Reversal],
    mentioned: &[MpesaReceipt],
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
    seen.extend(mentioned);
    for (receipt, ours) in &books.numbered {
        let is_untold = !seen.contains(*receipt) && !reversed.contains_key(*receipt);
        if is_untold && period.surely_holds(ours.paid_at_ms) && (tells_pushes || !ours.is_pushed) {
            found.extend(untold(ours));
        }
    }
    if source == Source::Statement {
        let blanks = books.blanks.iter();
        let left =
            blanks.filter(|(is_told, ours)| !is_told && period.surely_holds(ours.paid_at_ms));
        found.extend(left.filter_map(|(_, ours)| untold(ours)));
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
        let kind = if ours.exactly() != theirs.amount {
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

impl Ours {
    fn exactly(&self) -> Cents {
        self.said.unwrap_or(Cents::from_kes(self.amount_kes))
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
            theirs_said: self.amount.said_otherwise(),
            at_ms: self.paid_at_ms,
            unknown_kind: self.unknown_kind.clone(),
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
    /// What is left of it when so much is taken off at both ends; perhaps nothing.
    pub fn narrowed(self, ms: u64) -> Period {
        Period {
            from_ms: self.from_ms.saturating_add(ms),
            to_ms: self.to_ms.saturating_sub(ms),
        }
    }

    /// Whether they have no moment in common, by whichever clock.
    fn is_apart(self, other: Period) -> bool {
        self.to_ms.saturating_add(MARGIN_MS) < other.from_ms
            || other.to_ms.saturating_add(MARGIN_MS) < self.from_ms
    }

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
        theirs_said: gone.said_otherwise(),
        at_ms,
        unknown_kind: None,
    })
}

/// What we count and M-PESA's side does not tell.
fn untold(ours: &Ours) -> Option<Difference> {
    let account_reference = ours.account_reference.clone()?;
    let kind = if ours.is_shown {
        Kind::NotListed
    } else {
        Kind::MissingThere
    };
    let name = match &ours.receipt {
        Some(receipt) => receipt.as_str(),
        None => &account_reference,
    };
    Some(Difference {
        id: format!("{}.{name}", kind.as_str()),
        kind,
        receipt: ours.receipt.clone(),
        ours_kes: Some(ours.amount_kes),
        theirs_kes: None,
        theirs_said: None,
        at_ms: ours.paid_at_ms,
        account_reference: Some(account_reference),
        unknown_kind: None,
    })
}

#[cfg(test)]
mod tests;
