//! The real Worker in workerd against the emulator, over HTTP. `cargo xtask test --only live` starts both.

mod alarms;
mod between;
mod callers;
mod daraja;
mod doctor;
mod errors;
mod forgetting;
mod house;
mod http;
mod ledger;
mod money;
mod operator;
mod panics;
mod prompts;
mod secrecy;
mod shop;
mod stories;
mod strangers;
