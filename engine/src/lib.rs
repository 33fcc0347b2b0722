//! What decides: the payment's life and Daraja's wire formats. Pure: no IO, no clock, no async,
//! no randomness; `now_ms` and fresh ids come in as arguments.

pub mod claims;
pub mod counts;
pub mod daraja;
pub mod json;
pub mod listing;
pub mod names;
pub mod order;
pub mod pacing;
pub mod payment;
pub mod quota;
mod signature;
pub mod signed_order;
pub mod subscriber;
pub mod sweep;
pub mod webhook;
