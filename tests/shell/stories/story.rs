//! `Story`: what a story is made of.

use crate::world::plan::Plan;
use crate::world::setting::Setting;
use crate::world::town::World;
use std::rc::Rc;

pub(super) const PAYBILL: Setting = Setting::PAYBILL;

/// One story.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    pub(crate) setting: Setting,
    /// Whether it is too long to be tried at each of its points.
    pub(crate) is_long: bool,
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
