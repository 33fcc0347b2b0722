//! The real Worker in workerd against the emulator, over HTTP. `cargo xtask test --only live` starts both.

mod alarms;
mod callers;
mod daraja;
mod errors;
mod house;
mod http;
mod ledger;
mod money;
mod operator;
mod panics;
mod prompts;
mod refunds;
mod secrecy;
mod shop;
mod stories;
mod strangers;
