//! Creating a payment from the shop's own server: its price and its reference are the shop's word.

use super::outcome::{Outcome, Refused};
use super::payments::call;
use crate::calls;
use crate::calls::payment::PaymentCall;
use crate::config::Config;
use crate::platform::Env;
use crate::platform::error::Error;
use crate::platform::http::Incoming;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::reply;
use malipo_engine::body::Fields;
use malipo_engine::created_order::CreatedOrder;
use malipo_engine::idempotency;
use malipo_engine::master_key::signed_reference;
use malipo_engine::payment::Ask;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Value, json};

/// `POST …/payments {amount_kes, reference, description, phone?, expires_in_secs?}` with `Idempotency-Key`:
/// `{payment, id, pay_url}`. The reference names the payment, as a signed order's does.
pub(super) async fn payment(
    env: &Env,
    config: &Config,
    request: &Incoming,
    fields: &Fields,
) -> Outcome {
    let key = idempotency::read_key(request.header(idempotency::HEADER).as_deref())?;
    let order = CreatedOrder::read(fields)?;
    let ask = order.ask(key);
    check_key(env, config, &ask).await?;
    let now_ms = env.now_ms();
    let reference = signed_reference(&config.link, &order.reference);
    let address = config.address(reference.ok_or_else(reply::internal)?);
    let id = config.master_key.payment_id(&address);
    let id = id.ok_or_else(reply::internal)?;
    let open = PaymentCall::Open {
        ask,
        phone: order.phone.clone(),
        expires_at_ms: now_ms + order.lifetime_ms,
        expect_kes: None, // it has fixed the price itself
        wait_ms: 0,
        quota: None, // the shop's server is no stranger
        order: order.into_order(now_ms),
    };
    let opened = call(env, &address, open).await?;
    if !opened.is_good() {
        return Ok(reply::of_object(opened));
    }
    let shown = call(env, &address, PaymentCall::Show).await?;
    let shown: Value = serde_json::from_str(&shown.text).map_err(Error::from)?;
    let pay_url = format!("{}{}/pay/p/{id}", config.public_base_url, config.prefix);
    Ok(reply::json(
        200,
        &json!({ "payment": shown["payment"], "id": id, "pay_url": pay_url }),
    )?)
}

/// A key is for one request. That nothing is done twice does not depend on this: the payment knows its requests itself.
async fn check_key(env: &Env, config: &Config, ask: &Ask) -> core::result::Result<(), Refused> {
    match calls::key::is_free(env, config, ask).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            let message =
                "This Idempotency-Key was used for another request. Make a new one for each order.";
            Err(ApiError::at(ErrorCode::KeyReused, idempotency::HEADER, message).into())
        }
        Err(why) => {
            log::error(
                env.as_ref(),
                What::KeyUnasked,
                &[Merchant(&config.link), Why(&why)],
            );
            Ok(())
        }
    }
}
