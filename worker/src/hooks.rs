//! What M-PESA calls. Nobody else can: each path holds a secret of its own.

mod c2b;
mod check;
mod result;
mod reversal;
mod stk;

use crate::config::Config;
use crate::log::{
    self,
    Told::{Merchant, Why},
    What,
};
use crate::{platform, reply, routes};
use std::future::Future;
use worker::{Env, Method, Request, Response, Result};

/// Larger than any callback of Daraja's.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A callback comes once: its object is tried three times within 5 s before the inbox takes it.
const TRIES: u32 = 3;
const TRY_MS: u64 = 1500;
const PAUSE_MS: u64 = 150;

/// A call whose path was made here.
enum Hook {
    Stk(malipo_engine::names::CallbackTarget),
    Result(malipo_shared::MpesaReceipt),
    Reversal(malipo_engine::names::RefundTarget),
    C2b(c2b::Call),
}

/// Answers below `/hooks/`. 200 only after what came is written down.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    if check::is_ours(config, path) {
        return check::answer(request, config, path).await;
    }
    let Some(hook) = hook_of(config, path) else {
        return routes::not_found();
    };
    if request.method() != Method::Post {
        return routes::method_not_allowed("POST");
    }
    let address = request.headers().get("CF-Connecting-IP")?;
    let is_known = config.callers.is_known(address.as_deref());
    if !is_known {
        log::warn(What::CallerUnknown, &[Merchant(&config.link)]);
        if config.callers.are_enforced {
            return routes::not_found();
        }
    }
    let body = match crate::browser::read_body(request, BODY_BYTES_MAX).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(error) => return reply::error(error),
    };
    match hook {
        Hook::Stk(target) => stk::answer(env, config, target, body).await,
        Hook::Result(receipt) => result::answer(env, config, &receipt, body).await,
        Hook::Reversal(target) => reversal::answer(env, config, target, body).await,
        Hook::C2b(call) => c2b::answer(env, config, call, is_known, body).await,
    }
}

fn hook_of(config: &Config, path: &str) -> Option<Hook> {
    let env = config.env.as_str();
    if let Some(target) = config.master_key.open_stk_callback_path(env, path) {
        return (target.address.link == config.link).then_some(Hook::Stk(target));
    }
    if let Some((link, receipt)) = config.master_key.open_result_path(env, path) {
        return (link == config.link).then_some(Hook::Result(receipt));
    }
    if let Some(target) = config.master_key.open_refund_path(env, path) {
        return (target.address.link == config.link).then_some(Hook::Reversal(target));
    }
    c2b::open(config, path).map(Hook::C2b)
}

/// What became of a try to have something written down.
enum Tried {
    Written,
    /// The object does not want it: no try will help.
    Unwanted,
    Failed(String),
}

/// Tries an object three times, each time by a fresh stub.
async fn try_thrice<F: Future<Output = Tried>>(work: impl Fn() -> F) -> Tried {
    let mut last = String::new();
    for n in 1..=TRIES {
        match work().await {
            Tried::Failed(why) => {
                log::error(
                    What::CallbackUnwritten,
                    &[Why(&format_args!("try {n} of {TRIES}: {why}"))],
                );
                last = why;
            }
            done @ (Tried::Written | Tried::Unwanted) => return done,
        }
        platform::pause_ms(PAUSE_MS).await;
    }
    Tried::Failed(last)
}

fn not_recorded() -> Result<Response> {
    reply::json(
        500,
        &serde_json::json!({ "ResultCode": 1, "ResultDesc": "Not recorded" }),
    )
}

fn accepted() -> Result<Response> {
    reply::json(
        200,
        &serde_json::json!({ "ResultCode": 0, "ResultDesc": "Accepted" }),
    )
}
