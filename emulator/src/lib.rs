//! Daraja and the customer's handset, for development and tests.
//!
//! Written from Safaricom's documents alone, so that it shares no misreading with the code it tests. It moves no money,
//! talks to nobody but the URLs it is given, and listens on loopback only.

mod certificate;
mod clock;
mod daraja;
mod emulation;
mod notices;
mod options;
mod people;
mod result_codes;
mod routes;
mod server;
mod world;

pub use options::{App, Merchant, Options, Payee};
pub use server::{Emulator, RunningEmulator};
pub use world::story::{
    Callback, Customer, Echo, Items, Later, Query, QueryAnswer, Raw, Refusal, Story, Submit,
};
