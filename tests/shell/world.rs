//! The world around the shell: M-PESA and the shop's server, the people, and the truth, which is never read from the engine.

pub(crate) mod mpesa;
pub(crate) mod people;
pub(crate) mod town;
pub(crate) mod truth;
