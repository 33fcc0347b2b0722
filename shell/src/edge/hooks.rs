//! The hooks that M-PESA posts to. Nobody else can: each path holds a secret of its own. What it posts is recorded beside the answer, and
//! goes on being recorded when M-PESA has hung up, or was told that it took too long.

mod doctor;

use crate::config::{Deployment, NoConfig};
use crate::edge::merchant_of;
use crate::edge::request::read_cut;
use crate::intake::ack::{accepted, not_recorded};
use crate::intake::hook::{BODY_BYTES_MAX, Hook, Posted, hook_of};
use crate::intake::{c2b, called, dispatch, inbox};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::log::{self, Field::Merchant, What};
use crate::platform::{self, reply};
use futures_channel::oneshot;
use malipo_engine::daraja::text_of;
use malipo_engine::hook_time;
use std::rc::Rc;

/// A call of M-PESA's, with all that is needed to write down what it says when its request is over.
struct Call {
    env: Env,
    deployment: Rc<Deployment>,
    hook: Hook,
    /// Whence it came.
    address: Option<String>,
    path: String,
    body: String,
}

/// Answers below `/hooks/`. 200 only after what came is written down, and always before M-PESA hangs up.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    deployment: &Rc<Deployment>,
    path: &str,
) -> Result<Reply> {
    let began_ms = env.now_ms();
    if doctor::is_ours(env, deployment, path) {
        return doctor::answer(request, deployment, path).await;
    }
    let Some(hook) = hook_of(deployment, path) else {
        return reply::not_found();
    };
    if request.method != Method::Post {
        return match hook.is_unproven() {
            true => reply::not_found(),
            false => reply::method_not_allowed("POST"),
        };
    }
    let address = request.header("CF-Connecting-IP");
    let is_question = matches!(hook, Hook::C2b(_)) && path.ends_with("/validate");
    let body = text_of(&read_cut(request, BODY_BYTES_MAX).await);
    let call = Call {
        env: env.clone(),
        deployment: Rc::clone(deployment),
        hook,
        address,
        path: path.to_owned(),
        body,
    };
    let (tell, told) = oneshot::channel();
    env.keep(Box::pin(async move {
        // Nobody waits for it any more, if M-PESA has hung up.
        let _ = tell.send(call.write_down().await);
    }));
    let left_ms = hook_time::left_ms(began_ms, env.now_ms());
    match platform::within(env.as_ref(), left_ms, told).await {
        Some(Ok(answer)) => answer,
        // Whether the money may come, it may; that is not known in time.
        Some(Err(oneshot::Canceled)) | None if is_question => accepted(),
        Some(Err(oneshot::Canceled)) | None => not_recorded(),
    }
}

impl Call {
    async fn write_down(self) -> Result<Reply> {
        let Call {
            env,
            deployment,
            hook,
            address,
            path,
            body,
        } = self;
        let known = match hook.called() {
            Some(who) => Some(called::sought(&env, &deployment, who).await),
            None => None,
        };
        let merchant = known.as_ref().map(Result::as_ref).transpose();
        if let (Hook::C2b(_), Ok(Some(merchant))) = (&hook, merchant)
            && c2b::open(merchant, &path).is_none()
        {
            return reply::not_found();
        }
        let of_number = merchant.ok().flatten().map(|merchant| &merchant.link);
        let link = hook.link().or(of_number);
        let link = link.unwrap_or(&deployment.default_link).clone();
        let is_known = deployment.callers.is_known(address.as_deref());
        if !is_known {
            log::warn(env.as_ref(), What::CallerUnknown, &[Merchant(&link)]);
            if deployment.callers.are_enforced {
                return reply::not_found();
            }
        }
        let posted = Posted {
            path,
            is_known,
            body,
        };
        match merchant {
            Ok(merchant) => {
                let merchant = merchant.map(|merchant| &**merchant);
                dispatch::tell(&env, &deployment, merchant, hook, posted).await
            }
            // Its secret cannot be compared now, and strangers must not fill the inbox. A question is not answered later.
            Err(none)
                if hook.is_unproven() && (!is_known || !posted.path.ends_with("/confirm")) =>
            {
                merchant_of::refuse(&env, none)
            }
            Err(none) => {
                // Nobody's settings are read for a merchant whom nobody knows.
                let is_unknown = matches!(none, NoConfig::UnknownLink);
                let link = match is_unknown {
                    true => &deployment.default_link,
                    false => &link,
                };
                if inbox::hold(&env, &deployment, link, &posted).await {
                    accepted()
                } else {
                    not_recorded()
                }
            }
        }
    }
}
