//! Dispatches what M-PESA has posted to the file of its kind, at once (`tell`) or when it comes out of the inbox (`hear`).

use super::ack::not_recorded;
use super::called;
use super::hook::{Hook, Posted, hook_of};
use super::{c2b, result, reversal, stk};
use crate::config::{self, Config, Deployment};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::reply;
use malipo_engine::json;

/// Has its merchant hear what lay in the inbox as it came, a [`Posted`]; answered as M-PESA would be.
pub(crate) async fn hear(env: &Env, text: &str) -> Result<Reply> {
    let posted: Posted = json::read(text)?;
    let Ok(deployment) = &config::deployment(env) else {
        return not_recorded();
    };
    let Some(hook) = hook_of(deployment, &posted.path) else {
        return reply::not_found();
    };
    let Some(who) = hook.called() else {
        return tell(env, deployment, None, hook, posted).await;
    };
    match called::called(env, deployment, who).await {
        Ok(merchant) => tell(env, deployment, Some(&merchant), hook, posted).await,
        Err(_) => not_recorded(),
    }
}

/// Has its object record what was posted to this hook; `merchant` is the one by whose settings it is judged.
pub(crate) async fn tell(
    env: &Env,
    deployment: &Deployment,
    merchant: Option<&Config>,
    hook: Hook,
    posted: Posted,
) -> Result<Reply> {
    let Posted {
        path,
        is_known,
        body,
    } = posted;
    match (hook, merchant) {
        (Hook::Stk(target), _) => stk::answer(env, deployment, target, body).await,
        (Hook::Reversal(target), _) => reversal::answer(env, deployment, target, body).await,
        (Hook::Result(_, receipt), Some(config)) => {
            result::answer(env, config, &receipt, body).await
        }
        (Hook::C2b(_), Some(config)) => match c2b::open(config, &path) {
            Some(call) => c2b::answer(env, config, call, is_known, body).await,
            None => reply::not_found(),
        },
        (Hook::Result(..) | Hook::C2b(_), None) => not_recorded(),
    }
}
