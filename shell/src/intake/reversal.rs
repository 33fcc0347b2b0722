//! What M-PESA posts about one refund: its result, that its queue dropped it, or the answer to a question about it.

use super::stk;
use crate::calls::payment::PaymentCall;
use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use malipo_engine::master_key::RefundTarget;

pub(super) async fn answer(
    env: &Env,
    deployment: &Deployment,
    target: RefundTarget,
    body: String,
) -> Result<Reply> {
    let what = PaymentCall::RefundTold {
        refund: target.refund,
        word: target.word,
        body,
    };
    stk::tell(env, deployment, &target.address, what).await
}
