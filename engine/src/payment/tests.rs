//! The payment's rules, told as stories on a clock of their own. Times are seconds after opening.

mod assigned;
mod bounds;
mod charge;
mod counted;
mod forgetting;
mod found;
mod held;
mod life;
mod money;
mod refunds;
mod rings;
mod said;
mod second;
mod time;
mod typed;
mod unused;

use super::*;
use crate::daraja::{CheckoutRequestId, PaidAmount, QueryAnswer, Refusal, StkCallback, StkProof};
use crate::order::Origin;
use malipo_shared::api::{Charge, State, View};
use malipo_shared::catalogue::{self, Kind, Wait};
use malipo_shared::{IdempotencyKey, MpesaReceipt, PaymentId, Reason, ResultCode, Shortcode};

const T0_MS: u64 = 1_780_000_000_000;
const DUE_KES: u32 = 150;

/// A payment with its journal, so that each story also proves that the fold repeats it.
struct Story {
    payment: Payment,
    journal: Vec<Recorded>,
}

impl Story {
    fn opened() -> Story {
        let mut story = Story {
            payment: Payment::default(),
            journal: Vec::new(),
        };
        let order = Order {
            amount: Kes::new(u64::from(DUE_KES)).unwrap(),
            description: "Tea".into(),
            origin: Origin::Open,
            note: None,
        };
        let payee = Payee::PayBill {
            shortcode: Shortcode::parse("174379").unwrap(),
        };
        let expires_at_ms = T0_MS + rules::UNSIGNED_ORDER_MS;
        let account_reference = AccountReference::parse("M01").unwrap();
        story.at(
            0,
            Event::Opened {
                order,
                payee,
                account_reference,
                expires_at_ms,
                ask: ask(0),
            },
        );
        story
    }

    /// A story whose first push left at second 1 and was accepted at second 2.
    fn prompted() -> Story {
        let mut story = Story::opened();
        story.push(1);
        story.at(2, accepted(1));
        story
    }

    /// One event, and every claim that it asks for granted.
    fn at(&mut self, secs: u64, event: Event) -> Vec<Effect> {
        let effects = self.only(secs, event);
        for (receipt, rank) in self.claims(secs) {
            let is_contested = false;
            self.only(
                secs,
                Event::ReceiptGranted {
                    receipt,
                    rank,
                    is_contested,
                },
            );
        }
        effects
    }

    fn claims(&self, secs: u64) -> Vec<(MpesaReceipt, Rank)> {
        let due = self.payment.due(Terms::default(), T0_MS + secs * 1000);
        due.into_iter()
            .filter_map(|effect| {
                if let Effect::ClaimReceipt { receipt, rank, .. } = effect {
                    Some((receipt, rank))
                } else {
                    None
                }
            })
            .collect()
    }

    fn only(&mut self, secs: u64, event: Event) -> Vec<Effect> {
        let now_ms = T0_MS + secs * 1000;
        let before = self.payment.clone();
        let (line, effects) = self.payment.record(event, now_ms);
        // As the shell writes it down: what only repeats itself and changes nothing is counted.
        match self.payment.written(&before, &self.journal, &line.event) {
            Written::Again => {
                let last = self.journal.last_mut().unwrap();
                last.times += 1;
                last.last_at_ms = now_ms;
            }
            Written::Beyond => {
                self.payment = before;
                return Vec::new();
            }
            Written::Line | Written::Proof => self.journal.push(line),
        }
        effects
    }

    fn push(&mut self, secs: u64) {
        let event = self.reserve(secs).expect("a push is allowed");
        let Event::PushReserved { attempt, .. } = event else {
            panic!("not a push: {event:?}")
        };
        assert!(self.at(secs, event).contains(&Effect::SendPush { attempt }));
        self.at(secs, leaving(attempt, secs));
    }

    fn reserve(&self, secs: u64) -> Result<Event, PushDenied> {
        self.payment.reserve_push(1, ask(secs), T0_MS + secs * 1000)
    }

