//! What came on a push's own secret path and cannot be read: no verdict, and perhaps the proof of money.

use super::{Attempt, Payment, Stage};
use malipo_shared::MpesaReceipt;

impl Attempt {
    /// It may have been the proof of money: M-PESA is asked.
    pub(super) fn hear_unread(&mut self, receipts: &[MpesaReceipt], at_ms: u64) {
        let known = self.unread.get_or_insert_default();
        for receipt in receipts {
            if !known.contains(receipt) && known.len() < 10 {
                known.push(receipt.clone());
            }
        }
        self.query_due_at_ms.get_or_insert(at_ms);
    }
}

impl Payment {
    /// What came for a push and cannot be read, until the push has its number or M-PESA's word that it was declined.
    pub(super) fn review_of_unread(&self, attempt: &Attempt) -> Option<String> {
        let named = attempt.unread.as_ref()?;
        let mut own = self
            .receipts
            .iter()
            .filter(|r| r.attempt == Some(attempt.n));
        let is_told = own.any(|r| r.number.is_some() && r.counts())
            || matches!(
                attempt.stage,
                Stage::Declined {
                    is_by_callback: true,
                    ..
                }
            );
        if is_told {
            return None;
        }
        let named: Vec<&str> = named.iter().map(MpesaReceipt::as_str).collect();
        let what = match named.is_empty() {
            true => "look for its payment in your statement".to_owned(),
            false => format!(
                "it names receipt {}: compare it with your statement",
                named.join(", ")
            ),
        };
        Some(format!(
            "push {}: what M-PESA sent of it cannot be read and is kept sealed; {what}",
            attempt.n
        ))
    }
}
