//! A payment's page: its state, what to do next, and the forms that do it. It comes anew by itself while something may change.

use super::html;
use super::respond::{READ, denied};
use super::visit::{Sent, Visit, key_of};
use crate::edge::checkout::payment_calls::{fresh_key, pushing, typing};
use crate::edge::request::address_of;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use malipo_engine::body;
use malipo_engine::master_key::Address;
use malipo_shared::Msisdn;
use malipo_shared::api::{ApiError, AskPush, State, View};
use malipo_shared::screens::model::{Model, Pane, Trouble};
use malipo_shared::screens::receipt_field::{self, Untaken};

/// While a push is on its way, in seconds.
const SENDING_SECS: u64 = 2;
/// While a prompt or M-PESA's answer is waited for, and the soonest otherwise, in seconds.
const WAITING_SECS: u64 = 5;
/// The latest, in seconds.
const AGAIN_SECS_MAX: u64 = 60;

pub(super) async fn answer(visit: &Visit<'_>, id: &str, sent: Option<Sent>) -> Result<Reply> {
    let address = match address_of(visit.config, id) {
        Ok(address) => address,
        Err(error) => return visit.refused(error),
    };
    let mut model = Model::new(visit.language);
    let mut pane = pane(visit.query.text("pane").unwrap_or_default());
    let mut status = 200;
    if let Some(sent) = sent {
        match act(visit, &address, &sent, &mut model).await {
            Ok(next) => return visit.lead_to(visit.path, next),
            Err(trouble) => {
                pane = of_trouble(&trouble, pane);
                status = 409;
                model.trouble = Some(trouble);
            }
        }
    }
    let view = match visit.ask(Ok((address, READ))).await {
        Ok(view) => view,
        Err(denied) => return visit.denied(denied),
    };
    let again_secs = again_secs(&view, pane);
    let thanks = (view.state == State::Paid).then(|| visit.thanks(view.id.as_str()));
    model.receive(view);
    if let Some(pane) = pane {
        model.pane = pane;
    }
    let key = match fresh_key(visit.env) {
        Ok(key) => key.as_str().to_owned(),
        Err(error) => return visit.refused(error),
    };
    let around = html::Around {
        key,
        again_secs: again_secs.filter(|_| status == 200),
        thanks: thanks.flatten(),
        ..html::Around::default()
    };
    visit.page(status, &model, &around)
}

/// Does what a form asks for; the pane that shows what came of it.
async fn act(
    visit: &Visit<'_>,
    address: &Address,
    sent: &Sent,
    model: &mut Model,
) -> core::result::Result<&'static str, Trouble> {
    let does = sent.fields.text("do").unwrap_or_default();
    let text = |name| sent.fields.text(name).map(str::to_owned);
    let wrong = |error: ApiError| visit.trouble(denied(&error).refusal);
    let (call, pane) = match does {
        "receipt" => {
            let typed = text("receipt").unwrap_or_default();
            let (receipt, _) = receipt_field::as_typed(&typed, typed.len());
            model.receipt = receipt;
            if let Some(why) = receipt_field::check(&model.receipt) {
                return Err(Trouble::Receipt(why));
            }
            (typing(address.clone(), &model.receipt), "receipt")
        }
        "push" | "again" | "not_charged" => {
            let phone = if does == "push" {
                model.typed = text("phone").unwrap_or_default();
                Msisdn::parse(&model.typed).map_err(Trouble::Number)?;
                Some(model.typed.clone())
            } else {
                None
            };
            let ask = AskPush {
                phone,
                key: key_of(visit.env, sent).map_err(wrong)?,
                not_charged: does == "not_charged",
            };
            (pushing(address.clone(), ask, sent.quota.clone()), "")
        }
        _ => return Err(wrong(body::wrong("do", "must say what this form does"))),
    };
    match visit.ask(call).await {
        Ok(_) => Ok(pane),
        Err(denied) if does == "receipt" => {
            Err(Trouble::Receipt(match denied.refusal.code.as_str() {
                "TOO_MANY_RECEIPTS" => Untaken::TooMany,
                "VALIDATION_ERROR" => Untaken::NotOne,
                _ => Untaken::Failed,
            }))
        }
        Err(denied) => Err(visit.trouble(denied.refusal)),
    }
}

/// The pane that an address names.
fn pane(word: &str) -> Option<Pane> {
    match word {
        "payment" => Some(Pane::Payment),
        "number" => Some(Pane::Number),
        "by_hand" => Some(Pane::ByHand),
        "by_hand_anyway" => Some(Pane::ByHandAnyway),
        "receipt" => Some(Pane::Receipt),
        "other_receipt" => Some(Pane::OtherReceipt),
        _ => None,
    }
}

/// Where the trouble is told beside its field.
fn of_trouble(trouble: &Trouble, pane: Option<Pane>) -> Option<Pane> {
    match trouble {
        Trouble::Number(_) => Some(Pane::Number),
        Trouble::Receipt(_) => Some(Pane::OtherReceipt),
        Trouble::Refused(refusal) if refusal.is_about_the_number() => Some(Pane::Number),
        Trouble::Refused(_) | Trouble::NoConnection => pane,
    }
}

/// In how many seconds the page comes anew; not while something may be typed.
fn again_secs(view: &View, pane: Option<Pane>) -> Option<u64> {
    let is_typing = matches!(
        pane,
        Some(Pane::Number | Pane::Receipt | Pane::OtherReceipt)
    ) && view.state != State::Paid
        && view.typed_status.is_none();
    let polled_secs = view.poll_after_ms.map(|ms| ms / 1000);
    // A button that waits opens when its time has come.
    let waited = view
        .retry_at_ms
        .map(|at_ms| at_ms.saturating_sub(view.now_ms));
    let waited_secs = waited.filter(|ms| *ms > 0).map(|ms| ms.div_ceil(1000));
    let secs = match view.state {
        State::Sending => Some(SENDING_SECS),
        State::AwaitingPin | State::Confirming => Some(WAITING_SECS),
        State::Ready
        | State::Declined
        | State::PartPaid
        | State::Paid
        | State::Unresolved
        | State::Closed => [polled_secs, waited_secs].into_iter().flatten().min(),
    };
    let least = if view.state == State::Sending {
        SENDING_SECS
    } else {
        WAITING_SECS
    };
    secs.filter(|_| !is_typing)
        .map(|secs| secs.clamp(least, AGAIN_SECS_MAX))
}
