//! Stories, told once: what people do and what M-PESA does, and how it has to end. Each runs without faults, and then once for each point at
//! which the host may fail.

mod money;
mod shop;

use crate::world::town::World;
use crate::world::truth::Plan;
use std::rc::Rc;

/// One story.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// What M-PESA does with the pushes, in order.
    plans: fn() -> Vec<Plan>,
    /// Sets up and lets people begin.
    begins: fn(&Rc<World>),
}

impl Story {
    /// Sets the world up, and has people begin.
    pub(crate) fn begin(&self, world: &Rc<World>) {
        world.mpesa.plans.borrow_mut().extend((self.plans)());
        (self.begins)(world);
    }
}

/// All stories.
pub(crate) fn all() -> impl Iterator<Item = &'static Story> {
    money::ALL.iter().chain(shop::ALL)
}
