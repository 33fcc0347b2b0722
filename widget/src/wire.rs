//! The one place between the JSON of `malipo_shared::api` and the widget, over the browser's own parser.

use crate::order::Order;
use js_sys::{JSON, Object, Reflect};
use malipo_shared::api::{Charge, PayeeKind, State, TypedStatus, View};
use malipo_shared::screens::model::Refusal;
use malipo_shared::{PaymentId, Reason};
use wasm_bindgen::JsValue;

/// Reads a view; `None` when it is none, or one whose words are not known here.
pub(crate) fn decode_view(text: &str) -> Option<View> {
    let json = Json::parse(text)?;
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
        charge: match is_word("charge", "none") {
            true => Some(Charge::None),
            false => Some(Charge::NoneSoFar),
        },
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
pub(crate) fn decode_error(text: &str) -> Option<Refusal> {
    let error = Json::parse(text)?.object("error")?;
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

/// The body that opens a payment.
pub(crate) fn encode_open(order: &Order, key: &str) -> String {
    encode(&[
        ("item", order.item.as_deref().map(JsValue::from_str)),
        ("order", order.signed.as_deref().map(JsValue::from_str)),
        ("amount", order.amount.as_deref().map(JsValue::from_str)),
        ("note", order.note.as_deref().map(JsValue::from_str)),
        ("key", Some(key.into())),
    ])
}

/// The body that asks for a push.
pub(crate) fn encode_ask(phone: Option<&str>, key: &str, not_charged: bool) -> String {
    encode(&[
        ("phone", phone.map(JsValue::from_str)),
        ("key", Some(key.into())),
        ("not_charged", not_charged.then_some(JsValue::TRUE)),
    ])
}

/// The body that has a receipt checked.
pub(crate) fn encode_receipt(receipt: &str) -> String {
    encode(&[("receipt", Some(receipt.into()))])
}

fn encode(fields: &[(&str, Option<JsValue>)]) -> String {
    let body = object(fields);
    JSON::stringify(&body).map_or_else(|_| String::new(), String::from)
}

/// A plain object of the fields that are there.
pub(crate) fn object(fields: &[(&str, Option<JsValue>)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        if let Some(value) = value {
            // Setting a field of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &JsValue::from_str(name), value);
        }
    }
    object
}

/// An object of JSON, or of the page's options.
pub(crate) struct Json(JsValue);

impl Json {
    /// Any value of the page; what is no object has no fields.
    pub(crate) fn of(value: JsValue) -> Option<Json> {
        value.is_object().then_some(Json(value))
    }

    fn parse(text: &str) -> Option<Json> {
        Json::of(JSON::parse(text).ok()?)
    }

    /// A field that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_string()
    }

    fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    }

    fn object(&self, name: &str) -> Option<Json> {
        Json::of(self.get(name))
    }

    fn number(&self, name: &str) -> Option<u64> {
        let number = self.get(name).as_f64()?;
        // Up to 2^53 every whole number is exact.
        (0.0..=9_007_199_254_740_992.0)
            .contains(&number)
            .then_some(number as u64)
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }
}
