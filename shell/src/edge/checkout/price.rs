//! The price of what a customer wants to pay: signed by the shop's server, or from the price list.

use crate::config::Config;
use crate::platform::{Env, reply};
use malipo_engine::master_key::signed_reference;
use malipo_engine::order::{Order, note as price_note};
use malipo_engine::payment::rules;
use malipo_engine::signed_order::{Audience, SignedOrder};
use malipo_shared::AccountReference;
use malipo_shared::api::{ApiError, ErrorCode, OpenPayment};

type Priced = core::result::Result<(Order, AccountReference, u64), ApiError>;

/// What is asked to be paid: its price, its account reference, and until when it may be paid.
///
/// # Errors
/// What is wrong with the order, the item or the amount.
pub(crate) fn priced(env: &Env, config: &Config, ask: &OpenPayment) -> Priced {
    match &ask.order {
        Some(token) => signed(env, config, token, ask),
        None => unsigned(env, config, ask),
    }
}

/// An order whose price the shop's server has signed: its reference finds it from any device.
fn signed(env: &Env, config: &Config, token: &str, ask: &OpenPayment) -> Priced {
    if ask.item.is_some() || ask.amount.is_some() {
        let message = "A signed order has its own price: give no item and no amount.";
        return Err(ApiError::at(ErrorCode::ValidationError, "order", message));
    }
    let no_secret = || {
        let message = "This shop takes no signed orders. Its operator sets ORDER_SECRET.";
        ApiError::at(ErrorCode::InvalidOrder, "order", message)
    };
    let secrets = config.server.order_secrets.as_ref().ok_or_else(no_secret)?;
    let audience = Audience {
        env: config.env.as_str(),
        link: &config.link,
    };
    let signed = SignedOrder::verify(token, secrets, &audience, env.now_ms())?;
    let reference =
        signed_reference(&config.link, &signed.reference).ok_or_else(reply::internal)?;
    let expires_at_ms = signed.expires_at_ms;
    let note = price_note(ask)?;
    Ok((signed.into_order(note), reference, expires_at_ms))
}

/// An item of the price list or an open amount: only the same browser key finds it again.
fn unsigned(env: &Env, config: &Config, ask: &OpenPayment) -> Priced {
    let order = config.price_list.price(ask)?;
    let reference = config
        .master_key
        .reference_for_key(&config.link, &ask.key)
        .ok_or_else(reply::internal)?;
    Ok((order, reference, env.now_ms() + rules::UNSIGNED_ORDER_MS))
}
