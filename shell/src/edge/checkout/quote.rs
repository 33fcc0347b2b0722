//! The quote (`GET /v1/quote`): the price, at the edge. Nobody's look opens a payment; one that is there already is shown.

use super::json::Json;
use super::payment_calls::{call, fresh_key};
use super::preview::preview;
use super::price::priced;
use crate::calls::payment::PaymentCall;
use crate::config::Config;
use crate::edge::rate_limit;
use crate::edge::request::quota_of;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Reply};
use crate::platform::reply;
use malipo_engine::body::wrong;
use malipo_shared::api::{ApiError, OpenPayment, View, Written};
use malipo_shared::screens::first_form;
use malipo_shared::screens::model::Model;
use malipo_shared::screens::wire;
use malipo_shared::sentences::Language;
use malipo_shared::{IdempotencyKey, ItemId};

/// What the address may say.
pub(super) const PARAMETERS: &[&str] = &["item", "amount", "order", "note", "key", "lang", "_"];

type Asked = core::result::Result<(OpenPayment, Language, bool), ApiError>;

pub(super) async fn answer(request: &Incoming, env: &Env, config: &Config) -> Result<Reply> {
    let (ask, language, may_be_open) = match asked(env, request) {
        Ok(asked) => asked,
        Err(error) => return reply::error(error),
    };
    let (order, reference, expires_at_ms) = match priced(env, config, &ask) {
        Ok(priced) => priced,
        Err(error) => return reply::error(error),
    };
    let address = config.address(reference);
    if may_be_open {
        let what = if ask.order.is_some() {
            PaymentCall::Quote {
                order: order.clone(),
                expires_at_ms,
            }
        } else {
            // A signature is the shop's; a key may be anybody's, and leads to an object as a post does.
            let quota = quota_of(request, config, &config.link);
            if let Err(error) = rate_limit::check(env, config, quota).await {
                return reply::error(error);
            }
            PaymentCall::Read {
                after: 0,
                wait_ms: 0,
            }
        };
        let found = call(env, &address, what).await?;
        match found.status {
            200 => {
                let value = serde_json::from_str(&found.text)?;
                return match wire::view(&Json(value)) {
                    Some(payment) => quoted(payment, language),
                    None => reply::error(reply::internal()),
                };
            }
            404 => {}
            _ => return Ok(reply::of_object(found)),
        }
    }
    if expires_at_ms <= env.now_ms() {
        return reply::error(reply::order_expired());
    }
    if !config.is_active {
        return reply::error(reply::inactive());
    }
    match preview(env, config, order, &address) {
        Ok(preview) => quoted(preview, language),
        Err(error) => reply::error(error),
    }
}

/// With an order or a key of before it may be open already: then its object is asked.
fn asked(env: &Env, request: &Incoming) -> Asked {
    let query = request.query();
    let mut given: Vec<(String, String)> = Vec::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        if given.iter().any(|(known, _)| *known == *name) {
            return Err(wrong(&name, "stands twice: give it once"));
        }
        given.push((name.into_owned(), text.into_owned()));
    }
    let text = |name: &str| {
        let found = given.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone())
    };
    let item = text("item").map(|item| ItemId::parse(&item));
    let key = text("key").map(|key| IdempotencyKey::parse(&key));
    let (item, key) = (
        item.transpose()
            .map_err(|why| wrong("item", &why.to_string()))?,
        key.transpose()
            .map_err(|why| wrong("key", &why.to_string()))?,
    );
    let order = text("order");
    let may_be_open = key.is_some() || order.is_some();
    let language = match text("lang").as_deref() {
        None | Some("en") => Language::En,
        Some("sw") => Language::Sw,
        Some(_) => return Err(wrong("lang", "must be en or sw")),
    };
    let ask = OpenPayment {
        order,
        item,
        amount: text("amount").map(Written::Text),
        note: text("note"),
        phone: None,
        expect_kes: None,
        key: key.map_or_else(|| fresh_key(env), Ok)?,
    };
    Ok((ask, language, may_be_open))
}

/// A `Quote`, written as JSON values: its own derived encoders would be 8 KB of the Worker.
fn quoted(payment: View, language: Language) -> Result<Reply> {
    let now_ms = payment.now_ms;
    let mut quote = serde_json::json!({ "payment": &payment });
    let mut model = Model::new(language);
    model.receive(payment);
    if let Some(form) = first_form(&model, now_ms) {
        quote["form"] = serde_json::json!({
            "lang": form.lang, "test": form.test, "heading": form.heading, "message": form.message, "facts": form.facts,
            "label": form.label, "help": form.help, "remember": form.remember, "submit": form.submit,
            "actions": form.actions, "other": form.other,
        });
    }
    reply::text(quote.to_string())
}
