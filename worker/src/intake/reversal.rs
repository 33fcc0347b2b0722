//! What M-PESA posts about one refund: its result, that its queue dropped it, or the answer to a question about it.

use super::stk;
use crate::calls::payment::PaymentCall;
use crate::config::Config;
use malipo_engine::names::RefundTarget;
use worker::{Env, Response, Result};

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    target: RefundTarget,
    body: String,
) -> Result<Response> {
    let what = PaymentCall::RefundTold {
        refund: target.refund,
        word: target.word,
        body,
    };
    stk::tell(env, config, &target.address, what).await
}
