//! What M-PESA calls. Nobody else can: each path holds a secret of its own. What it posts is written down beside the answer, and
//! goes on being written down when M-PESA has hung up, or was told that it took too long.

mod c2b;
mod check;
mod result;
mod reversal;
mod stk;
mod unread;

use crate::browser::read_cut;
use crate::config::{self, Config, Known, NoConfig};
use crate::inbox;
use crate::platform::log::{
    self,
    Told::{Merchant, Why},
    What,
};
use crate::platform::{self, reply};
use crate::whose::{self, Called};
use futures_channel::oneshot;
use malipo_engine::daraja::text_of;
use malipo_engine::hook_time;
use malipo_engine::json;
use malipo_engine::names::{CallbackTarget, RefundTarget};
use malipo_shared::{LinkId, MpesaReceipt};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::rc::Rc;
use worker::{Context, Env, Method, Request, Response, Result};

/// Larger than any callback of Daraja's. Of what is larger still the beginning is kept.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// How long one try to have an object write something down may take, in milliseconds.
const TRY_MS: u64 = hook_time::OBJECT.each_ms;

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

/// A call of M-PESA's, with all that is needed to write down what it says when its request is over.
struct Call {
    env: Env,
    /// The deployment's.
    own: Known,
    hook: Hook,
    /// Whence it came.
    address: Option<String>,
    path: String,
    body: String,
}

/// Answers below `/hooks/`; `own` is the deployment's. 200 only after what came is written down, and always before M-PESA hangs up.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    context: &Context,
    own: &Known,
    path: &str,
) -> Result<Response> {
    let began_ms = platform::now_ms();
    let Ok(config) = own.as_ref() else {
        return not_recorded();
    };
    if check::is_ours(config, path) {
        return check::answer(request, config, path).await;
    }
    let Some(hook) = hook_of(config, path) else {
        return reply::not_found();
    };
    if request.method() != Method::Post {
        return match hook.is_unproven() {
            true => reply::not_found(),
            false => reply::method_not_allowed("POST"),
        };
    }
    let address = request.headers().get("CF-Connecting-IP")?;
    let is_question = matches!(hook, Hook::C2b(_)) && path.ends_with("/validate");
    let body = text_of(&read_cut(request, BODY_BYTES_MAX).await);
    let call = Call {
        env: env.clone(),
        own: Rc::clone(own),
        hook,
        address,
        path: path.to_owned(),
        body,
    };
    let (tell, told) = oneshot::channel();
    platform::keep(context, async move {
        // Nobody waits for it any more, if M-PESA has hung up.
        let _ = tell.send(call.write_down().await);
    });
    let left_ms = hook_time::left_ms(began_ms, platform::now_ms());
    match platform::within(left_ms, told).await {
        Some(Ok(answer)) => answer,
        // Whether the money may come, it may; that is not known in time.
        Some(Err(oneshot::Canceled)) | None if is_question => accepted(),
        Some(Err(oneshot::Canceled)) | None => not_recorded(),
    }
}

impl Call {
    async fn write_down(self) -> Result<Response> {
        let Call {
            env,
            own,
            hook,
            address,
            path,
            body,
        } = self;
        let Ok(config) = own.as_ref() else {
            return not_recorded();
        };
        let known = match hook.called() {
            Some(who) => whose::sought(&env, config, who).await,
            None => config::of(&env),
        };
        let merchant = known.as_ref().as_ref();
        if let (Hook::C2b(_), Ok(merchant)) = (&hook, merchant)
            && c2b::open(merchant, &path).is_none()
        {
            return reply::not_found();
        }
        let link = hook.link(merchant.unwrap_or(config)).clone();
        let is_known = config.callers.is_known(address.as_deref());
        if !is_known {
            log::warn(What::CallerUnknown, &[Merchant(&link)]);
            if config.callers.are_enforced {
                return reply::not_found();
            }
        }
        let posted = Posted {
            path,
            is_known,
            body,
        };
        match merchant {
            Ok(merchant) => tell(&env, merchant, hook, posted).await,
            // Its secret cannot be compared now, and strangers must not fill the inbox. A question is not answered later.
            Err(none)
                if hook.is_unproven() && (!is_known || !posted.path.ends_with("/confirm")) =>
            {
                whose::refuse(none)
            }
            Err(none) => {
                // Nobody's settings are read for a merchant whom nobody knows.
                let is_unknown = matches!(none, NoConfig::UnknownLink);
                let link = if is_unknown { &config.link } else { &link };
                if inbox::hold(&env, config, link, &posted).await {
                    accepted()
                } else {
                    not_recorded()
                }
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
        return reply::not_found();
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
            None => reply::not_found(),
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

/// Tries an object a few times, each time by a fresh stub.
async fn try_thrice<F: Future<Output = Tried>>(work: impl Fn() -> F) -> Tried {
    let tries = hook_time::OBJECT;
    let mut made = 0;
    loop {
        let why = match work().await {
            Tried::Failed(why) => why,
            done @ (Tried::Written | Tried::Unwanted) => return done,
        };
        made += 1;
        let try_n = format!("try {made} of {}: {why}", tries.most);
        log::error(What::CallbackUnwritten, &[Why(&try_n)]);
        if !tries.goes_on(made) {
            return Tried::Failed(why);
        }
        platform::pause_ms(tries.pause_ms).await;
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
