//! Calling a receipt's object for a payment: claiming the receipt, giving up what a person had assigned, and what does not count.

use super::{CALL_MS, ask};
use crate::config::Config;
use crate::message::ReceiptCall;
use malipo_engine::claims::{Claimed, MoneyFacts};
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

/// Has a receipt listed for the shop's people that a callback of this payment's has named, and that it does not count. `Ok` means
/// that it is written down.
pub(crate) async fn set_aside(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    address: &str,
    facts: MoneyFacts,
) -> Result<()> {
    let address = address.to_owned();
    let what = ReceiptCall::SetAside { address, facts };
    ask(env, config, receipt, what, CALL_MS).await
}
