//! Answers that the Worker puts together from parts.
#![allow(dead_code)] // they are described, not made

use crate::entries::Entry;
use crate::operating::{Difference, Run};
use malipo_engine::candidates::Candidate;
use malipo_engine::payment::{DeliveryFacts, HearingWord};
use malipo_engine::receipt_entry::ReceiptEntry;
use malipo_engine::search::ReadAs;
use malipo_engine::webhook::{PaymentFacts, RefundFacts};
use malipo_shared::{ItemId, Kes, LinkId, MpesaReceipt, PaymentId};
use schemars::JsonSchema;

/// A page of payments, newest first.
#[derive(JsonSchema)]
pub(crate) struct Payments {
    payments: Vec<Entry>,
    /// The next page's `after`; null on the last page.
    next: Option<String>,
}

/// A payment for its shop.
#[derive(JsonSchema)]
pub(crate) struct ShopView {
    payment: PaymentFacts,
    /// The journal's story, oldest first.
    timeline: Vec<Told>,
    /// What the shop was told, oldest first.
    deliveries: Vec<DeliveryFacts>,
}

/// One line of a payment's story.
#[derive(JsonSchema)]
pub(crate) struct Told {
    at_ms: u64,
    /// What happened, in English.
    what: String,
}

/// A payment that the shop's server has created, or created before.
#[derive(JsonSchema)]
pub(crate) struct Created {
    payment: PaymentFacts,
    /// What the browser asks for it by: `GET /v1/payments/{id}`.
    id: PaymentId,
    /// The page on which the customer pays.
    pay_url: String,
}

/// `POST /v1/merchant/payments`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct CreatePayment {
    amount_kes: Kes,
    /// The shop's own name of the order. It names one payment for ever.
    #[schemars(length(min = 1, max = 64))]
    reference: String,
    /// What the customer reads.
    #[schemars(length(min = 1, max = 100))]
    description: String,
    /// Whose phone asks for the PIN at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// How long it may be paid; a week without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 60, max = 34_560_000))]
    expires_in_secs: Option<u64>,
}

/// `POST …/redeliver`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Redeliver {
    /// Which message; without it the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    sequence: Option<u32>,
}

/// `POST …/refunds`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct MakeRefund {
    /// Whose money goes back: one of the payment's receipts.
    receipt: MpesaReceipt,
    /// How much of it; all of it without it, and null is refused. A part needs `ALLOW_PARTIAL_REFUNDS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::schemas::kes")]
    amount_kes: Option<Kes>,
    /// Why, for the shop's own books.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    reason: Option<String>,
}

/// `POST …/settle`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct SettleRefund {
    /// Whether the money went back, by M-PESA's statement.
    refunded: bool,
}

/// A refund, as it stands now.
#[derive(JsonSchema)]
pub(crate) struct Refunded {
    refund: RefundFacts,
}

/// `POST …/claim`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Claim {
    /// The payment that the money is for.
    account_reference: String,
    /// What you have seen as still due there, in whole shillings (`outstanding_kes` of a candidate): 0 of a paid one. Where
    /// another amount is due by now nothing is assigned.
    expect_kes: u32,
}

/// `POST …/unclaim`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Unclaim {
    /// The payment that it was assigned to.
    account_reference: String,
}

/// Payments that unmatched money may have been meant for.
#[derive(JsonSchema)]
pub(crate) struct Candidates {
    receipt: MpesaReceipt,
    receipt_facts: ReceiptEntry,
    /// Ten at most, the likeliest first; none of a receipt that has a payment.
    candidates: Vec<Candidate>,
}

/// A page of what the shop was told, newest first.
#[derive(JsonSchema)]
pub(crate) struct Deliveries {
    deliveries: Vec<ListedDelivery>,
    /// The next page's `after`; null on the last page.
    next: Option<String>,
}

/// A message to the shop.
#[derive(JsonSchema)]
pub(crate) struct ListedDelivery {
    account_reference: String,
    sequence: u32,
    #[schemars(schema_with = "crate::schemas::kind")]
    r#type: String,
    at_ms: u64,
    tries: u32,
    standing: HearingWord,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at_ms: Option<u64>,
}

/// A shop's days.
#[derive(JsonSchema)]
pub(crate) struct Summary {
    today: Today,
    /// Oldest first, today last.
    days: Vec<Day>,
    /// M-PESA's codes of pushes that ended without money, of payments opened in these days; the most frequent first.
    codes: Vec<CodeCount>,
    needs: Needs,
    compared: Compared,
}

