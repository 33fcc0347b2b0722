//! `Story`: what a story is made of.

use crate::world::town::World;
use crate::world::truth::Plan;
use std::rc::Rc;

/// One story.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// What M-PESA does with the pushes, in order.
    pub(super) plans: fn() -> Vec<Plan>,
    /// Sets up and lets people begin.
    pub(super) begins: fn(&Rc<World>),
}

impl Story {
    /// Sets the world up, and has people begin.
    pub(crate) fn begin(&self, world: &Rc<World>) {
        world.mpesa.plans.borrow_mut().extend((self.plans)());
        (self.begins)(world);
    }
}
