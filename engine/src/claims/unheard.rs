//! Whom the receipt's object could not tell something is told again, each at its own time: one payment that does not answer
//! keeps no other waiting.

use super::retry::{ITSELF, LIST, NAMES, Unheard};
use super::{ReceiptRecord, Tell};

/// After the first failure, doubled with each further one, in milliseconds.
const AGAIN_MS: u64 = 5_000;
const AGAIN_MS_MAX: u64 = 600_000;

impl ReceiptRecord {
    /// What payments are to be told now.
    pub fn due(&self, env: &str, now_ms: u64) -> Vec<Tell> {
        let mut due = self.to_tell(env);
        due.retain(|tell| self.not_before_ms(&tell.address) <= now_ms);
        due
    }

    /// Whether the operator's list is to be told now.
    pub fn is_listing_due(&self, now_ms: u64) -> bool {
        self.is_unlisted && self.not_before_ms(LIST) <= now_ms
    }

    /// Whether the shop's own references are to be looked through now.
    pub fn is_naming_due(&self, now_ms: u64) -> bool {
        self.seeks_name().is_some() && self.not_before_ms(NAMES) <= now_ms
    }

    /// It could not be told; when it is tried again, in Unix milliseconds.
    pub fn missed(&mut self, whom: &str, now_ms: u64) -> u64 {
        let known = self.unheard.iter().position(|unheard| unheard.whom == whom);
        let failures = known.map_or(0, |at| self.unheard.swap_remove(at).failures);
        let next_ms = now_ms + (AGAIN_MS << failures.min(16)).min(AGAIN_MS_MAX);
        self.unheard.push(Unheard {
            whom: whom.to_owned(),
            failures: failures.saturating_add(1),
            next_ms,
        });
        next_ms
    }

    /// Whether it could not be told lately.
    pub fn has_missed(&self, whom: &str) -> bool {
        self.unheard.iter().any(|unheard| unheard.whom == whom)
    }

    /// It has been told something, so that whatever comes next is told at once.
    pub fn reached(&mut self, whom: &str) {
        self.unheard.retain(|unheard| unheard.whom != whom);
    }

    /// When something is to be told or asked, in Unix milliseconds: in the past where it is overdue, none when nothing is left.
    pub fn next_work_ms(&self, env: &str) -> Option<u64> {
        let tells = self.to_tell(env).into_iter();
        let tells = tells.map(|tell| self.not_before_ms(&tell.address));
        let listing = self.is_unlisted.then(|| self.not_before_ms(LIST));
        let naming = self.seeks_name().map(|_| self.not_before_ms(NAMES));
        let question = self.question.as_ref().map(|question| question.next_ms);
        let soonest = tells.chain(listing).chain(naming).chain(question).min();
        soonest.map(|at_ms| at_ms.max(self.not_before_ms(ITSELF)))
    }

    fn not_before_ms(&self, whom: &str) -> u64 {
        let mut unheard = self.unheard.iter();
        let found = unheard.find(|unheard| unheard.whom == whom);
        found.map_or(0, |unheard| unheard.next_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::Question;
    use super::super::{MoneyFacts, News};
    use super::*;
    use crate::daraja::{PaidAmount, PayerHint};
    use malipo_shared::{AccountReference, LinkId};

    const T0: u64 = 1_700_000_000_000;
    const ENV: &str = "emulator";
    const A: &str = "emulator:main:A";
    const B: &str = "emulator:main:B";

    /// Shown with the account number A, and typed by a customer of B.
    fn shown() -> ReceiptRecord {
        let mut record = ReceiptRecord::default();
        record.seek(B);
        let facts = MoneyFacts {
            amount: PaidAmount::Whole(150),
            paid_at_ms: Some(1),
            or_paid_at_ms: None,
            payer: PayerHint::Unknown,
            bill_ref: "a".into(),
            reference: AccountReference::parse("A").ok(),
            is_trusted: true,
        };
        record.show(&LinkId::parse("main").unwrap(), facts);
        record
    }

    fn whom(record: &ReceiptRecord, now_ms: u64) -> Vec<String> {
        let due = record.due(ENV, now_ms).into_iter();
        due.map(|tell| tell.address).collect()
    }

    #[test]
    fn a_payment_that_does_not_answer_keeps_no_other_waiting() {
        let mut record = shown();
        assert_eq!(whom(&record, T0), [A, B]);
        record.missed(A, T0);
        assert_eq!(whom(&record, T0), [B]);
        assert!(record.is_listing_due(T0));
        let told = record.due(ENV, T0).remove(0);
        assert_eq!(told.what, News::Shown);
        record.heard(&told);
        record.is_unlisted = false;
        assert_eq!(record.next_work_ms(ENV), Some(T0 + 5_000));
        assert_eq!(whom(&record, T0 + 5_000), [A]);
    }

    #[test]
    fn who_is_not_reached_is_told_at_ever_longer_gaps_across_any_restart() {
        let (mut record, mut now_ms) = (shown(), T0);
        let mut gaps = Vec::new();
        for _ in 0..10 {
            record.missed(A, now_ms);
            record.missed(LIST, now_ms);
            record.missed(B, now_ms);
            let text = serde_json::to_string(&record).unwrap();
            record = crate::json::read(&text).unwrap();
            let next_ms = record.next_work_ms(ENV).unwrap();
            gaps.push((next_ms - now_ms) / 1_000);
            now_ms = next_ms;
        }
        assert_eq!(gaps, [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
        assert_eq!(record.unheard.len(), 3, "one each");
    }

    #[test]
    fn who_has_heard_is_told_the_next_at_once() {
        let mut record = shown();
        for _ in 0..5 {
            record.missed(A, T0);
        }
        let tell = record.to_tell(ENV).remove(0);
        record.heard(&tell);
        record.losers.push(A.to_owned());
        assert!(whom(&record, T0).contains(&A.to_owned()));
    }

    #[test]
    fn a_sweep_has_all_told_anew_at_once() {
        let mut record = shown();
        record.missed(A, T0);
        record.is_unlisted = false;
        record.tell_again(false);
        assert_eq!(whom(&record, T0), [A, B]);
        assert!(!record.is_unlisted, "the list knows it");
        record.tell_again(true);
        assert!(record.is_unlisted);
    }

    #[test]
    fn nothing_is_done_at_once_by_an_object_that_cannot_work() {
        let mut record = shown();
        record.missed(ITSELF, T0);
        assert_eq!(record.missed(ITSELF, T0), T0 + 10_000);
        assert_eq!(record.next_work_ms(ENV), Some(T0 + 10_000));
        assert!(record.has_missed(ITSELF));
        record.reached(ITSELF);
        assert_eq!(record.next_work_ms(ENV), Some(0), "overdue");
    }

    #[test]
    fn a_question_has_its_own_time() {
        let mut record = ReceiptRecord::default();
        assert_eq!(record.next_work_ms(ENV), None);
        let link = LinkId::parse("main").unwrap();
        record.question = Some(Question::begin(link.clone(), T0));
        assert_eq!(record.next_work_ms(ENV), Some(T0));
        assert!(record.has_work());
        let seen = record.seen_by(&link);
        assert_eq!((seen.question, seen.unheard), (None, vec![]));
    }
}
