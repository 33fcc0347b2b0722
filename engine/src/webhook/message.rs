//! `Message`: what the shop is told of a payment, as JSON.

use chrono::{DateTime, Datelike, Timelike};
use malipo_shared::Reason;
use malipo_shared::api::State;
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

/// A payment as its shop may see it: no whole number, no payer's name. Every time is Unix
/// milliseconds, every amount whole shillings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentFacts {
    /// Its name in the customer's prompt, SMS and Pay Bill screen.
    pub account_reference: String,
    /// The shop's own name of the order, in full; of a signed or created order only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Who fixed the price.
    pub origin: OriginWord,
    /// The line of the price list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The page's own note: unverified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the customer read.
    pub description: String,
    /// Whether real money moves.
    pub livemode: bool,
    /// Where it stands.
    pub state: State,
    /// What the order asks.
    pub due_kes: u32,
    /// The sum of the receipts, less refunds.
    pub received_kes: u32,
    /// What is too much.
    pub excess_kes: u32,
    /// What went back.
    pub refunded_kes: u32,
    /// The money that counts.
    pub receipts: Vec<ReceiptFacts>,
    /// The pushes.
    pub attempts: Vec<AttemptFacts>,
    /// The refunds, asked for and done.
    pub refunds: Vec<RefundFacts>,
    /// When it was opened.
    pub opened_at_ms: u64,
    /// When all of the money was here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at_ms: Option<u64>,
    /// What a person has to look at, one sentence each; empty when all is proven.
    pub review: Vec<String>,
}

/// Who fixed the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OriginWord {
    /// The shop's server signed the order.
    Signed,
    /// The merchant's price list.
    Item,
    /// The customer, within the merchant's limits.
    Open,
    /// The shop's server created the payment.
    Server,
}

impl OriginWord {
    /// Every origin.
    pub const ALL: [OriginWord; 4] = [
        OriginWord::Signed,
        OriginWord::Item,
        OriginWord::Open,
        OriginWord::Server,
    ];

    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            OriginWord::Signed => "signed",
            OriginWord::Item => "item",
            OriginWord::Open => "open",
            OriginWord::Server => "server",
        }
    }
}

/// Money that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptFacts {
    /// M-PESA's number; absent while only a verdict has told of the money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// How much of it counts, in whole shillings.
    pub amount_kes: u32,
    /// How much M-PESA said, where that is not whole shillings: `60840.75`. What is beyond them is in `review`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_said: Option<String>,
    /// How it was heard of.
    pub channel: Channel,
    /// When, by M-PESA's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at_ms: Option<u64>,
}

/// How money was paid, and so how it was heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By the PIN prompt of a push.
    StkPush,
    /// By hand, with the payment's account reference.
    C2b,
    /// By hand; the customer typed the receipt, and M-PESA's facts agree.
    TypedReceipt,
    /// The shop says so.
    Person,
}

/// One refund.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundFacts {
    /// Its number, from 1.
    pub n: u32,
    /// The receipt whose money goes back.
    pub receipt: String,
    /// How much; once it went back, what M-PESA says.
    pub amount_kes: u32,
    /// Where it stands.
    pub state: RefundState,
    /// M-PESA's code, if it failed with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why it failed, or why nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Why it was asked for, in the shop's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reversal's own receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversal: Option<String>,
    /// When it was asked for.
    pub requested_at_ms: u64,
    /// When it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at_ms: Option<u64>,
}

/// Where a refund stands.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Nothing has left yet.
    Requested,
    /// On its way to M-PESA.
    Sending,
    /// M-PESA took it; nothing has gone back yet.
    Accepted,
    /// The money went back.
    Refunded,
    /// The money is still here.
    Failed,
    /// Nobody knows: look at M-PESA's statement. It is not sent again.
    Unknown,
}

/// One push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttemptFacts {
    /// Its number, from 1.
    pub n: u32,
    /// Where it stands.
    pub outcome: AttemptOutcome,
    /// M-PESA's code, if it ended without money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What that means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What it asked for.
    pub amount_kes: u32,
    /// The number, as [`malipo_shared::Msisdn::masked`] shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_masked: Option<String>,
}

/// Where a push stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// On its way to M-PESA.
    Sending,
    /// The handset asks for the PIN.
    Prompted,
    /// Money moved.
    Succeeded,
    /// M-PESA says that it ended without money. It may still succeed.
    Declined,
    /// It never left, or was refused before acceptance.
    NotSent,
    /// Nobody knows.
    Unknown,
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
