//! What holds of a payment each time that something of it becomes durable: its money, its sum, its price and what its shop was told.

use super::before::{Before, told};
use super::{Kept, Rules};
use crate::host::cloud::Cloud;
use crate::world::setting::{ITEMS, OPEN_KES};
use crate::world::truth::Truth;
use malipo_engine::order::Origin;
use malipo_engine::payment::{Delivery, Hearing, Payment};
use malipo_engine::webhook::Kind;
use malipo_shared::api::State;

/// A payment has no more rows than this, and no more bytes.
const ROWS_MAX: usize = 500;
const BYTES_MAX: usize = 3_000_000;

impl Rules {
    /// Checks a payment after a write, and remembers it.
    pub(super) fn check_step(&self, cloud: &Cloud, place: usize, name: &str, kept: &Kept) {
        let now_ms = self.now_ms(cloud);
        let payment = &kept.payment;
        let found = {
            let truth = self.mpesa.truth.borrow();
            let before = self.before.borrow();
            let before = before.get(&place);
            let found = [
                wrong_money(&truth, name, payment),
                wrong_sum(payment, before, now_ms),
                wrong_price(&truth, name, payment, before, cloud.run.now_ms()),
                wrong_history(payment, before),
                wrong_hearing(&truth, name, payment),
                wrong_size(cloud, place),
            ];
            found.into_iter().flatten().next()
        };
        if let Some((rule, what)) = found {
            self.fail(cloud, rule, format!("{name} {what}"));
        }
        self.before.borrow_mut().insert(place, Before::of(payment));
    }
}

type Wrong = Option<(u32, String)>;

/// 1, 3, 6 and 7: what counts has moved, once, with this amount, and for this payment; and no more went back than M-PESA has moved back.
fn wrong_money(truth: &Truth, name: &str, payment: &Payment) -> Wrong {
    let mut numbers = Vec::new();
    for receipt in payment.receipts().iter().filter(|r| r.counts()) {
        let Some(number) = receipt.number.as_ref().map(|number| number.as_str()) else {
            continue;
        };
        // A verdict counts, whatever somebody says is its number.
        let is_certain = receipt.standing != malipo_engine::payment::Standing::Unverified;
        if !is_certain {
            continue;
        }
        let kes = receipt.amount_kes;
        let mut money = truth.money.iter();
        match money.find(|money| money.number == number) {
            None => return Some((1, format!("counts {number}, which never moved"))),
            Some(money) if kes > money.amount => {
                return Some((1, format!("counts {number} with KES {kes}")));
            }
            Some(_) if !truth.may_count(number, name) => {
                return Some((7, format!("counts {number}, which is not its own")));
            }
            Some(_) => {}
        }
        if numbers.contains(&number) {
            return Some((3, format!("counts {number} twice")));
        }
        numbers.push(number);
    }
    if payment.received_kes() > truth.moved_kes() {
        return Some((1, "counts more than moved".to_owned()));
    }
    let went_back: u32 = truth.money.iter().map(|money| money.reversed_kes).sum();
    let refunded = payment.refunded_kes();
    (refunded > went_back).then(|| {
        let what = format!("counts KES {refunded} as refunded, and KES {went_back} went back");
        (1, what)
    })
}

/// 2 and 6: paid when the sum is here, and never before; paid stays paid.
fn wrong_sum(payment: &Payment, before: Option<&Before>, now_ms: u64) -> Wrong {
    let (due_kes, received_kes) = (payment.due_kes(), payment.received_kes());
    let (is_paid, was_paid) = (payment.is_paid(), before.is_some_and(|b| b.is_paid));
    let is_called_paid = payment.state(now_ms) == State::Paid;
    payment.opened()?;
    if (was_paid || received_kes >= due_kes) && !is_paid {
        let what = format!(
            "has KES {received_kes} of {due_kes}, was paid before: {was_paid}, and is not paid"
        );
        return Some((2, what));
    }
    let is_excess = payment.excess_kes() == received_kes.saturating_sub(due_kes);
    if (is_paid && !was_paid && received_kes < due_kes) || is_called_paid != is_paid || !is_excess {
        let what = format!("is paid: {is_paid}, with KES {received_kes} of {due_kes}");
        return Some((6, what));
    }
    None
}

