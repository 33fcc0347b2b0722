//! What people do by chance: customers, the shop's server and its people, and strangers.

use crate::host::dice::Dice;
use crate::world::setting::ITEMS;
use crate::world::town::{Paying, World};
use crate::world::truth::{HOUR, MINUTE};
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::rc::Rc;

/// Numbers of nobody's.
const PHONES: [&str; 3] = ["254700000123", "254711000456", "254112000789"];
/// What an order of the shop's may cost.
const PRICES: [u32; 4] = [20, 50, 150, 400];

/// One customer's evening, and what the shop does about it.
pub(super) async fn lives(world: Rc<World>, mut dice: Dice) {
    world.pass(dice.below(60_000)).await;
    let phone = *dice.pick(&[PHONES[0], PHONES[0], PHONES[1], PHONES[2]]);
    let Some(mut paying) = begins(&world, &mut dice, phone).await else {
        return;
    };
    for _ in 0..*dice.pick(&[0, 1, 1, 2, 3]) {
        if dice.percent(70) {
            world.goes_on(&mut paying).await;
        }
        happens(&world, &mut dice, &mut paying, phone).await;
        let pause_ms = *dice.pick(&[2_000, 30_000, 5 * MINUTE, HOUR]);
        world.pass(dice.below(pause_ms)).await;
    }
    if dice.percent(60) {
        world.goes_on(&mut paying).await;
    }
}

/// A payment begins as each may: by an item, an amount, a signed order, or the shop's server.
async fn begins(world: &Rc<World>, dice: &mut Dice, phone: &str) -> Option<Paying> {
    let kes = *dice.pick(&PRICES);
    let reference = ["INV-2041", "HEALTH", "order 7"][dice.below(3) as usize];
    let paying = match dice.below(10) {
        0..=3 => Some(world.opens(dice.pick(&ITEMS).0, phone).await),
        4 => world.names_its_price(None, kes, phone).await,
        5 => {
            let item = dice.percent(50).then_some("tea");
            let paying = world.names_its_price(item, 1, phone).await;
            match paying {
                Some(paying) => Some(paying),
                None => Some(world.opens("card", phone).await),
            }
        }
        6 | 7 => {
            let order = world.signs(reference, kes, 0);
            let phone = dice.percent(80).then_some(phone);
            world.shows_order(&order, phone).await
        }
        _ => world.creates(reference, kes, phone).await,
    };
    paying.filter(|paying| !paying.id().is_empty())
}

/// One thing that somebody does.
async fn happens(world: &Rc<World>, dice: &mut Dice, paying: &mut Paying, phone: &str) {
    match dice.below(20) {
        0..=3 => pays_by_hand(world, dice, paying, phone).await,
        4 | 5 => types_anything(world, dice, paying).await,
        6 | 7 => orders_anew(world, dice, paying, phone).await,
        8 if dice.percent(50) => world.says_not_charged(paying).await,
        8 => world.presses_again(paying).await,
        9 => world.mpesa.callback_is_forged(&paying.name()),
        10 => world
            .mpesa
            .confirmation_is_forged(&paying.reference(), dice.percent(50)),
        11..=13 => gives_back(world, dice, paying).await,
        14 | 15 => assigns(world, dice, paying).await,
        _ => acts_of_the_shop(world, dice, paying).await,
    }
}

/// The rest or another amount, with the account number as people type it.
async fn pays_by_hand(world: &Rc<World>, dice: &mut Dice, paying: &mut Paying, phone: &str) {
    let rest = paying.view["due_kes"].as_u64().unwrap_or(150) as u32;
    let amount = *dice.pick(&[rest, rest, 50, 20, rest + 5]);
    let reference = paying.reference();
    if reference.is_empty() {
        return;
    }
    let payer = match dice.percent(80) {
        true => phone,
        false => dice.pick(&PHONES),
    };
    let account = match dice.below(6) {
        0 | 1 => reference.to_lowercase(),
        2 => format!(" {}-{} ", &reference[..2], &reference[2..]),
        3 => reference.clone(),
        4 => format!("X{}", &reference[1..]),
        _ => "something else".to_owned(),
    };
    let is_till = world.setting.is_till;
    let is_named = !is_till && !account.starts_with('X') && !account.starts_with("some");
    let named = is_named.then(|| paying.name());
    let account = if is_till { "" } else { &account };
    world.mpesa.is_paid_by_hand(payer, amount, account, named);
    world.pass(dice.below(30_000)).await;
    if dice.percent(40)
        && let Some(number) = world.last_number()
    {
        world.types(paying, &number).await;
    }
}

