//! The fold: how each event changes the payment. Nothing is decided here that could be refused:
//! what happened, happened.

use super::held::Held;
use super::journal::Decided;
use super::{Attempt, Contradiction, Event, Opened, Payment, Recorded, Stage, rules};
use crate::daraja::{PaidAmount, QueryAnswer, StkCallback, StkProof};
use malipo_shared::ResultCode;
use malipo_shared::catalogue::{self, Kind};

/// When an attempt hears something, and what the payment knows of it.
struct Hearing {
    at_ms: u64,
    held: Held,
    /// Whether a callback names a receipt that another push's callback has named.
    is_anothers: bool,
}

impl Payment {
    /// The payment that a journal tells of.
    pub fn fold(journal: &[Recorded]) -> Payment {
        let mut payment = Payment::default();
        for record in journal {
            payment.apply_record(record);
        }
        payment.held = Held::TODAY;
        payment
    }

    /// Folds `event` in, and counts the change if the customer can see it.
    pub(super) fn apply(&mut self, event: &Event, at_ms: u64) {
        self.apply_decided(event, at_ms, &Decided::default());
    }

    /// The same, with what was decided when it was written down.
    fn apply_decided(&mut self, event: &Event, at_ms: u64, decided: &Decided) {
        self.held = decided.held;
        let before = self.face();
        let news = self.news();
        self.fold_in(event, at_ms);
        if self.opened.is_some() && self.unreserved_kes() >= self.due_kes() {
            self.paid_at_ms.get_or_insert(at_ms);
        }
        match &decided.told {
            Some(told) => self.tell(told, at_ms),
            None => self.tell(&self.to_tell(&news), at_ms),
        }
        if self.face() != before {
            self.version += 1;
            self.changed_at_ms = at_ms;
        }
    }

    /// The same for a record, which may stand for several identical answers.
    pub(super) fn apply_record(&mut self, record: &Recorded) {
        self.apply_decided(&record.event, record.at_ms, &record.decided);
        // What repeats a line tells nobody anything.
        let again = Decided {
            told: record.decided.told.as_ref().map(|_| Vec::new()),
            ..record.decided
        };
        for _ in 1..record.times {
            self.apply_decided(&record.event, record.last_at_ms, &again);
        }
    }

    /// Whether nothing has changed since `before` but how often and when M-PESA was asked: only then may an answer that repeats
    /// the last line be counted there instead of having a line, and a time, of its own.
    pub fn has_only_asked(&self, before: &Payment) -> bool {
        let silent = |payment: &Payment| {
            let mut payment = payment.clone();
            for attempt in &mut payment.attempts {
                attempt.last_query_at_ms = None;
                attempt.late_queries = 0;
                attempt.query_due_at_ms = None;
                attempt.query_errors = 0;
            }
            payment
        };
        silent(self) == silent(before)
    }

