//! What the clock calls: the sweep, and in it the reconciliation with M-PESA's own lists.

pub(crate) mod reconcile;
pub(crate) mod sweep;

pub use sweep::on_schedule;
