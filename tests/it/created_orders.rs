//! Orders that the shop's server creates: what the same reference means to a payment that is there already.

use malipo_engine::daraja::CheckoutRequestId;
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{Ask, Event, OrderDenied, OrderTaken, Payment, Rank, ReopenDenied};
use malipo_shared::{
    AccountReference, IdempotencyKey, ItemId, Kes, MpesaReceipt, Payee, Shortcode,
};

const T0_MS: u64 = 1_780_000_000_000;
const WEEK_MS: u64 = 7 * 24 * 3_600_000;

fn order(reference: &str, amount: u64, at_ms: u64) -> Order {
    Order {
        amount: Kes::new(amount).unwrap(),
        description: "Top-up".into(),
        origin: Origin::Server {
            reference: reference.into(),
            issued_at_ms: at_ms,
        },
        note: None,
    }
}

fn signed(reference: &str, amount: u64, at_ms: u64) -> Order {
    Order {
        origin: Origin::Signed {
            reference: reference.into(),
            issued_at_ms: at_ms,
        },
        ..order(reference, amount, at_ms)
    }
}

fn ask() -> Ask {
    let key = IdempotencyKey::parse("abcdefghijklmnopqrstuv").unwrap();
    Ask::new(key, b"body")
}

fn opened(order: Order) -> Payment {
    let mut payment = Payment::default();
    let shortcode = Shortcode::parse("174379").unwrap();
    let event = Event::Opened {
        order,
        payee: Payee::PayBill { shortcode },
        account_reference: AccountReference::parse("INV7").unwrap(),
        expires_at_ms: T0_MS + WEEK_MS,
        ask: ask(),
    };
    payment.step(&event, T0_MS);
    payment
}

fn with(mut payment: Payment, events: Vec<Event>) -> Payment {
    for event in events {
        payment.step(&event, T0_MS + 1_000);
    }
    payment
}

fn money(amount_kes: u32) -> Vec<Event> {
    let receipt = MpesaReceipt::parse("QAB1CD2EF3").unwrap();
    vec![
        Event::ReceiptSeen {
            receipt: receipt.clone(),
            amount_kes,
            paid_at_ms: Some(T0_MS + 500),
            rank: Rank::Reference,
            is_trusted: true,
            said: None,
        },
        Event::ReceiptGranted {
            receipt,
            rank: Rank::Reference,
            is_contested: false,
        },
    ]
}

fn push() -> Vec<Event> {
    push_asked_by(ask())
}

fn push_asked_by(ask: Ask) -> Vec<Event> {
    let checkout_request_id = CheckoutRequestId::new("ws_CO_1");
    vec![
        Event::PushReserved {
            attempt: 1,
            phone: 1,
            amount: Kes::new(150).unwrap(),
            ask,
        },
        Event::PushLeaving {
            attempt: 1,
            deadline_ms: T0_MS + 30_000,
        },
        Event::PushAccepted {
            attempt: 1,
            checkout_request_id,
            merchant_request_id: None,
        },
    ]
}

/// What the order means two seconds after the payment was opened.
fn taken(payment: &Payment, order: &Order) -> Result<OrderTaken, OrderDenied> {
    payment.take_order(order, T0_MS + 2_000 + WEEK_MS, T0_MS + 2_000)
}

#[track_caller]
fn check_amended(payment: Payment, order: &Order) {
    let Ok(OrderTaken::Amended(event)) = taken(&payment, order) else {
        panic!("{:?}", taken(&payment, order));
    };
    let payment = with(payment, vec![event]);
    assert_eq!(payment.due_kes(), order.amount.shillings());
    assert_eq!(payment.closed_at_ms(), None);
    let opened = payment.opened().unwrap();
    assert_eq!(opened.expires_at_ms, T0_MS + 2_000 + WEEK_MS);
}

const LATER_MS: u64 = T0_MS + 2_000;

#[test]
fn the_same_order_again_is_the_same_payment_with_a_new_expiry() {
    let payment = || opened(order("INV7", 150, T0_MS));
    check_amended(payment(), &order("INV7", 150, LATER_MS));
    check_amended(with(payment(), push()), &order("INV7", 150, LATER_MS));
    check_amended(
        with(payment(), vec![Event::OrderClosed]),
        &order("INV7", 150, LATER_MS),
    );
    let delayed = taken(&payment(), &order("INV7", 150, T0_MS - 1));
    assert_eq!(delayed, Ok(OrderTaken::Same));
}

#[test]
fn another_amount_counts_only_once_the_payment_is_closed() {
    let payment = || opened(order("INV7", 150, T0_MS));
    let other = order("INV7", 151, LATER_MS);
    assert_eq!(taken(&payment(), &other), Err(OrderDenied::Changed));
    check_amended(with(payment(), vec![Event::OrderClosed]), &other);
    let closed = |events: Vec<Event>| with(with(payment(), events), vec![Event::OrderClosed]);
    assert_eq!(
        taken(&closed(push()), &other),
        Err(OrderDenied::Changed),
        "a push may succeed"
    );
    assert_eq!(
        taken(&closed(money(100)), &other),
        Err(OrderDenied::Changed),
        "part is paid"
    );
    let delayed = order("INV7", 151, T0_MS - 1);
    assert_eq!(taken(&closed(vec![]), &delayed), Err(OrderDenied::Changed));
}

