//! The world around the shell: M-PESA and the shop's server, the people, and the truth, which is never read from the engine.

mod gateway;
pub(crate) mod mpesa;
mod news;
pub(crate) mod people;
mod results;
pub(crate) mod town;
pub(crate) mod truth;