/// A customer types a receipt: the last one of anybody's, or nonsense.
async fn types_anything(world: &Rc<World>, dice: &mut Dice, paying: &mut Paying) {
    let number = world.last_number().filter(|_| dice.percent(80));
    let number = number.unwrap_or_else(|| "NONSENSE12".to_owned());
    world.types(paying, &number).await;
}

/// The shop signs or creates the same order again, or somebody shows an older one, or one of their own.
async fn orders_anew(world: &Rc<World>, dice: &mut Dice, paying: &mut Paying, phone: &str) {
    let Some(known) = world.order_of(paying) else {
        return;
    };
    let kes = *dice.pick(&PRICES);
    let shown = match (known.issued_at_ms, dice.below(10)) {
        (None, _) => world.creates(&known.reference, kes, phone).await,
        (_, 0 | 1) => {
            let forged = world.is_signed_by_a_stranger(&known.reference, kes);
            world.shows_order(&forged, Some(phone)).await
        }
        (_, at) => {
            let ago_ms = if at < 5 { dice.between(5_000, HOUR) } else { 0 };
            let order = world.signs(&known.reference, kes, ago_ms);
            let phone = dice.percent(40).then_some(phone);
            world.shows_order(&order, phone).await
        }
    };
    if let Some(shown) = shown {
        *paying = shown;
    }
}

/// Refunds of what is here: the whole or a part, one or several at once, one of them asked for twice.
async fn gives_back(world: &Rc<World>, dice: &mut Dice, paying: &Paying) {
    let shown = world.shown(paying).await;
    let Some(receipt) = shown["receipts"][0]["receipt"].as_str() else {
        return;
    };
    for _ in 0..dice.between(1, 4) {
        let mut body = json!({"receipt": receipt});
        if dice.percent(60) {
            body["amount_kes"] = json!(dice.between(5, 160));
        }
        let (key, again_ms) = (world.key(), dice.below(120_000));
        world.refunds_by(&key, paying, &body).await;
        if dice.percent(25) {
            world.mpesa.result_is_forged();
        }
        if dice.percent(30) {
            world.pass(again_ms).await;
            world.refunds_by(&key, paying, &body).await;
        }
        world.pass(dice.below(30_000)).await;
    }
}

/// A person gives the last money to the order, as far as they see that it fits, and may take it back.
async fn assigns(world: &Rc<World>, dice: &mut Dice, paying: &Paying) {
    let Some(number) = world.last_number() else {
        return;
    };
    // What is listed as unverified is looked up in M-PESA's portal first, and another amount stands there.
    if world.mpesa.truth.borrow().forged.contains(&number) {
        return;
    }
    let shown = world.shown(paying).await;
    let due_kes = shown["due_kes"].as_u64().unwrap_or(150);
    world.assigns(paying, &number, due_kes).await;
    if dice.percent(50) {
        world.pass(dice.below(5 * MINUTE)).await;
        world.takes_back(paying, &number).await;
    }
}

async fn acts_of_the_shop(world: &Rc<World>, dice: &mut Dice, paying: &Paying) {
    let what = *dice.pick(&["close", "close", "forget", "redeliver", "redeliver"]);
    let path = format!("payments/{}/{what}", paying.reference());
    let body = match what {
        "redeliver" if dice.percent(50) => json!({"sequence": dice.between(1, 4)}),
        _ => Value::Null,
    };
    world.shop(Method::Post, &path, &[], &body).await;
}
