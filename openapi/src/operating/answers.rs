//! What is sent and answered where a shop is run.
#![allow(dead_code)] // they are described, not made

use crate::entries::LedgerEntry;
use malipo_engine::reconcile::{Identity, Kind, Source};
use malipo_engine::statement::KindOfRow;
use malipo_shared::LinkId;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// How a deployment stands for a shop.
#[derive(JsonSchema)]
pub(super) struct Checks {
    env: String,
    link: LinkId,
    /// The one that pushes name.
    shortcode: String,
    now_ms: u64,
    public_base_url: String,
    daraja_base_url: String,
    /// Lines of the price list.
    items: usize,
    has_open_amount: bool,
    /// Why KV fails; null while it does not.
    kv: Option<String>,
    ledger: LedgerCheck,
    /// Whether the Durable Objects answer.
    objects: bool,
    c2b: C2bCheck,
    callers: CallersCheck,
    has_order_secret: bool,
    has_webhook: bool,
    /// Whether counters can be written.
    counts: bool,
}

/// How the ledger (D1) stands.
#[derive(JsonSchema)]
struct LedgerCheck {
    answers: bool,
    tables: Vec<String>,
    /// Those that were applied.
    migrations: Vec<String>,
}

/// What is set for payments by hand.
#[derive(JsonSchema)]
struct C2bCheck {
    has_secret: bool,
    is_registered: bool,
}

/// From where callbacks are taken to be M-PESA's.
#[derive(JsonSchema)]
struct CallersCheck {
    /// Whether a callback from elsewhere is turned away.
    are_enforced: bool,
    /// IP addresses: Safaricom's, and `CALLBACK_ADDRESSES`.
    addresses: Vec<String>,
}

/// Whether Daraja is reached, and opened.
#[derive(JsonSchema)]
pub(super) struct DarajaCheck {
    now_ms: u64,
    probe: Probe,
    token: TokenCheck,
}

/// What a request without credentials met.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Probe {
    /// An answer.
    Answered {
        status: u16,
        /// Whether it was the page of Safaricom's firewall.
        is_firewall: bool,
        /// Its own clock; null where it tells none.
        date_ms: Option<u64>,
    },
    /// None.
    Failed {
        /// Why.
        failed: String,
    },
}

/// Whether the credentials get a token.
#[derive(JsonSchema)]
struct TokenCheck {
    is_minted: bool,
    /// What Daraja says against the credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// Why nobody could say.
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<String>,
}

/// `POST …/checks/callback`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct CheckCallback {
    /// Of the body that will be posted, in hex.
    #[schemars(regex(pattern = "^[0-9a-fA-F]{64}$"))]
    body_sha256: String,
}

/// Where to post it.
#[derive(JsonSchema)]
pub(super) struct CallbackCheck {
    url: String,
    /// What the answer to it must be.
    proof: String,
    /// Whether Daraja would take such an address.
    is_taken_by_daraja: bool,
    expires_at_ms: u64,
}

/// What the shop's webhook answered.
#[derive(JsonSchema)]
pub(super) struct WebhookCheck {
    /// Whether the shop has one.
    is_set: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

/// `POST …/sweep`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Sweep {
    /// How far back, today included; 2 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4000))]
    days: Option<u64>,
    /// Whether each payment enters the ledger anew, or only what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    everyone: Option<bool>,
    /// What the last run answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What a sweep came to.
#[derive(JsonSchema)]
pub(super) struct Swept {
    inbox: Drained,
    /// Payments that were asked.
    payments: usize,
    /// Receipts that were asked.
    receipts: usize,
    /// Objects and rosters that did not answer.
    failed: usize,
    /// Whether the ledger answers.
    has_ledger: bool,
    /// Where the next run goes on; null when all were seen.
    next: Option<String>,
}

/// What M-PESA sent while an object could not be reached.
#[derive(JsonSchema)]
struct Drained {
    /// Taken by their objects.
    delivered: usize,
    /// Tried, and still there.
    kept: usize,
    /// Tried for the last time: they wait for a person.
    set_apart: usize,
}

/// What lies in the inbox.
#[derive(JsonSchema)]
pub(super) struct Inbox {
    /// At most 200.
    inbox: Vec<Lying>,
}

/// A message of M-PESA's that could not be delivered yet. What it says stays sealed.
#[derive(JsonSchema)]
struct Lying {
    id: u64,
    /// The merchant whose callback address was called.
    link: String,
    r#for: Addressee,
    /// The object's name: `{env}:{link}:{account reference}`, or `{env}:{receipt}`; null for a hook's.
    name: Option<String>,
    put_at_ms: u64,
    /// How often it was tried.
    tries: u32,
    /// When it is tried again; null when it is set apart.
    next_at_ms: Option<u64>,
    /// Since when it is not tried by itself any more; null while it is.
    set_apart_at_ms: Option<u64>,
    /// Why the last try failed; null before the first.
    problem: Option<String>,
}

/// Whom a message is for.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Addressee {
    /// A payment.
    Payment,
    /// A receipt.
    Receipt,
    /// It lies as it came: its merchant's settings could not be read.
    Hook,
}

