//! `ReceiptEntry`: what the operator reads of one receipt. No name, no whole number.

use crate::claims::ReceiptRecord;
use crate::daraja::{PayerHint, is_unread_name};
use crate::payment::Rank;
use malipo_shared::{MpesaReceipt, Msisdn};
use serde::Serialize;

/// A receipt in the operator's list. Times are Unix milliseconds, amounts whole shillings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptEntry {
    /// Where it stands.
    pub status: Status,
    /// Grows with every change that a record can make, so that a late report never undoes a newer one.
    pub strength: u32,
    /// How much, in whole shillings; none while M-PESA has not shown it, and where it said something else.
    pub amount_kes: Option<u32>,
    /// How much, as M-PESA said it: `60840.75`. Empty where it said nothing that can be read.
    pub amount_said: Option<String>,
    /// The whole shillings that a payment would count; none where none can.
    pub countable_kes: Option<u32>,
    /// Why no payment can count it, in a sentence; none where one can.
    pub problem: Option<String>,
    /// When, by M-PESA's clock.
    pub paid_at_ms: Option<u64>,
    /// The payer's number as far as it may be seen.
    pub payer_masked: Option<String>,
    /// The account number as it was typed; a phone number is masked.
    pub bill_ref: Option<String>,
    /// The payment that the account number names.
    pub account_reference: Option<String>,
    /// The payment that has it: `{env}:{link_id}:{account_reference}`.
    pub owner: Option<String>,
}

/// Where a receipt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing is known of it.
    Unknown,
    /// Reported from an address that is not known to be M-PESA's, or named by a second callback of a push that another receipt
    /// has paid.
    Unverified,
    /// M-PESA has shown it, and it is nobody's.
    Unmatched,
    /// It is a payment's.
    Claimed,
    /// What M-PESA has sent of it cannot be read, and a person has dealt with it.
    Settled,
}

/// What the operator reads of a receipt, or of what M-PESA has sent that names none.
pub fn entry_of_name(receipt: &MpesaReceipt, record: &ReceiptRecord) -> ReceiptEntry {
    let mut entry = entry_of(record);
    if is_unread_name(receipt) && entry.problem.is_some() {
        let problem = "M-PESA sent something that cannot be read and names no receipt. It is kept sealed: compare your payments of that time in the organisation portal.";
        entry.problem = Some(problem.to_owned());
    }
    entry
}

/// What the operator reads of a record.
pub fn entry_of(record: &ReceiptRecord) -> ReceiptEntry {
    let facts = record.facts.as_ref();
    let (status, proof) = standing(record);
    ReceiptEntry {
        status,
        // What was taken back or undone outdoes all that was said of it before.
        strength: u32::from(proof)
            + 16 * record
                .releases()
                .saturating_add(record.undone)
                .min(u32::MAX / 32),
        amount_kes: facts.and_then(|facts| facts.amount.kes()),
        amount_said: facts.map(|facts| facts.amount.said()),
        countable_kes: facts.and_then(|facts| facts.amount.whole_kes()),
        problem: facts.and_then(|facts| facts.amount.why_uncounted()),
        paid_at_ms: facts.and_then(|facts| facts.paid_at_ms),
        payer_masked: facts.and_then(|facts| masked(&facts.payer)),
        bill_ref: facts.map(|facts| typed(&facts.bill_ref)),
        account_reference: facts
            .and_then(|facts| facts.reference.as_ref().map(ToString::to_string)),
        owner: record.owner.as_ref().map(|owner| owner.address.clone()),
    }
}

/// Where it stands, and how strong that is.
fn standing(record: &ReceiptRecord) -> (Status, u8) {
    let Some(facts) = record.facts.as_ref() else {
        return match &record.owner {
            Some(owner) => (Status::Claimed, of_rank(owner.rank)),
            None => (Status::Unknown, 0),
        };
    };
    let (status, least) = match facts.is_trusted {
        false => (Status::Unverified, 1),
        true => (Status::Unmatched, 4),
    };
    match &record.owner {
        Some(owner) => (Status::Claimed, of_rank(owner.rank)),
        None if record.is_settled => (Status::Settled, least + 1),
        None if !facts.can_count() => (status, least),
        None => {
            let is_told = facts.is_trusted && !facts.bill_ref.is_empty();
            (status, least + 2 + u8::from(is_told))
        }
    }
}

fn of_rank(rank: Rank) -> u8 {
    match rank {
        Rank::Person => 8,
        Rank::Typed => 9,
        Rank::Name => 10,
        Rank::Reference => 11,
        Rank::Callback => 12,
    }
}

