//! What M-PESA calls. Nobody else can: each path holds a secret of its own.

mod c2b;
mod check;
mod result;
mod reversal;
mod stk;

use crate::config::{self, Config, NoConfig};
use crate::log::{
    self,
    Told::{Merchant, Why},
    What,
};
use crate::whose::{self, Called};
use crate::{inbox, platform, reply, routes};
use malipo_engine::json;
use malipo_engine::names::{CallbackTarget, RefundTarget};
use malipo_shared::{LinkId, MpesaReceipt};
use serde::{Deserialize, Serialize};
use std::future::Future;
use worker::{Env, Method, Request, Response, Result};

/// Larger than any callback of Daraja's.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A callback comes once: its object is tried three times within 5 s before the inbox takes it.
const TRIES: u32 = 3;
const TRY_MS: u64 = 1500;
const PAUSE_MS: u64 = 150;

/// A call whose path was made here: under the deployment's key, or with a secret of its merchant's, which is still to be compared.
enum Hook {
    Stk(CallbackTarget),
    Result(LinkId, MpesaReceipt),
    Reversal(RefundTarget),
    /// The number that is paid.
    C2b(String),
}

/// What came by a hook. It lies in the inbox as it came while the settings that it is judged by cannot be read.
#[derive(Serialize, Deserialize)]
pub(crate) struct Posted {
    path: String,
    /// Whether M-PESA is known to call from there.
    is_known: bool,
    body: String,
}

/// Answers below `/hooks/`; `config` is the deployment's. 200 only after what came is written down.
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
    let known = match hook.called() {
        Some(who) => whose::sought(env, config, who).await,
        None => config::of(env),
    };
    let merchant = known.as_ref().as_ref();
    if let (Hook::C2b(_), Ok(merchant)) = (&hook, merchant)
        && c2b::open(merchant, path).is_none()
    {
        return routes::not_found();
    }
    if request.method() != Method::Post {
        return routes::method_not_allowed("POST");
    }
    let link = hook.link(merchant.unwrap_or(config)).clone();
    let address = request.headers().get("CF-Connecting-IP")?;
    let is_known = config.callers.is_known(address.as_deref());
    if !is_known {
        log::warn(What::CallerUnknown, &[Merchant(&link)]);
        if config.callers.are_enforced {
            return routes::not_found();
        }
    }
    let body = match crate::browser::read_body(request, BODY_BYTES_MAX).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(error) => return reply::error(error),
    };
    let posted = Posted {
        path: path.to_owned(),
        is_known,
        body,
    };
    match merchant {
        Ok(merchant) => tell(env, merchant, hook, posted).await,
        // Its secret cannot be compared now, and strangers must not fill the inbox. A question is not answered later.
        Err(none) if hook.is_unproven() && (!is_known || !path.ends_with("/confirm")) => {
            whose::refuse(none)
        }
        Err(none) => {
            // No sweep visits a merchant whom nobody knows.
            let is_unknown = matches!(none, NoConfig::UnknownLink);
            let link = if is_unknown { &config.link } else { &link };
            if inbox::hold(env, config, link, &posted).await {
                accepted()
            } else {
                not_recorded()
            }
        }
    }
}

/// Has its merchant hear what lay in the inbox as it came, a [`Posted`]; answered as M-PESA would be.
pub(crate) async fn hear(env: &Env, text: &str) -> Result<Response> {
    let posted: Posted = json::read(text)?;
    let own = config::of(env);
    let Ok(own) = own.as_ref() else {
        return not_recorded();
    };
    let Some(hook) = hook_of(own, &posted.path) else {
        return routes::not_found();
    };
    let known = match hook.called() {
        Some(who) => whose::called(env, own, who).await,
        None => config::of(env),
    };
    match known.as_ref() {
        Ok(merchant) => tell(env, merchant, hook, posted).await,
        Err(_) => not_recorded(),
    }
}

async fn tell(env: &Env, config: &Config, hook: Hook, posted: Posted) -> Result<Response> {
    let Posted {
        path,
        is_known,
        body,
    } = posted;
    match hook {
        Hook::Stk(target) => stk::answer(env, config, target, body).await,
        Hook::Result(_, receipt) => result::answer(env, config, &receipt, body).await,
        Hook::Reversal(target) => reversal::answer(env, config, target, body).await,
        Hook::C2b(_) => match c2b::open(config, &path) {
            Some(call) => c2b::answer(env, config, call, is_known, body).await,
            None => routes::not_found(),
        },
    }
}

impl Hook {
    /// Whose settings it is judged by; none for what its payment judges by itself.
    fn called(&self) -> Option<Called<'_>> {
        match self {
            Hook::Stk(_) | Hook::Reversal(_) => None,
            Hook::Result(link, _) => Some(Called::Link(link)),
            Hook::C2b(number) => Some(Called::Number(number)),
        }
    }

    /// Whose it is; C2B's is its number's `merchant`'s.
    fn link<'h>(&'h self, merchant: &'h Config) -> &'h LinkId {
        match self {
            Hook::Stk(target) => &target.address.link,
            Hook::Result(link, _) => link,
            Hook::Reversal(target) => &target.address.link,
            Hook::C2b(_) => &merchant.link,
        }
    }

    fn is_unproven(&self) -> bool {
        matches!(self, Hook::C2b(_))
    }
}

fn hook_of(config: &Config, path: &str) -> Option<Hook> {
    let env = config.env.as_str();
    if let Some(target) = config.master_key.open_stk_callback_path(env, path) {
        return Some(Hook::Stk(target));
    }
    if let Some((link, receipt)) = config.master_key.open_result_path(env, path) {
        return Some(Hook::Result(link, receipt));
    }
    if let Some(target) = config.master_key.open_refund_path(env, path) {
        return Some(Hook::Reversal(target));
    }
    let (number, _) = path.strip_prefix("/hooks/c2b/")?.split_once('/')?;
    Some(Hook::C2b(number.to_owned()))
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
    let mut n = 1;
    loop {
        let why = match work().await {
            Tried::Failed(why) => why,
            done @ (Tried::Written | Tried::Unwanted) => return done,
        };
        let try_n = format!("try {n} of {TRIES}: {why}");
        log::error(What::CallbackUnwritten, &[Why(&try_n)]);
        if n == TRIES {
            return Tried::Failed(why);
        }
        platform::pause_ms(PAUSE_MS).await;
        n += 1;
    }
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
