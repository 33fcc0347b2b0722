//! Safaricom's side: each of Daraja's paths, and what the calls have in common. Below it are what the merchant is told and what is
//! remembered; only the routes lie above.

pub(crate) mod account_balance;
pub(crate) mod answer;
pub(crate) mod c2b_register;
pub(crate) mod c2b_simulate;
pub(crate) mod call;
pub(crate) mod fields;
pub(crate) mod initiator;
pub(crate) mod oauth;
pub(crate) mod pull;
pub(crate) mod qr;
pub(crate) mod reversal;
pub(crate) mod stk_push;
pub(crate) mod stk_query;
pub(crate) mod transaction_status;
