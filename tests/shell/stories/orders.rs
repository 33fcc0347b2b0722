//! Stories of orders that are signed, shown again and changed, and of refunds that are asked for again.

use super::story::{PAYBILL, Story};
use crate::world::plan::{Gateway, Plan};
use crate::world::town::World;
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::{Value, json};
use std::rc::Rc;

/// A number of nobody's.
const PHONE: &str = "254700000123";

pub(super) const ALL: &[Story] = &[
    Story {
        name: "advice, and the prompt rings; meanwhile the shop changes the price",
        setting: PAYBILL,
        is_long: false,
        plans: advised,
        begins: price_changes,
    },
    Story {
        name: "closed by the shop, and an order of before is shown",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: withdrawn,
    },
    Story {
        name: "given back in parts",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: in_parts,
    },
    Story {
        name: "a refund waits in M-PESA's queue, and is asked for again",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: queued,
    },
    Story {
        name: "a stranger tells of a refund",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: told_by_a_stranger,
    },
];

fn advised() -> Vec<Plan> {
    let (status, body) = bodies::ADVICE[0];
    vec![Plan {
        gateway: Gateway::Advises(status, body, true),
        ..Plan::default()
    }]
}

fn price_changes(world: &Rc<World>) {
    world.begins(|world| async move {
        let order = world.signs("order 7", 400, 0);
        world.shows_order(&order, Some(PHONE)).await;
        world.pass(1_500).await;
        let order = world.signs("order 7", 20, 0);
        world.shows_order(&order, None).await;
        world.pass(120_000).await;
    });
}

fn withdrawn(world: &Rc<World>) {
    world.begins(|world| async move {
        let order = world.signs("order 7", 400, 20_000);
        let Some(paying) = world.shows_order(&order, None).await else {
            return;
        };
        world.pass(10_000).await;
        let path = format!("payments/{}/close", paying.reference());
        world.shop(Method::Post, &path, &[], &Value::Null).await;
        world.pass(10_000).await;
        for ago_ms in [15_000, 0] {
            let order = world.signs("order 7", 400, ago_ms);
            world.shows_order(&order, None).await;
        }
        world.pass(60_000).await;
    });
}

/// What parts of a paid tea go back, each asked for under a key of its own, and each twice.
async fn gives_back(world: &Rc<World>, parts: &[u32], pause_ms: u64) {
    let paying = world.pays("tea", PHONE).await;
    let (Some(receipt), "paid") = (world.last_number(), paying.state()) else {
        return;
    };
    if !world.watch_receipt(&paying).await {
        return; // a query has told of the money, and nobody its number
    }
    for amount_kes in parts {
        let (key, body) = (
            world.key(),
            json!({"receipt": receipt, "amount_kes": amount_kes}),
        );
        world.refunds_by(&key, &paying, &body).await;
        world.pass(pause_ms).await;
        world.refunds_by(&key, &paying, &body).await;
        world.pass(10_000).await;
    }
    world.pass(300_000).await;
}

fn in_parts(world: &Rc<World>) {
    world.begins(|world| async move { gives_back(&world, &[40, 150, 60, 60], 20_000).await });
}

fn queued(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().reversals_wait = 1;
    world.begins(|world| async move { gives_back(&world, &[150, 150], 60_000).await });
}

fn told_by_a_stranger(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().reversals_wait = 1;
    world.begins(|world| async move {
        let other = Rc::clone(&world);
        world.begins(|_| async move {
            for _ in 0..20 {
                other.pass(5_000).await;
                other.mpesa.result_is_forged();
            }
        });
        gives_back(&world, &[150], 60_000).await;
    });
}
