//! What a payment wants done. Effects are data; the shell carries them out and their results come
//! back as events.

use super::held::Held;
use super::{Attempt, Event, Payment, Rank, Refund, Stage, rules};
use crate::daraja::CheckoutRequestId;
use malipo_shared::MpesaReceipt;

/// Something to be done by the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make this attempt's push. Asked for once; never again after a restart.
    SendPush {
        /// Which attempt.
        attempt: u32,
    },
    /// Make this refund's reversal. Asked for once; never again after a restart.
    SendRefund {
        /// Which refund.
        refund: u32,
    },
    /// Ask M-PESA what became of this refund. May be asked again at any time.
    AskRefund {
        /// Which refund.
        refund: u32,
        /// What to ask by: `OriginatorConversationID`.
        conversation: String,
    },
    /// The attempt has a verdict: its handset may be prompted by others.
    FreeHandset {
        /// Which attempt.
        attempt: u32,
    },
    /// Ask M-PESA about this attempt. May be asked again at any time.
    Query {
        /// Which attempt.
        attempt: u32,
        /// What to ask by.
        checkout_request_id: CheckoutRequestId,
        /// Whether it has a verdict already, which may change.
        is_late: bool,
    },
    /// Ask whose this receipt is. May be asked again at any time.
    ClaimReceipt {
        /// Which.
        receipt: MpesaReceipt,
        /// By which proof.
        rank: Rank,
        /// How often a person has taken it back from here before.
        releases: u32,
    },
    /// Tell the receipt's object that a person has taken it back. May be told again at any time.
    ReleaseReceipt {
        /// Which.
        receipt: MpesaReceipt,
        /// Which time it is, from 1.
        releases: u32,
    },
    /// Show a receipt that is set aside to the shop's people, among their receipts. May be asked again at any time.
    ListReceipt {
        /// Which.
        receipt: MpesaReceipt,
        /// How much a callback says it is, in whole shillings.
        amount_kes: u32,
        /// When, as that says, in Unix milliseconds.
        paid_at_ms: Option<u64>,
    },
    /// Have a typed receipt looked for. May be asked again at any time.
    VerifyReceipt {
        /// Which.
        receipt: MpesaReceipt,
    },
    /// Tell the shop. May be told again at any time, under the same id.
    Deliver {
        /// Which message.
        sequence: u32,
    },
    /// Tell the operator: something is not as it should be. Never holds a secret or a number.
    Alert(String),
}

/// What this deployment can do, as far as it decides what is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether the shop has a webhook.
    pub has_webhook: bool,
}