#[test]
fn what_was_signed_before_the_shop_closed_the_payment_leaves_it_closed() {
    let closed = || with(opened(signed("INV7", 150, T0_MS)), vec![Event::OrderClosed]);
    for at_ms in [T0_MS + 1, T0_MS + 999] {
        let same = taken(&closed(), &signed("INV7", 150, at_ms));
        assert_eq!(same, Ok(OrderTaken::Same), "signed at {at_ms}");
        let other = taken(&closed(), &signed("INV7", 151, at_ms));
        assert_eq!(other, Err(OrderDenied::Changed), "signed at {at_ms}");
    }
    // A shop that closes and signs at once is not refused: a signature tells whole seconds.
    for at_ms in [T0_MS + 1_000, LATER_MS] {
        check_amended(closed(), &signed("INV7", 151, at_ms));
    }
}

#[test]
fn a_push_is_asked_for_by_a_shops_order_from_another_tab_and_by_no_repetition() {
    let another = |n: u8| Ask::new(IdempotencyKey::parse(&format!("{n:022}")).unwrap(), b"body");
    let reopen = |payment: &Payment, order: &Order, ask: &Ask| {
        payment.reopen(order, T0_MS + WEEK_MS, ask, LATER_MS)
    };
    let wants = |payment: &Payment, order: &Order, ask: &Ask| {
        reopen(payment, order, ask).map(|reopened| reopened.wants_push)
    };
    let other_body = Ask::new(ask().key, b"another body");
    let first = signed("INV7", 150, T0_MS);
    let pushed = with(opened(first.clone()), push());
    assert_eq!(wants(&pushed, &first, &ask()), Ok(false), "the first again");
    assert_eq!(wants(&pushed, &first, &another(1)), Ok(true), "another tab");
    let pushed = with(opened(first.clone()), push_asked_by(another(1)));
    let again = wants(&pushed, &first, &another(1));
    assert_eq!(again, Ok(false), "the other tab again");
    let paid = with(opened(first.clone()), money(150));
    assert_eq!(wants(&paid, &first, &another(1)), Ok(false), "it is paid");

    let created = order("INV7", 150, T0_MS);
    let known = opened(created.clone());
    assert_eq!(wants(&known, &created, &another(1)), Ok(true));
    assert_eq!(
        wants(&known, &created, &other_body),
        Err(ReopenDenied::KeyReused)
    );
    let item = Order {
        origin: Origin::Item(ItemId::parse("tea").unwrap()),
        ..created
    };
    let known = opened(item.clone());
    assert_eq!(wants(&known, &item, &ask()), Ok(false));
    for stranger in [another(1), other_body] {
        assert_eq!(
            wants(&known, &item, &stranger),
            Err(ReopenDenied::KeyReused)
        );
    }
}

#[test]
fn a_paid_reference_is_paid_for_ever() {
    let paid = with(opened(order("INV7", 150, T0_MS)), money(150));
    assert!(paid.is_paid());
    let again = |amount| taken(&paid, &order("INV7", amount, LATER_MS));
    assert_eq!(again(150), Ok(OrderTaken::Same));
    assert_eq!(again(151), Err(OrderDenied::Paid));
}

#[test]
fn signed_and_created_orders_of_one_reference_are_one_payment() {
    check_amended(
        opened(order("INV7", 150, T0_MS)),
        &signed("INV7", 150, LATER_MS),
    );
    check_amended(
        opened(signed("INV7", 150, T0_MS)),
        &order("INV7", 150, LATER_MS),
    );
    // A signature has a time of its own: it may change the amount of what was created.
    check_amended(
        opened(order("INV7", 150, T0_MS)),
        &signed("INV7", 151, LATER_MS),
    );
    let created = taken(
        &opened(signed("INV7", 150, T0_MS)),
        &order("INV7", 151, LATER_MS),
    );
    assert_eq!(created, Err(OrderDenied::Changed));
}

#[test]
fn another_reference_or_a_pages_price_never_touches_it() {
    let payment = opened(order("INV7", 150, T0_MS));
    let other = taken(&payment, &order("INV-7", 150, LATER_MS));
    assert_eq!(other, Err(OrderDenied::Collision));
    let open = Order {
        origin: Origin::Open,
        ..order("INV7", 150, LATER_MS)
    };
    assert_eq!(taken(&payment, &open), Err(OrderDenied::Collision));
    assert_eq!(
        taken(&opened(open), &order("INV7", 150, LATER_MS)),
        Err(OrderDenied::Collision)
    );
}
