//! `Message`: what the shop is told of a payment, as JSON.

use chrono::{DateTime, Datelike, Timelike};
use malipo_shared::merchant::PaymentFacts;
use serde::Serialize;
use serde_json::Value;

/// What a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// All of the money is here: ship.
    Paid,
    /// A push ended without money.
    AttemptDeclined,
    /// Some of the money is here.
    PartPaid,
    /// More than what is due is here.
    Overpaid,
    /// The order expired with nothing in flight: stock can be released.
    Closed,
    /// Nobody knew for a day: look at it.
    Unresolved,
    /// Money whose place cannot be proven: look at it.
    Review,
    /// Another payment has shown a stronger proof of a receipt.
    Disputed,
    /// Money went back.
    Refunded,
    /// A refund ended, and the money is still here.
    RefundFailed,
}

/// One message. Its id, kind, sequence and time never change, however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The header `webhook-id`: by it the shop knows a retry. No `.`.
    pub id: String,
    /// What it tells.
    pub kind: Kind,
    /// Its number among the payment's messages, from 1: a shop may skip what is older than it knows.
    pub sequence: u32,
    /// When what it tells happened, in Unix milliseconds.
    pub at_ms: u64,
    /// The whole payment.
    pub payment: PaymentFacts,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Paid,
        Kind::AttemptDeclined,
        Kind::PartPaid,
        Kind::Overpaid,
        Kind::Closed,
        Kind::Unresolved,
        Kind::Review,
        Kind::Disputed,
        Kind::Refunded,
        Kind::RefundFailed,
    ];

    /// The `type` of the message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Paid => "payment.paid",
            Kind::AttemptDeclined => "payment.attempt_declined",
            Kind::PartPaid => "payment.part_paid",
            Kind::Overpaid => "payment.overpaid",
            Kind::Closed => "payment.closed",
            Kind::Unresolved => "payment.unresolved",
            Kind::Review => "payment.review",
            Kind::Disputed => "payment.disputed",
            Kind::Refunded => "payment.refunded",
            Kind::RefundFailed => "payment.refund_failed",
        }
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    sequence: u32,
    payment: &'a PaymentFacts,
}

impl Message {
    /// The body: `{"type":…,"timestamp":…,"data":{"sequence":…,"payment":{…}}}`. The id goes in a header.
    pub fn encode(&self) -> String {
        let envelope = Envelope {
            r#type: self.kind.as_str(),
            timestamp: rfc3339(self.at_ms),
            data: Data {
                sequence: self.sequence,
                payment: &self.payment,
            },
        };
        // Texts, numbers and lists only: this cannot fail.
        serde_json::to_string(&envelope).unwrap_or_default()
    }
}

/// The body of a message that tells of no payment: the doctor asks whether the shop hears.
pub fn test_message(at_ms: u64) -> String {
    format!(
        r#"{{"type":"malipo.test","timestamp":"{}","data":{{}}}}"#,
        rfc3339(at_ms)
    )
}

/// A message's body without the customer's numbers, once they are forgotten; none if it holds none.
pub fn without_phones(body: &str) -> Option<String> {
    let mut message: Value = serde_json::from_str(body).ok()?;
    let attempts = message.pointer_mut("/data/payment/attempts")?;
    let mut is_changed = false;
    for attempt in attempts.as_array_mut()? {
        is_changed |= attempt.as_object_mut()?.remove("phone_masked").is_some();
    }
    is_changed.then(|| message.to_string())
}

/// `2026-06-01T19:36:04.000Z`. Moments outside the calendar become the epoch.
fn rfc3339(at_ms: u64) -> String {
    let utc = i64::try_from(at_ms)
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .filter(|utc| utc.year() <= 9999)
        .unwrap_or_default();
    // By hand: chrono's formatter is 20 KB of the Worker.
    let (date, time) = (utc.date_naive(), utc.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        utc.timestamp_subsec_millis()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_message_has_the_form_of_every_message() {
        let expected = r#"{"type":"malipo.test","timestamp":"2026-06-01T19:36:04.007Z","data":{}}"#;
        assert_eq!(test_message(1_780_342_564_007), expected);
    }

    #[test]
    fn a_message_forgets_the_numbers_and_nothing_else() {
        let body = |phone: &str| {
            format!(
                r#"{{"data":{{"payment":{{"attempts":[{{"n":1{phone}}},{{"n":2}}],"due_kes":150}},"sequence":1}},"type":"payment.paid"}}"#
            )
        };
        let known = body(r#","phone_masked":"0700 ••• 126""#);
        let forgotten = without_phones(&known).unwrap();
        assert_eq!(forgotten, body(""));
        assert_eq!(without_phones(&forgotten), None, "once");
        assert_eq!(without_phones("<html>"), None);
    }

    #[test]
    fn times_are_rfc_3339_in_utc() {
        for (at_ms, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_780_342_564_007, "2026-06-01T19:36:04.007Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "1970-01-01T00:00:00.000Z"),
            (u64::MAX, "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc3339(at_ms), expected);
        }
    }
}
