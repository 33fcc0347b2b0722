//! The calls by which a shop is run: checks, sweeps, the ledger as it is, registering with M-PESA, reconciliation, forgetting.

mod answers;

pub(crate) use answers::{Difference, Run};

use crate::call::{AFTER, Body, Call, Media, SHOP_VIEW, body, query, shop};
use crate::entries::LedgerEntry;
use crate::schemas::{self, of};
use malipo_shared::api::ErrorCode;

/// Every call of running a shop.
pub(crate) const CALLS: &[Call] = &[
    shop(
        "GET",
        "/v1/merchant/checks",
        "showChecks",
        "What is set, and whether storage can be read and written",
        Media::Json(of::<answers::Checks>),
    ),
    Call {
        body: body(schemas::nothing, false),
        ..shop(
            "POST",
            "/v1/merchant/checks/daraja",
            "checkDaraja",
            "Whether Daraja is reached, and whether the credentials open it",
            Media::Json(of::<answers::DarajaCheck>),
        )
    },
    Call {
        body: body(of::<answers::CheckCallback>, true),
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "POST",
            "/v1/merchant/checks/callback",
            "checkCallback",
            "Where to post a body as M-PESA would, and what proves that it arrived",
            Media::Json(of::<answers::CallbackCheck>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        ..shop(
            "POST",
            "/v1/merchant/checks/webhook",
            "checkWebhook",
            "Sends the shop a message that tells of no payment",
            Media::Json(of::<answers::WebhookCheck>),
        )
    },
    Call {
        body: body(of::<answers::Sweep>, false),
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "POST",
            "/v1/merchant/sweep",
            "sweep",
            "Looks after what has not ended or is missing in the ledger; again as long as there is a `next`",
            Media::Json(of::<answers::Swept>),
        )
    },
    shop(
        "GET",
        "/v1/merchant/inbox",
        "listInbox",
        "What M-PESA sent and could not be delivered yet: what is set apart for a person first, then the oldest",
        Media::Json(of::<answers::Inbox>),
    ),
    Call {
        body: body(schemas::nothing, false),
        ..shop(
            "POST",
            "/v1/merchant/inbox/{id}/retry",
            "retryInbox",
            "Tries at once to deliver a message of the inbox",
            Media::Json(of::<answers::InboxRetried>),
        )
    },
    Call {
        parameters: &[query("from", "the last page's `next`", schemas::text)],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/ledger",
            "listLedger",
            "What the ledger holds, in the order of account references",
            Media::Json(of::<answers::Ledger>),
        )
    },
    shop(
        "GET",
        "/v1/merchant/ledger/{reference}",
        "showLedgerEntry",
        "One payment as the ledger has it",
        Media::Json(of::<LedgerEntry>),
    ),
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::MpesaUnavailable],
        ..shop(
            "POST",
            "/v1/merchant/c2b/register",
            "registerC2b",
            "Registers, once, where M-PESA reports payments by hand",
            Media::Json(of::<answers::C2bRegistered>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::MpesaUnavailable],
        ..shop(
            "POST",
            "/v1/merchant/pull/register",
            "registerPull",
            "Registers, once, for M-PESA's own list of payments",
            Media::Json(of::<answers::PullRegistered>),
        )
    },
    Call {
        body: body(of::<answers::Reconcile>, false),
        errors: &[ErrorCode::ValidationError, ErrorCode::MpesaUnavailable],
        ..shop(
            "POST",
            "/v1/merchant/reconcile",
            "reconcile",
            "Compares the ledger with M-PESA's own list, now; without a time, of the last two days",
            Media::Json(of::<answers::Report>),
        )
    },
    Call {
        body: Some(Body {
            content: Media::Csv,
            is_required: true,
        }),
        parameters: &[query(
            "anyway",
            "compares even a file that can hardly be this shop's statement of its time",
            schemas::flag,
        )],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "POST",
            "/v1/merchant/statements",
            "importStatement",
            "Compares the ledger with the organisation's statement, of which nothing is kept",
            Media::Json(of::<answers::Report>),
        )
    },
    Call {
        parameters: &[
            query("open", "only what is not settled", schemas::flag),
            query("limit", "entries of a page; 100 without it", schemas::limit),
            AFTER,
        ],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/differences",
            "listDifferences",
            "What differs from M-PESA's books, newest first; with the first page also the last runs",
            Media::Json(of::<answers::Differences>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        ..shop(
            "POST",
            "/v1/merchant/differences/{id}/settle",
            "settleDifference",
            "Says that the shop has dealt with it",
            Media::Json(of::<answers::Settled>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::PushNotAllowed],
        ..shop(
            "POST",
            "/v1/merchant/payments/{reference}/forget",
            "forgetPayment",
            "Forgets the customer of a payment that has ended",
            SHOP_VIEW,
        )
    },
];
