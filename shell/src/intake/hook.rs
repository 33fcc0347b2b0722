//! `Hook`: which post of M-PESA's a path below `/hooks/` is for, and whose; and `Posted`, what was posted to it.

use super::called::Called;
use crate::config::Deployment;
use malipo_engine::master_key::{CallbackTarget, RefundTarget};
use malipo_shared::{LinkId, MpesaReceipt};
use serde::{Deserialize, Serialize};

/// Larger than any callback of Daraja's. Of what is larger still the beginning is kept.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;

/// A call whose path was made here: under the deployment's key, or with a secret of its merchant's, which is still to be compared.
pub(crate) enum Hook {
    Stk(CallbackTarget),
    Result(LinkId, MpesaReceipt),
    Reversal(RefundTarget),
    /// The number that is paid.
    C2b(String),
}

/// What came by a hook. It lies in the inbox as it came while the settings that it is judged by cannot be read.
#[derive(Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) path: String,
    /// Whether M-PESA is known to call from there.
    pub(crate) is_known: bool,
    pub(crate) body: String,
}

impl Hook {
    /// Whose settings it is judged by; none for what its payment judges by itself.
    pub(crate) fn called(&self) -> Option<Called<'_>> {
        match self {
            Hook::Stk(_) | Hook::Reversal(_) => None,
            Hook::Result(link, _) => Some(Called::Link(link)),
            Hook::C2b(number) => Some(Called::Number(number)),
        }
    }

    /// Whose it is; none of C2B, which names a number.
    pub(crate) fn link(&self) -> Option<&LinkId> {
        match self {
            Hook::Stk(target) => Some(&target.address.link),
            Hook::Result(link, _) => Some(link),
            Hook::Reversal(target) => Some(&target.address.link),
            Hook::C2b(_) => None,
        }
    }

    pub(crate) fn is_unproven(&self) -> bool {
        matches!(self, Hook::C2b(_))
    }
}

pub(crate) fn hook_of(deployment: &Deployment, path: &str) -> Option<Hook> {
    let env = deployment.env.as_str();
    let key = &deployment.master_key;
    if let Some(target) = key.open_stk_callback_path(env, path) {
        return Some(Hook::Stk(target));
    }
    if let Some((link, receipt)) = key.open_result_path(env, path) {
        return Some(Hook::Result(link, receipt));
    }
    if let Some(target) = key.open_refund_path(env, path) {
        return Some(Hook::Reversal(target));
    }
    let (number, _) = path.strip_prefix("/hooks/c2b/")?.split_once('/')?;
    Some(Hook::C2b(number.to_owned()))
}
