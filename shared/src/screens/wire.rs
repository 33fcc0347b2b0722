//! The one place between the JSON of `api` and the screens, whoever has parsed it.

use super::model::Refusal;
use crate::api::{Charge, PayeeKind, State, TypedStatus, View};
use crate::{PaymentId, Reason};

/// An object of JSON. A field of another kind is as if it were not there.
pub trait Fields: Sized {
    /// A text.
    fn text(&self, name: &str) -> Option<String>;
    /// A whole number from 0 on.
    fn number(&self, name: &str) -> Option<u64>;
    /// Whether it is true.
    fn is_true(&self, name: &str) -> bool;
    /// An object.
    fn object(&self, name: &str) -> Option<Self>;
}

/// Reads a view; `None` when it is none, or one whose words are not known here.
pub fn view(json: &impl Fields) -> Option<View> {
    // What routes and decides must be there; a text that is missing is shown as nothing.
    let id = PaymentId::parse(&json.text("id")?).ok()?;
    let state = json.text("state")?;
    let state = State::ALL
        .into_iter()
        .find(|known| known.as_str() == state)?;
    let needed = ["version", "due_kes", "received_kes", "excess_kes", "now_ms"];
    if needed.iter().any(|name| json.number(name).is_none()) {
        return None;
    }
    let text = |name| json.text(name).unwrap_or_default();
    let number = |name| json.number(name).unwrap_or_default();
    let kes = |name| u32::try_from(number(name)).unwrap_or(u32::MAX);
    let typed_status = json.text("typed_status");
    let is_word = |name, word| json.text(name).is_some_and(|text| text == word);
    Some(View {
        id,
        version: number("version"),
        state,
        livemode: json.is_true("livemode"),
        name: text("name"),
        description: text("description"),
        account_reference: text("account_reference"),
        payee_kind: match is_word("payee_kind", "till") {
            true => PayeeKind::Till,
            false => PayeeKind::PayBill,
        },
        payee_number: text("payee_number"),
        shop_contact: text("shop_contact"),
        due_kes: kes("due_kes"),
        received_kes: kes("received_kes"),
        excess_kes: kes("excess_kes"),
        now_ms: number("now_ms"),
        phone_masked: json.text("phone_masked"),
        reason: json.text("reason").map(|word| Reason::from_word(&word)),
        code: json.text("code"),
        // Only the exact word says that nothing was charged.
        charge: json.text("charge").map(|word| match word == "none" {
            true => Charge::None,
            false => Charge::NoneSoFar,
        }),
        receipt: json.text("receipt"),
        typed_receipt: json.text("typed_receipt"),
        typed_status: typed_status.and_then(|word| {
            let mut statuses = TypedStatus::ALL.into_iter();
            statuses.find(|known| known.as_str() == word)
        }),
        sent_at_ms: json.number("sent_at_ms"),
        prompt_ends_at_ms: json.number("prompt_ends_at_ms"),
        retry_at_ms: json.number("retry_at_ms"),
        ask_charged_at_ms: json.number("ask_charged_at_ms"),
        may_prompt_be_alive: json.is_true("may_prompt_be_alive"),
        notices_payment_by_hand: json.is_true("notices_payment_by_hand"),
        poll_after_ms: json.number("poll_after_ms"),
    })
}

/// Reads the body of an error; `None` when it is not the Worker's.
pub fn refusal(json: &impl Fields) -> Option<Refusal> {
    let error = json.object("error")?;
    Some(Refusal {
        code: error.text("code")?,
        message: error.text("message")?,
        param: error.text("param"),
        retry_at_ms: error.number("retry_at_ms"),
        is_ours: error
            .text("type")
            .is_some_and(|family| family == "api_error"),
        shop_contact: error.text("shop_contact"),
    })
}
