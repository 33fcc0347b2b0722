//! The order's own life: expired, closed, amended, forgotten; and a shop that hears late or never.

use super::super::player::{DUE_KES, Player, T0_MS, number, open, signed};
use super::story::{A, B, Story, prompted};
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{Event, OrderTaken, Rank};
use malipo_shared::ItemId;

pub(super) const ALL: &[(&str, Story)] = &[
    ("only_opened", |p| p.open(open(), 86_400)),
    ("an_item", item),
    ("a_created_order", created),
    ("expired", expired),
    ("expired_and_paid_after", expired_and_paid),
    ("closed_by_the_shop", closed),
    ("closed_and_paid_after", closed_and_paid),
    ("amended", amended),
    ("amended_after_it_was_closed", reopened),
    ("forgotten", |p| forgotten(p, false)),
    ("forgotten_and_paid_after", |p| forgotten(p, true)),
    ("three_numbers", three_numbers),
    ("redelivered", redelivered),
    ("shop_hears_late", shop_hears_late),
    ("shop_never_hears", shop_never_hears),
];

fn item(p: &mut Player) {
    let tea = Order {
        origin: Origin::Item(ItemId::parse("tea").unwrap()),
        note: None,
        ..open()
    };
    p.open(tea, 86_400);
    p.until(90_000);
}

fn created(p: &mut Player) {
    let order = Order {
        origin: Origin::Server {
            reference: "INV-2041".to_owned(),
            issued_at_ms: T0_MS,
        },
        note: None,
        ..open()
    };
    p.open(order, 3_600);
    p.until(10);
    let n = p.push(1);
    p.accepted(n);
    p.until(20);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn expired(p: &mut Player) {
    p.open(open(), 3_600);
    p.until(90_000);
}

fn expired_and_paid(p: &mut Player) {
    expired(p);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.until(180_000);
}

fn closed(p: &mut Player) {
    p.open(signed("order 7", DUE_KES, 0), 86_400);
    p.until(30);
    p.hear(Event::OrderClosed);
    p.until(90_000);
}

fn closed_and_paid(p: &mut Player) {
    closed(p);
    p.seen(A, 50, Rank::Reference, true);
    p.until(180_000);
}

fn amend(p: &mut Player, kes: u32, expires_secs: u64) {
    let order = signed("order 7", kes, (p.now_ms - T0_MS) / 1000);
    let expires_at_ms = T0_MS + expires_secs * 1000;
    let taken = p.payment.take_order(&order, expires_at_ms, p.now_ms);
    let Ok(OrderTaken::Amended(event)) = taken else {
        panic!("not amended: {taken:?}")
    };
    p.hear(event);
}

fn amended(p: &mut Player) {
    p.open(signed("order 7", DUE_KES, 0), 86_400);
    p.until(1);
    let n = p.push(1);
    p.accepted(n);
    p.until(5);
    p.declined(n, "1032");
    p.until(30);
    amend(p, 80, 100_000);
    p.until(40);
    let n = p.push(1);
    p.accepted(n);
    p.until(50);
    p.paid(n, A, 80);
    p.until(190_000);
}

fn reopened(p: &mut Player) {
    p.open(signed("order 7", DUE_KES, 0), 3_600);
    p.until(4_000);
    amend(p, 90, 90_000);
    p.until(4_100);
    p.seen(A, 90, Rank::Reference, true);
    p.until(190_000);
}

fn forgotten(p: &mut Player, is_paid_after: bool) {
    let n = prompted(p);
    p.until(5);
    p.declined(n, "1037");
    p.until(400_000);
    p.forget();
    if is_paid_after {
        p.paid(n, A, DUE_KES);
        p.until(500_000);
    }
}

fn three_numbers(p: &mut Player) {
    p.open(open(), 86_400);
    for phone in 1..=3 {
        p.until(100 * u64::from(phone));
        let n = p.push(phone);
        p.accepted(n);
        p.until(100 * u64::from(phone) + 9);
        p.declined(n, "1032");
    }
    p.until(90_000);
}

fn redelivered(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(100);
    p.hear(Event::RedeliveryAsked { sequence: 1 });
    p.until(200);
    p.seen(B, 5, Rank::Reference, true);
    p.until(300);
    p.hear(Event::RedeliveryAsked { sequence: 1 });
    p.hear(Event::RedeliveryAsked { sequence: 9 });
    p.until(90_000);
}

fn shop_hears_late(p: &mut Player) {
    p.shop = Some(500);
    let n = prompted(p);
    p.until(5);
    p.declined(n, "1032");
    p.until(20);
    let n = p.push(1);
    p.accepted(n);
    p.until(30);
    p.paid(n, A, DUE_KES);
    p.until(40);
    p.hear(Event::ReceiptTaken { receipt: number(A) });
    p.until(4_000);
    p.shop = Some(204);
    p.until(190_000);
}

fn shop_never_hears(p: &mut Player) {
    p.shop = None;
    p.open(open(), 3_600);
    p.until(4_000_000);
}
