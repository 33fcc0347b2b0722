//! What M-PESA tells of one refund: its outcome, that it was dropped, or the answer to a question about it.

use super::stk;
use crate::config::Config;
use crate::message::{PaymentCall, ToPayment};
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
    let address = target.address.to_string();
    stk::tell(env, config, &ToPayment { address, what }).await
}
