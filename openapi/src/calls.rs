//! The calls of pages and shops: which there are, what they take, what they answer, and how they may fail.

use crate::answers;
use crate::call::{
    AFTER, Call, FILTERS, KEY, LIMIT, Media, Parameter, REFUND_KEY, SHOP_VIEW, body, page, query,
    shop,
};
use crate::schemas::{self, of};
use malipo_shared::api::{AskPush, ErrorCode, OpenPayment, Quote, TypeReceipt};

/// For caches in between.
const UNIQUE: Parameter = query(
    "_",
    "anything; it makes the address of each question its own, for caches in between",
    schemas::text,
);
/// Of the calls that send a push.
const HELD: Parameter = query(
    "wait",
    "holds the answer for at most so many seconds, until M-PESA has taken or refused the push; 25 at most",
    schemas::wait,
);

/// The calls about payments.
pub(crate) const CALLS: &[Call] = &[
    Call {
        parameters: &[
            query(
                "item",
                "an item of the price list; of this, `amount` and `order` give one",
                schemas::text,
            ),
            query(
                "amount",
                "an open amount as the customer wrote it",
                schemas::text,
            ),
            query(
                "order",
                "an order that the shop's server has signed",
                schemas::text,
            ),
            query("note", "the page's own note", schemas::text),
            query(
                "key",
                "a key of before: the payment of it is shown, where there is one",
                schemas::text,
            ),
            query(
                "lang",
                "`en` or `sw`: the language of `form`; English without it",
                schemas::text,
            ),
            UNIQUE,
        ],
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::InvalidAmount,
            ErrorCode::InvalidOrder,
            ErrorCode::InactiveShortcode,
            ErrorCode::OrderExpired,
            ErrorCode::OrderChanged,
            ErrorCode::ReferenceCollision,
            ErrorCode::ReferencePaid,
            ErrorCode::TooManyRequests,
        ],
        answer: Media::Json(of::<Quote>),
        answers: "What would be paid; with `payment.version` 0 no payment is open",
        ..page(
            "GET",
            "/v1/quote",
            "quote",
            "The price, without opening a payment",
        )
    },
    Call {
        parameters: &[HELD, UNIQUE],
        body: body(of::<OpenPayment>, true),
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::InvalidMsisdn,
            ErrorCode::InvalidAmount,
            ErrorCode::InvalidOrder,
            ErrorCode::KeyReused,
            ErrorCode::OrderExpired,
            ErrorCode::OrderChanged,
            ErrorCode::ReferenceCollision,
            ErrorCode::ReferencePaid,
            ErrorCode::PushNotAllowed,
            ErrorCode::PriceChanged,
        ],
        ..page(
            "POST",
            "/v1/payments",
            "openPayment",
            "Opens a payment or finds it; with a phone, sends the first push",
        )
    },
    Call {
        parameters: &[
            query(
                "after",
                "answers when the payment is newer than this version",
                schemas::moment,
            ),
            query(
                "wait",
                "holds the answer for at most so many seconds, 25 at most",
                schemas::wait,
            ),
            UNIQUE,
        ],
        errors: &[ErrorCode::ValidationError],
        ..page(
            "GET",
            "/v1/payments/{id}",
            "readPayment",
            "Where a payment stands",
        )
    },
    Call {
        parameters: &[HELD, UNIQUE],
        body: body(of::<AskPush>, true),
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::InvalidMsisdn,
            ErrorCode::KeyReused,
            ErrorCode::PushNotAllowed,
            ErrorCode::OrderExpired,
        ],
        ..page(
            "POST",
            "/v1/payments/{id}/attempts",
            "askPush",
            "Asks for another push",
        )
    },
    Call {
        parameters: &[UNIQUE],
        body: body(of::<TypeReceipt>, true),
        errors: &[ErrorCode::ValidationError, ErrorCode::TooManyReceipts],
        ..page(
            "POST",
            "/v1/payments/{id}/receipts",
            "typeReceipt",
            "Takes down a receipt that the customer has typed",
        )
    },
    Call {
        parameters: FILTERS,
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/payments",
            "listPayments",
            "Payments, newest first",
            Media::Json(of::<answers::Payments>),
        )
    },
    Call {
        parameters: FILTERS,
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/payments.csv",
            "exportPayments",
            "The same payments as a file; 50,000 at most, its last line says so. `limit` is ignored",
            Media::Csv,
        )
    },
    Call {
        parameters: &[KEY],
        body: body(of::<answers::CreatePayment>, true),
        // The push leaves after the answer: what becomes of it stands in `attempts`. A code is kept for it.
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::InvalidAmount,
            ErrorCode::InvalidMsisdn,
            ErrorCode::InvalidCallback,
            ErrorCode::KeyReused,
            ErrorCode::OrderChanged,
            ErrorCode::ReferenceCollision,
            ErrorCode::ReferencePaid,
            ErrorCode::StkPushFailed,
        ],
        ..shop(
            "POST",
            "/v1/merchant/payments",
            "createPayment",
            "Creates a payment, or finds the one of this reference; with a phone, sends the first push",
            Media::Json(of::<answers::Created>),
        )
    },
    shop(
        "GET",
        "/v1/merchant/payments/{reference}",
        "showPayment",
        "A payment, its story, and what the shop was told of it",
        SHOP_VIEW,
    ),
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::PushNotAllowed],
        ..shop(
            "POST",
            "/v1/merchant/payments/{reference}/close",
            "closePayment",
            "Closes a payment with nothing in flight",
            SHOP_VIEW,
        )
    },
    Call {
        body: body(of::<answers::Redeliver>, false),
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "POST",
            "/v1/merchant/payments/{reference}/redeliver",
            "redeliver",
            "Sends a message to the shop again",
            SHOP_VIEW,
        )
    },
    Call {
        parameters: &[REFUND_KEY],
        body: body(of::<answers::MakeRefund>, true),
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::KeyReused,
            ErrorCode::RefundNotAllowed,
        ],
        ..shop(
            "POST",
            "/v1/merchant/payments/{reference}/refunds",
            "makeRefund",
            "Gives a receipt's money back; it leaves once",
            Media::Json(of::<answers::Refunded>),
        )
    },
    Call {
        body: body(of::<answers::SettleRefund>, true),
        errors: &[ErrorCode::ValidationError, ErrorCode::RefundNotAllowed],
        ..shop(
            "POST",
            "/v1/merchant/payments/{reference}/refunds/{n}/settle",
            "settleRefund",
            "Says what became of a refund that M-PESA is silent about",
            Media::Json(of::<answers::Refunded>),
        )
    },
    Call {
        parameters: &[
            query("standing", "where they stand", schemas::standing),
            LIMIT,
            AFTER,
        ],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/deliveries",
            "listDeliveries",
            "What the shop was told, newest first",
            Media::Json(of::<answers::Deliveries>),
        )
    },
    Call {
        parameters: &[query(
            "days",
            "how many days, today included; 7 without it",
            schemas::days,
        )],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/summary",
            "summary",
            "Today, the last days, what needs attention, and what was compared with M-PESA's books",
            Media::Json(of::<answers::Summary>),
        )
    },
    shop(
        "GET",
        "/v1/merchant/items",
        "listItems",
        "What can be paid without an order, with payment links",
        Media::Json(of::<answers::Items>),
    ),
    Call {
        parameters: &[Parameter {
            is_required: true,
            ..query(
                "q",
                "1 to 100 characters: an M-PESA code, an account number, a reference, a phone number, an amount, words of an item",
                schemas::text,
            )
        }],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/search",
            "search",
            "Payments, unmatched money and differences that a text names, in every way in which it can be read; 20 of each at most",
            Media::Json(of::<answers::Search>),
        )
    },
    Call {
        parameters: &[
            query("limit", "entries of a page; 100 without it", schemas::limit),
            AFTER,
        ],
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/unmatched",
            "listUnmatched",
            "Money that nobody has claimed, newest first",
            Media::Json(of::<answers::Unmatched>),
        )
    },
    Call {
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/receipts/{receipt}",
            "showReceipt",
            "What M-PESA has shown of a receipt, and whose it is",
            Media::Json(of::<answers::Receipt>),
        )
    },
    Call {
        body: body(schemas::nothing, false),
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "POST",
            "/v1/merchant/receipts/{receipt}/settle",
            "settleReceipt",
            "Takes what cannot be read from the list of unmatched money, once a person has dealt with it",
            Media::Json(of::<answers::Receipt>),
        )
    },
    Call {
        body: body(of::<answers::Claim>, true),
        errors: &[
            ErrorCode::ValidationError,
            ErrorCode::ReceiptTaken,
            ErrorCode::AmountDiffers,
        ],
        ..shop(
            "POST",
            "/v1/merchant/receipts/{receipt}/claim",
            "claimReceipt",
            "Gives money that nobody has claimed to a payment, if what is due there is what you have seen",
            SHOP_VIEW,
        )
    },
    Call {
        body: body(of::<answers::Unclaim>, true),
        errors: &[ErrorCode::ValidationError, ErrorCode::UnclaimNotAllowed],
        ..shop(
            "POST",
            "/v1/merchant/receipts/{receipt}/unclaim",
            "unclaimReceipt",
            "Takes a claim back while nothing else has built on it; the money is unmatched again",
            SHOP_VIEW,
        )
    },
    Call {
        errors: &[ErrorCode::ValidationError],
        ..shop(
            "GET",
            "/v1/merchant/receipts/{receipt}/candidates",
            "listCandidates",
            "Payments that unmatched money may have been meant for, the likeliest first, each with why",
            Media::Json(of::<answers::Candidates>),
        )
    },
];
