//! `POST /_emulator/pay`: a customer who pays by hand, through Lipa na M-PESA in the phone's menu.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    emulation::Shared,
    notices::{
        c2b_confirmation,
        c2b_validation::{self, Verdict},
    },
    options::{Merchant, Payee},
    people::handset::{self, problem},
    world::{
        ledger::{Channel, Reversed, Transfer},
        messages::{Message, paid_message},
        push::AMOUNT_MAX_KES,
        sent::Copies,
    },
};

/// Characters that the phone's menu takes for an account number.
const ACCOUNT_REFERENCE_MAX: usize = 20;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/_emulator/pay", post(pay))
}

/// What the customer types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    pub(crate) msisdn: String,
    /// The Pay Bill or the till.
    pub(crate) shortcode: String,
    /// Of a Pay Bill only; told to the merchant exactly so.
    pub(crate) account_reference: Option<String>,
    pub(crate) amount_kes: u64,
    /// Without it, the right one.
    pub(crate) pin: Option<String>,
    /// When it is to have happened; without it, now.
    pub(crate) at_ms: Option<u64>,
    /// How the merchant is told.
    #[serde(default)]
    pub(crate) confirm: Copies,
}

/// A payment that the phone's menu lets through.
pub(crate) struct Payment {
    transfer: Transfer,
    merchant: Merchant,
    confirm: Copies,
}

/// `{"receipt"}` or `{"rejected": "C2B000xx"}`, once the merchant has been asked.
async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let payment = serde_json::from_slice(&body)
        .map_err(|error| error.to_string())
        .and_then(|typed| begin(&shared, typed));
    let payment = match payment {
        Ok(payment) => payment,
        Err(error) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &error),
    };
    let (said, heard) = oneshot::channel();
    // It goes on even if the caller hangs up.
    shared.spawn(play(Arc::clone(&shared), payment, said));
    match heard.await {
        Ok(Ok(receipt)) => Json(json!({"receipt": receipt})).into_response(),
        Ok(Err(code)) => Json(json!({"rejected": code})).into_response(),
        Err(_) => problem(StatusCode::CONFLICT, "reset before it was paid"),
    }
}

/// What the phone's menu makes of it.
pub(crate) fn begin(shared: &Shared, typed: Typed) -> Result<Payment, String> {
    let msisdn = handset::msisdn(&typed.msisdn).ok_or("msisdn: not a Kenyan mobile number")?;
    let mut merchants = shared.options.merchants.iter();
    let merchant = merchants
        .find(|merchant| merchant.payee.party_b() == typed.shortcode)
        .ok_or("shortcode: no such Pay Bill or till")?;
    if !(1..=AMOUNT_MAX_KES).contains(&typed.amount_kes) {
        return Err(format!("amount_kes: 1 to {AMOUNT_MAX_KES}"));
    }
    let account_reference = typed.account_reference.unwrap_or_default();
    let length = account_reference.chars().count();
    match merchant.payee {
        Payee::PayBill { .. } if !(1..=ACCOUNT_REFERENCE_MAX).contains(&length) => {
            return Err(format!(
                "account_reference: 1 to {ACCOUNT_REFERENCE_MAX} characters for a Pay Bill"
            ));
        }
        Payee::Till { .. } if length > 0 => {
            return Err("account_reference: a till has none".into());
        }
        Payee::PayBill { .. } | Payee::Till { .. } => {}
    }
    let at_ms = typed.at_ms.unwrap_or_else(|| shared.clock.now_ms());
    if typed.pin.is_some_and(|pin| pin != handset::PIN) {
        let text = "Failed. You have entered the wrong PIN.";
        shared.change(|world| world.memory.messages.push(sms(&msisdn, at_ms, text)));
        return Err("pin: wrong".into());
    }
    let transfer = Transfer {
        receipt: shared.change(|world| world.ids.receipt()),
        amount_kes: typed.amount_kes,
        msisdn,
        shortcode: typed.shortcode,
        account_reference,
        channel: Channel::C2b,
        at_ms,
        checkout_request_id: None,
        third_party_trans_id: String::new(),
        reversed: Reversed::default(),
    };
    Ok(Payment {
        transfer,
        merchant: merchant.clone(),
        confirm: typed.confirm,
    })
}

/// Asks the merchant, moves the money, says so, and confirms it to the merchant.
pub(crate) async fn play(
    shared: Arc<Shared>,
    payment: Payment,
    said: oneshot::Sender<Result<String, String>>,
) {
    let Payment {
        mut transfer,
        merchant,
        confirm,
    } = payment;
    let registration = {
        let world = shared.world();
        let registration = world.registration(&merchant.payee).cloned();
        registration.filter(|_| world.settings.validates_c2b)
    };
    if let Some(registration) = registration {
        match c2b_validation::ask(&shared, &registration, &merchant.payee, &transfer).await {
            Verdict::Accepted {
                third_party_trans_id,
            } => transfer.third_party_trans_id = third_party_trans_id,
            Verdict::Rejected { code } => {
                let text = rejected_text(&code, &merchant, &transfer);
                let message = sms(&transfer.msisdn, transfer.at_ms, &text);
                shared.change(|world| world.memory.messages.push(message));
                let _caller_has_gone = said.send(Err(code));
                return;
            }
        }
    }
    let confirmation = shared.change(|world| {
        let message = paid_message(&merchant, &transfer);
        world.memory.messages.push(message);
        world.memory.ledger.push(transfer.clone());
        c2b_confirmation::of(world, &merchant, &transfer)
    });
    let from_ms = shared.clock.now_ms();
    let _caller_has_gone = said.send(Ok(transfer.receipt));
    if let Some(confirmation) = confirmation {
        confirmation.send(&shared, from_ms, confirm, None).await;
    }
}

fn rejected_text(code: &str, merchant: &Merchant, transfer: &Transfer) -> String {
    let name = &merchant.name;
    let Transfer {
        account_reference,
        amount_kes,
        ..
    } = transfer;
    match code {
        "C2B00012" => {
            format!("Failed. {name} does not know the account number {account_reference}.")
        }
        "C2B00013" => format!("Failed. {name} does not accept Ksh{amount_kes}.00 for this."),
        _ => format!("Failed. {name} does not accept this payment."),
    }
}

fn sms(msisdn: &str, at_ms: u64, text: &str) -> Message {
    Message {
        msisdn: msisdn.to_owned(),
        at_ms,
        text: text.to_owned(),
        receipt: None,
    }
}
