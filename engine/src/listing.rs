//! `Listing`: what the operator reads of one receipt. No name, no whole number.

use crate::claims::ReceiptRecord;
use crate::daraja::PayerHint;
use crate::payment::Rank;
use malipo_shared::Msisdn;
use serde::Serialize;

/// A receipt in the operator's list. Times are Unix milliseconds, amounts whole shillings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listing {
    /// Where it stands.
    pub status: Status,
    /// Grows with every change that a record can make, so that a late report never undoes a newer one.
    pub strength: u8,
    /// How much; none while M-PESA has not shown it.
    pub amount_kes: Option<u32>,
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
}

/// What the operator reads of a record.
pub fn listing(record: &ReceiptRecord) -> Listing {
    let facts = record.facts.as_ref();
    let (status, strength) = match (&record.owner, facts) {
        (Some(owner), _) => (
            Status::Claimed,
            match owner.rank {
                Rank::Person => 4,
                Rank::Typed => 5,
                Rank::Reference => 6,
                Rank::Callback => 7,
            },
        ),
        (None, Some(facts)) if facts.is_trusted => {
            (Status::Unmatched, 2 + u8::from(!facts.bill_ref.is_empty()))
        }
        (None, Some(_)) => (Status::Unverified, 1),
        (None, None) => (Status::Unknown, 0),
    };
    Listing {
        status,
        strength,
        amount_kes: facts.map(|facts| facts.amount_kes),
        paid_at_ms: facts.and_then(|facts| facts.paid_at_ms),
        payer_masked: facts.and_then(|facts| masked(&facts.payer)),
        bill_ref: facts.map(|facts| typed(&facts.bill_ref)),
        account_reference: facts
            .and_then(|facts| facts.reference.as_ref().map(ToString::to_string)),
        owner: record.owner.as_ref().map(|owner| owner.address.clone()),
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
    use malipo_shared::{AccountReference, LinkId};

    fn main() -> LinkId {
        LinkId::parse("main").unwrap()
    }

    fn facts(is_trusted: bool) -> MoneyFacts {
        MoneyFacts {
            amount_kes: 150,
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
        let mut strengths = vec![listing(&record).strength];
        for is_trusted in [false, true] {
            record.show(&main(), facts(is_trusted));
            strengths.push(listing(&record).strength);
        }
        for (address, rank) in [
            ("emulator:main:A", Rank::Person),
            ("emulator:main:B", Rank::Typed),
            ("emulator:main:C", Rank::Reference),
            ("emulator:main:D", Rank::Callback),
        ] {
            record.claim(address, rank);
            let listing = listing(&record);
            assert_eq!(listing.owner.as_deref(), Some(address));
            strengths.push(listing.strength);
        }
        assert!(strengths.is_sorted_by(|a, b| a < b), "{strengths:?}");
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
        let listing = listing(&record);
        assert_eq!(listing.payer_masked.as_deref(), Some("0700 ••• 126"));
        assert_eq!(listing.bill_ref.as_deref(), Some("0700 ••• 126"));
    }
}
