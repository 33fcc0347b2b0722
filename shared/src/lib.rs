//! The vocabulary that the widget and the Worker share: values that are parsed at the door,
//! the codes and what they mean, and the JSON that the browser sees. No IO, no clock.

mod kes;
mod msisdn;
mod payee;

mod ids;
mod reason;
mod result_code;

pub mod api;
pub mod catalogue;
pub mod merchant;
pub mod screens;
pub mod sentences;
pub mod text;

pub use ids::{
    AccountReference, BadId, IdempotencyKey, ItemId, LinkId, MpesaReceipt, PaymentId, canon,
};
pub use kes::{BadKes, Kes, outstanding_kes};
pub use msisdn::{BadMsisdn, Msisdn, format_as_typed};
pub use payee::{BadShortcode, Payee, Shortcode};
pub use reason::{NextStep, Reason};
pub use result_code::ResultCode;
