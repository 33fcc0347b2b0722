//! Taking a person's word on a receipt back: from then on it is unmatched, and may be assigned to another payment.

use super::{Claimed, ReceiptRecord};
use crate::master_key::Address;
use crate::payment::Rank;
use malipo_shared::LinkId;

impl ReceiptRecord {
    /// As [`ReceiptRecord::claim`], of a payment from which a person has taken the receipt back so often before. Their word
    /// from before the last time is not granted, however late it comes: nobody would count the money. Nor is the word of another
    /// merchant's people than the one's to whom M-PESA has surely shown it.
    pub fn claim_after(&mut self, address: &str, rank: Rank, releases: u32) -> Claimed {
        let is_late = releases < self.releases_of(address);
        if rank == Rank::Person && (is_late || self.is_anothers(address)) {
            return Claimed::Denied;
        }
        self.claim(address, rank)
    }

    /// A person has taken it back from this payment for the `releases`th time. Hearing it twice changes nothing; what a
    /// stronger proof says stays.
    pub fn release(&mut self, address: &str, releases: u32) {
        if releases <= self.releases_of(address) {
            return;
        }
        self.released.retain(|(known, _)| known != address);
        self.released.push((address.to_owned(), releases));
        self.is_unlisted = true;
        let is_persons =
            |owner: &super::Owner| owner.address == address && owner.rank == Rank::Person;
        if self.owner.as_ref().is_some_and(is_persons) {
            self.owner = None;
        }
    }

    /// How often a person has taken it back from any payment.
    pub fn releases(&self) -> u32 {
        self.released
            .iter()
            .fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    /// Whether M-PESA's own account number names this payment: taking it back would not last.
    pub fn names(&self, address: &Address) -> bool {
        let facts = self.facts.as_ref().filter(|facts| facts.is_trusted);
        self.link.as_ref() == Some(&address.link)
            && facts.is_some_and(|facts| facts.reference.as_ref() == Some(&address.reference))
    }

    fn releases_of(&self, address: &str) -> u32 {
        let of = self.released.iter().find(|(known, _)| known == address);
        of.map_or(0, |(_, n)| *n)
    }

    /// Those of one merchant's payments.
    pub(super) fn released_to(&self, link: &LinkId) -> Vec<(String, u32)> {
        let all = self.released.iter();
        let theirs = all.filter(|(address, _)| super::is_of(address, link));
        theirs.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "emulator:main:A";
    const B: &str = "emulator:main:B";
    const GRANTED: Claimed = Claimed::Granted {
        is_contested: false,
    };

    fn owner(record: &ReceiptRecord) -> Option<&str> {
        record.owner.as_ref().map(|owner| owner.address.as_str())
    }

    #[test]
    fn what_a_person_took_back_is_anybodys_again() {
        let mut record = ReceiptRecord::default();
        assert_eq!(record.claim_after(A, Rank::Person, 0), GRANTED);
        record.is_unlisted = false;
        record.release(A, 1);
        assert_eq!((owner(&record), record.is_unlisted), (None, true));
        let released = record.clone();
        record.release(A, 1);
        assert_eq!(record, released, "once more is the same");
        assert_eq!(record.claim_after(B, Rank::Person, 0), GRANTED);
        record.release(A, 1);
        assert_eq!(
            owner(&record),
            Some(B),
            "a late repetition takes nothing away"
        );
        assert_eq!(record.losers, Vec::<String>::new(), "nobody has lost it");
    }

    #[test]
    fn a_claim_from_before_it_was_taken_back_comes_too_late() {
        let mut record = ReceiptRecord::default();
        record.release(A, 1);
        assert_eq!(record.claim_after(A, Rank::Person, 0), Claimed::Denied);
        assert_eq!(owner(&record), None);
        assert_eq!(
            record.claim_after(A, Rank::Person, 1),
            GRANTED,
            "given anew"
        );
        record.release(A, 1);
        assert_eq!(owner(&record), Some(A), "that was the first time");
        record.release(A, 2);
        assert_eq!(owner(&record), None);
    }

    #[test]
    fn what_mpesa_proves_is_not_taken_back() {
        for rank in [Rank::Typed, Rank::Reference, Rank::Callback] {
            let mut record = ReceiptRecord::default();
            record.claim_after(A, Rank::Person, 0);
            record.claim_after(A, rank, 0);
            record.release(A, 1);
            assert_eq!(owner(&record), Some(A), "{rank:?}");
            // Nor does it matter to a proof that somebody's word was taken back.
            let mut other = ReceiptRecord::default();
            other.release(A, 1);
            assert_eq!(other.claim_after(A, rank, 0), GRANTED, "{rank:?}");
        }
    }

    #[test]
    fn an_old_record_has_never_been_taken_back() {
        let mut record = ReceiptRecord::default();
        record.claim(A, Rank::Person);
        let text = serde_json::to_string(&record).unwrap();
        assert!(!text.contains("released"), "{text}");
        assert_eq!(
            serde_json::from_str::<ReceiptRecord>(&text).unwrap(),
            record
        );
    }

    #[test]
    fn only_an_account_number_that_is_surely_mpesas_names_a_payment() {
        use crate::claims::MoneyFacts;
        use crate::daraja::{PaidAmount, PayerHint};
        let link = LinkId::parse("main").unwrap();
        let mut record = ReceiptRecord::default();
        let address = Address::parse("emulator:main:A").unwrap();
        for (is_trusted, expected) in [(false, false), (true, true)] {
            let facts = MoneyFacts {
                amount: PaidAmount::Whole(150),
                paid_at_ms: None,
                or_paid_at_ms: None,
                payer: PayerHint::Unknown,
                bill_ref: "a".into(),
                reference: malipo_shared::AccountReference::parse("A").ok(),
                is_trusted,
            };
            record.show(&link, facts);
            assert_eq!(record.names(&address), expected);
        }
        assert!(!record.names(&Address::parse("emulator:main:B").unwrap()));
    }
}
