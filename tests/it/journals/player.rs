//! `Player`: one payment on a clock, in the Worker's turns. Daraja's, M-PESA's and the shop's part is in the story.

mod refunds;

use super::folded::TERMS;
use malipo_engine::daraja::{
    CheckoutRequestId, PushAnswer, StkCallback, decode_push_answer, decode_query_answer,
};
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{Ask, Effect, Event, Finding, Payment, Rank, Recorded, rules};
use malipo_shared::{AccountReference, IdempotencyKey, Kes, MpesaReceipt, Payee, Shortcode};
use serde_json::Value;

pub(super) const T0_MS: u64 = 1_780_000_000_000;
pub(super) const DUE_KES: u32 = 101;

/// How a receipt's object answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claims {
    Granted,
    Contested,
    Denied,
    Away,
}

pub(super) struct Player {
    pub(super) payment: Payment,
    pub(super) journal: Vec<Recorded>,
    pub(super) now_ms: u64,
    /// Whether its lines were rewritten, so that they tell of no number any more.
    pub(super) is_forgotten: bool,
    /// What queries are answered, one after the other; the last goes on.
    pub(super) queries: Vec<(u16, String)>,
    pub(super) claims: Claims,
    pub(super) finding: Option<Finding>,
    pub(super) auto_claim_max_kes: u32,
    /// What the shop's server answers.
    pub(super) shop: Option<u16>,
    pushing: Option<u32>,
    refunding: Option<u32>,
    keys: u32,
}

/// A line's text, exactly as the Worker stores it.
pub(super) fn text_of(line: &Recorded) -> String {
    line.text()
}

/// A row of a kept journal.
pub(super) fn read(row: &Value) -> Recorded {
    Recorded {
        at_ms: row[0].as_u64().unwrap(),
        times: row[1].as_u64().unwrap() as u32,
        last_at_ms: row[2].as_u64().unwrap(),
        ..Recorded::read(row[3].as_str().unwrap()).unwrap()
    }
}

pub(super) fn number(text: &str) -> MpesaReceipt {
    MpesaReceipt::parse(text).unwrap()
}

pub(super) fn signed(reference: &str, kes: u32, issued_secs: u64) -> Order {
    Order {
        amount: Kes::new(u64::from(kes)).unwrap(),
        description: "Tea".to_owned(),
        origin: Origin::Signed {
            reference: reference.to_owned(),
            issued_at_ms: T0_MS + issued_secs * 1000,
        },
        note: None,
    }
}

pub(super) fn open() -> Order {
    Order {
        origin: Origin::Open,
        note: Some("table 4".to_owned()),
        ..signed("", DUE_KES, 0)
    }
}

impl Player {
    pub(super) fn new() -> Player {
        Player {
            payment: Payment::default(),
            journal: Vec::new(),
            now_ms: T0_MS,
            is_forgotten: false,
            queries: vec![verdict("4999")],
            claims: Claims::Granted,
            finding: None,
            auto_claim_max_kes: 0,
            shop: Some(200),
            pushing: None,
            refunding: None,
            keys: 0,
        }
    }

    fn ask(&mut self) -> Ask {
        self.keys += 1;
        let key = format!("key-of-one-request-{:06}", self.keys);
        Ask::new(IdempotencyKey::parse(&key).unwrap(), b"{}")
    }

    /// A turn of the Worker: settle, then the event.
    pub(super) fn hear(&mut self, event: Event) {
        self.settle();
        self.write(event);
        self.work();
    }

    fn settle(&mut self) {
        if self.pushing.is_none()
            && let Some(event) = self.payment.after_restart()
        {
            self.write(event);
        }
        if self.refunding.is_none()
            && let Some(event) = self.payment.refund_after_restart()
        {
            self.write(event);
        }
        if self.payment.is_overdue(self.now_ms) {
            self.write(Event::AlarmRang);
        }
    }

    fn write(&mut self, event: Event) {
        let before = self.payment.clone();
        let (line, _) = self.payment.record(event, self.now_ms);
        match self.journal.last_mut() {
            Some(last)
                if last.is_repeated_by(&line.event) && self.payment.has_only_asked(&before) =>
            {
                last.times += 1;
                last.last_at_ms = self.now_ms;
            }
            _ => self.journal.push(line),
        }
    }

