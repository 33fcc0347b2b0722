//! Calls to Daraja, one file a subject: tokens, pushes, receipts, reversals, and what is registered or pulled. Every call has its limit;
//! nothing is parsed blindly.

mod callback_url;
mod post;
mod pull;
mod receipt;
mod register;
mod reversal;
mod stk;
mod tokens;

pub(crate) use callback_url::callback_url;
pub(crate) use pull::{pull, register_pull, shortcode as pull_shortcode};
pub(crate) use receipt::ask_receipt;
pub(crate) use register::register_c2b;
pub(crate) use reversal::{ask_reversal, reverse};
pub(crate) use stk::{push, query};
pub(crate) use tokens::{NoToken, keep_in_kv, mint, renewed_token, token};
