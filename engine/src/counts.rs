//! The counters: what one event adds to them. No number, no name, no reference: they are about the shop, not its customers.

use crate::payment::{Event, Hearing, Payment, Stage};
use malipo_shared::Reason;

/// One thing that happened once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// What.
    pub what: What,
    /// M-PESA's code, the reason, or the shop's HTTP status; empty where there is none.
    pub code: String,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A push left; since it was asked for.
    Push,
    /// A push certainly did not leave, by its reason; since it was asked for.
    NotSent,
    /// The answer to a push was lost; since it left.
    PushLost,
    /// An attempt's first verdict came by its callback, by its code; since it left.
    VerdictByCallback,
    /// It came by asking: the callback is late, or lost; since it left.
    VerdictByAsking,
    /// The callback came after M-PESA had been asked: it was late, not lost; since the push left.
    CallbackLate,
    /// A declined attempt was paid after all; since it left.
    LateSuccess,
    /// For a day nobody could tell; since it left.
    Unresolved,
    /// All of the money is here; since the order was opened.
    Paid,
    /// The shop heard a message, by its status; since what it tells happened.
    WebhookHeard,
    /// The shop did not, by its status; since what it tells happened.
    WebhookFailed,
}

impl What {
    /// Its name among the counters.
    pub const fn as_str(self) -> &'static str {
        match self {
            What::Push => "push",
            What::NotSent => "not_sent",
            What::PushLost => "push_lost",
            What::VerdictByCallback => "verdict_by_callback",
            What::VerdictByAsking => "verdict_by_asking",
            What::CallbackLate => "callback_late",
            What::LateSuccess => "late_success",
            What::Unresolved => "unresolved",
            What::Paid => "paid",
            What::WebhookHeard => "webhook_heard",
            What::WebhookFailed => "webhook_failed",
        }
    }
}

/// What `event`, at `now_ms`, adds: it made `after` of `before`.
#[allow(clippy::wildcard_enum_match_arm)] // most events are counted by what they change
pub fn counts(before: &Payment, after: &Payment, event: &Event, now_ms: u64) -> Vec<Count> {
    let mut counted = Vec::new();
    let mut count = |what, code: &str, since_ms: u64| {
        counted.push(Count {
            what,
            code: code.to_owned(),
            ms: now_ms.saturating_sub(since_ms),
        });
    };
    match event {
        Event::PushLeaving { attempt, .. } => {
            let reserved_at_ms = after.attempt(*attempt).map(|a| a.reserved_at_ms);
            count(What::Push, "", reserved_at_ms.unwrap_or(now_ms));
        }
        Event::PushLost { attempt, .. } => {
            let sent_at_ms = after.attempt(*attempt).and_then(|a| a.sent_at_ms);
            count(What::PushLost, "", sent_at_ms.unwrap_or(now_ms));
        }
        Event::WebhookAnswered { sequence, status } => {
            let of = |payment: &Payment| {
                let mut all = payment.deliveries().iter();
                all.find(|d| d.sequence == *sequence).cloned()
            };
            if let (Some(was), Some(is)) = (of(before), of(after))
                && matches!(was.standing, Hearing::Due(_))
            {
                let what = match is.standing {
                    Hearing::Heard => What::WebhookHeard,
                    Hearing::Due(_) | Hearing::Superseded | Hearing::Unheard => What::WebhookFailed,
                };
                let status = status.map_or("none".to_owned(), |status| status.to_string());
                count(what, &status, is.at_ms);
            }
        }
        _ => {}
    }
    for now in after.attempts() {
        let since_ms = now.sent_at_ms.unwrap_or(now.reserved_at_ms);
        let was = before.attempt(now.n).map(|attempt| &attempt.stage);
        let is_called =
            matches!(event, Event::CallbackReceived { attempt, .. } if *attempt == now.n);
        let by = if is_called {
            What::VerdictByCallback
        } else {
            What::VerdictByAsking
        };
        match (was, &now.stage) {
            (Some(Stage::Declined { .. }), Stage::Succeeded { .. }) => {
                count(What::LateSuccess, "0", since_ms);
            }
            (Some(Stage::Succeeded { .. } | Stage::Declined { .. }), _) => {
                if is_called && was_known_by_asking(before, now.n) {
                    count(What::CallbackLate, "", since_ms);
                }
            }
            (_, Stage::Succeeded { .. }) => count(by, "0", since_ms),
            (_, Stage::Declined { code, .. }) => count(by, code.as_str(), since_ms),
            (Some(Stage::NotSent { .. }), _) => {}
            (_, Stage::NotSent { refusal, .. }) => {
                count(What::NotSent, Reason::as_str(refusal.reason), since_ms);
            }
            (
                Some(Stage::Unknown {
                    is_unresolved: false,
                }),
                Stage::Unknown {
                    is_unresolved: true,
                },
            ) => {
                count(What::Unresolved, "", since_ms);
            }
            (
                _,
                Stage::Reserved | Stage::Leaving { .. } | Stage::Prompted | Stage::Unknown { .. },
            ) => {}
        }
    }
    if after.is_paid() && !before.is_paid() {
        count(What::Paid, "", after.opened_at_ms());
    }
    counted
}

/// Whether only an answer to a question has told the attempt's verdict so far.
fn was_known_by_asking(payment: &Payment, attempt: u32) -> bool {
    match payment.attempt(attempt).map(|known| &known.stage) {
        Some(Stage::Declined { is_by_callback, .. }) => !is_by_callback,
        // Its money has no number yet: no callback has brought it.
        Some(Stage::Succeeded { .. }) => payment
            .receipts()
            .iter()
            .any(|receipt| receipt.attempt == Some(attempt) && receipt.number.is_none()),
        Some(
            Stage::Reserved
            | Stage::Leaving { .. }
            | Stage::Prompted
            | Stage::NotSent { .. }
            | Stage::Unknown { .. },
        )
        | None => false,
    }
}