    /// What is due now, until nothing is that gets an answer.
    fn work(&mut self) {
        for _ in 0..50 {
            self.settle();
            let due = self.payment.due(TERMS, self.now_ms);
            let Some(event) = due.into_iter().find_map(|effect| self.answer(effect)) else {
                return;
            };
            self.settle();
            self.write(event);
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::ClaimReceipt { receipt, rank, .. } => match self.claims {
                Claims::Granted | Claims::Contested => Some(Event::ReceiptGranted {
                    receipt,
                    rank,
                    is_contested: self.claims == Claims::Contested,
                }),
                Claims::Denied => Some(Event::ReceiptDenied {
                    receipt,
                    rank: Some(rank),
                }),
                Claims::Away => None,
            },
            Effect::ListReceipt { receipt, .. } => Some(Event::ReceiptListed { receipt }),
            Effect::ReleaseReceipt { receipt, .. } => Some(Event::ReceiptFreed { receipt }),
            Effect::VerifyReceipt { receipt } => Some(Event::ReceiptLookedUp {
                receipt,
                finding: self.finding.clone()?,
                auto_claim_max_kes: self.auto_claim_max_kes,
            }),
            Effect::Deliver { sequence } => Some(Event::WebhookAnswered {
                sequence,
                status: self.shop,
            }),
            Effect::Query {
                attempt,
                checkout_request_id,
                ..
            } => {
                let is_last = self.queries.len() == 1;
                let (status, body) = match is_last {
                    true => self.queries[0].clone(),
                    false => self.queries.remove(0),
                };
                let answer = decode_query_answer(status, body.as_bytes(), &checkout_request_id);
                Some(Event::QueryAnswered { attempt, answer })
            }
            Effect::AskRefund { refund, .. } => Some(Event::RefundAsked { refund }),
            Effect::SendPush { .. }
            | Effect::SendRefund { .. }
            | Effect::FreeHandset { .. }
            | Effect::Alert(_) => None,
        }
    }

    /// Time passes until so many seconds after the beginning, with every alarm on its way.
    pub(super) fn until(&mut self, secs: u64) {
        let until_ms = T0_MS + secs * 1000;
        while let Some(at_ms) = self.payment.next_wake_ms(TERMS, self.now_ms)
            && at_ms <= until_ms
        {
            // What has no answer rings again at once: the clock goes on all the same.
            self.now_ms = at_ms.max(self.now_ms + 2_000).min(until_ms);
            self.settle();
            self.work();
            if self.now_ms == until_ms {
                return;
            }
        }
        self.now_ms = until_ms;
    }

    pub(super) fn open(&mut self, order: Order, expires_secs: u64) {
        let ask = self.ask();
        self.write(Event::Opened {
            order,
            payee: Payee::PayBill {
                shortcode: Shortcode::parse("174379").unwrap(),
            },
            account_reference: AccountReference::parse("M7K2Q9XW4TC").unwrap(),
            expires_at_ms: T0_MS + expires_secs * 1000,
            ask,
        });
    }

    /// Reserves a push to one of the payment's numbers; it leaves at once.
    pub(super) fn push(&mut self, phone: u8) -> u32 {
        self.settle();
        let ask = self.ask();
        let event = self.payment.reserve_push(phone, ask, self.now_ms).unwrap();
        let Event::PushReserved { attempt, .. } = event else {
            panic!("not a push: {event:?}")
        };
        self.write(event);
        self.pushing = Some(attempt);
        self.leave(attempt);
        attempt
    }

    pub(super) fn reserve(&mut self) {
        let ask = self.ask();
        let event = self.payment.reserve_push(1, ask, self.now_ms).unwrap();
        self.write(event);
    }

    pub(super) fn leave(&mut self, attempt: u32) {
        let deadline_ms = self.now_ms + rules::LEAVING_MS;
        self.write(Event::PushLeaving {
            attempt,
            deadline_ms,
        });
    }

    /// What the push was answered with.
    pub(super) fn answered(&mut self, attempt: u32, status: u16, body: &str) {
        let event = match decode_push_answer(status, body.as_bytes()) {
            PushAnswer::Accepted {
                checkout_request_id,
                merchant_request_id,
            } => Event::PushAccepted {
                attempt,
                checkout_request_id,
                merchant_request_id,
            },
            PushAnswer::Refused(refusal, _) => Event::PushRefused { attempt, refusal },
            PushAnswer::Unknown(why) => Event::PushLost { attempt, why },
        };
        self.end_of(event);
    }

