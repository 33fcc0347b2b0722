//! The shell: all that Malipo does around the engine's decisions, on any platform that is a `Host`. Imports go down only: edge, schedule,
//! intake, outbound, ledger and calls, config, platform; beside them objects, which nobody imports. No rule about money is here: if a
//! branch depends on a payment's state, it belongs in the engine.

mod calls;
mod config;
pub mod edge;
mod intake;
mod ledger;
pub mod objects;
mod outbound;
pub mod platform;
pub mod schedule;
