//! The world around the shell: M-PESA and the shop's server, the people, and the truth, which is never read from the engine.

pub(crate) mod arrivals;
mod gateway;
pub(crate) mod mpesa;
mod news;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod plan;
mod rest;
mod reversals;
pub(crate) mod setting;
mod shop_server;
mod strangers;
pub(crate) mod town;
pub(crate) mod truth;