    /// What a call came to: the object has carried it until now.
    fn end_of(&mut self, event: Event) {
        self.settle();
        (self.pushing, self.refunding) = (None, None);
        self.write(event);
        self.work();
    }

    pub(super) fn accepted(&mut self, attempt: u32) {
        let id = id(attempt);
        self.answered(attempt, 200, &format!(r#"{{"MerchantRequestID":"29115-34620561-{attempt}","CheckoutRequestID":"{id}","ResponseCode":"0","ResponseDescription":"Success. Request accepted for processing"}}"#));
    }

    pub(super) fn lost(&mut self, attempt: u32) {
        self.end_of(Event::PushLost {
            attempt,
            why: "connection closed".to_owned(),
        });
    }

    pub(super) fn crash(&mut self) {
        self.pushing = None;
        self.refunding = None;
        self.settle();
        self.work();
    }

    pub(super) fn called_back(&mut self, attempt: u32, body: &str) {
        let callback = StkCallback::decode(body.as_bytes()).unwrap();
        self.hear(Event::CallbackReceived { attempt, callback });
    }

    pub(super) fn paid(&mut self, attempt: u32, receipt: &str, kes: u32) {
        self.called_back(attempt, &success(&id(attempt), receipt, kes, self.now_ms));
    }

    pub(super) fn declined(&mut self, attempt: u32, code: &str) {
        let id = id(attempt);
        let code = code
            .parse::<u32>()
            .map_or_else(|_| format!("\"{code}\""), |code| code.to_string());
        self.called_back(attempt, &format!(r#"{{"Body":{{"stkCallback":{{"MerchantRequestID":"m","CheckoutRequestID":"{id}","ResultCode":{code},"ResultDesc":"words of M-PESA's"}}}}}}"#));
    }

    pub(super) fn seen(&mut self, receipt: &str, amount_kes: u32, rank: Rank, is_trusted: bool) {
        let paid_at_ms = Some(self.now_ms / 1000 * 1000);
        self.seen_at(receipt, amount_kes, rank, is_trusted, paid_at_ms);
    }

    pub(super) fn seen_at(
        &mut self,
        receipt: &str,
        amount_kes: u32,
        rank: Rank,
        is_trusted: bool,
        paid_at_ms: Option<u64>,
    ) {
        self.hear(Event::ReceiptSeen {
            receipt: number(receipt),
            amount_kes,
            paid_at_ms,
            rank,
            is_trusted,
            said: None,
        });
    }

    pub(super) fn typed(&mut self, receipt: &str) {
        self.hear(Event::ReceiptTyped {
            receipt: number(receipt),
        });
    }

    /// The journal is rewritten without the customer's number, as the Worker does it.
    pub(super) fn forget(&mut self) {
        let payment = self.payment.clone();
        for line in &mut self.journal {
            if let Some(event) = payment.forgotten(line) {
                line.event = event;
            }
        }
        self.payment = Payment::fold(&self.journal);
        self.is_forgotten = true;
    }
}

pub(super) fn id(attempt: u32) -> String {
    CheckoutRequestId::new(format!("ws_CO_29052026110000{attempt}0700000123"))
        .as_str()
        .to_owned()
}

pub(super) fn success(id: &str, receipt: &str, kes: u32, at_ms: u64) -> String {
    let date = malipo_engine::daraja::Instant::from_unix_ms(at_ms);
    let date = date.timestamp();
    format!(
        r#"{{"Body":{{"stkCallback":{{"MerchantRequestID":"m","CheckoutRequestID":"{id}","ResultCode":0,"ResultDesc":"The service request is processed successfully.","CallbackMetadata":{{"Item":[{{"Name":"Amount","Value":{kes}}},{{"Name":"MpesaReceiptNumber","Value":"{receipt}"}},{{"Name":"Balance"}},{{"Name":"TransactionDate","Value":{date}}},{{"Name":"PhoneNumber","Value":254700000123}}]}}}}}}}}"#
    )
}

/// A query's answer with this code, of whichever push is asked about.
pub(super) fn verdict(code: &str) -> (u16, String) {
    let body =
        format!(r#"{{"ResponseCode":"0","ResultCode":"{code}","ResultDesc":"words of M-PESA's"}}"#);
    (200, body)
}

pub(super) fn error(status: u16, code: &str, text: &str) -> (u16, String) {
    let body = format!(r#"{{"requestId":"1","errorCode":"{code}","errorMessage":"{text}"}}"#);
    (status, body)
}
