//! What the shop's own server and its operator may call, with the key that only they have. JSON; never for a page.

mod c2b;
mod candidates;
mod checks;
mod create;
mod differences;
mod door;
mod entries;
mod inbox;
mod lists;
mod payments;
mod receipts;
mod refunds;
mod sweeps;

use crate::browser::{BODY_BYTES_MAX, read_fields};
use crate::config::{Config, Known};
use crate::platform::reply;
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::created_order;
use malipo_engine::names::{Address, read_typed_reference};
use malipo_engine::search::Query;
use malipo_engine::session::Session;
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Env, Method, Request, Response, Result};

/// Answers below `/v1/merchant/`.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    let merchant = match door::admit(request, env, config).await {
        Ok(merchant) => merchant,
        Err(error) => return reply::error(error),
    };
    let Ok(config) = merchant.as_ref() else {
        return reply::not_found();
    };
    let segments: Vec<&str> = path.split('/').skip(3).collect();
    let Some((methods, known)) = taken(&segments) else {
        return reply::not_found();
    };
    let method = request.method();
    if !methods.split(", ").any(|taken| taken == method.as_ref()) {
        return reply::method_not_allowed(methods);
    }
    answer_of(call(request, env, config, &segments, known).await)
}

/// The methods of a path and the fields that its posts may have; none for a path that nobody has.
fn taken(segments: &[&str]) -> Option<(&'static str, &'static [&'static str])> {
    Some(match segments {
        ["payments"] => ("GET, POST", &created_order::FIELDS),
        ["payments.csv" | "deliveries" | "summary" | "items" | "unmatched"]
        | ["ledger" | "differences" | "checks" | "inbox"]
        | ["payments" | "receipts" | "ledger", _]
        | ["receipts", _, "candidates"] => ("GET", &[]),
        ["payments", _, "close" | "forget"]
        | ["checks", "daraja" | "webhook"]
        | ["differences" | "receipts", _, "settle"]
        | ["inbox", _, "retry"]
        | ["pull" | "c2b", "register"]
        | ["statements"] => ("POST", &[]),
        ["payments", _, "redeliver"] => ("POST", payments::REDELIVER),
        ["payments", _, "refunds"] => ("POST", refunds::MAKE),
        ["payments", _, "refunds", _, "settle"] => ("POST", refunds::SETTLE),
        ["checks", "callback"] => ("POST", checks::CALLBACK),
        ["receipts", _, "claim"] => ("POST", receipts::CLAIM),
        ["receipts", _, "unclaim"] => ("POST", receipts::UNCLAIM),
        ["sweep"] => ("POST", sweeps::RUN),
        ["reconcile"] => ("POST", differences::RECONCILE),
        _ => return None,
    })
}

/// Whether a call reads parameters of its address itself. To every other one an unknown parameter is a mistake: what was
/// meant for the body would be passed over.
fn has_parameters(segments: &[&str], is_post: bool) -> bool {
    let lists = [
        "payments",
        "payments.csv",
        "deliveries",
        "summary",
        "unmatched",
        "ledger",
        "differences",
    ];
    matches!(segments, ["statements"])
        || (!is_post && matches!(segments, [list] if lists.contains(list)))
}

async fn call(
    request: &mut Request,
    env: &Env,
    config: &Config,
    segments: &[&str],
    known: &[&str],
) -> Outcome {
    let url = request.inner().url();
    let is_post = request.method() == Method::Post;
    if !has_parameters(segments, is_post) {
        Query::read(&pairs(&url), &[])?;
    }
    if segments == ["statements"] {
        return differences::import(request, env, config, &url).await;
    }
    let fields = match is_post {
        true => read_fields(request, BODY_BYTES_MAX).await?,
        false => Fields::new(),
    };
    // A creation's are read by the engine, which has a word of its own for callbacks.
    if segments != ["payments"] {
        body::only(&fields, known)?;
    }
    match segments {
        ["payments"] if is_post => create::payment(env, config, request.headers(), &fields).await,
        ["payments"] => lists::payments(env, config, &url).await,
        ["payments.csv"] => lists::export(env, config, &url).await,
        ["deliveries"] => lists::deliveries(env, config, &url).await,
        ["summary"] => lists::summary(env, config, &url).await,
        ["items"] => lists::items(config),
        ["payments", reference] => payments::show(env, config, reference).await,
        ["payments", reference, "redeliver"] => {
            payments::redeliver(env, config, reference, &fields).await
        }
        ["payments", reference, "refunds"] => {
            refunds::make(env, config, reference, request.headers(), &fields).await
        }
        ["payments", reference, "refunds", refund, "settle"] => {
            refunds::settle(env, config, reference, refund, &fields).await
        }
        ["payments", reference, "forget"] => payments::forget(env, config, reference).await,
        ["payments", reference, "close"] => payments::close(env, config, reference).await,
        ["checks"] => checks::show(env, config).await,
        ["checks", which] => checks::make(env, config, which, &fields).await,
        ["receipts", receipt] => receipts::show(env, config, receipt).await,
        ["receipts", receipt, "candidates"] => candidates::show(env, config, receipt).await,
        ["receipts", receipt, "claim"] => receipts::claim(env, config, receipt, &fields).await,
        ["receipts", receipt, "settle"] => receipts::settle(env, config, receipt).await,
        ["receipts", receipt, "unclaim"] => receipts::unclaim(env, config, receipt, &fields).await,
        ["unmatched"] => receipts::unmatched(env, config, &url).await,
        ["ledger"] => entries::page(env, config, &url).await,
        ["ledger", reference] => entries::one(env, config, reference).await,
        ["sweep"] => sweeps::run(env, config, &fields).await,
        ["inbox"] => inbox::page(env, config).await,
        ["inbox", id, "retry"] => inbox::retry(env, config, id).await,
        ["differences"] => differences::page(env, config, &url).await,
        ["differences", id, "settle"] => differences::settle(env, config, id).await,
        ["reconcile"] => differences::reconcile(env, config, &fields).await,
        ["pull", "register"] => differences::register_pull(env, config).await,
        ["c2b", "register"] => c2b::register(env, config).await,
        _ => Ok(reply::not_found()?),
    }
}

fn answer_of(outcome: Outcome) -> Result<Response> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refused::Because(error)) => reply::error(error),
        Err(Refused::Unforeseen(why)) => reply::unforeseen("a call of the operator", &why),
    }
}

