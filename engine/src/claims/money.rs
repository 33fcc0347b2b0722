//! `MoneyFacts`: money that moved, from whichever channel M-PESA has shown it.

use crate::cents::Cents;
use crate::daraja::{C2bConfirmation, PaidAmount, PayerHint, Pulled, TransactionStatusResult};
use crate::names::read_typed_reference;
use crate::reconcile::Moment;
use malipo_shared::{AccountReference, MpesaReceipt, Msisdn, Payee};
use serde::{Deserialize, Serialize};

/// What M-PESA has shown of money that moved. No name, no whole number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoneyFacts {
    /// How much, in whole shillings. 0 is an amount that is not whole, or unreadable: it names no payment, and a person looks
    /// at it.
    pub amount_kes: u32,
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
        let amount_kes = match told.amount {
            PaidAmount::Whole(kes) => kes,
            PaidAmount::Other(_) => 0,
        };
        MoneyFacts {
            amount_kes,
            paid_at_ms: told.paid_at_ms,
            or_paid_at_ms: None,
            payer: told.payer.clone(),
            reference: read_typed_reference(&told.bill_ref).filter(|_| amount_kes > 0),
            bill_ref: told.bill_ref.clone(),
            is_trusted,
        }
    }

    /// From a row of Pull Transactions, which we have asked for.
    pub fn of_pulled(row: &Pulled, moment: Moment) -> MoneyFacts {
        let amount_kes = row.amount.and_then(Cents::whole_kes).unwrap_or(0);
        MoneyFacts {
            amount_kes,
            paid_at_ms: Some(moment.at_ms),
            or_paid_at_ms: moment.or_ms,
            payer: row.payer.clone(),
            reference: read_typed_reference(&row.bill_ref).filter(|_| amount_kes > 0),
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
        let Some(PaidAmount::Whole(amount_kes)) = result.amount else {
            return None;
        };
        (is_ours && result.receipt.as_ref() == Some(receipt)).then_some(MoneyFacts {
            amount_kes,
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
            amount_kes,
            paid_at_ms,
            or_paid_at_ms: None,
            payer: PayerHint::Unknown,
            bill_ref: reference.to_string(),
            reference: None,
            is_trusted: false,
        }
    }

    /// Whether it surely tells an account number, where `known` tells none.
    pub(super) fn tells_account_beyond(&self, known: &MoneyFacts) -> bool {
        let tells = |facts: &MoneyFacts| facts.reference.is_some() || !facts.bill_ref.is_empty();
        self.is_trusted && self.amount_kes > 0 && tells(self) && !tells(known)
    }

    /// With what was surely known before of payer and time, where it tells less itself.
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
        MoneyFacts {
            payer,
            paid_at_ms: times.0,
            or_paid_at_ms: times.1,
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
    fn an_amount_that_is_not_whole_names_no_payment() {
        let whole = MoneyFacts::of_confirmation(&confirmation("150.00"), true);
        assert_eq!(whole.amount_kes, 150);
        assert_eq!(whole.reference.unwrap().as_str(), "TEA1");
        for amount in ["150.50", "", "0", "0.00"] {
            let facts = MoneyFacts::of_confirmation(&confirmation(amount), true);
            assert_eq!((facts.amount_kes, facts.reference), (0, None), "{amount}");
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