/// What a try by hand came to.
#[derive(JsonSchema)]
pub(super) struct InboxRetried {
    /// Whether it was taken; if not, it is tried again by itself.
    delivered: bool,
}

/// A page of the ledger.
#[derive(JsonSchema)]
pub(super) struct Ledger {
    payments: Vec<LedgerEntry>,
    /// The next page's `from`; null on the last page.
    next: Option<String>,
}

/// What registering came to.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It is done.
    Registered,
    /// It was so before: nothing was changed.
    AlreadyRegistered,
    /// Daraja will not.
    Refused,
    /// Daraja's answer cannot be read: do it again.
    Unclear,
}

/// What Daraja made of the addresses.
#[derive(JsonSchema)]
pub(super) struct C2bRegistered {
    outcome: Outcome,
    version: Version,
    shortcode: String,
    /// Daraja's own words, where it refuses.
    said: Option<String>,
    /// What to do next.
    help: String,
}

/// The version of Daraja's API that answered last: v1 is asked where v2 refuses.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Version {
    V1,
    V2,
}

/// What Daraja made of it.
#[derive(JsonSchema)]
pub(super) struct PullRegistered {
    outcome: Outcome,
    /// Daraja's own words, where it refuses.
    said: Option<String>,
    /// What to do next.
    help: String,
}

/// `POST …/reconcile`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Reconcile {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    from_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    to_ms: Option<u64>,
}

/// What a comparison with M-PESA's books came to.
#[derive(JsonSchema)]
pub(super) struct Report {
    source: Source,
    from_ms: u64,
    to_ms: u64,
    /// Up to here it has come; less than `to_ms` when there was too much for one run.
    done_to_ms: u64,
    /// Payments on M-PESA's side.
    payments: usize,
    /// Rows that are no payments, or cannot be read.
    passed_over: usize,
    /// What a statement was found to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<Identity>,
    /// A statement's rows by kind, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    kinds: Option<Vec<KindOfRow>>,
    /// Missed money that was shown to its receipt: with an order's account number it counts by itself.
    shown: usize,
    /// Receipts about which M-PESA was asked.
    asked: usize,
    /// How many of each kind.
    differences: BTreeMap<Kind, usize>,
    /// Why it did not come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A page of differences, newest first.
#[derive(JsonSchema)]
pub(super) struct Differences {
    differences: Vec<Difference>,
    /// The next page's `after`; null on the last page.
    next: Option<String>,
    /// The last ones, newest first; with the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<Vec<Run>>,
}

/// A difference that the shop has settled.
#[derive(JsonSchema)]
pub(super) struct Settled {
    difference: Difference,
}

/// What is not the same in M-PESA's books.
#[derive(JsonSchema)]
pub(crate) struct Difference {
    /// The same however often it is found.
    id: String,
    kind: Kind,
    /// Whose; null for money of ours that has no number yet.
    receipt: Option<String>,
    /// The payment, else the account number as it was typed.
    account_reference: Option<String>,
    /// What we have; of what was reversed, what we have refunded.
    ours_kes: Option<u64>,
    /// What M-PESA has; of what was reversed, what went back.
    theirs_kes: Option<u64>,
    /// The same with its cents, where it has any: `60840.75`.
    theirs_said: Option<String>,
    /// When the money moved.
    at_ms: u64,
    found_at_ms: u64,
    source: Source,
    /// The statement's own words for what M-PESA has, where that kind of row is not known here.
    unknown_kind: Option<String>,
    /// Null while it is open.
    settled_at_ms: Option<u64>,
    /// Who: `run`, which did not find it again, or `shop`.
    settled_by: Option<String>,
    /// What the shop does about it.
    what_to_do: String,
}

/// One comparison.
#[derive(JsonSchema)]
pub(crate) struct Run {
    at_ms: u64,
    source: Source,
    from_ms: u64,
    to_ms: u64,
    payments: u64,
    shown: u64,
    differences: u64,
    /// Why it did not come to its end.
    problem: Option<String>,
}
