//! C2B, payments by hand: M-PESA asks whether one may be made, and confirms those that were.

use super::ack::not_recorded;
use super::unread;
use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::Config;
use crate::ledger;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::log::{
    self,
    Field::{Merchant, Receipt, Why},
    What,
};
use crate::platform::{self, reply};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{C2B_CONFIRMATION_ACK, C2bAnswer, C2bConfirmation};
use malipo_engine::hook_time::QUESTION_MS;
use malipo_engine::json;
use malipo_engine::master_key::{is_equal, read_typed_reference};
use malipo_engine::payment::Validated;
use malipo_shared::{AccountReference, Payee, text};

/// Which of the registered addresses was called.
pub(crate) enum Call {
    Validate,
    Confirm,
    /// Pull Transactions' own: nothing is expected there, and what comes is kept.
    Pull,
}

/// The call that a path names; none when the shortcode or the secret is not this shop's.
pub(crate) fn open(config: &Config, path: &str) -> Option<Call> {
    let secret = config.c2b.secret.as_ref()?;
    let mut parts = path.strip_prefix("/hooks/c2b/")?.split('/');
    let (shortcode, given, call) = (parts.next()?, parts.next()?, parts.next()?);
    let is_ours = config.numbers().contains(&shortcode);
    if !is_ours || parts.next().is_some() || !is_equal(given.as_bytes(), secret.as_bytes()) {
        return None;
    }
    match call {
        "validate" => Some(Call::Validate),
        "confirm" => Some(Call::Confirm),
        "pull" => Some(Call::Pull),
        _ => None,
    }
}

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    call: Call,
    is_trusted: bool,
    body: String,
) -> Result<Reply> {
    let told = C2bConfirmation::decode(body.as_bytes()).ok();
    match (call, told) {
        (Call::Validate, Some(told)) => validate(env, config, &told).await,
        // A validation of something unreadable stops no money.
        (Call::Validate, None) => {
            log::error(
                env.as_ref(),
                What::CallbackUnreadable,
                &[Merchant(&config.link)],
            );
            said(C2bAnswer::Accept.encode())
        }
        (Call::Confirm, Some(told)) => confirm(env, config, told, is_trusted, body).await,
        (Call::Confirm | Call::Pull, _) => {
            confirmed(unread::keep(env, config, &config.link, is_trusted, &body).await)
        }
    }
}

/// On any doubt the answer is yes.
async fn validate(env: &Env, config: &Config, told: &C2bConfirmation) -> Result<Reply> {
    let by_account = match read_typed_reference(&told.bill_ref) {
        Some(reference) => ask(env, config, reference, told).await,
        None => Some(Validated::Unknown),
    };
    let validated = match by_account {
        Some(Validated::Unknown) if refuses_unknown(config) => by_name(env, config, told).await,
        other => other,
    };
    let answer = match validated {
        Some(Validated::Unknown) => unknown(config),
        Some(Validated::WrongAmount) => C2bAnswer::WrongAmount,
        Some(Validated::NotNow) => C2bAnswer::Other,
        Some(Validated::Accept) | None => C2bAnswer::Accept,
    };
    said(answer.encode())
}

/// What a payment says; none when it gives no answer in time.
async fn ask(
    env: &Env,
    config: &Config,
    reference: AccountReference,
    told: &C2bConfirmation,
) -> Option<Validated> {
    let message = ToPayment {
        address: config.address(reference).to_string(),
        what: PaymentCall::Validate {
            amount: told.amount.clone(),
        },
    };
    match calls::payment::call(env, &message, QUESTION_MS).await {
        Ok(said) if said.is_good() => json::read(&said.text).ok(),
        Ok(_) | Err(_) => None,
    }
}

/// What the payment says that the shop calls so, before it is refused as unknown: the confirmation would find it.
async fn by_name(env: &Env, config: &Config, told: &C2bConfirmation) -> Option<Validated> {
    let Some(reading) = text::reading(&told.bill_ref) else {
        return Some(Validated::Unknown);
    };
    let named = ledger::named(env, config.env.as_str(), &config.link, &reading);
    let named = platform::within(env.as_ref(), QUESTION_MS, named)
        .await?
        .ok()?;
    match named.as_slice() {
        [] => Some(Validated::Unknown),
        [one] => ask(env, config, AccountReference::parse(one).ok()?, told).await,
        // Which of them is meant is for a person to say: the money is not lost.
        _ => None,
    }
}

fn unknown(config: &Config) -> C2bAnswer {
    if refuses_unknown(config) {
        C2bAnswer::UnknownAccount
    } else {
        C2bAnswer::Accept
    }
}

fn refuses_unknown(config: &Config) -> bool {
    // A till's customers type no account number.
    let has_accounts = matches!(config.payee, Payee::PayBill { .. });
    config.c2b.refuses_unknown_accounts && has_accounts
}

async fn confirm(
    env: &Env,
    config: &Config,
    told: C2bConfirmation,
    is_trusted: bool,
    body: String,
) -> Result<Reply> {
    if let Some(why) = told.amount.why_uncounted() {
        let what = [Receipt(&told.receipt), Why(&why)];
        log::error(env.as_ref(), What::AmountUnreadable, &what);
    }
    let facts = MoneyFacts::of_confirmation(&told, is_trusted);
    confirmed(unread::show(env, config, &config.link, told.receipt, facts, body).await)
}

fn confirmed(is_kept: bool) -> Result<Reply> {
    if is_kept {
        said(C2B_CONFIRMATION_ACK)
    } else {
        not_recorded()
    }
}

fn said(json: &str) -> Result<Reply> {
    reply::text(json.to_owned())
}
