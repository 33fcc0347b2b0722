//! Stories of the shop: what its server asks, hears and gives back, and what is forgotten.

use super::story::{PAYBILL, Story};
use crate::world::plan::{Answer, Plan};
use crate::world::town::World;
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::rc::Rc;

/// A number of nobody's.
const PHONE: &str = "254700000123";
const DAY_MS: u64 = 86_400_000;

pub(super) const ALL: &[Story] = &[
    Story {
        name: "the shop's server creates it",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: created,
    },
    Story {
        name: "the shop does not answer at first",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: unheard,
    },
    Story {
        name: "refunded",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: refunded,
    },
    Story {
        name: "refunded, the answer to the reversal is lost",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: refund_breaks,
    },
    Story {
        name: "refunded, its result is lost",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: result_lost,
    },
    Story {
        name: "assigned by a person, and taken back",
        setting: PAYBILL,
        is_long: false,
        plans: declined,
        begins: assigned,
    },
    Story {
        name: "closed by the shop",
        setting: PAYBILL,
        is_long: false,
        plans: declined,
        begins: closed,
    },
    Story {
        name: "forgotten when its time is over",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: forgotten,
    },
    Story {
        name: "opened only, and gone",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: opened_only,
    },
];

fn declined() -> Vec<Plan> {
    vec![Plan {
        answer: Answer::Declines(5_000, "1032"),
        ..Plan::default()
    }]
}

fn created(world: &Rc<World>) {
    world.begins(|world| async move {
        let Some(mut paying) = world.creates("INV-2041", 700, PHONE).await else {
            let is_excused = !world.cloud.fate.is_calm();
            return world.expects(is_excused, || "it cannot be created".to_owned());
        };
        world.goes_on(&mut paying).await;
        let is_good = paying.state() != "declined" || !world.cloud.fate.is_calm();
        world.expects(is_good, || format!("it ends as {}", paying.view));
    });
}

fn unheard(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().shop_fails = 3;
    world.begins(|world| async move {
        world.pays("tea", PHONE).await;
        world.pass(1_800_000).await;
    });
}

/// A paid payment's money goes back.
fn gives_back(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.pays("tea", PHONE).await;
        let receipt = || world.last_number();
        let (Some(receipt), "paid") = (receipt(), paying.state()) else {
            return;
        };
        if !world.watch_receipt(&paying).await {
            return; // a query has told of the money, and nobody its number
        }
        let (status, made) = world
            .refunds(
                &paying,
                &json!({"receipt": receipt, "reason": "out of tea"}),
            )
            .await;
        world.expects([0, 200].contains(&status), || {
            format!("refunding says {status} {made}")
        });
        let ended = |shown: &Value| {
            let state = shown["refunds"][0]["state"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            ["refunded", "failed"].contains(&state.as_str())
        };
        world.until_shown(&paying, "refunded", ended).await;
        let is_calm = world.cloud.fate.is_calm();
        let went_back = world.mpesa.truth.borrow().money[0].reversed_kes;
        world.expects(!is_calm || went_back == 150, || {
            format!("KES {went_back} went back")
        });
    });
}

fn refunded(world: &Rc<World>) {
    gives_back(world);
}

fn refund_breaks(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().reversals_break = 1;
    gives_back(world);
}

fn result_lost(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().results_lost = 1;
    gives_back(world);
}

fn assigned(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        world
            .mpesa
            .is_paid_by_hand("254711000456", 150, "INV 7", None);
        world.pass(20_000).await;
        let number = world.last_number().unwrap();
        world.assigns(&paying, &number, 150).await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        world.takes_back(&paying, &number).await;
        world.pass(30_000).await;
    });
}

fn closed(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world
            .watches(&mut paying, |paying| paying.state() == "declined")
            .await;
        world
            .shop(
                Method::Post,
                &format!("payments/{}/close", paying.reference()),
                &[],
                &Value::Null,
            )
            .await;
    });
}

fn forgotten(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.pays("tea", PHONE).await;
        if paying.state() != "paid" {
            return;
        }
        world.pass(2 * DAY_MS).await;
        world.expects(!world.remembers(&paying), || {
            "the number is still there".to_owned()
        });
    });
}

fn opened_only(world: &Rc<World>) {
    world.begins(|world| async move {
        let body = json!({"item": "tea", "key": world.key()});
        let answered = world.insist(Method::Post, "/v1/payments", &[], &body).await;
        let view: Value = serde_json::from_str(&answered.text).unwrap_or_default();
        world.pass(3 * DAY_MS).await;
        let paying = crate::world::town::Paying { view };
        world.expects(!world.remembers(&paying), || "it is still there".to_owned());
    });
}
