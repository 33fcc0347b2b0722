//! Stories of how M-PESA tells of money: late, by one channel only, from an unknown address, or of one receipt for several payments; and of
//! those who say what is not theirs to say.

use super::story::{PAYBILL, Story};
use crate::host::fate::Fault;
use crate::world::plan::{Answer, Confirmation, Gateway, Lie, Plan};
use crate::world::town::{Paying, World};
use malipo_tests::bodies;
use std::rc::Rc;

/// Numbers of nobody's.
const PHONE: &str = "254700000123";
const OTHER: &str = "254711000456";
const HOUR_MS: u64 = 3_600_000;

pub(super) const ALL: &[Story] = &[
    Story {
        name: "money after the prompt was given up, and nobody calls",
        setting: PAYBILL,
        is_long: true,
        plans: || vec![late_and_silent()],
        begins: asked_for_long,
    },
    Story {
        name: "confirmed from an unknown address, then from M-PESA's",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: confirmed_again,
    },
    Story {
        name: "a stranger confirms first, with another amount",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![declined()],
        begins: stranger_first,
    },
    Story {
        name: "typed by one, and shown to be another's while its claim is answered slowly",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: granted_too_late,
    },
    Story {
        name: "one receipt is typed for two payments",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: typed_for_two,
    },
    Story {
        name: "typed by one, and shown to be another's",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: shown_as_anothers,
    },
    Story {
        name: "a second callback names another receipt",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![lying(Lie::Receipt)],
        begins: one_pays,
    },
    Story {
        name: "a callback names another amount before the true one",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![lying(Lie::Amount(5))],
        begins: one_pays,
    },
    Story {
        name: "M-PESA says too early that nobody has answered",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![ended_early()],
        begins: presses_on,
    },
    Story {
        name: "advice, and the prompt rings",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![advised()],
        begins: presses_on,
    },
    Story {
        name: "the answer to the push is lost, and the customer presses on",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![lost()],
        begins: presses_on,
    },
    Story {
        name: "another's receipt is typed",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: types_anothers,
    },
    Story {
        name: "the receipt of a number that no push has left for is typed",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: types_of_unsent,
    },
    Story {
        name: "strangers call back and confirm",
        setting: PAYBILL,
        is_long: false,
        plans: || vec![declined()],
        begins: strangers,
    },
];

fn declined() -> Plan {
    Plan {
        answer: Answer::Declines(5_000, "1032"),
        ..Plan::default()
    }
}

fn declined_twice() -> Vec<Plan> {
    vec![declined(), declined()]
}

fn late_and_silent() -> Plan {
    Plan {
        answer: Answer::Ignores,
        callback_ms: None,
        late_money_ms: Some(20_000),
        ..Plan::default()
    }
}

fn lying(lie: Lie) -> Plan {
    Plan {
        lie: Some(lie),
        ..Plan::default()
    }
}

fn ended_early() -> Plan {
    Plan {
        answer: Answer::Pays(30_000),
        early_end_ms: Some(5_000),
        ..Plan::default()
    }
}

fn advised() -> Plan {
    let (status, body) = bodies::ADVICE[0];
    Plan {
        gateway: Gateway::Advises(status, body, true),
        answer: Answer::Pays(40_000),
        ..Plan::default()
    }
}

fn lost() -> Plan {
    Plan {
        gateway: Gateway::TakesAndBreaks,
        answer: Answer::Pays(40_000),
        callback_ms: None,
        ..Plan::default()
    }
}

fn one_pays(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.pays("tea", PHONE).await;
        world.pass(60_000).await;
        ends_paid(&world, &paying);
    });
}

fn asked_for_long(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(26 * HOUR_MS).await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

fn confirmed_again(world: &Rc<World>) {
    *world.mpesa.by_hand.borrow_mut() = Some(Box::new(|| {
        Some(Confirmation {
            is_trusted: false,
            again_ms: Some(60_000),
            ..Confirmation::after(700)
        })
    }));
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let account = paying.reference();
        let named = Some(paying.name());
        world.mpesa.is_paid_by_hand(PHONE, 150, &account, named);
        world.pass(60_000).await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

fn typed_for_two(world: &Rc<World>) {
    world.begins(|world| async move {
        let one = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let two = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        world
            .mpesa
            .is_paid_by_hand(PHONE, 150, "something else", None);
        world.pass(10_000).await;
        let number = world.last_number().unwrap();
        for paying in [&one, &two] {
            world.types(paying, &number).await;
        }
        world.pass(600_000).await;
    });
}

fn stranger_first(world: &Rc<World>) {
    *world.mpesa.by_hand.borrow_mut() = Some(Box::new(|| Some(Confirmation::after(60_000))));
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let account = paying.reference();
        let named = Some(paying.name());
        world.mpesa.is_paid_by_hand(PHONE, 150, &account, named);
        world.pass(5_000).await;
        world.mpesa.confirmation_is_forged(&account, true);
        world.pass(60_000).await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &paying);
    });
}

