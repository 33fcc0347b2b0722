//! What is said of a call, and the parameters that several take.

use crate::answers;
use crate::schemas::{self, of};
use malipo_shared::api::{ErrorCode, View};
use schemars::SchemaGenerator;
use serde_json::Value;

pub(crate) type Schema = fn(&mut SchemaGenerator) -> Value;

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
    /// The deployment's operator, with `ADMIN_KEY`.
    Admin,
}

/// A parameter beside those of the path.
pub(crate) struct Parameter {
    pub(crate) place: &'static str,
    pub(crate) is_required: bool,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) schema: fn() -> Value,
}

/// What is sent.
pub(crate) struct Body {
    pub(crate) content: Media,
    pub(crate) is_required: bool,
}

/// What a body holds.
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
            E::NotAllowed,
            E::TooManyRequests,
            // A parameter or a field that is not known.
            E::ValidationError,
        ],
        Who::Admin => &[E::MissingHeaders, E::InvalidApiKey, E::ValidationError],
    };
    let content = call.body.as_ref().map(|body| body.content);
    let of_body: &[ErrorCode] = match (content, call.who) {
        (None, _) => &[],
        (Some(Media::Csv), _) => &[E::BodyTooLarge],
        (Some(Media::Json(_)), Who::Shop | Who::Admin) => &[E::MalformedJson, E::BodyTooLarge],
        (Some(Media::Json(_)), Who::Page) => {
            &[E::MalformedJson, E::BodyTooLarge, E::TooManyRequests]
        }
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

pub(crate) const fn query(
    name: &'static str,
    about: &'static str,
    schema: fn() -> Value,
) -> Parameter {
    Parameter {
        place: "query",
        is_required: false,
        name,
        about,
        schema,
    }
}

pub(crate) const AFTER: Parameter = query("after", "the last page's `next`", schemas::text);
pub(crate) const LIMIT: Parameter =
    query("limit", "entries of a page; 50 without it", schemas::limit);
pub(crate) const KEY: Parameter = Parameter {
    place: "header",
    is_required: true,
    name: "Idempotency-Key",
    about: "kept before sending: a new one for each order, the same for each try; remembered for a week",
    schema: schemas::key,
};
pub(crate) const REFUND_KEY: Parameter = Parameter {
    place: "header",
    is_required: true,
    name: "Idempotency-Key",
    about: "kept before sending: a new one for each refund, the same for each try; remembered for ever",
    schema: schemas::key,
};
pub(crate) const STATE: Parameter = query("state", "where they stand", schemas::state);
pub(crate) const ORIGIN: Parameter = query("origin", "who fixed the price", schemas::origin);
pub(crate) const ITEM: Parameter = query("item", "the line of the price list", schemas::text);
pub(crate) const REFERENCE: Parameter = query(
    "reference",
    "the shop's own name of the order, to the letter",
    schemas::text,
);
pub(crate) const ACCOUNT: Parameter = query(
    "account_reference",
    "the account number in the customer's prompt and SMS, as people type it",
    schemas::text,
);
pub(crate) const RECEIPT: Parameter = query("receipt", "M-PESA's number", schemas::text);
pub(crate) const PHONE_END: Parameter = query(
    "phone_end",
    "the last three digits of a number that was prompted",
    schemas::digits,
);
pub(crate) const REVIEW: Parameter =
    query("review", "only what a person has to look at", schemas::flag);
pub(crate) const DISPUTED: Parameter = query("disputed", "only disputed payments", schemas::flag);
pub(crate) const FROM: Parameter = query("from_ms", "opened then or later", schemas::moment);
pub(crate) const TO: Parameter = query("to_ms", "opened before that", schemas::moment);

pub(crate) const FILTERS: &[Parameter] = &[
    STATE, ORIGIN, ITEM, REFERENCE, ACCOUNT, RECEIPT, PHONE_END, REVIEW, DISPUTED, FROM, TO, LIMIT,
    AFTER,
];

const fn call(
    who: Who,
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
        who,
        parameters: &[],
        body: None,
        answers: "as asked",
        answer,
        errors: &[],
    }
}

pub(crate) const fn shop(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    answer: Media,
) -> Call {
    call(Who::Shop, method, path, id, summary, answer)
}

pub(crate) const fn admin(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    answer: Media,
) -> Call {
    call(Who::Admin, method, path, id, summary, answer)
}

pub(crate) const fn page(
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

pub(crate) const fn body(schema: Schema, is_required: bool) -> Option<Body> {
    Some(Body {
        content: Media::Json(schema),
        is_required,
    })
}

pub(crate) const SHOP_VIEW: Media = Media::Json(of::<answers::ShopView>);
