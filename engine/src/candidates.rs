//! `Candidate`: a payment that unmatched money may have been meant for, and why. A person decides: nothing is counted by it.

use crate::claims::MoneyFacts;
use crate::daraja::PayerHint;
use crate::eat::DAY_MS;
use malipo_shared::{canon, outstanding_kes};
use serde::Serialize;
use serde_json::Value;

/// So many are shown, the likeliest first.
pub const CANDIDATES_MAX: usize = 10;
/// Orders are looked for that were opened so long before or after the money came, in milliseconds.
const WITHIN_MS: u64 = 7 * DAY_MS;
/// One that was opened so near to the money may be meant for that alone, in milliseconds.
const NEAR_MS: u64 = 3_600_000;
/// Shorter account numbers are alike by chance.
const ALIKE_CHARS_MIN: usize = 4;

/// A payment that may be meant. Amounts are whole shillings, times Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidate {
    /// Its name in the customer's prompt, SMS and Pay Bill screen.
    pub account_reference: String,
    /// The shop's own name of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the customer read.
    pub description: String,
    /// Where it stands.
    pub state: String,
    /// What the order asks.
    pub due_kes: u64,
    /// What is still due: the `expect_kes` of a claim.
    pub outstanding_kes: u64,
    /// The money less what is still due: more than 0 is too much, less than 0 too little. 0 where it may be money that is
    /// counted there without a number.
    pub difference_kes: i64,
    /// When it was opened.
    pub opened_at_ms: u64,
    /// The numbers that were prompted, masked.
    pub phones_masked: Vec<String>,
    /// Why it may be meant, the strongest reason first.
    pub because: Vec<Because>,
}

/// Why a payment may be meant. The strongest is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The account number that was typed reads like its account number or the shop's own name of it.
    Reference,
    /// The money is just what is still due.
    Amount,
    /// The payment counts money of just this amount, whose receipt number is not known: this may be it.
    Unnumbered,
    /// A number that was prompted ends in the payer's digits.
    Phone,
    /// It was opened within an hour of the money.
    Time,
}

impl Because {
    const fn weight(self) -> u32 {
        match self {
            Because::Reference => 5,
            Because::Amount | Because::Unnumbered => 4,
            Because::Phone => 3,
            Because::Time => 2,
        }
    }
}

/// What the ledger is asked for: payments that any one of these may find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The money, in whole shillings.
    pub amount_kes: u32,
    /// Opened then or later, in Unix milliseconds.
    pub from_ms: u64,
    /// Opened before that, in Unix milliseconds.
    pub to_ms: u64,
    /// Opened so near to the money, in Unix milliseconds: from, to.
    pub near_ms: (u64, u64),
    /// The payer's last three digits; empty where M-PESA does not tell them.
    pub phone_end: String,
    /// How the account number begins as it was typed, by letters and digits; empty where it is too short to tell.
    pub account_begins: String,
    /// The same as it was typed, for the shop's own names.
    pub reference_begins: String,
}

/// What to ask the ledger for, of this money; `now_ms` where M-PESA told no time.
pub fn wanted(facts: &MoneyFacts, now_ms: u64) -> Wanted {
    let at_ms = facts.paid_at_ms.unwrap_or(now_ms);
    let typed = canon(&facts.bill_ref);
    Wanted {
        amount_kes: facts.amount.whole_kes().unwrap_or_default(),
        from_ms: at_ms.saturating_sub(WITHIN_MS),
        to_ms: at_ms.saturating_add(WITHIN_MS),
        near_ms: (at_ms.saturating_sub(NEAR_MS), at_ms.saturating_add(NEAR_MS)),
        phone_end: phone_end(&facts.payer).unwrap_or_default(),
        account_begins: beginning(&typed),
        reference_begins: beginning(facts.bill_ref.trim()),
    }
}

/// The rows that may be meant, likeliest first. A row is one payment of the ledger: `account_reference`, `reference`,
/// `description`, `state`, `due_kes`, `received_kes`, `refunded_kes`, `opened_at_ms`, `paid_at_ms`, `phones`, and `unnumbered`, the
/// amounts that it counts without a receipt number.
pub fn candidates(facts: &MoneyFacts, now_ms: u64, rows: &[Value]) -> Vec<Candidate> {
    let at_ms = facts.paid_at_ms.unwrap_or(now_ms);
    let mut found: Vec<(u32, u64, Candidate)> = rows
        .iter()
        .filter_map(|row| read(row, facts, at_ms))
        .filter(is_likely)
        .map(|it| {
            let reasons = it.because.iter().map(|because| because.weight());
            let weight = reasons.sum::<u32>() + it.exactness(&facts.bill_ref);
            (weight, it.opened_at_ms.abs_diff(at_ms), it)
        })
        .collect();
    found.sort_by(|a, b| {
        let by_weight = b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        by_weight.then_with(|| a.2.account_reference.cmp(&b.2.account_reference))
    });
    found.dedup_by(|a, b| a.2.account_reference == b.2.account_reference);
    let found = found.into_iter().map(|(_, _, it)| it);
    found.take(CANDIDATES_MAX).collect()
}

