//! `Identity`: whose a statement is, which time it spans and how many of its receipts are known here. It is decided before
//! anything is compared: another till's file would put every payment of this shop in doubt.

use super::{Books, MARGIN_MS, Ours, Period, Reversal, Theirs};
use crate::wall_time::WallTime;
use core::fmt;
use malipo_shared::MpesaReceipt;
use serde::Serialize;
use std::collections::BTreeSet;

/// What is known before a statement is compared.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    /// The short code that the file names, if it does.
    pub named: Option<&'s str>,
    /// This shop's own: a Pay Bill, or a store and a till.
    pub numbers: &'s [&'s str],
    /// The time of which the file tells everything.
    pub period: Period,
    /// From its first row to its last.
    pub rows_period: Period,
    /// Its money in.
    pub theirs: &'s [Theirs],
    /// What of it went back.
    pub reversals: &'s [Reversal],
    /// Our receipts of its numbers and those that we count within its time, as far as M-PESA has shown them.
    pub ours: &'s [Ours],
    /// From the first money to the last that this shop counts; none if it counts none.
    pub ours_period: Option<Period>,
    /// In Unix milliseconds.
    pub now_ms: u64,
}

/// What a statement was found to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "StatementIdentity"))]
pub struct Identity {
    /// The short code that the file names; null where it names none.
    pub short_code: Option<String>,
    /// Receipts of money that came in or went back.
    pub receipts: usize,
    /// How many of them this shop knows from M-PESA itself.
    pub known: usize,
    /// What this shop counts in the file's time.
    pub counted_here: usize,
    /// How far the file's times are ahead of ours, in seconds, by most of the receipts that are known.
    pub ahead_secs: i64,
    /// Why it can hardly be this shop's statement of that time; null where nothing speaks against it.
    pub doubt: Option<String>,
}

/// Why a file is not compared unless somebody insists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It names another number.
    AnotherNumber(String),
    /// Its time has not come, or this shop counts nothing anywhere near it.
    AnotherTime(Option<Period>),
    /// Its rows lie outside of the time that it names.
    RowsElsewhere(Period),
    /// Its times are not ours, by so many seconds.
    AnotherClock(i64),
    /// Not one receipt is known on either side.
    NothingKnown,
}

/// Clocks that are further apart than this are of two zones, in milliseconds.
const CLOCK_MS: u64 = 1_800_000;

impl Identity {
    /// What the file is, and what speaks against comparing it.
    pub fn of(seen: &Seen<'_>) -> (Identity, Option<Doubt>) {
        let (receipts, known, ahead_ms) = known(seen);
        let counted = seen.ours.iter().filter(|ours| {
            let is_within =
                seen.period.from_ms <= ours.paid_at_ms && ours.paid_at_ms <= seen.period.to_ms;
            ours.account_reference.is_some() && is_within
        });
        let mut identity = Identity {
            short_code: seen.named.map(str::to_owned),
            receipts,
            known,
            counted_here: counted.count(),
            ahead_secs: ahead_ms / 1000,
            doubt: None,
        };
        let doubt = identity.doubt_of(seen, ahead_ms);
        identity.doubt = doubt.as_ref().map(|doubt| identity.told(doubt, seen));
        (identity, doubt)
    }

    fn doubt_of(&self, seen: &Seen<'_>, ahead_ms: i64) -> Option<Doubt> {
        if let Some(named) = seen.named.filter(|named| !seen.numbers.contains(named)) {
            return Some(Doubt::AnotherNumber(named.to_owned()));
        }
        if seen.period.from_ms > seen.now_ms.saturating_add(MARGIN_MS) {
            return Some(Doubt::AnotherTime(None));
        }
        if seen.period.is_apart(seen.rows_period) {
            return Some(Doubt::RowsElsewhere(seen.rows_period));
        }
        let is_something_to_know = self.receipts > 0 || self.counted_here > 0;
        if self.known == 0 && is_something_to_know {
            let apart = seen.ours_period.filter(|ours| ours.is_apart(seen.period));
            return Some(apart.map_or(Doubt::NothingKnown, |ours| Doubt::AnotherTime(Some(ours))));
        }
        (ahead_ms.unsigned_abs() >= CLOCK_MS).then_some(Doubt::AnotherClock(ahead_ms / 1000))
    }

    /// What was found, and what to do.
    fn told(&self, doubt: &Doubt, seen: &Seen<'_>) -> String {
        let numbers = seen.numbers.join(" or ");
        let whose = match &self.short_code {
            Some(named) => format!("is the statement of {named}"),
            None => "names no short code".to_owned(),
        };
        let why = match doubt {
            Doubt::AnotherNumber(_) => {
                format!("That is not this shop's number: export the statement of {numbers}.")
            }
            Doubt::AnotherTime(None) => {
                "That time has not come yet: day and month may be exchanged, so export the file again and do not save it with a \
                 spreadsheet."
                    .to_owned()
            }
            Doubt::AnotherTime(Some(ours)) => format!(
                "This shop counts money from {ours} only: export that time, of {numbers}."
            ),
            Doubt::RowsElsewhere(rows) => format!(
                "But its rows are from {rows}: export it again, and leave the file as it is."
            ),
            Doubt::AnotherClock(secs) => {
                let (hours, minutes) = (secs.unsigned_abs() / 3600, secs.unsigned_abs() / 60 % 60);
                let way = if *secs > 0 { "later" } else { "earlier" };
                format!(
                    "Its times are {hours} h {minutes} min {way} than M-PESA's own times of the same receipts: export it in Nairobi's \
                     time (EAT)."
                )
            }
            Doubt::NothingKnown => format!(
                "Nothing of it is known here, as with another till's or account's file: export the statement of {numbers}. If it is \
                 this shop's all the same, and all of its money is unknown here, insist."
            ),
        };
        let Identity {
            receipts,
            known,
            counted_here,
            ..
        } = self;
        format!(
            "The file {whose} and spans {}. It has {receipts} receipts of money, of which this shop knows {known}; this shop counts \
             {counted_here} payments in that time. {why}",
            seen.period
        )
    }
}

/// How many receipts the file has, how many of them we know, and by how many milliseconds its clock is ahead of ours by the
/// middle one of these.
fn known(seen: &Seen<'_>) -> (usize, usize, i64) {
    let mut books = Books::of(seen.ours);
    let mut receipts: BTreeSet<&MpesaReceipt> = BTreeSet::new();
    let mut known = 0;
    let mut ahead_ms = Vec::new();
    for theirs in seen.theirs {
        if !receipts.insert(&theirs.receipt) {
            continue;
        }
        match books.numbered.get(&theirs.receipt) {
            Some(ours) => {
                known += 1;
                if ours.paid_at_ms > 0 {
                    ahead_ms.push(theirs.paid_at_ms.cast_signed() - ours.paid_at_ms.cast_signed());
                }
            }
            None => known += usize::from(books.fill(theirs)),
        }
    }
    for reversal in seen.reversals {
        if receipts.insert(&reversal.of) {
            known += usize::from(books.numbered.contains_key(&reversal.of));
        }
    }
    ahead_ms.sort_unstable();
    let middle = ahead_ms.get(ahead_ms.len() / 2).copied();
    (receipts.len(), known, middle.unwrap_or(0))
}

/// In Nairobi's time.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [from, to] = [self.from_ms, self.to_ms].map(|ms| WallTime::in_nairobi(ms).text());
        write!(f, "{from} to {to} (Nairobi)")
    }
}

#[cfg(test)]
mod tests;
