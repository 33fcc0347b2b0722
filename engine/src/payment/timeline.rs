//! The journal as a person reads it: one line an event. No number, no secret, no callback address.

use super::{Event, Finding, Rank, Recorded};
use crate::daraja::QueryAnswer;
use malipo_shared::MpesaReceipt;

/// One line of a payment's story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineLine {
    /// When, in Unix milliseconds.
    pub at_ms: u64,
    /// What happened, in English.
    pub what: String,
}

/// The journal's story, oldest first.
pub fn timeline(journal: &[Recorded]) -> Vec<TimelineLine> {
    journal
        .iter()
        .map(|record| {
            let what = tell(&record.event);
            let what = match record.times {
                1 => what,
                times => format!("{what} ({times} times)"),
            };
            TimelineLine {
                at_ms: record.at_ms,
                what,
            }
        })
        .collect()
}

fn tell(event: &Event) -> String {
    match event {
        Event::Opened { order, .. } => {
            format!("opened: KES {}, {}", order.amount, order.description)
        }
        Event::PushReserved {
            attempt, amount, ..
        } => format!("push {attempt} reserved: KES {amount}"),
        Event::PushLeaving { attempt, .. } => format!("push {attempt} leaves"),
        Event::PushAccepted { attempt, .. } => format!("push {attempt} accepted by M-PESA"),
        Event::PushRefused { attempt, refusal } => {
            format!("push {attempt} was not sent: {}", refusal.detail)
        }
        Event::PushLost { attempt, why } => {
            format!("push {attempt}: its answer was lost ({why}); its fate is unknown")
        }
        Event::CallbackReceived { attempt, callback } => {
            let receipt = callback.proof.receipt.as_ref();
            let receipt = receipt.map_or(String::new(), |number| format!(", receipt {number}"));
            format!(
                "push {attempt}: callback {} {}{receipt}",
                callback.code.as_str(),
                callback.text
            )
        }
        Event::CallbackUnread { attempt, receipts } => {
            let named: Vec<&str> = receipts.iter().map(MpesaReceipt::as_str).collect();
            let named = match named.is_empty() {
                true => String::new(),
                false => format!("; it names receipt {}", named.join(", ")),
            };
            format!("push {attempt}: a callback that cannot be read; it is kept{named}")
        }
        Event::QueryAnswered { attempt, answer } => match answer {
            QueryAnswer::Verdict { code, text } => {
                format!(
                    "push {attempt}: asked, M-PESA says {} {text}",
                    code.as_str()
                )
            }
            QueryAnswer::Error { detail, .. } => {
                format!("push {attempt}: asked, no verdict: {detail}")
            }
        },
        Event::ReceiptSeen {
            receipt,
            amount_kes,
            rank,
            is_trusted,
            said,
            ..
        } => {
            let by = match (rank, is_trusted) {
                (Rank::Person, _) => "the shop names it",
                (Rank::Typed, _) => "the customer names it",
                (Rank::Name, _) => "paid with the shop's own name of this order",
                (Rank::Reference | Rank::Callback, true) => "paid with this account number",
                (Rank::Reference | Rank::Callback, false) => {
                    "reported with this account number from an unknown address"
                }
            };
            match said {
                Some(said) => {
                    format!("receipt {receipt}, KES {said}: {by}; KES {amount_kes} of it can count")
                }
                None => format!("receipt {receipt}, KES {amount_kes}: {by}"),
            }
        }
        Event::ReceiptTyped { receipt } => format!("the customer typed receipt {receipt}"),
        Event::ReceiptLookedUp {
            receipt, finding, ..
        } => {
            let found = match finding {
                Finding::Unmatched { amount_kes, .. } => format!("unmatched, KES {amount_kes}"),
                Finding::Elsewhere { .. } => "another payment's".to_owned(),
                Finding::Unknown { .. } => {
                    "M-PESA has not shown it yet, or not in whole shillings".to_owned()
                }
            };
            format!("receipt {receipt} looked up: {found}")
        }
        Event::ReceiptGranted {
            receipt,
            is_contested,
            ..
        } => {
            let contested = if *is_contested {
                "; another payment had it"
            } else {
                ""
            };
            format!("receipt {receipt} counts here{contested}")
        }
        Event::ReceiptDenied { receipt, .. } => format!("receipt {receipt} is another payment's"),
        Event::ReceiptListed { receipt } => {
            format!("receipt {receipt} is not counted: it waits for a person")
        }
        Event::ReceiptTaken { receipt } => {
            format!("receipt {receipt} was proven to be another payment's")
        }
        Event::ReceiptAssigned {
            receipt,
            amount_kes,
            outstanding_kes,
            ..
        } => format!(
            "receipt {receipt}, KES {amount_kes}: the shop assigned it, KES {outstanding_kes} was due"
        ),
        Event::ReceiptReleased { receipt } => {
            format!("receipt {receipt}: the shop took its assignment back; it counts here no more")
        }
        Event::ReceiptFreed { receipt } => {
            format!("receipt {receipt} may be assigned to another payment")
        }
        Event::CustomerDeclaredNotCharged { attempt } => {
            format!("push {attempt}: the customer says that M-PESA sent no SMS")
        }
        Event::OrderAmended { order, .. } => {
            format!("the shop signed the order anew: KES {}", order.amount)
        }
        Event::OrderClosed => "the shop closed the order".to_owned(),
        Event::WebhookAnswered { sequence, status } => match status {
            Some(status) => format!("message {sequence} to the shop: answered {status}"),
            None => format!("message {sequence} to the shop: no answer"),
        },
        Event::RedeliveryAsked { sequence } => format!("message {sequence} is sent again"),
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
        | Event::RefundJudged { .. } => tell_refund(event),
        Event::AlarmRang => "time passed".to_owned(),
    }
}

