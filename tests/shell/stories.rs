//! Stories, told once: what people do and what M-PESA does, and how it has to end. Each runs without faults, and then once for each of its
//! steps and each fault.

use crate::world::town::{Paying, World};
use crate::world::truth::{Answer, Gateway, Plan};
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::{Value, json};
use std::rc::Rc;

/// A number of nobody's.
const PHONE: &str = "254700000123";

/// One story.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// What M-PESA does with the pushes, in order.
    plans: fn() -> Vec<Plan>,
    /// Sets up and lets people begin.
    pub(crate) begins: fn(&Rc<World>),
}

impl Story {
    /// Sets the world up, and has people begin.
    pub(crate) fn begin(&self, world: &Rc<World>) {
        world.mpesa.plans.borrow_mut().extend((self.plans)());
        (self.begins)(world);
    }
}

/// All stories.
pub(crate) const ALL: &[Story] = &[
    Story { name: "paid", plans: one, begins: paid },
];

fn one() -> Vec<Plan> {
    vec![Plan::default()]
}

fn paid(world: &Rc<World>) {
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONE).await;
        world.until_state(&mut paying, "paid").await;
    });
}
