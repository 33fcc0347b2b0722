//! Notices: all that the merchant is told, and when: the callback of a push, C2B validations and confirmations.

pub(crate) mod c2b_confirmation;
pub(crate) mod c2b_validation;
pub(crate) mod callback;
pub(crate) mod delivery;
pub(crate) mod play;