#[allow(clippy::wildcard_enum_match_arm)] // `tell` names each event that is about no refund
fn tell_refund(event: &Event) -> String {
    match event {
        Event::RefundRequested {
            refund,
            receipt,
            amount,
            reason,
            ..
        } => {
            let why = reason
                .as_ref()
                .map_or(String::new(), |why| format!(" ({why})"));
            format!("refund {refund} asked for: KES {amount} of receipt {receipt}{why}")
        }
        Event::RefundLeaving { refund, .. } => format!("refund {refund} leaves"),
        Event::RefundAccepted { refund, .. } => format!("refund {refund} accepted by M-PESA"),
        Event::RefundRefused { refund, detail } => {
            format!("refund {refund} was not sent: {detail}")
        }
        Event::RefundLost { refund, why } => format!(
            "refund {refund}: its answer was lost ({why}); its fate is unknown, it is not sent again"
        ),
        Event::RefundTimedOut { refund } => {
            format!("refund {refund}: it waited too long in M-PESA's queue; its fate is unknown")
        }
        Event::RefundResult { refund, result } => {
            let reversal = result.reversal.as_ref();
            let reversal = reversal.map_or(String::new(), |number| format!(", receipt {number}"));
            format!(
                "refund {refund}: M-PESA says {} {}{reversal}",
                result.code, result.text
            )
        }
        Event::RefundUnread { refund } => {
            format!("refund {refund}: a result that cannot be read; it is kept")
        }
        Event::RefundAsked { refund } => format!("refund {refund}: M-PESA is asked about it"),
        Event::RefundSeen {
            refund,
            reversal,
            amount_kes,
        } => format!(
            "refund {refund}: asked, M-PESA shows that KES {amount_kes} went back, receipt {reversal}"
        ),
        Event::RefundJudged {
            refund,
            is_refunded,
        } => {
            let word = if *is_refunded {
                "went back"
            } else {
                "did not go back"
            };
            format!("refund {refund}: the shop looked, the money {word}")
        }
        _ => String::new(),
    }
}
