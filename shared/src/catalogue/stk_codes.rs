//! Outcomes of an STK push.
//!
//! Safaricom's own table (Daraja, M-Pesa Express, "Result codes") wins, then what was observed on
//! the wire, then what integrators report.

use super::{Api, Decline, Kind, LOCKED_SECS, Row, SAME_AGAIN_SECS, Wait};
use crate::Reason::{self, *};

const fn row(code: &'static str, meaning: &'static str, kind: Kind, merchant: &'static str) -> Row {
    Row {
        api: Api::Stk,
        code,
        meaning,
        kind,
        merchant,
    }
}

/// Ended; another push after `secs`.
const fn after(secs: u32, reason: Reason) -> Kind {
    Kind::Declined(Decline {
        reason,
        wait: Wait::Secs(secs),
        is_late_capable: false,
    })
}

/// Ended without the handset's answer; it may yet succeed.
const fn unanswered(reason: Reason) -> Kind {
    Kind::Declined(Decline {
        reason,
        wait: Wait::PromptIsOver,
        is_late_capable: true,
    })
}

/// Ended; another push would end the same way.
const fn pointless(reason: Reason) -> Kind {
    Kind::Declined(Decline {
        reason,
        wait: Wait::Never,
        is_late_capable: false,
    })
}

const PRODUCT: &str = "Till: BusinessShortCode is the store, PartyB the till, TransactionType CustomerBuyGoodsOnline. Pay Bill: both are the Pay Bill, CustomerPayBillOnline.";

pub(super) const ROWS: &[Row] = &[
    row(
        "0",
        "The payment was processed.",
        Kind::Paid,
        "Read the receipt and fulfil the order.",
    ),
    row(
        "1",
        "The customer's balance, with Fuliza, is insufficient.",
        after(0, InsufficientFunds),
        "",
    ),
    row(
        "2",
        "The amount is below M-PESA's minimum of KES 1.",
        pointless(BelowMinimum),
        "Raise the order's amount.",
    ),
    row(
        "3",
        "The amount is above M-PESA's maximum of KES 250,000.",
        pointless(AboveMaximum),
        "Split the order or take another method.",
    ),
    row(
        "4",
        "The customer's daily limit of KES 500,000 would be passed.",
        after(0, DailyLimit),
        "",
    ),
    row(
        "8",
        "The payee's account would pass its maximum balance.",
        pointless(PayeeLimit),
        "Settle the shortcode's balance or have its limit raised.",
    ),
    row(
        "17",
        "Rule limited: the same amount to the same customer within 2 minutes.",
        after(SAME_AGAIN_SECS, TooSoon),
        "Integrators also call it \"internal failure\" or \"Party B\"; Safaricom's table says rule limited.",
    ),
    row(
        "26",
        "M-PESA is busy.",
        unanswered(SystemBusy),
        "Not in Safaricom's table; integrators report it.",
    ),
    row(
        "1001",
        "Another session holds the customer's line.",
        after(LOCKED_SECS, SubscriberBusy),
        "Officially the synchronous error 500.001.1001.",
    ),
    row(
        "1019",
        "The transaction expired: it was not answered in time.",
        unanswered(Expired),
        "It may still succeed late; it is asked about again.",
    ),
    row(
        "1025",
        "The prompt could not be sent: its text passes 182 characters, or a fault.",
        unanswered(PromptFailed),
        "Shorten the reference and the description.",
    ),
    row(
        "1031",
        "The customer cancelled the prompt.",
        after(0, Cancelled),
        "An older form of 1032.",
    ),
    row(
        "1032",
        "The customer cancelled the prompt.",
        after(0, Cancelled),
        "",
    ),
    row(
        "1036",
        "The message centre gave no acknowledgement.",
        unanswered(Unreachable),
        "An old code; it is asked about again.",
    ),
    row(
        "1037",
        "No answer: the phone is off, has no signal, or no PIN came in time.",
        unanswered(Unreachable),
        "Old SIM and eSIM: the customer dials *234# to update it. It is asked about again.",
    ),
    row(
        "1101",
        "Still being processed.",
        Kind::Pending,
        "Never a failure.",
    ),
    row(
        "2001",
        "The PIN was wrong.",
        after(0, WrongPin),
        "Also seen for a number that is not registered for M-PESA.",
    ),
    row(
        "2006",
        "A rule of the customer's account forbids it.",
        after(0, AccountRule),
        "Documented for reversals only.",
    ),
    row(
        "2028",
        "Not permitted by the product: TransactionType or PartyB is wrong.",
        pointless(MerchantSetup),
        PRODUCT,
    ),
    row(
        "2029",
        "Unresolved reason. A query answers it in the first seconds of a payment that then succeeds.",
        unanswered(Other),
        "Pending from a query, declined from a callback.",
    ),
    row(
        "4999",
        "Still being processed.",
        Kind::Pending,
        "Never a failure.",
    ),
    row(
        "8006",
        "The customer's PIN is locked.",
        after(0, PinLocked),
        "",
    ),
    row(
        "9999",
        "The prompt could not be sent.",
        unanswered(PromptFailed),
        "Shorten the description: the prompt has 182 characters.",
    ),
    row(
        "E3008",
        "The customer's line has an unpaid credit contract.",
        after(0, AccountRule),
        "Observed, not documented.",
    ),
    row(
        "SFC_IC0003",
        "The operator does not exist: TransactionType or PartyB is wrong.",
        pointless(MerchantSetup),
        PRODUCT,
    ),
];
