//! The calls of the API: which there are, what they take, what they answer, and how they may fail.

use crate::answers;
use crate::schemas::{self, of};
use malipo_shared::api::{AskPush, ErrorCode, OpenPayment, TypeReceipt, View};
use schemars::SchemaGenerator;
use serde_json::Value;

type Schema = fn(&mut SchemaGenerator) -> Value;

/// One call.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) who: Who,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Option<Body>,
    pub(crate) answers: &'static str,
    pub(crate) answer: Media,
    /// Beside those that every call of its kind may answer.
    pub(crate) errors: &'static [ErrorCode],
}

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The checkout in the customer's browser.
    Page,
    /// The shop's server, with its key.
    Shop,
}

/// A parameter beside those of the path.
pub(crate) struct Parameter {
    pub(crate) place: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) schema: fn() -> Value,
}

/// What is sent.
pub(crate) struct Body {
    pub(crate) schema: Schema,
    pub(crate) is_required: bool,
}

/// What is answered.
#[derive(Clone, Copy)]
pub(crate) enum Media {
    Json(Schema),
    Csv,
}

/// Every way in which a call may fail.
pub(crate) fn errors_of(call: &Call) -> impl Iterator<Item = ErrorCode> {
    use ErrorCode as E;
    let of_who: &[ErrorCode] = match call.who {
        Who::Page => &[E::OriginNotAllowed],
        Who::Shop => &[
            E::MissingHeaders,
            E::InvalidApiKey,
            E::InvalidLinkId,
            E::InactiveShortcode,
        ],
    };
    let of_body: &[ErrorCode] = match (&call.body, call.who) {
        (None, _) => &[],
        (Some(_), Who::Shop) => &[E::MalformedJson, E::BodyTooLarge],
        (Some(_), Who::Page) => &[E::MalformedJson, E::BodyTooLarge, E::TooManyRequests],
    };
    let always = [
        E::NotFound,
        E::MethodNotAllowed,
        E::InternalError,
        E::TimeoutError,
        E::Misconfigured,
    ];
    let all = of_who.iter().chain(of_body).chain(call.errors);
    all.copied().chain(always)
}

const fn query(name: &'static str, about: &'static str, schema: fn() -> Value) -> Parameter {
    Parameter {
        place: "query",
        name,
        about,
        schema,
    }
}

const AFTER: Parameter = query("after", "the last page's `next`", schemas::text);
const LIMIT: Parameter = query("limit", "entries of a page; 50 without it", schemas::limit);
const KEY: Parameter = Parameter {
    place: "header",
    name: "Idempotency-Key",
    about: "kept before sending: a new one for each order, the same for each try; remembered for a week",
    schema: schemas::key,
};
const STATE: Parameter = query("state", "where they stand", schemas::state);
const ORIGIN: Parameter = query("origin", "who fixed the price", schemas::origin);
const ITEM: Parameter = query("item", "the line of the price list", schemas::text);
const REFERENCE: Parameter = query(
    "reference",
    "the shop's own name of the order, to the letter",
    schemas::text,
);
const ACCOUNT: Parameter = query(
    "account_reference",
    "the account number in the customer's prompt and SMS, as people type it",
    schemas::text,
);
const RECEIPT: Parameter = query("receipt", "M-PESA's number", schemas::text);
const PHONE_END: Parameter = query(
    "phone_end",
    "the last three digits of a number that was prompted",
    schemas::digits,
);
const REVIEW: Parameter = query("review", "only what a person has to look at", schemas::flag);
const DISPUTED: Parameter = query("disputed", "only disputed payments", schemas::flag);
const FROM: Parameter = query("from_ms", "opened then or later", schemas::moment);
const TO: Parameter = query("to_ms", "opened before that", schemas::moment);

const FILTERS: &[Parameter] = &[
    STATE, ORIGIN, ITEM, REFERENCE, ACCOUNT, RECEIPT, PHONE_END, REVIEW, DISPUTED, FROM, TO, LIMIT,
    AFTER,
];

const fn shop(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    answer: Media,
) -> Call {
    Call {
        method,
        path,
        id,
        summary,
        who: Who::Shop,
        parameters: &[],
        body: None,
        answers: "as asked",
        answer,
        errors: &[],
    }
}

const fn page(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Call {
    Call {
        method,
        path,
        id,
        summary,
        who: Who::Page,
        parameters: &[],
        body: None,
        answers: "the payment as its customer may see it",
        answer: Media::Json(of::<View>),
        errors: &[],
    }
}

const fn body(schema: Schema, is_required: bool) -> Option<Body> {
    Some(Body {
        schema,
        is_required,
    })
}

const SHOP_VIEW: Media = Media::Json(of::<answers::ShopView>);

/// Every call.
pub(crate) const CALLS: &[Call] = &[
    Call {
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
        // The push leaves after the answer: what becomes of it stands in `attempts`. Two codes are kept for it.
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
            ErrorCode::MpesaUnavailable,
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
        parameters: &[KEY],
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
            "Today, the last days, and what a person has to look at",
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
        body: body(of::<answers::Claim>, true),
        errors: &[ErrorCode::ValidationError, ErrorCode::ReceiptTaken],
        ..shop(
            "POST",
            "/v1/merchant/receipts/{receipt}/claim",
            "claimReceipt",
            "Gives money that nobody has claimed to a payment",
            SHOP_VIEW,
        )
    },
];
