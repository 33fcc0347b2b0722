//! What M-PESA calls. Nobody else can: the path holds a secret of one attempt's own.

use crate::browser::read_body;
use crate::config::Config;
use crate::message::{PaymentCall, ToPayment};
use crate::{payment_object, platform, reply, routes};
use worker::{Env, Method, Request, Response, Result};

/// Larger than any callback of Daraja's.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A callback comes once: the object is tried three times within 5 s before M-PESA is told that we failed.
const TRIES: u32 = 3;
const TRY_MS: u64 = 1500;
const PAUSE_MS: u64 = 150;

/// Answers below `/hooks/`. 200 only after the callback is written down.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    let Some(target) = config
        .master_key
        .open_stk_callback_path(config.env.as_str(), path)
    else {
        return routes::not_found();
    };
    if request.method() != Method::Post {
        return routes::method_not_allowed("POST");
    }
    let body = match read_body(request, BODY_BYTES_MAX).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(error) => return reply::error(error),
    };
    let message = ToPayment {
        address: target.address.to_string(),
        what: PaymentCall::Callback {
            attempt: target.attempt,
            body,
        },
    };
    for attempt in 1..=TRIES {
        match payment_object::call(env, &message, TRY_MS).await {
            Ok(response) if response.status_code() == 200 => return accepted(),
            // The object does not know the attempt: no try will help.
            Ok(response) if response.status_code() == 404 => return routes::not_found(),
            Ok(_) => {
                worker::console_error!("a callback was not taken down, try {attempt} of {TRIES}")
            }
            Err(why) => worker::console_error!(
                "a callback did not reach its payment, try {attempt} of {TRIES}: {why}"
            ),
        }
        platform::pause_ms(PAUSE_MS).await;
    }
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
