//! The Durable Objects: each is one writer of one thing. `lib.rs` alone names them; everybody else calls them, by `calls/`.

mod daraja;
mod fading;
mod key;
mod merchants;
mod payment;
mod quota;
mod receipt;
mod roster;
mod small_rows;
mod subscriber;

pub(crate) use daraja::Daraja;
pub(crate) use fading::Small;
pub(crate) use merchants::Merchants;
pub(crate) use payment::Payment;
pub(crate) use receipt::Receipt;
pub(crate) use roster::Roster;