#[allow(clippy::wildcard_enum_match_arm)] // most events ask for nothing at once
pub(super) fn effects_of(before: &Payment, after: &Payment, event: &Event) -> Vec<Effect> {
    let mut effects = after
        .attempts
        .iter()
        .filter(|now| was_freed(before.attempt(now.n), now))
        .map(|now| Effect::FreeHandset { attempt: now.n })
        .collect::<Vec<_>>();
    match event {
        Event::PushReserved { attempt, .. } if after.attempts.len() > before.attempts.len() => {
            effects.push(Effect::SendPush { attempt: *attempt });
        }
        Event::CallbackReceived { attempt, .. } if before.set_aside() < after.set_aside() => {
            effects.push(Effect::Alert(format!(
                "another callback of push {attempt} names a second receipt: one push pays once, a person has to look"
            )));
        }
        Event::CallbackReceived { attempt, .. } if before.names_another_push(event) => {
            effects.push(Effect::Alert(format!(
                "the callback of attempt {attempt} names another push's receipt: it is not believed, M-PESA is asked"
            )));
        }
        Event::CallbackReceived { attempt, callback } => {
            let known = before.attempt(*attempt);
            if known.is_some_and(|a| a.is_contradicted_by(callback)) {
                effects.push(Effect::Alert(format!(
                    "the callback of attempt {attempt} names another push or another amount: it is not believed, M-PESA is asked"
                )));
            } else if malipo_shared::catalogue::stk(&callback.code).is_none() {
                effects.push(Effect::Alert(format!(
                    "unlisted result code `{}`: {}",
                    callback.code.as_str(),
                    callback.text
                )));
            }
        }
        Event::CallbackUnread { attempt, .. } => effects.push(Effect::Alert(format!(
            "the callback of attempt {attempt} cannot be read; it is kept, M-PESA is asked"
        ))),
        Event::RefundUnread { refund } => effects.push(Effect::Alert(format!(
            "what M-PESA told of refund {refund} cannot be read; it is kept"
        ))),
        Event::RefundRequested { refund, .. } if after.refunds.len() > before.refunds.len() => {
            effects.push(Effect::SendRefund { refund: *refund });
        }
        Event::RefundResult { refund, result } => {
            let known = before.refund(*refund);
            if known.is_some_and(|r| r.is_contradicted_by(result)) {
                effects.push(Effect::Alert(format!(
                    "the result of refund {refund} names another receipt: it is not believed"
                )));
            } else if !result.is_success() {
                effects.push(Effect::Alert(format!(
                    "refund {refund}: M-PESA says {} {}",
                    result.code, result.text
                )));
            }
        }
        Event::RefundLost { refund, why } => effects.push(Effect::Alert(format!(
            "the answer to refund {refund} was lost: {why}; it is not sent again"
        ))),
        Event::PushLost { attempt, why } => effects.push(Effect::Alert(format!(
            "the answer to push {attempt} was lost: {why}"
        ))),
        Event::ReceiptSeen {
            receipt,
            amount_kes,
            ..
        } if before
            .receipt(receipt)
            .is_some_and(|known| known.amount_kes != *amount_kes) =>
        {
            effects.push(Effect::Alert(format!(
                "receipt {receipt} was reported with two amounts, the second KES {amount_kes}"
            )));
        }
        Event::ReceiptDenied { receipt, rank } if before.has_stronger_claim(receipt, *rank) => {}
        Event::ReceiptDenied { receipt, .. } | Event::ReceiptTaken { receipt } => {
            effects.push(Effect::Alert(format!(
                "receipt {receipt} is another payment's"
            )));
        }
        _ => {} // the others ask for nothing at once
    }
    effects
}

fn was_freed(before: Option<&Attempt>, now: &Attempt) -> bool {
    let has_verdict = |a: &Attempt| {
        matches!(
            a.stage,
            Stage::Succeeded { .. } | Stage::Declined { .. } | Stage::NotSent { .. }
        )
    };
    has_verdict(now) && before.is_some_and(|before| !has_verdict(before))
}

fn query(attempt: &Attempt, now_ms: u64) -> Option<Effect> {
    let checkout_request_id = attempt.checkout_request_id.clone()?;
    let is_due = attempt
        .next_query_at_ms()
        .is_some_and(|at_ms| now_ms >= at_ms);
    is_due.then_some(Effect::Query {
        attempt: attempt.n,
        checkout_request_id,
        is_late: matches!(attempt.stage, Stage::Declined { .. }),
    })
}

fn ask_refund(refund: &Refund, now_ms: u64) -> Option<Effect> {
    let is_due = refund.next_ask_at_ms().is_some_and(|at_ms| now_ms >= at_ms);
    let (_, conversation) = refund.conversation.clone().filter(|_| is_due)?;
    Some(Effect::AskRefund {
        refund: refund.n,
        conversation,
    })
}

/// When something that was due at `due_at_ms` rings: then; and once that has come, and nothing came of it, again after its
/// age, so that each pause is as long as all before it. What is overdue is found in storage: a restart begins nothing anew.
fn again_ms(due_at_ms: u64, now_ms: u64) -> u64 {
    match now_ms.checked_sub(due_at_ms) {
        None => due_at_ms,
        Some(age_ms) => now_ms + age_ms.clamp(rules::AGAIN_MS_MIN, rules::AGAIN_MS_MAX),
    }
}

impl Payment {
    /// Carries `event` out: folds it in and says what is to be done at once. What may be asked for again at any time is
    /// in [`Payment::due`], and [`Payment::next_wake_ms`] says when.
    pub fn step(&mut self, event: &Event, now_ms: u64) -> Vec<Effect> {
        let before = self.clone();
        self.apply(event, now_ms);
        effects_of(&before, self, event)
    }

