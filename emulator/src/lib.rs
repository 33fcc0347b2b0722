//! Daraja and the customer's handset, for development and tests.
//!
//! Written from Safaricom's documents alone, so that it shares no misreading with the code it tests. It moves no money,
//! talks to nobody but the callback URLs it is given, and listens on loopback only.

mod options; // what an emulator is started with
mod server; // the socket: start, stop, connections that are lost on purpose

mod answer; // Daraja's bodies, typos included
mod oauth; // GET  /oauth/v1/generate
mod push_request; // ... and its fields, checked as Daraja checks them
mod result_codes;
mod routes; // every path, and the record of what was received
mod stk_push; // POST /mpesa/stkpush/v1/processrequest
mod stk_query; // POST /mpesa/stkpushquery/v1/query // how M-PESA words each outcome

mod callback;
mod magic; // the stories that the last four digits choose
mod play; // acts a story out in time
mod story; // what happens to a push, as data // the STK callback: body and delivery

mod control;
mod handset; // the customer's phone: /phone and its JSON // /_emulator/: ledger, scripts, requests, reset

mod clock; // the one place that reads the time
mod ids;
mod shared; // what all of the above hold in common
mod world; // everything that is remembered // receipts, request ids and tokens, from the seed

pub use options::{App, Merchant, Options, Payee};
pub use server::{Emulator, RunningEmulator};
pub use story::{
    Callback, Customer, Items, Later, Query, QueryAnswer, Raw, Refusal, Story, Submit,
};
