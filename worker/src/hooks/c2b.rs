//! Payments by hand: M-PESA asks whether one may be made, and confirms those that were.

use super::{TRY_MS, Tried, not_recorded, try_thrice};
use crate::config::Config;
use crate::log::{
    self,
    Told::{Merchant, Receipt, Why},
    What,
};
use crate::message::{PaymentCall, ReceiptCall, ToPayment, ToReceipt};
use crate::{inbox, payment_object, receipt_object, reply, routes};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{C2B_CONFIRMATION_ACK, C2bAnswer, C2bConfirmation, PaidAmount};
use malipo_engine::json;
use malipo_engine::names::{Address, is_equal, read_typed_reference};
use malipo_engine::payment::Validated;
use malipo_shared::{AccountReference, Payee};
use worker::{Env, Headers, Response, Result};

/// M-PESA waits 8 s for an answer; on any doubt the answer is yes.
const VALIDATE_MS: u64 = 3_000;

/// Which of the two registered addresses was called.
pub(super) enum Call {
    Validate,
    Confirm,
}

/// The call that a path names; none when the shortcode or the secret is not this shop's.
pub(super) fn open(config: &Config, path: &str) -> Option<Call> {
    let secret = config.c2b.secret.as_ref()?;
    let mut parts = path.strip_prefix("/hooks/c2b/")?.split('/');
    let (shortcode, given, call) = (parts.next()?, parts.next()?, parts.next()?);
    let is_ours = match &config.payee {
        Payee::PayBill { shortcode: ours } => shortcode == ours.as_str(),
        Payee::Till { store, till } => shortcode == store.as_str() || shortcode == till.as_str(),
    };
    if !is_ours || parts.next().is_some() || !is_equal(given.as_bytes(), secret.as_bytes()) {
        return None;
    }
    match call {
        "validate" => Some(Call::Validate),
        "confirm" => Some(Call::Confirm),
        _ => None,
    }
}

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    call: Call,
    is_trusted: bool,
    body: String,
) -> Result<Response> {
    let Ok(told) = C2bConfirmation::decode(body.as_bytes()) else {
        log::error(What::CallbackUnreadable, &[Merchant(&config.link)]);
        return match call {
            // A validation of something unreadable stops no money.
            Call::Validate => said(C2bAnswer::Accept.encode()),
            Call::Confirm => routes::not_found(),
        };
    };
    match call {
        Call::Validate => validate(env, config, &told).await,
        Call::Confirm => confirm(env, config, told, is_trusted, body).await,
    }
}

async fn validate(env: &Env, config: &Config, told: &C2bConfirmation) -> Result<Response> {
    let Some(reference) = read_typed_reference(&told.bill_ref) else {
        return said(unknown(config).encode());
    };
    let message = ToPayment {
        address: address_of(config, reference).to_string(),
        what: PaymentCall::Validate {
            amount: told.amount.clone(),
        },
    };
    let validated = match payment_object::call(env, &message, VALIDATE_MS).await {
        Ok(mut response) if response.status_code() == 200 => {
            let text = response.text().await.unwrap_or_default();
            json::read(&text).ok()
        }
        Ok(_) | Err(_) => None,
    };
    let answer = match validated {
        Some(Validated::Unknown) => unknown(config),
        Some(Validated::WrongAmount) => C2bAnswer::WrongAmount,
        Some(Validated::NotNow) => C2bAnswer::Other,
        Some(Validated::Accept) | None => C2bAnswer::Accept,
    };
    said(answer.encode())
}

fn unknown(config: &Config) -> C2bAnswer {
    // A till's customers type no account number.
    let has_accounts = matches!(config.payee, Payee::PayBill { .. });
    if config.c2b.refuses_unknown_accounts && has_accounts {
        C2bAnswer::UnknownAccount
    } else {
        C2bAnswer::Accept
    }
}

async fn confirm(
    env: &Env,
    config: &Config,
    told: C2bConfirmation,
    is_trusted: bool,
    body: String,
) -> Result<Response> {
    // M-PESA takes whole shillings: this is listed with 0 and put before a person.
    if let PaidAmount::Other(text) = &told.amount {
        let what = [Receipt(&told.receipt), Why(text)];
        log::error(What::AmountUnreadable, &what);
    }
    let facts = MoneyFacts::of_confirmation(&told, is_trusted);
    let receipt = told.receipt;
    let tried = try_thrice(|| async {
        let (facts, body) = (facts.clone(), body.clone());
        match receipt_object::show(env, config, &receipt, facts, body, TRY_MS).await {
            Ok(()) => Tried::Written,
            Err(why) => Tried::Failed(why.to_string()),
        }
    })
    .await;
    let is_kept = match tried {
        Tried::Written | Tried::Unwanted => true,
        Tried::Failed(_) => {
            let what = ReceiptCall::Show { facts, body };
            let name = format!("{}:{receipt}", config.env.as_str());
            let link = config.link.clone();
            let message = ToReceipt {
                receipt,
                link,
                what,
            };
            let to = inbox::To {
                kind: inbox::Kind::Receipt,
                link: &config.link,
                name: &name,
            };
            inbox::put(env, config, &to, &message).await
        }
    };
    if is_kept {
        said(C2B_CONFIRMATION_ACK)
    } else {
        not_recorded()
    }
}

fn address_of(config: &Config, reference: AccountReference) -> Address {
    Address {
        env: config.env.as_str().to_owned(),
        link: config.link.clone(),
        reference,
    }
}

fn said(json: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json")?;
    reply::private(Response::ok(json)?.with_headers(headers))
}
