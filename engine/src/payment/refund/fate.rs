//! What a refund hears, and what time brings it: the fold of its own events. What happened, happened.

use super::{NEVER_LEFT, Refund, RefundStage};
use crate::daraja::{PaidAmount, ReversalResult};
use crate::payment::held::Held;
use crate::payment::{Event, rules};
use malipo_shared::ResultCode;

impl Refund {
    /// Whether its money is reserved: it may have gone back, or may still go.
    pub fn is_live(&self) -> bool {
        match self.stage {
            RefundStage::Requested
            | RefundStage::Leaving { .. }
            | RefundStage::Accepted
            | RefundStage::Unknown { .. } => true,
            RefundStage::Refunded { .. } | RefundStage::Failed { .. } => false,
        }
    }

    pub(in crate::payment) fn is_leaving(&self) -> bool {
        matches!(
            self.stage,
            RefundStage::Requested | RefundStage::Leaving { .. }
        )
    }

    /// What went back, in whole shillings: as M-PESA says.
    pub fn returned_kes(&self) -> u32 {
        match (&self.stage, &self.other_amount) {
            (RefundStage::Refunded { .. }, Some(PaidAmount::Whole(kes))) => *kes,
            (RefundStage::Refunded { .. }, _) => self.amount.shillings(),
            (_, _) => 0,
        }
    }

    /// What no other refund may give back: also while nobody knows.
    pub(in crate::payment) fn spent_kes(&self) -> u32 {
        match self.stage {
            RefundStage::Failed { .. } => 0,
            RefundStage::Requested
            | RefundStage::Leaving { .. }
            | RefundStage::Accepted
            | RefundStage::Refunded { .. }
            | RefundStage::Unknown { .. } => self.returned_kes().max(self.amount.shillings()),
        }
    }

    /// Whether a result names another receipt than this refund's: then it says nothing of it.
    pub(in crate::payment) fn is_contradicted_by(&self, result: &ReversalResult) -> bool {
        result
            .original
            .as_ref()
            .is_some_and(|original| *original != self.receipt)
    }

    /// Whether a result is of another request than the one that M-PESA took. What frees money must be of this one.
    fn is_of_other_request(&self, result: &ReversalResult) -> bool {
        let differs = |known: &String, told: &Option<String>| {
            !known.is_empty() && told.as_ref().is_some_and(|told| told != known)
        };
        self.conversation
            .as_ref()
            .is_some_and(|(conversation, originator)| {
                differs(conversation, &result.conversation_id)
                    || differs(originator, &result.originator_conversation_id)
            })
    }

    #[allow(clippy::wildcard_enum_match_arm)] // `fold_refund` names each event that is about a refund
    pub(in crate::payment) fn hear(&mut self, event: &Event, at_ms: u64, held: &Held) {
        match event {
            Event::RefundLeaving { deadline_ms, .. } if self.is_leaving() => {
                self.sent_at_ms = Some(at_ms);
                self.stage = RefundStage::Leaving {
                    deadline_ms: *deadline_ms,
                };
            }
            Event::RefundAccepted {
                conversation_id,
                originator_conversation_id,
                ..
            } => {
                let ids = (conversation_id.clone(), originator_conversation_id.clone());
                self.conversation.get_or_insert(ids);
                // The result may have been first; and an answer may come after its deadline.
                let is_open =
                    self.is_leaving() || matches!(self.stage, RefundStage::Unknown { .. });
                if is_open && !self.is_timed_out && at_ms < self.gives_up_at_ms(held) {
                    self.stage = RefundStage::Accepted;
                }
            }
            Event::RefundRefused { detail, .. } => {
                let is_open =
                    self.is_leaving() || matches!(self.stage, RefundStage::Unknown { .. });
                if is_open && self.conversation.is_none() && !self.is_timed_out {
                    self.fail(None, detail, at_ms);
                }
            }
            Event::RefundLost { why, .. } if self.is_leaving() => self.doubt(why),
            Event::RefundTimedOut { .. } => {
                self.is_timed_out = true;
                if self.is_live() {
                    self.doubt("it waited too long in M-PESA's queue");
                }
            }
            Event::RefundResult { result, .. } => self.hear_result(result, at_ms),
            Event::RefundUnread { .. } => self.is_unread = true,
            Event::RefundAsked { .. } => self.asks += 1,
            Event::RefundSeen {
                reversal,
                amount_kes,
                ..
            } => {
                self.reversal.get_or_insert_with(|| reversal.clone());
                self.succeed(true, Some(PaidAmount::Whole(*amount_kes)), at_ms);
            }
            Event::RefundJudged { is_refunded, .. } => {
                if !matches!(self.stage, RefundStage::Unknown { .. }) {
                    return;
                }
                if *is_refunded {
                    self.succeed(false, None, at_ms);
                } else {
                    self.fail(None, "the shop looked: it did not go back", at_ms);
                }
            }
            _ => {}
        }
    }