fn masked(payer: &PayerHint) -> Option<String> {
    match payer {
        PayerHint::Masked { first, last } => Some(format!("{first} ••• {last}")),
        PayerHint::Full(msisdn) => Some(msisdn.masked()),
        PayerHint::Hashed(_) | PayerHint::Unknown => None,
    }
}

/// People type their own number where the account number belongs.
fn typed(bill_ref: &str) -> String {
    Msisdn::parse(bill_ref).map_or_else(|_| bill_ref.to_owned(), |msisdn| msisdn.masked())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::MoneyFacts;
    use crate::daraja::PaidAmount;
    use malipo_shared::{AccountReference, LinkId};

    fn main() -> LinkId {
        LinkId::parse("main").unwrap()
    }

    fn facts(is_trusted: bool) -> MoneyFacts {
        MoneyFacts {
            amount: PaidAmount::Whole(150),
            paid_at_ms: Some(1),
            or_paid_at_ms: None,
            payer: PayerHint::read("2547 ***** 126"),
            bill_ref: "a".into(),
            reference: AccountReference::parse("A").ok(),
            is_trusted,
        }
    }

    #[test]
    fn every_change_of_a_record_is_stronger_than_the_one_before() {
        let mut record = ReceiptRecord::default();
        let mut strengths = vec![entry_of(&record).strength];
        for is_trusted in [false, true] {
            record.show(&main(), MoneyFacts::unread(is_trusted));
            strengths.push(entry_of(&record).strength);
            assert!(record.settle());
            assert_eq!(entry_of(&record).status, Status::Settled);
            strengths.push(entry_of(&record).strength);
            record.show(&main(), facts(is_trusted));
            strengths.push(entry_of(&record).strength);
            assert!(!record.settle(), "it can be counted");
            if !is_trusted {
                record = ReceiptRecord::default();
                record.show(&main(), MoneyFacts::unread(false));
            }
        }
        for (address, rank) in [
            ("emulator:main:A", Rank::Person),
            ("emulator:main:B", Rank::Typed),
            ("emulator:main:C", Rank::Name),
            ("emulator:main:D", Rank::Reference),
            ("emulator:main:E", Rank::Callback),
        ] {
            record.claim(address, rank);
            let entry = entry_of(&record);
            assert_eq!(entry.owner.as_deref(), Some(address));
            strengths.push(entry.strength);
        }
        // A person's word is taken back, given elsewhere, and outdone.
        let mut record = ReceiptRecord::default();
        record.show(&main(), facts(true));
        record.claim("emulator:main:A", Rank::Person);
        let mut taken_back = vec![entry_of(&record).strength];
        record.release("emulator:main:A", 1);
        assert_eq!(entry_of(&record).status, Status::Unmatched);
        taken_back.push(entry_of(&record).strength);
        record.claim("emulator:main:B", Rank::Person);
        taken_back.push(entry_of(&record).strength);
        record.release("emulator:main:B", 1);
        taken_back.push(entry_of(&record).strength);
        for strengths in [strengths, taken_back] {
            assert!(strengths.is_sorted_by(|a, b| a < b), "{strengths:?}");
        }
    }

    #[test]
    fn an_amount_is_listed_as_mpesa_said_it_and_never_as_nothing() {
        for (said, kes, countable_kes) in [
            ("60840.75", None, Some(60_840)),
            ("1,100.00", Some(1100), Some(1100)),
            ("1e3", None, None),
            ("KES 50", None, None),
            ("-5.00", None, None),
            ("", None, None),
            ("0", Some(0), None),
        ] {
            let mut record = ReceiptRecord::default();
            let amount = PaidAmount::parse(said);
            record.show(
                &main(),
                MoneyFacts {
                    amount,
                    ..facts(true)
                },
            );
            let entry = entry_of(&record);
            assert_eq!(entry.amount_said.as_deref(), Some(said));
            assert_eq!(
                (entry.amount_kes, entry.countable_kes),
                (kes, countable_kes),
                "{said}"
            );
            assert_eq!(entry.problem.is_some(), countable_kes.is_none(), "{said}");
        }
    }

    #[test]
    fn no_whole_number_is_listed() {
        let mut record = ReceiptRecord::default();
        let facts = MoneyFacts {
            payer: PayerHint::read("254700000126"),
            bill_ref: "0700 000 126".into(),
            ..facts(true)
        };
        record.show(&main(), facts);
        let entry = entry_of(&record);
        assert_eq!(entry.payer_masked.as_deref(), Some("0700 ••• 126"));
        assert_eq!(entry.bill_ref.as_deref(), Some("0700 ••• 126"));
    }
}