/// 8: the price is the shop's, it does not change under a prompt or under money, and neither an older order nor one from before it was closed
/// takes its place.
fn wrong_price(
    truth: &Truth,
    name: &str,
    payment: &Payment,
    before: Option<&Before>,
    now_ms: u64,
) -> Wrong {
    let order = &payment.opened()?.order;
    let kes = order.amount.shillings();
    let is_known = |reference: &str, issued_at_ms: Option<u64>| {
        let mut orders = truth.orders.iter();
        orders.any(|known| {
            known.reference == reference
                && known.amount_kes == kes
                && known.issued_at_ms == issued_at_ms
        })
    };
    let is_shops = match &order.origin {
        Origin::Item(id) => ITEMS.contains(&(id.as_str(), kes)),
        Origin::Open => (OPEN_KES.0..=OPEN_KES.1).contains(&kes),
        Origin::Signed {
            reference,
            issued_at_ms,
        } => is_known(reference, Some(*issued_at_ms)),
        Origin::Server { reference, .. } => is_known(reference, None),
    };
    if !is_shops {
        return Some((8, format!("asks for KES {kes}: {:?}", order.origin)));
    }
    let before = before?;
    let issued_at_ms = order.origin.by_server().map_or(0, |(_, at_ms)| at_ms);
    let is_other = issued_at_ms != before.issued_at_ms;
    let is_alive =
        |push: &crate::world::truth::Push| push.payment == name && push.is_prompt_alive(now_ms);
    let is_from_before = |closed_at_ms: u64| match &order.origin {
        Origin::Signed { .. } => issued_at_ms / 1000 < closed_at_ms / 1000,
        Origin::Server { .. } | Origin::Item(_) | Origin::Open => issued_at_ms < closed_at_ms,
    };
    let why = match () {
        () if !is_other && kes == before.due_kes => return None,
        () if issued_at_ms < before.issued_at_ms => "by an older order",
        () if before.closed_at_ms.is_some_and(is_from_before) => "by an order of before it closed",
        () if kes == before.due_kes => return None,
        () if before.has_money => "while money is here",
        () if truth.pushes.iter().any(is_alive) => "under a prompt",
        () => return None,
    };
    Some((8, format!("changes its price to KES {kes} {why}")))
}

/// 11: what the shop was told stays told.
fn wrong_history(payment: &Payment, before: Option<&Before>) -> Wrong {
    let (now, told) = (told(payment), &before?.told);
    let is_same = now.len() >= told.len() && now[..told.len()] == told[..];
    (!is_same).then(|| (11, format!("told its shop {told:?}, and now {now:?}")))
}

/// 10: what counts as heard was heard, and no later message takes the place of the one that it is paid.
fn wrong_hearing(truth: &Truth, name: &str, payment: &Payment) -> Wrong {
    let mut deliveries = payment.deliveries().iter();
    let is_dropped = |delivery: &Delivery| {
        delivery.kind == Kind::Paid && delivery.standing == Hearing::Superseded
    };
    if payment.deliveries().iter().any(is_dropped) {
        return Some((10, "does not tell its shop that it is paid".to_owned()));
    }
    let is_invented = |delivery: &&Delivery| {
        let id = message_id(name, payment, delivery.sequence);
        delivery.standing == Hearing::Heard && !truth.heard.contains_key(&id)
    };
    let sequence = deliveries.find(is_invented)?.sequence;
    Some((
        10,
        format!("counts message {sequence} as heard, and the shop never heard it"),
    ))
}

/// The name under which the shop hears a message.
pub(super) fn message_id(name: &str, payment: &Payment, sequence: u32) -> String {
    let opened_at_ms = payment.opened_at_ms();
    format!("msg_{}_{opened_at_ms}_{sequence}", name.replace(':', "_"))
}

/// 7 of growth: whatever comes, a payment has its bounds.
fn wrong_size(cloud: &Cloud, place: usize) -> Wrong {
    let (rows, bytes): (usize, usize) = cloud.at(place, |at| {
        let rows = &at.durable.rows;
        (rows.len(), rows.values().map(|text| text.len()).sum())
    });
    (rows > ROWS_MAX || bytes > BYTES_MAX).then(|| (9, format!("has {rows} rows of {bytes} bytes")))
}
