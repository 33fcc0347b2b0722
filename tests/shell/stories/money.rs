//! Stories of a customer and M-PESA.

use super::story::{PAYBILL, Story};
use crate::world::plan::{Answer, Confirmation, Gateway, Plan};
use crate::world::town::{Paying, World};
use malipo_tests::bodies;
use std::rc::Rc;

/// Numbers of nobody's.
const PHONE: &str = "254700000123";
const OTHER: &str = "254711000456";

pub(super) const ALL: &[Story] = &[
    Story {
        name: "paid",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![Plan::default()],
        begins: one_pays,
    },
    Story {
        name: "declined, then paid",
        setting: PAYBILL,
        is_long: false,
        plans: declined_first,
        begins: one_pays,
    },
    Story {
        name: "ignored, then paid",
        setting: PAYBILL,
        is_long: false,
        plans: ignored_first,
        begins: one_pays,
    },
    Story {
        name: "the answer to the push is lost, the prompt rings",
        setting: PAYBILL,
        is_long: false,
        plans: answer_lost,
        begins: one_pays,
    },
    Story {
        name: "the push and its answer are lost",
        setting: PAYBILL,
        is_long: false,
        plans: silent,
        begins: one_waits,
    },
    Story {
        name: "the callback is lost, a query tells",
        setting: PAYBILL,
        is_long: false,
        plans: callback_lost,
        begins: one_pays,
    },
    Story {
        name: "the callback comes twice, and the confirmation before it",
        setting: PAYBILL,
        is_long: false,
        plans: twice,
        begins: one_pays,
    },
    Story {
        name: "the callback has no number, the confirmation has",
        setting: PAYBILL,
        is_long: false,
        plans: no_number,
        begins: one_pays,
    },
    Story {
        name: "a spike arrest, then taken",
        setting: PAYBILL,
        is_long: false,
        plans: spike,
        begins: one_pays,
    },
    Story {
        name: "the token is refused, a fresh one is not",
        setting: PAYBILL,
        is_long: false,
        plans: token,
        begins: one_pays,
    },
    Story {
        name: "an answer after the callback",
        setting: PAYBILL,
        is_long: false,
        plans: slow,
        begins: one_pays,
    },
    Story {
        name: "money after the prompt was given up",
        setting: PAYBILL,
        is_long: false,
        plans: late_money,
        begins: one_pays,
    },
    Story {
        name: "two payments on one handset",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: two_pay,
    },
    Story {
        name: "paid by hand, named by its account number",
        setting: PAYBILL,
        is_long: false,
        plans: declined_only,
        begins: by_hand,
    },
    Story {
        name: "paid by hand, typed by the customer",
        setting: PAYBILL,
        is_long: false,
        plans: declined_only,
        begins: typed,
    },
    Story {
        name: "typed before M-PESA has shown it",
        setting: PAYBILL,
        is_long: false,
        plans: declined_only,
        begins: typed_first,
    },
];

fn first(plan: Plan) -> Vec<Plan> {
    vec![plan]
}

fn declined_first() -> Vec<Plan> {
    first(Plan {
        answer: Answer::Declines(5_000, "1032"),
        ..Plan::default()
    })
}

fn declined_only() -> Vec<Plan> {
    declined_first()
}

fn ignored_first() -> Vec<Plan> {
    first(Plan {
        answer: Answer::Ignores,
        ..Plan::default()
    })
}

fn answer_lost() -> Vec<Plan> {
    first(Plan {
        gateway: Gateway::TakesAndBreaks,
        ..Plan::default()
    })
}

fn silent() -> Vec<Plan> {
    first(Plan {
        gateway: Gateway::DropsAndBreaks,
        ..Plan::default()
    })
}

fn callback_lost() -> Vec<Plan> {
    first(Plan {
        callback_ms: None,
        ..Plan::default()
    })
}

fn twice() -> Vec<Plan> {
    first(Plan {
        again_ms: Some(2_000),
        confirmation: Some(Confirmation::after(10)),
        ..Plan::default()
    })
}

fn no_number() -> Vec<Plan> {
    first(Plan {
        has_number: false,
        confirmation: Some(Confirmation::after(4_000)),
        ..Plan::default()
    })
}

fn spike() -> Vec<Plan> {
    let (status, body) = bodies::SPIKES[0];
    first(Plan {
        gateway: Gateway::Refuses(status, body),
        ..Plan::default()
    })
}

fn token() -> Vec<Plan> {
    let (status, body) = bodies::TOKEN;
    first(Plan {
        gateway: Gateway::Refuses(status, body),
        ..Plan::default()
    })
}

fn slow() -> Vec<Plan> {
    first(Plan {
        gateway: Gateway::Slow(9_000),
        answer: Answer::Pays(2_000),
        ..Plan::default()
    })
}

fn late_money() -> Vec<Plan> {
    first(Plan {
        answer: Answer::Ignores,
        late_money_ms: Some(20_000),
        ..Plan::default()
    })
}

/// A customer pays in the end, whatever it takes.
fn one_pays(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.pays("tea", PHONE).await;
        ends_paid(&world, &paying);
    });
}

/// A customer does not know, and waits until somebody does.
fn one_waits(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world
            .watches(&mut paying, |paying| {
                ["confirming", "paid"].contains(&paying.state())
            })
            .await;
    });
}

/// Both name the same handset: one waits for the other.
fn two_pay(world: &Rc<World>) {
    for item in ["tea", "card"] {
        world.begins(move |world| async move {
            let paying = world.pays(item, PHONE).await;
            ends_paid(&world, &paying);
        });
    }
}

fn by_hand(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", OTHER).await;
        world.pass(20_000).await;
        let account = paying.reference().to_lowercase();
        world
            .mpesa
            .is_paid_by_hand(PHONE, 150, &account, Some(paying.name()));
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

fn typed(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        world
            .mpesa
            .is_paid_by_hand(PHONE, 150, "something else", None);
        world.pass(10_000).await;
        if let Some(number) = world.last_number() {
            let is_taken = world.types(&paying, &number).await;
            let is_good = is_taken || !world.cloud.fate.is_calm();
            world.expects(is_good, || "it may not be typed".to_owned());
        }
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

fn typed_first(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().confirms = false;
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let money = world
            .mpesa
            .is_paid_by_hand(PHONE, 150, "something else", None);
        if let Some(number) = world.last_number() {
            let is_taken = world.types(&paying, &number).await;
            let is_good = is_taken || !world.cloud.fate.is_calm();
            world.expects(is_good, || "it may not be typed".to_owned());
        }
        world.pass(400_000).await;
        world.mpesa.truth.borrow_mut().confirms = true;
        world.mpesa.confirms(money, Confirmation::after(0));
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

/// What a fault may leave open the books judge.
fn ends_paid(world: &Rc<World>, paying: &Paying) {
    let is_good = paying.state() == "paid" || !world.cloud.fate.is_calm();
    world.expects(is_good, || format!("it ends as {}", paying.view));
}
