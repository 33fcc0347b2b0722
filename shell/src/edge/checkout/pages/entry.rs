//! The first page of a payment: what is paid, and the phone number. Nothing is opened until its form is sent.

use super::respond::READ;
use super::visit::{Sent, Visit, key_of};
use super::{amount, html};
use crate::edge::checkout::payment_calls::{fresh_key, opening};
use crate::edge::checkout::preview::as_it_would_be;
use crate::edge::request::address_of;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::reply;
use malipo_engine::body::wrong;
use malipo_shared::api::{ApiError, ErrorCode, OpenPayment, View, Written};
use malipo_shared::screens::model::{Model, Trouble};
use malipo_shared::{IdempotencyKey, ItemId, Msisdn};

pub(super) async fn answer(visit: &Visit<'_>, item: &str, sent: Option<Sent>) -> Result<Reply> {
    if let Some(page) = amount::answer(visit, item) {
        return page;
    }
    let asked = match asked(visit, item) {
        Ok(asked) => asked,
        Err(error) => return visit.refused(error),
    };
    match sent {
        Some(sent) => pay(visit, asked, &sent).await,
        None => show(visit, &asked).await,
    }
}

/// What the address asks to be paid.
fn asked(visit: &Visit<'_>, item: &str) -> core::result::Result<OpenPayment, ApiError> {
    let text = |name| visit.query.text(name).map(str::to_owned);
    let no_item = |_| {
        let message = "There is no such item. Ask the shop for the right address.";
        ApiError::at(ErrorCode::ValidationError, "item", message)
    };
    let item = (!item.is_empty()).then(|| ItemId::parse(item).map_err(no_item));
    Ok(OpenPayment {
        order: text("order"),
        item: item.transpose()?,
        amount: text("amount").map(Written::Text),
        note: text("note"),
        phone: None,
        expect_kes: None,
        key: fresh_key(visit.env)?,
    })
}

async fn show(visit: &Visit<'_>, asked: &OpenPayment) -> Result<Reply> {
    let view = match as_it_would_be(visit.env, visit.config, asked) {
        Ok(view) => view,
        Err(error) => return visit.refused(error),
    };
    if asked.order.is_some() {
        // A signed order may be under way already, on any device.
        let address = address_of(visit.config, view.id.as_str());
        let read = address.map(|address| (address, READ));
        if let Ok(view) = visit.ask(read).await {
            return visit.lead_to(&payment(visit, &view), "");
        }
    }
    if !visit.config.is_active {
        return visit.refused(reply::inactive());
    }
    let mut model = Model::new(visit.language);
    model.receive(view);
    form(visit, model, &asked.key)
}

async fn pay(visit: &Visit<'_>, mut asked: OpenPayment, sent: &Sent) -> Result<Reply> {
    // The key of the form: sent twice it is one payment.
    asked.key = match key_of(visit.env, sent) {
        Ok(key) => key,
        Err(error) => return visit.refused(error),
    };
    let typed = sent.fields.text("phone").unwrap_or_default().to_owned();
    let is_by_hand = match sent.fields.text("do") {
        None | Some("push") => false,
        Some("by_hand") => true,
        Some(_) => return visit.refused(wrong("do", "is not what this page's form does")),
    };
    if !is_by_hand {
        asked.phone = Some(typed.clone());
    }
    let trouble = match (is_by_hand, Msisdn::parse(&typed)) {
        (false, Err(bad)) => Trouble::Number(bad),
        _ => match visit
            .ask(opening(
                visit.env,
                visit.config,
                asked.clone(),
                sent.quota.clone(),
            ))
            .await
        {
            Ok(view) => {
                let pane = if is_by_hand { "by_hand" } else { "" };
                return visit.lead_to(&payment(visit, &view), pane);
            }
            Err(denied) => visit.trouble(denied.refusal),
        },
    };
    let mut model = Model::new(visit.language);
    match as_it_would_be(visit.env, visit.config, &asked) {
        Ok(view) => model.receive(view),
        Err(error) => return visit.refused(error),
    }
    model.typed = typed;
    model.trouble = Some(trouble);
    form(visit, model, &asked.key)
}

fn form(visit: &Visit<'_>, model: Model, key: &IdempotencyKey) -> Result<Reply> {
    let around = html::Around {
        key: key.as_str().to_owned(),
        is_entry: true,
        ..html::Around::default()
    };
    visit.page(200, &model, &around)
}

fn payment(visit: &Visit<'_>, view: &View) -> String {
    format!("{}/pay/p/{}", visit.config.prefix, view.id.as_str())
}
