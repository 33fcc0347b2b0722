//! Calls of a `ReceiptObject`: intake and reconciliation show it what was paid, payments claim it and give it up, and the merchant looks at
//! it.

use crate::config::{Config, Deployment};
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::object;
use malipo_engine::claims::{Claimed, MoneyFacts};
use malipo_engine::payment::Rank;
use malipo_shared::{LinkId, MpesaReceipt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How long a claim or a look-up may take, in milliseconds.
const CALL_MS: u64 = 5_000;

/// To a `ReceiptObject`, named `{env}:{receipt}`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToReceipt {
    /// The object cannot know its own name.
    pub(crate) receipt: MpesaReceipt,
    /// The merchant for whom it is asked; what another's money is it never learns.
    pub(crate) link: LinkId,
    pub(crate) what: ReceiptCall,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ReceiptCall {
    /// M-PESA has shown it, by C2B or on being asked. Stored before it is answered with 200.
    Show { facts: MoneyFacts, body: String },
    /// A callback of a push of this payment has named it, and another receipt has paid that push.
    SetAside { address: String, facts: MoneyFacts },
    /// A payment claims it. Answered with `Claimed`.
    Claim {
        address: String,
        rank: Rank,
        /// How often a person has taken it back from this payment before.
        #[serde(default)]
        releases: u32,
    },
    /// A person has taken it back from this payment for the `releases`th time. Answered with `()`.
    Release { address: String, releases: u32 },
    /// A customer of this payment typed it. Answered with [`Looked`].
    LookUp { address: String },
    /// Ask M-PESA about it, unless it has shown it or was just asked.
    Ask,
    /// What is known of it: answered with `ReceiptRecord`.
    Read,
    /// A person has dealt with what cannot be read of it. Answered with whether it may be.
    Settle,
    /// Do what is left to do; with `lists_anew` also enter the operator's list again.
    Poke { lists_anew: bool },
}

/// What a look-up found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Looked {
    /// M-PESA has shown it, and it is nobody's.
    Unmatched(MoneyFacts),
    /// It belongs to a payment.
    Owned(String),
    /// Nothing is known of it.
    Unknown,
}

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

/// Shows a receipt to its object. `Ok` means that it is written down.
pub(crate) async fn show(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    facts: MoneyFacts,
    body: String,
    limit_ms: u64,
) -> Result<()> {
    let what = ReceiptCall::Show { facts, body };
    ask(env, config, receipt, what, limit_ms).await
}

/// What is known of a receipt that a payment's customer typed.
pub(crate) async fn look_up(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    address: &str,
) -> Result<Looked> {
    let address = address.to_owned();
    let what = ReceiptCall::LookUp { address };
    ask(env, config, receipt, what, CALL_MS).await
}

/// Asks a receipt's object for the merchant of `config`.
pub(crate) async fn ask<T: DeserializeOwned>(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    what: ReceiptCall,
    limit_ms: u64,
) -> Result<T> {
    let message = ToReceipt {
        receipt: receipt.clone(),
        link: config.link.clone(),
        what,
    };
    call(env, &name_of(config, receipt), &message, limit_ms).await
}

/// Calls the object of this name.
pub(crate) async fn call<T: DeserializeOwned>(
    env: &Env,
    name: &str,
    message: &ToReceipt,
    limit_ms: u64,
) -> Result<T> {
    object::call(env, Class::Receipt, name, message, limit_ms).await
}

/// What the object of a receipt is called.
pub(crate) fn name_of(deployment: &Deployment, receipt: &MpesaReceipt) -> String {
    format!("{}:{receipt}", deployment.env.as_str())
}
