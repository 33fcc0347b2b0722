//! What a merchant reads of a payment: the same in webhooks, in the merchant's API and on the dashboard.

use crate::Reason;
use crate::api::State;
use serde::{Deserialize, Serialize};

/// A payment as its shop may see it: no whole number, no payer's name. Every time is Unix
/// milliseconds, every amount whole shillings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Nobody knows: look at M-PESA's statement. It is not sent again. A reader takes a word that it does not know for this.
    #[serde(other)]
    Unknown,
}

/// One push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The number, as [`crate::Msisdn::masked`] shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_masked: Option<String>,
}

/// Where a push stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Nobody knows; a reader takes a word that it does not know for this.
    #[serde(other)]
    Unknown,
}

impl PaymentFacts {
    /// The number that was prompted last.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        let mut newest_first = self.attempts.iter().rev();
        newest_first.find_map(|attempt| attempt.phone_masked.as_deref())
    }

    /// What the order still needs, in whole shillings.
    #[must_use]
    pub fn outstanding_kes(&self) -> u64 {
        let [due, received, refunded] =
            [self.due_kes, self.received_kes, self.refunded_kes].map(u64::from);
        crate::outstanding_kes(self.paid_at_ms.is_some(), due, received, refunded)
    }

    /// What may still be given back of a receipt, in whole shillings.
    #[must_use]
    pub fn refundable_kes(&self, receipt: &ReceiptFacts) -> u64 {
        let Some(number) = &receipt.receipt else {
            return 0;
        };
        let reserved = self
            .refunds
            .iter()
            .filter(|refund| refund.receipt == *number && refund.state != RefundState::Failed);
        let reserved: u32 = reserved.map(|refund| refund.amount_kes).sum();
        u64::from(receipt.amount_kes.saturating_sub(reserved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = r#"{"account_reference":"M0123456789","origin":"item","item":"tea","description":"Tea",
        "livemode":false,"state":"paid","due_kes":150,"received_kes":150,"excess_kes":0,"opened_at_ms":1,"paid_at_ms":2,
        "refunded_kes":0,"refunds":[],"review":[],"attempts":[{"n":1,"outcome":"declined","code":"1032","reason":"cancelled","amount_kes":150,
        "phone_masked":"0700 ••• 126"},{"n":2,"outcome":"succeeded","amount_kes":150}],
        "receipts":[{"receipt":"QAB1CD2EF3","amount_kes":150,"channel":"stk_push"}]}"#;

    #[test]
    fn a_payment_is_read_with_and_without_what_newer_workers_say() {
        let payment: PaymentFacts = serde_json::from_str(PAYMENT).unwrap();
        assert_eq!(payment.phone(), Some("0700 ••• 126"));
        let newer = PAYMENT.replace("\"review\":[]", "\"review\":[],\"newer\":{\"a\":1}");
        assert_eq!(
            serde_json::from_str::<PaymentFacts>(&newer).unwrap(),
            payment
        );
    }

    #[test]
    fn what_was_given_back_or_may_be_is_not_given_back_again() {
        let mut payment: PaymentFacts = serde_json::from_str(PAYMENT).unwrap();
        let refund = |state, amount_kes| RefundFacts {
            n: 1,
            receipt: "QAB1CD2EF3".into(),
            amount_kes,
            state,
            code: None,
            detail: None,
            reason: None,
            reversal: None,
            ended_at_ms: None,
            requested_at_ms: 1,
        };
        assert_eq!(payment.refundable_kes(&payment.receipts[0]), 150);
        payment.refunds = vec![refund(RefundState::Failed, 150)];
        assert_eq!(payment.refundable_kes(&payment.receipts[0]), 150);
        payment.refunds = vec![
            refund(RefundState::Unknown, 100),
            refund(RefundState::Failed, 50),
        ];
        assert_eq!(payment.refundable_kes(&payment.receipts[0]), 50);
        payment.refunds = vec![refund(RefundState::Refunded, 150)];
        assert_eq!(payment.refundable_kes(&payment.receipts[0]), 0);
    }
}
