//! The page that asks for the amount, where a payment link names nothing to pay; it says so where the shop takes no open amounts. Its form
//! leads to the link of that amount.

use super::html;
use super::visit::Visit;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::reply;
use malipo_shared::screens::amount::{Limits, useless_link};

/// Answers while the address names neither an item nor an order nor a good amount; none once it does.
pub(super) fn answer(visit: &Visit<'_>, item: &str) -> Option<Result<Reply>> {
    let config = visit.config;
    if !item.is_empty() || visit.query.text("order").is_some() {
        return None;
    }
    let Some(open) = config.price_list.open_amount else {
        let (heading, message) = useless_link(&config.shop_contact, visit.language);
        return Some(visit.html(422, None, html::useless_link(visit, &heading, &message)));
    };
    if !config.is_active {
        return Some(visit.refused(reply::inactive()));
    }
    let limits = Limits {
        min: open.min_kes,
        max: open.max_kes,
    };
    // Without the field nothing was typed yet; an empty one was sent so.
    let typed = visit.query.given("amount");
    let trouble = match typed.map(|typed| limits.read(typed, visit.language)) {
        Some(Ok(_)) => return None,
        Some(Err(trouble)) => Some(trouble),
        None => None,
    };
    let status = if trouble.is_some() { 422 } else { 200 };
    let page = limits.page(trouble, visit.language);
    let html = html::amount(visit, &page, typed.unwrap_or_default());
    Some(visit.html(status, None, html))
}