    fn hear_result(&mut self, result: &ReversalResult, at_ms: u64) {
        if self.is_contradicted_by(result) {
            if self.is_live() {
                self.doubt("a result of it names another receipt");
            }
        } else if result.is_success() {
            // Whatever was thought of it: the money went back.
            self.reversal = self.reversal.take().or_else(|| result.reversal.clone());
            self.succeed(true, result.amount.clone(), at_ms);
        } else if result.is_preliminary || matches!(self.stage, RefundStage::Failed { .. }) {
            // It says nothing, or nothing new.
        } else if result.is_failure() && !self.is_of_other_request(result) {
            let is_proven = RefundStage::Refunded { is_proven: true };
            if self.stage != is_proven {
                self.fail(Some(&result.code), &result.text, at_ms);
            }
        } else if self.is_live() {
            self.doubt(&format!("M-PESA says {} {}", result.code, result.text));
        }
    }

    fn succeed(&mut self, is_proven: bool, told: Option<PaidAmount>, at_ms: u64) {
        if matches!(self.stage, RefundStage::Refunded { is_proven: was_proven } if was_proven || !is_proven)
        {
            return;
        }
        let asked = PaidAmount::Whole(self.amount.shillings());
        self.other_amount = told.filter(|told| *told != asked);
        self.stage = RefundStage::Refunded { is_proven };
        self.ended_at_ms = Some(at_ms);
    }

    fn fail(&mut self, code: Option<&ResultCode>, detail: &str, at_ms: u64) {
        self.stage = RefundStage::Failed {
            code: code.cloned(),
            detail: detail.to_owned(),
        };
        self.ended_at_ms = Some(at_ms);
    }

    fn doubt(&mut self, why: &str) {
        self.stage = RefundStage::Unknown {
            detail: why.to_owned(),
        };
    }

    fn gives_up_at_ms(&self, held: &Held) -> u64 {
        self.sent_at_ms.unwrap_or(self.requested_at_ms) + held.refund_unknown_after_ms()
    }

    /// What time alone brings.
    pub(in crate::payment) fn settle_overdue(&mut self, now_ms: u64, held: &Held) {
        match self.overdue_at_ms(held) {
            Some(at_ms) if now_ms >= at_ms => {}
            Some(_) | None => return,
        }
        match &self.stage {
            RefundStage::Requested => self.fail(None, NEVER_LEFT, now_ms),
            RefundStage::Leaving { .. } => self.doubt("its answer did not come in time"),
            RefundStage::Accepted => self.doubt("M-PESA took it and told no result for a day"),
            RefundStage::Refunded { .. }
            | RefundStage::Failed { .. }
            | RefundStage::Unknown { .. } => {}
        }
    }

    /// When [`Refund::settle_overdue`] next does something.
    pub(in crate::payment) fn overdue_at_ms(&self, held: &Held) -> Option<u64> {
        match &self.stage {
            RefundStage::Requested => Some(self.requested_at_ms + held.reserved_max_ms()),
            RefundStage::Leaving { deadline_ms } => Some(*deadline_ms),
            RefundStage::Accepted => Some(self.gives_up_at_ms(held)),
            RefundStage::Refunded { .. }
            | RefundStage::Failed { .. }
            | RefundStage::Unknown { .. } => None,
        }
    }

    /// When M-PESA should next be asked what became of it, if ever: only what it took has a name to ask by.
    pub(in crate::payment) fn next_ask_at_ms(&self) -> Option<u64> {
        let is_open = matches!(
            self.stage,
            RefundStage::Accepted | RefundStage::Unknown { .. }
        );
        let (_, originator) = self.conversation.as_ref()?;
        let after_ms = rules::REFUND_ASKS_MS.get(self.asks)?;
        (is_open && !originator.is_empty())
            .then(|| self.sent_at_ms.unwrap_or(self.requested_at_ms) + after_ms)
    }
}
