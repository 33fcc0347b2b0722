//! The Durable Objects: each is one writer of one thing. `lib.rs` alone names them; everybody else calls them, by `calls/`.

mod daraja;
mod fading;
mod key;
mod merchants;
mod one_row;
mod payment;
mod quota;
mod receipt;
mod roster;
mod subscriber;

pub use daraja::DarajaObject;
pub use key::KeyObject;
pub use merchants::MerchantsObject;
pub use payment::PaymentObject;
pub use quota::QuotaObject;
pub use receipt::ReceiptObject;
pub use roster::RosterObject;
pub use subscriber::SubscriberObject;
