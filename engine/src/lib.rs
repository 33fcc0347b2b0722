//! What decides: the payment's life and Daraja's wire formats. Pure: no IO, no clock, no async,
//! no randomness; `now_ms` and fresh ids come in as arguments.

pub mod access;
pub mod body;
pub mod candidates;
pub mod cents;
pub mod claims;
pub mod counts;
pub mod created_order;
pub mod daraja;
pub mod eat;
pub mod export;
pub mod failed_api_keys;
mod hmac;
pub mod hook_time;
pub mod http;
pub mod idempotency;
pub mod inbox;
pub mod json;
mod jwt;
pub mod master_key;
pub mod order;
pub mod origin;
pub mod payment;
pub mod payment_filter;
pub mod query_queue;
pub mod quota;
pub mod receipt_entry;
pub mod reconcile;
pub mod session;
pub mod signed_order;
pub mod statement;
pub mod subscriber;
pub mod summary;
pub mod sweep_place;
pub mod thanks;
pub mod wall_time;
pub mod webhook;