/// The merchant whose API key a request presents, and the key's hash: for signing in to the dashboard.
///
/// # Errors
/// The door's own.
pub(crate) async fn admit_key(
    request: &Request,
    env: &Env,
    config: &Config,
) -> core::result::Result<(Known, String), ApiError> {
    door::admit_key(request, env, config).await
}

/// Ends a session of the dashboard for good.
///
/// # Errors
/// It could not be recorded: the session goes on.
pub(crate) async fn sign_out(
    env: &Env,
    config: &Config,
    session: &Session,
) -> core::result::Result<(), ApiError> {
    door::sign_out(env, config, session).await
}

/// Whether a session of the dashboard was signed out, as far as it can be found out now.
pub(crate) async fn is_signed_out(env: &Env, session: &Session) -> bool {
    door::is_signed_out(env, session).await
}

/// Why a call has no answer of its own.
enum Refused {
    Because(ApiError),
    Unforeseen(worker::Error),
}

type Outcome = core::result::Result<Response, Refused>;

impl From<worker::Error> for Refused {
    fn from(why: worker::Error) -> Refused {
        Refused::Unforeseen(why)
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Refused {
        Refused::Because(error)
    }
}

/// A whole number of the body, from 1 to `most`; none if it is not there.
fn whole(fields: &Fields, name: &str, most: u64) -> core::result::Result<Option<u64>, ApiError> {
    body::whole(fields, name, 1..=most)
}

/// A text of the body that must be there; `what` says what belongs there.
fn required<'f>(
    fields: &'f Fields,
    name: &str,
    what: &str,
) -> core::result::Result<&'f str, ApiError> {
    body::text(fields, name)?.ok_or_else(|| body::missing(name, what))
}

/// The address's parameters, decoded; whose they are the door has asked.
fn pairs(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .filter(|(name, _)| name != "linkid")
        .collect()
}

/// The payment of an account reference, as people type it.
fn address(config: &Config, reference: &str) -> core::result::Result<Address, ApiError> {
    let reference = read_typed_reference(reference).ok_or_else(reply::no_payment)?;
    Ok(config.address(reference))
}

fn receipt(text: &str) -> core::result::Result<MpesaReceipt, ApiError> {
    MpesaReceipt::from_typed(text).map_err(|why| wrong("receipt", &why.to_string()))
}

/// M-PESA was asked and is not there.
fn unreached(said: &str) -> Refused {
    let message = format!("M-PESA cannot be reached ({said}). Try again later: it does no harm.");
    ApiError::new(ErrorCode::MpesaUnavailable, message).into()
}