/// What was compared with M-PESA's books, and when: without it, that nothing differs means nothing.
#[derive(JsonSchema)]
pub(crate) struct Compared {
    /// The newest comparison; null while there was none. With a `problem` it did not come to its end.
    last: Option<Run>,
    /// The newest one that came to its end.
    complete: Option<Run>,
}

/// Today, by Kenya's clock.
#[derive(JsonSchema)]
pub(crate) struct Today {
    /// The money that came in.
    paid_kes: u64,
    /// Payments that were opened.
    payments: u64,
    /// Payments that became paid.
    paid: u64,
    /// Payments opened today whose last push ended without money.
    declined: u64,
    /// Of the payments opened today that had a push, the share that is paid: 0 to 1; null while there is none.
    success_rate: Option<f64>,
}

/// One day, by Kenya's clock.
#[derive(JsonSchema)]
pub(crate) struct Day {
    /// As in 2026-11-26.
    day: String,
    /// The money that came in.
    paid_kes: u64,
    /// Payments that were opened.
    payments: u64,
    /// Payments that became paid.
    paid: u64,
}

/// How often M-PESA gave a code.
#[derive(JsonSchema)]
pub(crate) struct CodeCount {
    code: String,
    count: u64,
}

/// What needs attention; 1000 stands for that many or more.
#[derive(JsonSchema)]
pub(crate) struct Needs {
    /// Payments with something to review.
    review: u64,
    /// Payments whose result M-PESA has not told for a day.
    unresolved: u64,
    /// Payments with a receipt that another one has claimed.
    disputed: u64,
    /// Receipts that nobody has claimed.
    unmatched: u64,
    /// Messages that the shop has not heard although they were sent.
    undelivered: u64,
    /// Differences from M-PESA's books that are not settled.
    differences: u64,
    /// What M-PESA has sent and nothing could take so far: tried again by itself for about two days, then set apart (`GET inbox`).
    unprocessed: u64,
}

/// What can be paid without an order of the shop's.
#[derive(JsonSchema)]
pub(crate) struct Items {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_amount: Option<OpenAmount>,
    shop_name: String,
    link: LinkId,
    env: String,
}

/// A line of the price list.
#[derive(JsonSchema)]
pub(crate) struct Item {
    id: ItemId,
    amount_kes: Kes,
    description: String,
    /// Its payment link.
    pay_url: String,
}

/// Amounts that the customer chooses.
#[derive(JsonSchema)]
pub(crate) struct OpenAmount {
    min_kes: Kes,
    max_kes: Kes,
    /// Their payment link; `?amount=` names one.
    pay_url: String,
}

/// A page of money that nobody has claimed, newest first.
#[derive(JsonSchema)]
pub(crate) struct Unmatched {
    unmatched: Vec<UnmatchedReceipt>,
    /// The next page's `after`; null on the last page.
    next: Option<String>,
}

/// Money that nobody has claimed.
#[derive(JsonSchema)]
pub(crate) struct UnmatchedReceipt {
    /// M-PESA's number; or `UNREAD` and eight digits of what M-PESA has sent that cannot be read and names none.
    receipt: String,
    status: String,
    /// How much; null where M-PESA said something else than whole shillings: never 0 for that.
    amount_kes: Option<u64>,
    /// How much, as M-PESA said it: `60840.75`. Empty where what it sent cannot be read.
    amount_said: Option<String>,
    /// The whole shillings that a payment would count; null where none can.
    countable_kes: Option<u64>,
    /// Why no payment can count it, in a sentence; null where one can.
    problem: Option<String>,
    paid_at_ms: Option<u64>,
    payer_masked: Option<String>,
    /// The account number as it was typed.
    bill_ref: String,
    /// The payment that it names.
    account_reference: Option<String>,
    listed_at_ms: u64,
}

/// What a text has found; rows as in their own lists, 20 of each at most.
#[derive(JsonSchema)]
pub(crate) struct Search {
    /// What the text was read as, in the order in which rows come; none of a text without letters and digits.
    read_as: Vec<ReadAs>,
    /// By the first reading that names them, then newest first.
    payments: Vec<Entry>,
    /// In the same way.
    unmatched: Vec<UnmatchedReceipt>,
    /// In the same way; settled ones too.
    differences: Vec<Difference>,
}

/// One receipt.
#[derive(JsonSchema)]
pub(crate) struct Receipt {
    receipt: MpesaReceipt,
    receipt_facts: ReceiptEntry,
}
