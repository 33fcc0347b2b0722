//! Daraja and the customer's handset, for development and tests.
//!
//! Written from Safaricom's documents alone, so that it shares no misreading with the code it tests. It moves no money,
//! talks to nobody but the URLs it is given, and listens on loopback only.

// How it is started.
mod options;
mod server;

// Daraja: every path, its calls, and what they are answered.
mod account_balance;
mod answer;
mod c2b_register;
mod c2b_simulate;
mod certificate;
mod gateway;
mod initiator;
mod oauth;
mod pull;
mod push_request;
mod qr;
mod result_codes;
mod reversal;
mod routes;
mod stk_push;
mod stk_query;
mod transaction_status;

// What happens to a push: as data, by magic number, in time, and how the merchant is told. To other calls: `call`.
mod c2b_confirmation;
mod c2b_validation;
mod call;
mod callback;
mod delivery;
mod magic;
mod play;
mod story;

// The customer's handset, and the control plane.
mod control;
mod handset;
mod movements;
mod pay;
mod scripts;
mod statement;

// What they all hold in common.
mod clock;
mod ids;
mod shared;
mod world;

pub use options::{App, Merchant, Options, Payee};
pub use server::{Emulator, RunningEmulator};
pub use story::{
    Callback, Customer, Echo, Items, Later, Query, QueryAnswer, Raw, Refusal, Story, Submit,
};