    fn fold_in(&mut self, event: &Event, at_ms: u64) {
        match event {
            Event::Opened {
                order,
                payee,
                account_reference,
                expires_at_ms,
                ask,
            } if self.opened.is_none() => {
                self.opened_at_ms = at_ms;
                self.opened = Some(Opened {
                    order: order.clone(),
                    payee: payee.clone(),
                    account_reference: account_reference.clone(),
                    expires_at_ms: *expires_at_ms,
                    ask: ask.clone(),
                });
            }
            Event::Opened { .. } => {}
            Event::PushReserved {
                attempt,
                phone,
                amount,
                ask,
            } => {
                if *attempt as usize == self.attempts.len() + 1 {
                    self.attempts.push(Attempt {
                        n: *attempt,
                        phone: *phone,
                        amount: *amount,
                        ask: ask.clone(),
                        reserved_at_ms: at_ms,
                        sent_at_ms: None,
                        accepted_at_ms: None,
                        checkout_request_id: None,
                        merchant_request_id: None,
                        stage: Stage::Reserved,
                        unlisted: None,
                        contradiction: None,
                        unread: None,
                        is_declared_not_charged: false,
                        last_query_at_ms: None,
                        late_queries: 0,
                        query_due_at_ms: None,
                        query_errors: 0,
                    });
                }
            }
            Event::AlarmRang => self.settle_overdue(at_ms),
            Event::OrderAmended {
                order,
                expires_at_ms,
            } => self.amend(order, *expires_at_ms, at_ms),
            Event::OrderClosed => {
                self.closed_at_ms.get_or_insert(at_ms);
            }
            Event::WebhookAnswered { sequence, status } => {
                self.hear_shop(*sequence, *status, at_ms);
            }
            Event::RedeliveryAsked { sequence } => self.deliver_again(*sequence, at_ms),
            Event::ReceiptSeen { .. }
            | Event::ReceiptTyped { .. }
            | Event::ReceiptLookedUp { .. }
            | Event::ReceiptGranted { .. }
            | Event::ReceiptDenied { .. }
            | Event::ReceiptListed { .. }
            | Event::ReceiptTaken { .. }
            | Event::ReceiptAssigned { .. }
            | Event::ReceiptReleased { .. }
            | Event::ReceiptFreed { .. } => self.fold_receipt(event, at_ms),
            Event::RefundRequested { .. }
            | Event::RefundLeaving { .. }
            | Event::RefundAccepted { .. }
            | Event::RefundRefused { .. }
            | Event::RefundLost { .. }
            | Event::RefundTimedOut { .. }
            | Event::RefundResult { .. }
            | Event::RefundUnread { .. }
            | Event::RefundAsked { .. }
            | Event::RefundSeen { .. }
            | Event::RefundJudged { .. } => self.fold_refund(event, at_ms),
            Event::PushLeaving { attempt, .. }
            | Event::PushAccepted { attempt, .. }
            | Event::PushRefused { attempt, .. }
            | Event::PushLost { attempt, .. }
            | Event::CallbackReceived { attempt, .. }
            | Event::CallbackUnread { attempt, .. }
            | Event::QueryAnswered { attempt, .. }
            | Event::CustomerDeclaredNotCharged { attempt } => {
                let index = (*attempt as usize).wrapping_sub(1);
                let hearing = Hearing {
                    at_ms,
                    held: self.held,
                    is_anothers: self.names_another_push(event),
                };
                let proof = self
                    .attempts
                    .get_mut(index)
                    .and_then(|attempt| attempt.hear(event, &hearing));
                if let Some(proof) = proof {
                    self.hear_success(*attempt, &proof, at_ms);
                }
                self.keep_doubted(event, at_ms);
            }
        }
    }
}

impl Attempt {
    #[allow(clippy::wildcard_enum_match_arm)] // `fold_in` names each event that is about no attempt
    /// Hears one event about itself; answers what it proves of money.
    fn hear(&mut self, event: &Event, hearing: &Hearing) -> Option<StkProof> {
        let at_ms = hearing.at_ms;
        match event {
            Event::PushLeaving { deadline_ms, .. } => {
                if matches!(self.stage, Stage::Reserved | Stage::Leaving { .. }) {
                    self.sent_at_ms = Some(at_ms);
                    self.stage = Stage::Leaving {
                        deadline_ms: *deadline_ms,
                    };
                }
            }
            Event::PushAccepted {
                checkout_request_id,
                merchant_request_id,
                ..
            } => {
                self.checkout_request_id
                    .get_or_insert_with(|| checkout_request_id.clone());
                self.merchant_request_id = self
                    .merchant_request_id
                    .take()
                    .or_else(|| merchant_request_id.clone());
                self.accepted_at_ms.get_or_insert(at_ms);
                // The callback may have been first; and an answer may come after its deadline.
                let is_late = at_ms >= self.started_at_ms() + hearing.held.unknown_after_ms();
                if matches!(
                    self.stage,
                    Stage::Reserved | Stage::Leaving { .. } | Stage::Unknown { .. }
                ) && !is_late
                {
                    self.stage = Stage::Prompted;
                }
            }
            Event::PushRefused { refusal, .. } => {
                let is_open = self.checkout_request_id.is_none()
                    && matches!(
                        self.stage,
                        Stage::Reserved | Stage::Leaving { .. } | Stage::Unknown { .. }
                    );
                if is_open {
                    self.stage = Stage::NotSent {
                        refusal: refusal.clone(),
                        at_ms,
                    };
                }
            }
            Event::PushLost { .. } => {
                if matches!(self.stage, Stage::Reserved | Stage::Leaving { .. }) {
                    self.stage = Stage::Unknown {
                        is_unresolved: false,
                    };
                }
            }
            Event::CallbackReceived { callback, .. } => {
                return self.hear_callback(callback, hearing);
            }
            Event::CallbackUnread { receipts, .. } => self.hear_unread(receipts, hearing.at_ms),
            Event::QueryAnswered { answer, .. } => return self.hear_query(answer, hearing),
            Event::CustomerDeclaredNotCharged { .. } => self.is_declared_not_charged = true,
            _ => {} // not about an attempt: `fold_in` names each
        }
        None
    }