    fn view(&self, secs: u64) -> View {
        let refolded: Vec<Recorded> = self.journal.iter().map(reread).collect();
        assert_eq!(
            Payment::fold(&refolded),
            self.payment,
            "the journal tells the same payment"
        );
        let id = PaymentId::parse("pay_main_m01_x").unwrap();
        let phones = ["0700 ••• 123".to_owned()];
        let showing = Showing {
            id: &id,
            name: "Duka",
            shop_contact: "0700",
            livemode: false,
            notices_payment_by_hand: false,
            phones_masked: &phones,
        };
        self.payment.view(&showing, T0_MS + secs * 1000).unwrap()
    }

    #[track_caller]
    fn check(&self, secs: u64, state: State, received_kes: u32) {
        let view = self.view(secs);
        assert_eq!(
            (view.state, view.received_kes),
            (state, received_kes),
            "at {secs} s: {view:?}"
        );
    }
}

/// A line as it comes back from storage.
fn reread(line: &Recorded) -> Recorded {
    Recorded {
        at_ms: line.at_ms,
        times: line.times,
        last_at_ms: line.last_at_ms,
        ..Recorded::read(&line.text()).unwrap()
    }
}

fn ask(secs: u64) -> Ask {
    Ask::new(
        IdempotencyKey::parse(&format!("key-of-one-request-{secs:06}")).unwrap(),
        b"{}",
    )
}

fn leaving(attempt: u32, secs: u64) -> Event {
    Event::PushLeaving {
        attempt,
        deadline_ms: T0_MS + secs * 1000 + rules::LEAVING_MS,
    }
}

fn accepted(attempt: u32) -> Event {
    Event::PushAccepted {
        attempt,
        checkout_request_id: CheckoutRequestId::new(format!("ws_CO_{attempt}")),
        merchant_request_id: None,
    }
}

fn lost(attempt: u32) -> Event {
    Event::PushLost {
        attempt,
        why: "timeout".into(),
    }
}

fn success(attempt: u32, receipt: &str, amount: u32) -> Event {
    let proof = StkProof {
        amount: Some(PaidAmount::Whole(amount)),
        receipt: MpesaReceipt::parse(receipt).ok(),
        paid_at_ms: None,
    };
    callback(attempt, "0", Some(format!("ws_CO_{attempt}")), proof)
}

fn decline(attempt: u32, code: &str) -> Event {
    callback(
        attempt,
        code,
        Some(format!("ws_CO_{attempt}")),
        StkProof::default(),
    )
}

fn callback(attempt: u32, code: &str, id: Option<String>, proof: StkProof) -> Event {
    let callback = StkCallback {
        merchant_request_id: None,
        checkout_request_id: id.map(CheckoutRequestId::new),
        code: ResultCode::new(code),
        text: String::new(),
        proof,
    };
    Event::CallbackReceived { attempt, callback }
}

fn queried(attempt: u32, code: &str) -> Event {
    Event::QueryAnswered {
        attempt,
        answer: QueryAnswer::Verdict {
            code: ResultCode::new(code),
            text: String::new(),
        },
    }
}

fn query_error(attempt: u32) -> Event {
    Event::QueryAnswered {
        attempt,
        answer: QueryAnswer::Error {
            detail: "HTTP 500".into(),
            is_token_refused: false,
        },
    }
}

fn refused(attempt: u32, reason: Reason, wait_secs: Option<u32>) -> Event {
    Event::PushRefused {
        attempt,
        refusal: Refusal {
            reason,
            wait_secs,
            is_proven: true,
            detail: String::new(),
        },
    }
}

/// How many questions are due when the alarm rings then.
fn queries_at(story: &mut Story, secs: u64) -> usize {
    story.at(secs, Event::AlarmRang);
    queries(&story.payment, T0_MS + secs * 1000)
}

fn queries(payment: &Payment, now_ms: u64) -> usize {
    payment
        .due(Terms::default(), now_ms)
        .iter()
        .filter(|e| matches!(e, Effect::Query { .. }))
        .count()
}
