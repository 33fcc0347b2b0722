//! `MoneyFacts`: money that moved, from whichever channel M-PESA has shown it.

use crate::daraja::{C2bConfirmation, PaidAmount, PayerHint, Pulled, TransactionStatusResult};
use crate::master_key::read_typed_reference;
use crate::reconcile::Moment;
use malipo_shared::{AccountReference, MpesaReceipt, Msisdn, Payee};
use serde::{Deserialize, Serialize};

/// What M-PESA has shown of money that moved. No name, no whole number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoneyFacts {
    /// How much, as M-PESA said it. What cannot be read names no payment, and a person looks at it.
    pub amount: PaidAmount,
    /// When, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
    /// Where the zone of its time is not told: the other moment that it may mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or_paid_at_ms: Option<u64>,
    /// Who paid, as far as M-PESA tells.
    pub payer: PayerHint,
    /// The account number as it was typed.
    pub bill_ref: String,
    /// The payment that the account number names.
    pub reference: Option<AccountReference>,
    /// Whether it surely comes from M-PESA: from a known address, or on being asked.
    pub is_trusted: bool,
}

impl MoneyFacts {
    /// From a C2B confirmation; `is_trusted` when it came from an address of Safaricom's.
    pub fn of_confirmation(told: &C2bConfirmation, is_trusted: bool) -> MoneyFacts {
        MoneyFacts {
            amount: told.amount.clone(),
            paid_at_ms: told.paid_at_ms,
            or_paid_at_ms: None,
            payer: told.payer.clone(),
            reference: named(&told.bill_ref, &told.amount),
            bill_ref: told.bill_ref.clone(),
            is_trusted,
        }
    }

    /// From a row of Pull Transactions, which we have asked for.
    ///
    /// `moment` is none where its time cannot be read.
    pub fn of_pulled(row: &Pulled, moment: Option<Moment>) -> MoneyFacts {
        MoneyFacts {
            amount: row.said.clone(),
            paid_at_ms: moment.map(|moment| moment.at_ms),
            or_paid_at_ms: moment.and_then(|moment| moment.or_ms),
            payer: row.payer.clone(),
            reference: named(&row.bill_ref, &row.said),
            bill_ref: row.bill_ref.clone(),
            is_trusted: true,
        }
    }

    /// From the answer to a question about `receipt`; none unless it surely came to `payee`.
    pub fn of_status(
        result: TransactionStatusResult,
        payee: &Payee,
        receipt: &MpesaReceipt,
    ) -> Option<MoneyFacts> {
        let is_ours = match payee {
            Payee::PayBill { shortcode } => result.proves_payment_to(shortcode),
            Payee::Till { store, till } => {
                result.proves_payment_to(till) || result.proves_payment_to(store)
            }
        };
        (is_ours && result.receipt.as_ref() == Some(receipt)).then(|| MoneyFacts {
            amount: result
                .amount
                .unwrap_or_else(|| PaidAmount::Other(String::new())),
            paid_at_ms: result.paid_at_ms,
            or_paid_at_ms: None,
            payer: result.payer,
            bill_ref: String::new(),
            reference: None,
            is_trusted: true,
        })
    }

    /// From a callback that is not believed of its push: what it says of a receipt, for the shop's people alone. It is offered to
    /// no payment.
    pub fn of_callback(
        amount_kes: u32,
        paid_at_ms: Option<u64>,
        reference: &AccountReference,
    ) -> MoneyFacts {
        MoneyFacts {
            amount: PaidAmount::Whole(amount_kes),
            paid_at_ms,
            or_paid_at_ms: None,
            payer: PayerHint::Unknown,
            bill_ref: reference.to_string(),
            reference: None,
            is_trusted: false,
        }
    }

    /// Of a body that cannot be read: that M-PESA has sent it is all that is known.
    pub fn unread(is_trusted: bool) -> MoneyFacts {
        MoneyFacts {
            amount: PaidAmount::Other(String::new()),
            paid_at_ms: None,
            or_paid_at_ms: None,
            payer: PayerHint::Unknown,
            bill_ref: String::new(),
            reference: None,
            is_trusted,
        }
    }

    /// Whether M-PESA has surely said it, in an amount that counts: there is nothing left to ask.
    pub fn is_sure(&self) -> bool {
        self.is_trusted && self.can_count()
    }

    /// Whether a payment can count of it.
    pub fn can_count(&self) -> bool {
        self.amount.whole_kes().is_some()
    }

    /// Whether it surely tells what `known` does not: the account number, or an amount that can be read.
    pub(super) fn tells_beyond(&self, known: &MoneyFacts) -> bool {
        let tells = |facts: &MoneyFacts| facts.reference.is_some() || !facts.bill_ref.is_empty();
        let is_more = !known.can_count() || (tells(self) && !tells(known));
        self.is_sure() && is_more
    }

