//! Reconciliation of M-PESA's statements with the ledger, by the clock and by the merchant's command. What M-PESA itself lists (Pull
//! Transactions) is shown to its receipt, as a confirmation would be; what a person brings (a statement) is listed, and M-PESA is asked
//! about it. No money is counted here.

mod due;
mod import;
mod pull;
mod report;

pub(crate) use due::on_schedule;
pub(crate) use import::{NotCompared, import};
pub(crate) use pull::{earliest_ms, latest_ms, run};
