//! Posts with a right secret that cannot be read, or that no object wants: kept sealed with the receipt that they name, and put before a
//! person. Only what has a wrong secret is thrown away.

use super::inbox;
use super::three_tries::{TRY_MS, Tried, try_thrice};
use crate::calls;
use crate::calls::payment::PaymentCall;
use crate::calls::receipt::{ReceiptCall, ToReceipt};
use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::concurrent;
use crate::platform::log::{
    self,
    Field::{Merchant, Receipt, Why},
    What,
};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{PaidAmount, StkCallback, is_unread_name, receipts_in, unread_name};
use malipo_engine::eat::Day;
use malipo_shared::{LinkId, MpesaReceipt};

/// Keeps a body for each receipt that it names, else under a name of its own. True once it is written down.
pub(super) async fn keep(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    is_trusted: bool,
    body: &str,
) -> bool {
    let mut receipts = receipts_in(body);
    if receipts.is_empty() {
        receipts.extend(unread_name(link, Day::of(env.now_ms()), body));
    }
    let kept = concurrent::each(&receipts, |receipt| async move {
        let why = "what came cannot be read; it is kept, and the receipt is listed as unmatched";
        let what = [Merchant(link), Receipt(receipt), Why(&why)];
        log::error(env.as_ref(), What::CallbackUnreadable, &what);
        let facts = MoneyFacts::unread(is_trusted);
        let body = body.to_owned();
        let is_kept = show(env, deployment, link, receipt.clone(), facts, body).await;
        if is_kept && !is_unread_name(receipt) {
            ask(env, deployment, link, receipt).await;
        }
        is_kept
    })
    .await;
    !kept.is_empty() && !kept.contains(&false)
}

/// Keeps what a payment's object does not want, because it knows of no such push or refund. A push that was paid is a receipt
/// that a person can give to an order.
pub(super) async fn keep_unwanted(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    what: PaymentCall,
) -> bool {
    #[allow(clippy::wildcard_enum_match_arm)] // nothing else comes by a hook
    let (body, callback) = match what {
        PaymentCall::Callback { body, .. } => {
            let callback = StkCallback::decode(body.as_bytes()).ok();
            (body, callback)
        }
        PaymentCall::RefundTold { body, .. } => (body, None),
        _ => return true,
    };
    match callback {
        Some(callback) if !callback.code.is_success() => {
            // No money has moved.
            let why = format!("a push that is not known ended: {}", callback.code.as_str());
            log::error(
                env.as_ref(),
                What::CallbackUnreadable,
                &[Merchant(link), Why(&why)],
            );
            true
        }
        Some(StkCallback { proof, .. }) if proof.receipt.is_some() => {
            let nothing = || PaidAmount::Other(String::new());
            let facts = MoneyFacts {
                amount: proof.amount.unwrap_or_else(nothing),
                paid_at_ms: proof.paid_at_ms,
                ..MoneyFacts::unread(true)
            };
            match proof.receipt {
                Some(receipt) => show(env, deployment, link, receipt, facts, body).await,
                None => true,
            }
        }
        Some(_) | None => keep(env, deployment, link, true, &body).await,
    }
}

/// Has M-PESA asked about it, where it can be: then the money is matched as if it had been read. If not, a person looks.
async fn ask(env: &Env, deployment: &Deployment, link: &LinkId, receipt: &MpesaReceipt) {
    let name = calls::receipt::name_of(deployment, receipt);
    let message = ToReceipt {
        receipt: receipt.clone(),
        link: link.clone(),
        what: ReceiptCall::Ask,
    };
    if let Err(why) = calls::receipt::call::<bool>(env, &name, &message, TRY_MS).await {
        log::warn(
            env.as_ref(),
            What::ReceiptUnasked,
            &[Merchant(link), Why(&why)],
        );
    }
}

/// Has a receipt's object write down what M-PESA has shown; what it cannot take now waits in the inbox. True once it is written.
pub(super) async fn show(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    receipt: MpesaReceipt,
    facts: MoneyFacts,
    body: String,
) -> bool {
    let name = calls::receipt::name_of(deployment, &receipt);
    let message = ToReceipt {
        receipt,
        link: link.clone(),
        what: ReceiptCall::Show { facts, body },
    };
    let tried = try_thrice(env, || async {
        match calls::receipt::call::<()>(env, &name, &message, TRY_MS).await {
            Ok(()) => Tried::Written,
            Err(why) => Tried::Failed(why.to_string()),
        }
    })
    .await;
    match tried {
        Tried::Written | Tried::Unwanted => true,
        Tried::Failed(_) => {
            let kind = inbox::Kind::Receipt;
            let to = inbox::To {
                kind,
                link,
                name: &name,
            };
            inbox::put(env, deployment, &to, &message).await
        }
    }
}
