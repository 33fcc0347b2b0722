//! The errors of our own API that aggregators do not have.

use super::{Api, Kind, Row};

const fn row(code: &'static str, meaning: &'static str, merchant: &'static str) -> Row {
    Row {
        api: Api::Malipo,
        code,
        meaning,
        kind: Kind::Answer,
        merchant,
    }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "MALFORMED_JSON",
        "The body is not JSON, or not of this form.",
        "Send a JSON object; the message says where it ends to be one.",
    ),
    row(
        "BODY_TOO_LARGE",
        "The body is larger than this call takes.",
        "Send less at once.",
    ),
    row(
        "ORIGIN_NOT_ALLOWED",
        "The page is not one of the shop's.",
        "Add the page's origin to MERCHANT_ORIGINS.",
    ),
    row(
        "NOT_ALLOWED",
        "The key, or the person, may not do this here.",
        "The message names the permission: ask the owner, or use a key that has it.",
    ),
    row(
        "SIGN_IN_REFUSED",
        "Nobody was signed in: the passkey or its answer is not good.",
        "Try again; if it stays so, ask the owner for a new invitation.",
    ),
    row(
        "NOT_FOUND",
        "There is no such payment or path.",
        "Check the reference and the address.",
    ),
    row(
        "METHOD_NOT_ALLOWED",
        "The path exists, with another method.",
        "The header `Allow` names it.",
    ),
    row(
        "KEY_REUSED",
        "The idempotency key was used with another body.",
        "Make a new key for each new thing; repeat a key only to repeat the same call.",
    ),
    row(
        "PUSH_NOT_ALLOWED",
        "No push may leave now: one is under way, or a wait is not over.",
        "`retry_at_ms` says from when; without it, none may leave any more.",
    ),
    row(
        "INVALID_ORDER",
        "The signed order cannot be taken.",
        "The message names the claim that is wrong.",
    ),
    row(
        "ORDER_EXPIRED",
        "The signed order's time is over; it may still be viewed.",
        "Let your server sign the order anew.",
    ),
    row(
        "ORDER_CHANGED",
        "The signed order names another amount than its payment, which may not change now.",
        "Use a new reference, or wait until nothing is under way.",
    ),
    row(
        "REFERENCE_COLLISION",
        "Another order of yours has the same account reference.",
        "Use another reference; different spellings of one name are the same.",
    ),
    row(
        "REFERENCE_PAID",
        "The order of this reference was paid, with another amount.",
        "A reference names one bill for ever: use a new one.",
    ),
    row(
        "RECEIPT_TAKEN",
        "The receipt belongs to another payment.",
        "Look the receipt up to see which.",
    ),
    row(
        "PRICE_CHANGED",
        "The price is not what the customer has seen (`expect_kes`): nothing was opened, nothing was sent.",
        "Show the new price, `due_kes` of the answer, and ask again with it.",
    ),
    row(
        "AMOUNT_DIFFERS",
        "Another amount is due on the order than `expect_kes` says; nothing was assigned.",
        "Compare `due_kes` and `receipt_kes` of the answer, then claim again with what is due now.",
    ),
    row(
        "UNCLAIM_NOT_ALLOWED",
        "The assignment cannot be taken back: M-PESA itself names the payment, or money of the receipt went back.",
        "The message says which. Give the money back by a refund instead.",
    ),
    row(
        "REFUND_NOT_ALLOWED",
        "The money cannot be given back as asked: no money of this payment's own, already on its way back, or more than is left.",
        "Look at the payment's refunds; a part of a receipt needs ALLOW_PARTIAL_REFUNDS.",
    ),
    row(
        "TOO_MANY_REQUESTS",
        "Too many requests from one network.",
        "`retry_at_ms` says when to try again.",
    ),
    row(
        "TOO_MANY_RECEIPTS",
        "Five receipts were typed for one order.",
        "Assign the right receipt yourself.",
    ),
    row(
        "MISCONFIGURED",
        "The deployment's configuration is wrong.",
        "Open /healthz: it names each fault and what to do.",
    ),
];