impl Candidate {
    /// A name that was typed to the letter outdoes any that is only alike.
    fn exactness(&self, typed: &str) -> u32 {
        let typed = canon(typed);
        let names = [Some(&self.account_reference), self.reference.as_ref()];
        let is_exact = |name: &String| !typed.is_empty() && canon(name) == typed;
        match names.into_iter().flatten().any(is_exact) {
            true => 10,
            false => 0,
        }
    }
}

/// One that needs no money any more is meant only where more than time speaks for it.
fn is_likely(it: &Candidate) -> bool {
    match it.outstanding_kes {
        0 => it.because.iter().any(|because| *because != Because::Time),
        _ => !it.because.is_empty(),
    }
}

fn read(row: &Value, facts: &MoneyFacts, at_ms: u64) -> Option<Candidate> {
    let text = |name: &str| row[name].as_str().map(ToOwned::to_owned);
    let number = |name: &str| row[name].as_u64().unwrap_or(0);
    let account_reference = text("account_reference")?;
    let reference = text("reference");
    let due_kes = row["due_kes"].as_u64()?;
    let is_paid = row["paid_at_ms"].is_u64();
    let outstanding_kes = outstanding_kes(
        is_paid,
        due_kes,
        number("received_kes"),
        number("refunded_kes"),
    );
    let opened_at_ms = row["opened_at_ms"].as_u64()?;
    let phones = row["phones"].as_array();
    let phones_masked: Vec<String> = phones
        .into_iter()
        .flatten()
        .filter_map(|phone| phone.as_str().map(ToOwned::to_owned))
        .collect();
    // What cannot be counted is assigned to no order.
    let amount_kes = u64::from(facts.amount.whole_kes()?);
    let payer = phone_end(&facts.payer);
    let unnumbered = row["unnumbered"].as_array();
    let is_unnumbered = unnumbered.is_some_and(|all| all.iter().any(|kes| kes == amount_kes));
    let has_payer = |end: &String| {
        phones_masked
            .iter()
            .any(|phone| phone.ends_with(end.as_str()))
    };
    let names = [Some(&account_reference), reference.as_ref()];
    let is_named = names
        .into_iter()
        .flatten()
        .any(|name| is_alike(&facts.bill_ref, name));
    let reasons = [
        (Because::Reference, is_named),
        (
            Because::Amount,
            amount_kes > 0 && amount_kes == outstanding_kes,
        ),
        (Because::Unnumbered, is_unnumbered),
        (Because::Phone, payer.as_ref().is_some_and(has_payer)),
        (Because::Time, opened_at_ms.abs_diff(at_ms) <= NEAR_MS),
    ];
    let because = reasons
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(because, _)| because);
    Some(Candidate {
        because: because.collect(),
        account_reference,
        reference,
        description: text("description").unwrap_or_default(),
        state: text("state").unwrap_or_default(),
        due_kes,
        outstanding_kes,
        difference_kes: match is_unnumbered {
            true => 0,
            false => i64::try_from(amount_kes).ok()? - i64::try_from(outstanding_kes).ok()?,
        },
        opened_at_ms,
        phones_masked,
    })
}

/// The payer's last three digits, where M-PESA tells them.
fn phone_end(payer: &PayerHint) -> Option<String> {
    let digits = match payer {
        PayerHint::Masked { last, .. } => last.as_str(),
        PayerHint::Full(msisdn) => msisdn.as_str(),
        PayerHint::Hashed(_) | PayerHint::Unknown => return None,
    };
    let end = digits.get(digits.len().checked_sub(3)?..)?;
    Some(end.to_owned())
}

/// All but the last two characters: where most slips are. Empty where that is too little to tell anything.
fn beginning(typed: &str) -> String {
    let count = typed.chars().count();
    match count {
        ALIKE_CHARS_MIN..=64 => typed.chars().take((count - 2).max(3)).collect(),
        _ => String::new(),
    }
}

/// Whether what was typed as account number may be this name: the same letters and digits, one within the other, or one or
/// two slips apart.
fn is_alike(typed: &str, name: &str) -> bool {
    let (typed, name) = (canon(typed), canon(name));
    let shorter = typed.len().min(name.len());
    if shorter < ALIKE_CHARS_MIN {
        return !typed.is_empty() && typed == name;
    }
    let slips_max = if shorter < 6 { 1 } else { 2 };
    typed.contains(&name) || name.contains(&typed) || slips(&typed, &name, slips_max) <= slips_max
}

/// How many characters have to be changed, added or left out to make the one of the other (Levenshtein); more than `max` is
/// not counted. Both are letters and digits.
fn slips(a: &str, b: &str, max: usize) -> usize {
    if a.len().abs_diff(b.len()) > max {
        return max + 1;
    }
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests;
