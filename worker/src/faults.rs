//! Faults on request, so that tests can show what each harms and what mends it. In the emulator's environment only.

use crate::config::Config;
use crate::message::{PaymentCall, ToPayment};
use crate::{payment_object, routes};
use malipo_shared::PaymentId;
use worker::{Env, Method, Request, Response, Result};

/// Answers `POST /_faults/{fault}/{payment id}`. The body is how often a fault that is planted strikes.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    let mut words = path.split('/').skip(2);
    let (fault, id) = (words.next(), words.next());
    let id = id.and_then(|id| PaymentId::parse(id).ok());
    let address = id.and_then(|id| config.master_key.open_payment_id(config.env.as_str(), &id));
    let (Some(fault), Some(address), Method::Post) = (fault, address, request.method()) else {
        return routes::not_found();
    };
    let message = ToPayment {
        address: address.to_string(),
        what: PaymentCall::Fault {
            fault: fault.to_owned(),
            times: request.text().await?.parse().unwrap_or(0),
        },
    };
    payment_object::call(env, &message, payment_object::CALL_MS).await
}
