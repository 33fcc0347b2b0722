//! The payment as it will be once it is opened: what the quote and the first page show while there is none.

use super::price::priced;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::master_key::Address;
use malipo_engine::order::Order;
use malipo_shared::Payee;
use malipo_shared::api::{ApiError, ErrorCode, OpenPayment, PayeeKind, State, View};

/// The payment as it will be once it is opened.
///
/// # Errors
/// What is wrong with the order, the item or the amount.
pub(crate) fn as_it_would_be(
    env: &Env,
    config: &Config,
    asked: &OpenPayment,
) -> core::result::Result<View, ApiError> {
    let (order, reference, _) = priced(env, config, asked)?;
    preview(env, config, order, &config.address(reference))
}

pub(super) fn preview(
    env: &Env,
    config: &Config,
    order: Order,
    address: &Address,
) -> core::result::Result<View, ApiError> {
    let (payee_kind, number) = match &config.payee {
        Payee::PayBill { shortcode } => (PayeeKind::PayBill, shortcode),
        Payee::Till { till, .. } => (PayeeKind::Till, till),
    };
    let id = config.master_key.payment_id(address);
    let no_id = || ApiError::new(ErrorCode::InternalError, "The payment has no name.");
    Ok(View {
        id: id.ok_or_else(no_id)?,
        version: 0,
        state: State::Ready,
        livemode: config.is_live(),
        name: config.shop_name.clone(),
        description: order.description,
        account_reference: address.reference.as_str().to_owned(),
        payee_kind,
        payee_number: number.as_str().to_owned(),
        shop_contact: config.shop_contact.clone(),
        due_kes: order.amount.shillings(),
        received_kes: 0,
        excess_kes: 0,
        now_ms: env.now_ms(),
        phone_masked: None,
        reason: None,
        code: None,
        charge: None,
        receipt: None,
        typed_receipt: None,
        typed_status: None,
        sent_at_ms: None,
        prompt_ends_at_ms: None,
        retry_at_ms: None,
        ask_charged_at_ms: None,
        may_prompt_be_alive: false,
        notices_payment_by_hand: config.c2b.is_registered,
        poll_after_ms: None,
    })
}
