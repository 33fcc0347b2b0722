//! The merchant's API (`/v1/merchant/`): what the shop's own server and its people may call, with the key that only they have. JSON;
//! never for a page.

mod c2b;
mod candidates;
mod checks;
mod create;
mod differences;
mod entries;
mod inbox;
mod lists;
mod outcome;
mod payments;
mod receipts;
mod refunds;
mod search;
mod sweeps;

use crate::config::Config;
use crate::edge::auth::{self, Admitted};
use crate::edge::request::{BODY_BYTES_MAX, read_fields};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use malipo_engine::body::{self, Fields};
use malipo_engine::created_order;
use malipo_engine::eat::DAY_MS;
use malipo_engine::payment_filter::Query;
use malipo_engine::permission::{Permission, Permissions};
use malipo_shared::api::{ApiError, ErrorCode};
use outcome::{Outcome, Refused, pairs};

/// How far back who only charges sees payments.
const CHARGED_MS: u64 = 2 * DAY_MS;

/// Answers below `/v1/merchant/`.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Reply> {
    let Admitted { merchant, may } = match auth::admit(request, env, config).await {
        Ok(admitted) => admitted,
        Err(error) => return reply::error(error),
    };
    let segments: Vec<&str> = path.split('/').skip(3).collect();
    let Some((methods, known, needs)) = taken(&segments) else {
        return reply::not_found();
    };
    let method = request.method;
    if !methods.split(", ").any(|taken| taken == method.as_str()) {
        return reply::method_not_allowed(methods);
    }
    // What both reads and writes is read by who may look.
    let needs = match method == Method::Post && methods != "POST" {
        true => CHARGE,
        false => needs,
    };
    if !may.has_any(needs) {
        return reply::error(not_allowed(needs));
    }
    answer_of(
        env,
        call(request, env, &merchant, may, &segments, known).await,
    )
}

const READ: Permissions = Permissions::one(Permission::Read);
const CHARGE: Permissions = Permissions::one(Permission::Charge);
const ASSIGN: Permissions = Permissions::one(Permission::Assign);
const REFUND: Permissions = Permissions::one(Permission::Refund);
/// Who only charges sees the payments of the last two days.
const LOOK: Permissions = READ.and(Permission::Charge);

fn not_allowed(needs: Permissions) -> ApiError {
    let words: Vec<&str> = needs.words().collect();
    let words = words.join("` or `");
    let message = format!("This needs the permission `{words}`, which is not yours.");
    ApiError::new(ErrorCode::NotAllowed, message)
}

/// A call: its methods, the fields that its posts may have, and which permissions let it through, one of them.
type Call = (&'static str, &'static [&'static str], Permissions);

/// The calls there are; none for a path that nobody has.
fn taken(segments: &[&str]) -> Option<Call> {
    Some(match segments {
        ["payments"] => ("GET, POST", &created_order::FIELDS, LOOK),
        ["items"] | ["payments", _] => ("GET", &[], LOOK),
        ["payments.csv" | "deliveries" | "summary" | "unmatched"]
        | ["ledger" | "differences" | "checks" | "inbox" | "search"]
        | ["receipts" | "ledger", _] => ("GET", &[], READ),
        ["receipts", _, "candidates"] => ("GET", &[], ASSIGN),
        ["payments", _, "forget"] => ("POST", &[], REFUND),
        ["payments", _, "close"]
        | ["checks", "daraja" | "webhook"]
        | ["differences" | "receipts", _, "settle"]
        | ["inbox", _, "retry"]
        | ["pull" | "c2b", "register"]
        | ["statements"] => ("POST", &[], ASSIGN),
        ["payments", _, "redeliver"] => ("POST", payments::REDELIVER, ASSIGN),
        ["payments", _, "refunds"] => ("POST", refunds::MAKE, REFUND),
        ["payments", _, "refunds", _, "settle"] => ("POST", refunds::SETTLE, REFUND),
        ["checks", "callback"] => ("POST", checks::CALLBACK, ASSIGN),
        ["receipts", _, "claim"] => ("POST", receipts::CLAIM, ASSIGN),
        ["receipts", _, "unclaim"] => ("POST", receipts::UNCLAIM, ASSIGN),
        ["sweep"] => ("POST", sweeps::RUN, ASSIGN),
        ["reconcile"] => ("POST", differences::RECONCILE, ASSIGN),
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
        "search",
    ];
    matches!(segments, ["statements"])
        || (!is_post && matches!(segments, [list] if lists.contains(list)))
}

async fn call(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    may: Permissions,
    segments: &[&str],
    known: &[&str],
) -> Outcome {
    let url = request.url.clone();
    let is_post = request.method == Method::Post;
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
    let since_ms = match may.has(Permission::Read) {
        true => 0,
        false => env.now_ms().saturating_sub(CHARGED_MS),
    };
    match segments {
        ["payments"] if is_post => create::payment(env, config, request, &fields).await,
        ["payments"] => lists::payments(env, config, &url, since_ms).await,
        ["payments.csv"] => lists::export(env, config, &url).await,
        ["deliveries"] => lists::deliveries(env, config, &url).await,
        ["summary"] => lists::summary(env, config, &url).await,
        ["items"] => lists::items(config),
        ["payments", reference] => payments::show(env, config, reference, since_ms).await,
        ["payments", reference, "redeliver"] => {
            payments::redeliver(env, config, reference, &fields).await
        }
        ["payments", reference, "refunds"] => {
            refunds::make(env, config, reference, request, &fields).await
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
        ["search"] => search::show(env, config, &url).await,
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

fn answer_of(env: &Env, outcome: Outcome) -> Result<Reply> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refused::Because(error)) => reply::error(error),
        Err(Refused::Unforeseen(why)) => {
            reply::unforeseen(env.as_ref(), "a call of the operator", &why)
        }
    }
}