/// As `shown_as_anothers`, at the moment at which the second payment claims what its customer has typed.
fn granted_too_late(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().confirms = false;
    world.begins(|world| async move {
        let named = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let other = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let account = named.reference();
        let name = Some(named.name());
        let money = world.mpesa.is_paid_by_hand(PHONE, 150, &account, name);
        let number = world.last_number().unwrap();
        world.types(&other, &number).await;
        let claims_at_ms = world.mpesa.truth.borrow().money[money].at_ms + 179_000;
        let wait_ms = claims_at_ms.saturating_sub(world.cloud.run.now_ms());
        world.pass(wait_ms).await;
        world.cloud.fate.set_rate(Fault::SlowAnswer, 10_000);
        world.pass(4_200).await;
        world.cloud.fate.set_rate(Fault::SlowAnswer, 0);
        world.mpesa.truth.borrow_mut().confirms = true;
        world.mpesa.confirms(money, Confirmation::after(0));
        world.pass(120_000).await;
    });
}

/// The money names the first; the second's customer has typed its receipt before M-PESA shows the account number.
fn shown_as_anothers(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().confirms = false;
    world.begins(|world| async move {
        let mut named = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let other = world.opens("tea", PHONE).await;
        world.pass(20_000).await;
        let account = named.reference();
        let name = Some(named.name());
        let money = world.mpesa.is_paid_by_hand(PHONE, 150, &account, name);
        let number = world.last_number().unwrap();
        world.types(&other, &number).await;
        world.pass(400_000).await;
        world.mpesa.truth.borrow_mut().confirms = true;
        world.mpesa.confirms(money, Confirmation::after(0));
        world
            .watches(&mut named, |paying| paying.state() == "paid")
            .await;
        ends_paid(&world, &named);
    });
}

/// A customer asks for push after push, whatever the page says.
fn presses_on(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        for _ in 0..12 {
            world.pass(5_000).await;
            world.presses_again(&mut paying).await;
        }
        world.pass(120_000).await;
    });
}

fn types_anothers(world: &Rc<World>) {
    *world.mpesa.by_hand.borrow_mut() = Some(Box::new(|| {
        Some(Confirmation {
            hides_payer: true,
            ..Confirmation::after(700)
        })
    }));
    world.begins(|world| async move {
        let paying = world.opens("tea", PHONE).await;
        for phone in [OTHER, PHONE] {
            world.pass(20_000).await;
            world
                .mpesa
                .is_paid_by_hand(phone, 150, "something else", None);
            world.pass(10_000).await;
            let number = world.last_number().unwrap();
            world.types(&paying, &number).await;
        }
        world.pass(600_000).await;
    });
}

fn types_of_unsent(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().tokens_fail = 4;
    world.begins(|world| async move {
        let mut paying = world.opens("tea", OTHER).await;
        world.pass(60_000).await;
        world.mpesa.truth.borrow_mut().tokens_fail = 0;
        world.asks_push_to(&mut paying, PHONE).await;
        world.pass(20_000).await;
        world
            .mpesa
            .is_paid_by_hand(OTHER, 150, "something else", None);
        world.pass(10_000).await;
        let number = world.last_number().unwrap();
        world.types(&paying, &number).await;
        world.pass(600_000).await;
    });
}

fn strangers(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.opens("tea", PHONE).await;
        world.pass(10_000).await;
        world.mpesa.callback_is_forged(&paying.name());
        world
            .mpesa
            .confirmation_is_forged(&paying.reference(), false);
        world.pass(60_000).await;
    });
}

/// What a fault may leave open the books judge.
fn ends_paid(world: &Rc<World>, paying: &Paying) {
    let is_good = paying.state() == "paid" || !world.cloud.fate.is_calm();
    world.expects(is_good, || format!("it ends as {}", paying.view));
}
