//! What each act does: to the truth, and by the shell's turn to the payment.

use super::truth::Verdict;
use super::{Act, BY_HAND, CLOCK_MS, DUE_KES, T0_MS, World, ask, id, number};
use malipo_engine::daraja::{PaidAmount, QueryAnswer, Refusal, StkCallback, StkProof};
use malipo_engine::payment::{Event, Rank, rules};
use malipo_shared::{Reason, ResultCode};

/// Its numbers are of no money.
const PHANTOM: usize = 7;

impl World {
    fn called_back(&mut self, push: usize, verdict: Verdict) -> Event {
        let proof = if verdict == Verdict::Paid {
            self.truth.decide(push, true);
            StkProof {
                amount: Some(PaidAmount::Whole(self.truth.money[push].kes)),
                receipt: Some(number(push)),
                paid_at_ms: Some(T0_MS + CLOCK_MS[self.truth.money[push].clock]),
            }
        } else {
            StkProof::default()
        };
        self.truth.pushes[push].hear(verdict);
        Event::CallbackReceived {
            attempt: push as u32 + 1,
            callback: StkCallback {
                merchant_request_id: None,
                checkout_request_id: Some(id(push)),
                code: ResultCode::new(verdict.code()),
                text: String::new(),
                proof,
            },
        }
    }

    fn answered(&mut self, push: usize) -> Event {
        let it = &mut self.truth.pushes[push];
        it.queries += 1;
        let code = it.verdict.map_or("4999", Verdict::code);
        match it.verdict {
            Some(Verdict::Paid) => self.truth.decide(push, false),
            Some(_) if CLOCK_MS[self.truth.clock] >= CLOCK_MS[it.sent_clock] + rules::PROMPT_MS => {
                it.is_told = true
            }
            Some(_) | None => {}
        }
        let answer = QueryAnswer::Verdict {
            code: ResultCode::new(code),
            text: String::new(),
        };
        let attempt = push as u32 + 1;
        Event::QueryAnswered { attempt, answer }
    }

    /// Carries an act out; none when nothing comes of it.
    pub(super) fn take(&mut self, act: Act) -> Option<()> {
        if !matches!(
            act,
            Act::Arrive(_)
                | Act::Pay(_)
                | Act::Decline(_)
                | Act::GiveUp(_)
                | Act::PayByHand
                | Act::Tick
                | Act::Crash
        ) {
            self.settle();
        }
        let n = |push: usize| push as u32 + 1;
        let event = match act {
            Act::Ask => {
                let made = self.truth.made;
                let event = self
                    .payment
                    .reserve_push(1, ask(made), self.now_ms())
                    .ok()?;
                self.truth.made += 1;
                self.pushing = Some(n(made));
                event
            }
            Act::Leave(push) => {
                if !self.payment.may_leave(n(push)) {
                    self.pushing = None;
                    return Some(());
                }
                let amount = self.payment.attempt(n(push))?.amount.shillings();
                self.truth.leave(push, amount);
                let deadline_ms = self.now_ms() + rules::LEAVING_MS;
                let attempt = n(push);
                Event::PushLeaving {
                    attempt,
                    deadline_ms,
                }
            }
            Act::Arrive(push) => {
                self.truth.arrive(push);
                return Some(());
            }
            Act::Accepted(push) => {
                self.pushing = None;
                Event::PushAccepted {
                    attempt: n(push),
                    checkout_request_id: id(push),
                    merchant_request_id: None,
                }
            }
            Act::Refused(push) => {
                self.pushing = None;
                let it = &mut self.truth.pushes[push];
                (it.is_refused, it.is_told) = (true, true);
                let refusal = Refusal {
                    reason: Reason::SystemBusy,
                    wait_secs: Some(30),
                    is_proven: true,
                    detail: String::new(),
                };
                let attempt = n(push);
                Event::PushRefused { attempt, refusal }
            }
            Act::AnswerLost(push) => {
                self.pushing = None;
                let (attempt, why) = (n(push), String::new());
                Event::PushLost { attempt, why }
            }
            Act::Pay(push) => {
                self.truth.pay(push);
                return Some(());
            }
            Act::Decline(push) => {
                self.truth.pushes[push].verdict = Some(Verdict::Declined);
                return Some(());
            }
            Act::GiveUp(push) => {
                self.truth.pushes[push].verdict = Some(Verdict::GaveUp);
                return Some(());
            }
            Act::PayByHand => {
                self.truth.move_money(BY_HAND, DUE_KES);
                return Some(());
            }
            Act::Tick => {
                self.truth.clock += 1;
                return Some(());
            }
            Act::Crash => {
                self.pushing = None;
                self.truth.has_crashed = true;
                return Some(());
            }
            Act::Callback(push, verdict) => self.called_back(push, verdict),
            Act::Second(push) => {
                let is_decided = self.truth.money[push].clone();
                let mut event = self.called_back(push, Verdict::Paid);
                self.truth.money[push] = is_decided;
                self.truth.pushes[push].seconds += 1;
                if let Event::CallbackReceived { callback, .. } = &mut event {
                    callback.proof.receipt = Some(number(PHANTOM + push));
                }
                event
            }
            Act::Query(push) => self.answered(push),
            Act::QueryError(push) => {
                self.truth.pushes[push].query_errors += 1;
                let answer = QueryAnswer::Error {
                    detail: String::new(),
                    is_token_refused: false,
                };
                let attempt = n(push);
                Event::QueryAnswered { attempt, answer }
            }
            Act::Echo(money) => {
                self.truth.confirm(money);
                self.truth.money[money].echoes += 1;
                Event::ReceiptSeen {
                    receipt: number(money),
                    amount_kes: self.truth.money[money].kes,
                    paid_at_ms: Some(T0_MS + CLOCK_MS[self.truth.money[money].clock]),
                    rank: Rank::Reference,
                    is_trusted: true,
                    said: None,
                }
            }
            Act::Granted => {
                let (receipt, rank) = self.claim()?;
                Event::ReceiptGranted {
                    receipt,
                    rank,
                    is_contested: false,
                }
            }
            Act::Declare => {
                let attempt = self.payment.declarable(self.now_ms())?;
                self.truth.pushes[attempt as usize - 1].is_declared = true;
                Event::CustomerDeclaredNotCharged { attempt }
            }
        };
        self.record(event);
        Some(())
    }
}