    fn hear_callback(&mut self, callback: &StkCallback, hearing: &Hearing) -> Option<StkProof> {
        let at_ms = hearing.at_ms;
        let is_contradicted = hearing.is_anothers || self.is_contradicted_by(callback);
        // Even a callback that is not believed brings the id by which M-PESA can be asked.
        if self.checkout_request_id.is_none() {
            self.checkout_request_id = callback.checkout_request_id.clone();
        }
        if is_contradicted {
            // Not a verdict: M-PESA is asked instead.
            self.query_due_at_ms.get_or_insert(at_ms);
            if callback.code.is_success() && self.contradiction.is_none() {
                let asked = PaidAmount::Whole(self.amount.shillings());
                self.contradiction = Some(Contradiction {
                    receipt: callback.proof.receipt.clone(),
                    amount: callback.proof.amount.clone().filter(|told| *told != asked),
                    is_for_person: hearing.held.pays_once(),
                });
            }
            return None;
        }
        if callback.code.is_success() {
            self.succeed(at_ms);
            return Some(callback.proof.clone());
        }
        match catalogue::stk(&callback.code).map(|row| row.kind) {
            Some(Kind::Declined(decline)) => self.decline(&callback.code, decline, at_ms, true),
            Some(Kind::Paid | Kind::Pending | Kind::Answer) => {}
            None => {
                let is_open =
                    !matches!(self.stage, Stage::Succeeded { .. } | Stage::Declined { .. });
                if is_open && self.unlisted.is_none() {
                    self.unlisted = Some((callback.code.clone(), at_ms));
                    self.query_due_at_ms.get_or_insert(at_ms);
                }
            }
        }
        None
    }

    /// Another push's id, or an amount that is not this attempt's.
    pub(super) fn is_contradicted_by(&self, callback: &StkCallback) -> bool {
        let is_other_push = match (&self.checkout_request_id, &callback.checkout_request_id) {
            (Some(ours), Some(theirs)) => !ours.is_same_push(theirs),
            (None, _) | (_, None) => false,
        };
        let is_other_amount = match &callback.proof.amount {
            Some(PaidAmount::Whole(kes)) => *kes != self.amount.shillings(),
            Some(PaidAmount::Other(_)) => true,
            None => false,
        };
        is_other_push || is_other_amount
    }

    fn hear_query(&mut self, answer: &QueryAnswer, hearing: &Hearing) -> Option<StkProof> {
        let Hearing { at_ms, held, .. } = *hearing;
        self.last_query_at_ms = Some(at_ms);
        let verdict = match answer {
            QueryAnswer::Verdict { code, .. } => Some(code),
            QueryAnswer::Error { .. } => None,
        };
        if verdict.is_none() && u64::from(self.query_errors) + 1 < held.query_errors_max() {
            self.query_errors += 1;
            return None;
        }
        self.query_errors = 0;
        self.query_due_at_ms = None;
        if matches!(self.stage, Stage::Declined { .. } | Stage::NotSent { .. }) {
            self.late_queries += 1;
        }
        let code = verdict?;
        if code.is_success() {
            self.succeed(at_ms);
            return Some(StkProof::default());
        }
        // Sandbox queries have called paid payments failed: too early a decline is none.
        let is_prompt_over = at_ms >= self.started_at_ms() + held.prompt_ms();
        let is_waiting = matches!(self.stage, Stage::Prompted | Stage::Unknown { .. });
        if let Some(Kind::Declined(decline)) = catalogue::stk(code).map(|row| row.kind)
            && is_prompt_over
            && is_waiting
            && !rules::NEVER_FINAL_FROM_QUERY.contains(&code.as_str())
        {
            self.decline(code, decline, at_ms, false);
        }
        None
    }

    fn succeed(&mut self, at_ms: u64) {
        if !matches!(self.stage, Stage::Succeeded { .. }) {
            self.stage = Stage::Succeeded { at_ms };
        }
        self.unlisted = None;
    }

    pub(super) fn decline(
        &mut self,
        code: &ResultCode,
        decline: catalogue::Decline,
        at_ms: u64,
        is_by_callback: bool,
    ) {
        // Paid never reverts, and a repeated callback does not begin the wait anew.
        let is_settled = match &self.stage {
            Stage::Succeeded { .. } => true,
            Stage::Declined {
                is_by_callback: was_by_callback,
                ..
            } => *was_by_callback,
            Stage::Reserved
            | Stage::Leaving { .. }
            | Stage::Prompted
            | Stage::NotSent { .. }
            | Stage::Unknown { .. } => false,
        };
        if !is_settled {
            self.unlisted = None;
            self.stage = Stage::Declined {
                code: code.clone(),
                decline,
                at_ms,
                is_by_callback,
            };
        }
    }
}
