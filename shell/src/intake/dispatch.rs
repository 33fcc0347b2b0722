//! Dispatches what M-PESA has posted to the file of its kind, at once (`tell`) or when it comes out of the inbox (`hear`).

use super::ack::not_recorded;
use super::called;
use super::hook::{Hook, Posted, hook_of};
use super::{c2b, result, reversal, stk};
use crate::config::{self, Config};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::reply;
use malipo_engine::json;

/// Has its merchant hear what lay in the inbox as it came, a [`Posted`]; answered as M-PESA would be.
pub(crate) async fn hear(env: &Env, text: &str) -> Result<Reply> {
    let posted: Posted = json::read(text)?;
    let Ok(default) = &config::default_merchant(env) else {
        return not_recorded();
    };
    let Some(hook) = hook_of(default, &posted.path) else {
        return reply::not_found();
    };
    let known = match hook.called() {
        Some(who) => called::called(env, default, who).await,
        None => config::default_merchant(env),
    };
    match known.as_ref() {
        Ok(merchant) => tell(env, merchant, hook, posted).await,
        Err(_) => not_recorded(),
    }
}

/// Has its object record what was posted to this hook of `config`'s merchant.
pub(crate) async fn tell(env: &Env, config: &Config, hook: Hook, posted: Posted) -> Result<Reply> {
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
