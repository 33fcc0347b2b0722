//! The doctor's test post, which shows that callbacks arrive as they were sent. It comes from anywhere, reaches no payment, and is answered
//! with a proof that it was this deployment that read it.

use crate::config::Deployment;
use crate::edge::request::read_body;
use crate::intake::hook::BODY_BYTES_MAX;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::{Env, reply};
use serde_json::json;
use sha2::Digest as _;

pub(super) fn is_ours(env: &Env, deployment: &Deployment, path: &str) -> bool {
    let env_word = deployment.env.as_str();
    deployment
        .master_key
        .is_doctor_path(env_word, path, env.now_ms())
}

pub(super) async fn answer(
    request: &mut Incoming,
    deployment: &Deployment,
    path: &str,
) -> Result<Reply> {
    if request.method != Method::Post {
        return reply::method_not_allowed("POST");
    }
    let body = match read_body(request, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => return reply::error(error),
    };
    let digest = hex::encode(sha2::Sha256::digest(&body));
    let proof = deployment.master_key.check_proof(path, &digest);
    reply::json(
        200,
        &json!({ "ResultCode": 0, "ResultDesc": "Accepted", "proof": proof }),
    )
}