    /// With what was surely known before of payer, time and account number, where it tells less itself.
    pub(super) fn beside(self, known: Option<MoneyFacts>) -> MoneyFacts {
        let Some(known) = known else {
            return self;
        };
        let has_time = known.paid_at_ms.is_some() && known.or_paid_at_ms.is_none();
        let is_vague = self.paid_at_ms.is_none() || self.or_paid_at_ms.is_some();
        let times = match has_time && is_vague {
            true => (known.paid_at_ms, None),
            false => (self.paid_at_ms, self.or_paid_at_ms),
        };
        let payer = if self.payer == PayerHint::Unknown {
            known.payer
        } else {
            self.payer
        };
        let bill_ref = if self.bill_ref.is_empty() {
            known.bill_ref
        } else {
            self.bill_ref
        };
        MoneyFacts {
            payer,
            paid_at_ms: times.0,
            or_paid_at_ms: times.1,
            reference: named(&bill_ref, &self.amount),
            bill_ref,
            ..self
        }
    }

    /// Whether it was certainly paid by none of the numbers that a payment was given; of none given nothing is certain.
    pub fn is_payer_other(&self, phones: &[Msisdn]) -> bool {
        let contradicts = |phone: &Msisdn| self.payer.contradicts(phone);
        !phones.is_empty() && phones.iter().all(contradicts)
    }
}

impl MoneyFacts {
    /// Whether M-PESA tells the payer, and it is one of these numbers: those to which a payment's pushes were sent.
    pub fn is_payer_among(&self, pushed: &[Msisdn]) -> bool {
        pushed.iter().any(|phone| self.payer.agrees_with(phone))
    }
}

/// The payment that an account number names, where something can be counted.
fn named(bill_ref: &str, amount: &PaidAmount) -> Option<AccountReference> {
    read_typed_reference(bill_ref).filter(|_| amount.whole_kes().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payer_is_among_the_pushed_numbers_only_if_mpesa_tells_enough_of_it() {
        let mut facts = MoneyFacts::of_confirmation(&confirmation("150"), true);
        let (theirs, other) = (phone("254712345126"), phone("254712345678"));
        for (phones, is_among) in [
            (vec![], false),
            (vec![other.clone()], false),
            (vec![other.clone(), theirs.clone()], true),
        ] {
            assert_eq!(facts.is_payer_among(&phones), is_among, "{phones:?}");
        }
        for vague in [
            "",
            "nonsense",
            "2547*",
            "****26",
            "****126",
            &"ab".repeat(32),
        ] {
            facts.payer = PayerHint::read(vague);
            assert!(
                !facts.is_payer_among(std::slice::from_ref(&theirs)),
                "{vague}"
            );
        }
        for clear in ["254712345126", "25471****126", "0712***126"] {
            facts.payer = PayerHint::read(clear);
            assert!(
                facts.is_payer_among(std::slice::from_ref(&theirs)),
                "{clear}"
            );
        }
    }

    fn confirmation(amount: &str) -> C2bConfirmation {
        let body = format!(
            r#"{{"TransID":"RKTQDM7W6S","TransAmount":"{amount}","BillRefNumber":"tea 1","MSISDN":"2547 ***** 126"}}"#
        );
        C2bConfirmation::decode(body.as_bytes()).unwrap()
    }

    fn phone(text: &str) -> Msisdn {
        Msisdn::parse(text).unwrap()
    }

    #[test]
    fn an_amount_names_its_payment_where_something_of_it_can_be_counted() {
        for (amount, kes) in [("150.00", 150), ("150.50", 150), ("1,100.00", 1100)] {
            let facts = MoneyFacts::of_confirmation(&confirmation(amount), true);
            assert_eq!(facts.amount.whole_kes(), Some(kes));
            assert_eq!(facts.reference.unwrap().as_str(), "TEA1");
        }
        for amount in ["", "0", "0.00", "1e3", "KES 50", "-5"] {
            let facts = MoneyFacts::of_confirmation(&confirmation(amount), true);
            assert!(!facts.can_count(), "{amount}");
            assert_eq!(facts.reference, None, "{amount}");
            assert_eq!(facts.bill_ref, "tea 1", "a person reads it");
        }
    }

    #[test]
    fn a_payer_is_another_only_when_none_of_the_numbers_could_be_theirs() {
        let facts = MoneyFacts::of_confirmation(&confirmation("150"), true);
        let (theirs, other) = (phone("254712345126"), phone("254712345678"));
        for (phones, is_other) in [
            (vec![], false),
            (vec![theirs.clone()], false),
            (vec![other.clone()], true),
            (vec![other.clone(), theirs], false),
        ] {
            assert_eq!(facts.is_payer_other(&phones), is_other, "{phones:?}");
        }
        let hidden = MoneyFacts {
            payer: PayerHint::Unknown,
            ..facts
        };
        assert!(!hidden.is_payer_other(&[other]));
    }
}
