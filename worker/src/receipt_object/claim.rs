//! Calling a receipt's object for a payment: claiming the receipt, and giving up what a person had assigned.

use super::{CALL_MS, ask};
use crate::config::Config;
use crate::message::ReceiptCall;
use malipo_engine::claims::Claimed;
use malipo_engine::payment::Rank;
use malipo_shared::MpesaReceipt;
use worker::{Env, Result};

/// Claims a receipt for a payment.
pub(crate) async fn claim(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    address: &str,
    rank: Rank,
    releases: u32,
) -> Result<Claimed> {
    let what = ReceiptCall::Claim {
        address: address.to_owned(),
        rank,
        releases,
    };
    ask(env, config, receipt, what, CALL_MS).await
}

/// Tells a receipt that a person has taken it back from a payment. `Ok` means that it is written down.
pub(crate) async fn release(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    address: &str,
    releases: u32,
) -> Result<()> {
    let address = address.to_owned();
    let what = ReceiptCall::Release { address, releases };
    ask(env, config, receipt, what, CALL_MS).await
}
