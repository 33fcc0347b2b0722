//! The real Worker in workerd against the emulator, over HTTP. `cargo xtask test --only live` starts both.

mod admin;
mod alarms;
mod between;
mod callers;
mod daraja;
mod deployment;
mod described;
mod description;
mod doctor;
mod errors;
mod forgetting;
mod house;
mod http;
mod ledger;
mod lists;
mod merchants;
mod money;
mod operator;
mod panics;
mod prompts;
mod reconcile;
mod refunds;
mod secrecy;
mod shop;
mod stories;
mod strangers;
