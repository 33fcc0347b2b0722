//! `cargo xtask bench --payment`: what a payment costs in the Worker, beside a twin in plain TypeScript, held against its goals.

mod bytes;
mod copy;
mod counters;
mod crowd;
mod figures;
mod free_plan;
mod payment;
mod process;
mod side;
mod table;

pub(crate) use payment::run as payment;
