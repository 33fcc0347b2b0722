//! What a statement lists: payments, their charges, reversals and withdrawals of one shortcode.
//!
//! Texts as in the exports that public importers are tested with (`statement`); how a reversal is worded is not shown
//! there: its `Details` and `Reason Type` are guesses, a till's texts are those of the Pay Bill with its own words.

use crate::{
    options::{Merchant, Payee},
    world::{
        World,
        ledger::{Channel, FIRST_NAME, Reversal, Transfer, Withdrawal},
    },
};

/// Of every payment, in hundredths of a percent: what a business is charged differs by its tariff.
const CHARGE_PER_10_000: u64 = 55;

/// One movement of the account.
pub(crate) struct Row {
    pub(crate) receipt: String,
    pub(crate) at_ms: u64,
    pub(crate) details: String,
    /// Cents of a shilling; below 0 is withdrawn.
    pub(crate) cents: i64,
    pub(crate) reason_type: &'static str,
    pub(crate) other_party: String,
    /// The receipt of what was reversed.
    pub(crate) linked: String,
    /// The account number that the payer named.
    pub(crate) account: String,
}

/// The oldest first.
pub(crate) fn rows(world: &World, merchant: &Merchant) -> Vec<Row> {
    let party_b = merchant.payee.party_b();
    let memory = &world.memory;
    let mut rows = Vec::new();
    for transfer in memory.ledger.iter().filter(|it| it.shortcode == party_b) {
        rows.push(of_payment(transfer, merchant));
        rows.push(of_charge(transfer, merchant));
    }
    let reversals = memory.reversals.iter().filter(|it| it.shortcode == party_b);
    rows.extend(reversals.filter_map(of_reversal));
    let withdrawals = memory.withdrawals.iter();
    rows.extend(
        withdrawals
            .filter(|it| it.shortcode == party_b)
            .map(of_withdrawal),
    );
    rows.sort_by_key(|row| row.at_ms); // stable: a charge stays behind its payment
    rows
}

fn of_payment(transfer: &Transfer, merchant: &Merchant) -> Row {
    let other_party = payer(&transfer.msisdn);
    let reference = &transfer.account_reference;
    let (details, reason_type, account) = match (&merchant.payee, transfer.channel) {
        (Payee::PayBill { .. }, Channel::Stk) => (
            format!("Pay Bill Online from {other_party} Acc. {reference}"),
            "Pay Utility via STK",
            reference.as_str(),
        ),
        (Payee::PayBill { .. }, Channel::C2b) => (
            format!("Pay Bill from {other_party} Acc. {reference}"),
            "Pay Utility",
            reference.as_str(),
        ),
        (Payee::Till { .. }, Channel::Stk | Channel::C2b) => {
            let details = format!("Customer Merchant Payment from {other_party}");
            (details, "Customer Merchant Payment", "")
        }
    };
    Row {
        receipt: transfer.receipt.clone(),
        at_ms: transfer.at_ms,
        details,
        cents: cents(transfer.amount_kes),
        reason_type,
        account: account.to_owned(),
        other_party,
        linked: String::new(),
    }
}

fn of_charge(transfer: &Transfer, merchant: &Merchant) -> Row {
    let (details, reason_type) = match merchant.payee {
        Payee::PayBill { .. } => ("Pay Bill Charge", "Pay Utility"),
        Payee::Till { .. } => ("Pay Merchant Charge", "Customer Merchant Payment"),
    };
    Row {
        receipt: transfer.receipt.clone(),
        at_ms: transfer.at_ms,
        details: details.to_owned(),
        cents: -cents(transfer.amount_kes * CHARGE_PER_10_000) / 10_000,
        reason_type,
        other_party: "SP".to_owned(),
        linked: String::new(),
        account: String::new(),
    }
}

/// What a merchant was charged, below 0, in cents: an account of its own until it is settled.
pub(crate) fn charged_cents(world: &World, merchant: &Merchant) -> i64 {
    let party_b = merchant.payee.party_b();
    let payments = world.memory.ledger.iter();
    let payments = payments.filter(|it| it.shortcode == party_b);
    payments.map(|it| of_charge(it, merchant).cents).sum()
}

fn of_reversal(reversal: &Reversal) -> Option<Row> {
    let other_party = payer(reversal.msisdn.as_ref()?);
    let of = &reversal.original_receipt;
    Some(Row {
        receipt: reversal.receipt.clone()?,
        at_ms: reversal.at_ms,
        details: format!("Reversal of Transaction {of} to {other_party}"),
        cents: -cents(reversal.amount_kes),
        reason_type: "Transaction Reversal",
        linked: of.clone(),
        account: String::new(),
        other_party,
    })
}

fn of_withdrawal(withdrawal: &Withdrawal) -> Row {
    Row {
        receipt: withdrawal.receipt.clone(),
        at_ms: withdrawal.at_ms,
        details: "Utility Account to Organization Settlement Account".to_owned(),
        cents: -cents(withdrawal.amount_kes),
        reason_type: "Settlement",
        other_party: String::new(),
        linked: String::new(),
        account: String::new(),
    }
}

/// Like `2547****126 - NICHOLAS`.
fn payer(msisdn: &str) -> String {
    let (first, last) = (msisdn.get(..4), msisdn.get(9..));
    let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
    format!("{first}****{last} - {FIRST_NAME}")
}

fn cents(kes: u64) -> i64 {
    i64::try_from(kes).unwrap_or(i64::MAX).saturating_mul(100)
}

/// `-1234.50`, or `-1,234.50`.
pub(crate) fn shillings(cents: i64, is_grouped: bool) -> String {
    let whole = (cents.unsigned_abs() / 100).to_string();
    let mut digits = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if is_grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
            digits.push(',');
        }
        digits.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{digits}.{:02}", cents.unsigned_abs() % 100)
}
