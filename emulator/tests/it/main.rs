//! The emulator over real HTTP, with a receiver on a free port and a clock that moves only when told to.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by them"
)]

mod bench;
mod by_hand;
mod c2b;
mod checks;
mod control;
mod faults;
mod handset;
mod other_calls;
mod outcomes;
#[cfg(unix)] // it sends signals
mod program;
mod pull;
mod reversal;
mod statement;
mod status;
mod tokens;