    /// All that is to be done now and may be asked again at any time: claims and look-ups first, then what the
    /// shop is told, then the questions to M-PESA.
    pub fn due(&self, terms: Terms, now_ms: u64) -> Vec<Effect> {
        let claims = self.receipts.iter().filter(|r| r.wants_claim());
        let claims = claims.filter_map(|r| {
            let receipt = r.number.clone()?;
            Some(Effect::ClaimReceipt {
                releases: self.releases_of(&receipt),
                rank: r.rank,
                receipt,
            })
        });
        let lists = self.receipts.iter().filter(|r| r.wants_listing());
        let lists = lists.filter_map(|r| {
            Some(Effect::ListReceipt {
                receipt: r.number.clone()?,
                amount_kes: r.amount_kes,
                paid_at_ms: r.paid_at_ms,
            })
        });
        let releases = self.releasing().map(|receipt| Effect::ReleaseReceipt {
            receipt: receipt.clone(),
            releases: self.releases_of(receipt),
        });
        let looks = self
            .typed
            .iter()
            .filter(|t| t.next_look_at_ms.is_some_and(|at_ms| now_ms >= at_ms));
        let looks = looks.map(|t| Effect::VerifyReceipt {
            receipt: t.receipt.clone(),
        });
        let told = self.next_delivery().filter(|(_, at_ms)| now_ms >= *at_ms);
        let told = told
            .filter(|_| terms.has_webhook)
            .map(|(sequence, _)| Effect::Deliver { sequence });
        let queries = self.attempts.iter().filter_map(|a| query(a, now_ms));
        let asks = self.refunds.iter().filter_map(|r| ask_refund(r, now_ms));
        claims
            .chain(lists)
            .chain(releases)
            .chain(looks)
            .chain(told)
            .chain(queries)
            .chain(asks)
            .collect()
    }

    /// When something is next to be done, in Unix milliseconds; never before `now_ms`. What was due before and is still
    /// open has failed: it comes again ever later, by its age.
    pub fn next_wake_ms(&self, terms: Terms, now_ms: u64) -> Option<u64> {
        let held = Held::TODAY;
        let by_attempts = self
            .attempts
            .iter()
            .flat_map(|a| [a.overdue_at_ms(&held), a.next_query_at_ms()])
            .flatten();
        let by_claims = self.receipts.iter().filter(|r| r.wants_claim()).map(|r| {
            let age_ms = now_ms.saturating_sub(r.seen_at_ms);
            now_ms + (age_ms / 2).clamp(rules::AGAIN_MS_MIN, rules::AGAIN_MS_MAX)
        });
        let by_lists = self.receipts.iter().filter(|r| r.wants_listing());
        let by_looks = self.typed.iter().filter_map(|t| t.next_look_at_ms);
        let by_shop = self
            .next_delivery()
            .filter(|_| terms.has_webhook)
            .map(|(_, at_ms)| at_ms);
        let by_refunds = self
            .refunds
            .iter()
            .flat_map(|r| [r.overdue_at_ms(&held), r.next_ask_at_ms()])
            .flatten();
        by_attempts
            .chain(by_lists.map(|r| r.seen_at_ms))
            .chain(self.releasing_since_ms())
            .chain(by_looks)
            .chain(by_shop)
            .chain(by_refunds)
            .chain(self.closes_at_ms())
            .map(|due_at_ms| again_ms(due_at_ms, now_ms))
            .chain(by_claims)
            .min()
    }

    /// Whether time alone has brought a change, so that an `AlarmRang` is worth a record.
    pub fn is_overdue(&self, now_ms: u64) -> bool {
        let held = Held::TODAY;
        self.attempts
            .iter()
            .filter_map(|a| a.overdue_at_ms(&held))
            .chain(self.refunds.iter().filter_map(|r| r.overdue_at_ms(&held)))
            .chain(self.closes_at_ms())
            .any(|at_ms| now_ms >= at_ms)
    }

    fn closes_at_ms(&self) -> Option<u64> {
        self.opened
            .as_ref()
            .filter(|_| self.may_close())
            .map(|opened| opened.expires_at_ms)
    }
}
