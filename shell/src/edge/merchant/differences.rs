//! Reconciliation for the merchant: the differences from M-PESA's statements, a statement to compare, a run by command.

use super::outcome::{Outcome, Refused, pairs, read_rows, unreached, unreadable, whole};
use crate::config::Config;
use crate::edge::request::read_body;
use crate::ledger::differences;
use crate::outbound::daraja;
use crate::platform::Env;
use crate::platform::http::Incoming;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::reply;
use crate::schedule::reconcile::{self, NotCompared};
use malipo_engine::body::{Fields, wrong};
use malipo_engine::daraja::{Registered, Unanswered};
use malipo_engine::payment_filter::{EVER_MS, LIMIT_MAX, Query};
use malipo_engine::reconcile::{Kind, Period};
use malipo_engine::statement::Statement;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Value, json};

/// The fields of a run.
pub(super) const RECONCILE: &[&str] = &["from_ms", "to_ms"];
/// The parameters of an import.
const IMPORT: &[&str] = &["anyway"];
/// Some eleven thousand rows.
const STATEMENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// A time that lies no further back than this beyond what M-PESA answers is cut, in milliseconds.
const SLIPPED_MS: u64 = 900_000;

/// `GET …/differences?after=&limit=&open=1`: newest first; with the first page also the last runs.
pub(super) async fn page(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let query = Query::read(&pairs, &["limit", "after", "open"])?;
    let limit = query.limit(LIMIT_MAX)?;
    let is_open_only = query.flag("open")?;
    let after = query.place()?;
    let place = after.unwrap_or((EVER_MS, ""));
    let rows = differences::listed(env, config, place, limit, is_open_only).await;
    let rows = rows.map_err(|why| unreadable(env, &why))?;
    let rows: Vec<Value> = read_rows(&rows)?.into_iter().map(shown).collect();
    let is_full = rows.len() as u64 >= limit;
    let next = rows.last().filter(|_| is_full).map(|row| {
        let id = row["id"].as_str().unwrap_or_default();
        format!("{}.{id}", row["found_at_ms"])
    });
    let mut answer = json!({ "differences": rows, "next": next });
    if after.is_none() {
        let runs = differences::runs(env, config).await;
        let runs = runs.map_err(|why| unreadable(env, &why))?;
        answer["runs"] = read_rows(&runs)?.into();
    }
    Ok(reply::json(200, &answer)?)
}

/// `POST …/differences/{id}/settle`: the shop has dealt with it.
pub(super) async fn settle(env: &Env, config: &Config, id: &str) -> Outcome {
    let settled = differences::settle(env, config, id, env.now_ms()).await;
    let settled = settled.map_err(|why| unreadable(env, &why))?;
    match read_rows(settled.as_slice())?.pop().map(shown) {
        Some(difference) => Ok(reply::json(200, &json!({ "difference": difference }))?),
        None => {
            let message = "There is no such difference.";
            Err(ApiError::new(ErrorCode::NotFound, message).into())
        }
    }
}

/// `POST …/statements?anyway=`, a CSV: compared, and nothing of it kept.
pub(super) async fn import(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    url: &str,
) -> Outcome {
    let pairs = pairs(url);
    let insists = Query::read(&pairs, IMPORT)?.flag("anyway")?;
    let bytes = read_body(request, STATEMENT_BYTES_MAX).await?;
    let refused = |why: String| {
        let message = format!("{why} Nothing was changed.");
        Refused::from(ApiError::at(
            ErrorCode::ValidationError,
            "statement",
            message,
        ))
    };
    let insist = "If you are sure that it is this shop's, compare it all the same: tick the box below the file (on the command line \
                  `--anyway`, in the API `anyway=1`).";
    let statement = Statement::read(&bytes).map_err(|why| refused(why.to_string()))?;
    match reconcile::import(env, config, &statement, insists).await {
        Ok(report) => Ok(reply::json(200, &report)?),
        Err(NotCompared::Refused(why)) => Err(refused(why)),
        Err(NotCompared::Doubted(why)) => Err(refused(format!("{why} {insist}"))),
        Err(NotCompared::Ledger(why)) => Err(unreadable(env, &why).into()),
    }
}

/// `POST …/reconcile {from_ms?, to_ms?}`: asks M-PESA now; without a time, of the last two days.
pub(super) async fn reconcile(env: &Env, config: &Config, fields: &Fields) -> Outcome {
    let from_ms = whole(fields, "from_ms", EVER_MS)?;
    let to_ms = whole(fields, "to_ms", EVER_MS)?;
    if !config.pull.is_on {
        let message = "PULL_TRANSACTIONS is off. Import the organisation's statement instead.";
        return Err(ApiError::new(ErrorCode::Misconfigured, message).into());
    }
    let now_ms = env.now_ms();
    let (earliest_ms, latest_ms) = (reconcile::earliest_ms(now_ms), reconcile::latest_ms(now_ms));
    let from_ms = from_ms.unwrap_or(earliest_ms);
    let period = Period {
        // A run that is gone on with may have slipped out of the two days meanwhile.
        from_ms: from_ms.max(earliest_ms),
        to_ms: to_ms.map_or(latest_ms, |to_ms| to_ms.min(latest_ms)),
    };
    if from_ms + SLIPPED_MS < earliest_ms {
        let what =
            "lies further back than M-PESA answers (two days): import the statement of that time";
        return Err(wrong("from_ms", what).into());
    }
    if period.from_ms >= period.to_ms {
        let what = "must be later than `from_ms`, which must be a quarter of an hour ago";
        return Err(wrong("to_ms", what).into());
    }
    let ran = reconcile::run(env, config, period).await;
    let report = ran.map_err(|why| unreadable(env, &why))?;
    if let Some(said) = report.unreached {
        return Err(unreached(&said));
    }
    Ok(reply::json(200, &report)?)
}

/// `POST …/pull/register`: `{outcome, said?, help}`. What Daraja says is a result, not an error.
pub(super) async fn register_pull(env: &Env, config: &Config) -> Outcome {
    let Some(nominated) = &config.pull.nominated else {
        let message = "PULL_NOMINATED_NUMBER is missing: a number of the organisation's that Safaricom knows.";
        return Err(ApiError::new(ErrorCode::Misconfigured, message).into());
    };
    log::info(
        env.as_ref(),
        What::PullRegistering,
        &[Merchant(&config.link), Why(&nominated.masked())],
    );
    let (outcome, said, help) = match daraja::register_pull(env, config, nominated).await {
        Ok(Registered::Now) => (
            "registered",
            None,
            "Set PULL_TRANSACTIONS to true and deploy: M-PESA is then asked once a day.",
        ),
        Ok(Registered::Before) => (
            "already_registered",
            None,
            "Nothing was changed. Set PULL_TRANSACTIONS to true and deploy, if it is not.",
        ),
        Err(Unanswered::TokenRefused(said) | Unanswered::Refused(said)) => (
            "refused",
            Some(said),
            "Nothing was registered. Safaricom has to give the app the product Pull Transactions, for a live shortcode.",
        ),
        Err(Unanswered::Unreached(said)) => return Err(unreached(&said)),
        Err(Unanswered::Unclear(said)) => {
            ("unclear", Some(said), "Register again: it does no harm.")
        }
    };
    let answer = json!({ "outcome": outcome, "said": said, "help": help });
    Ok(reply::json(200, &answer)?)
}

/// A difference as it is shown: with what the shop does about it.
pub(super) fn shown(mut row: Value) -> Value {
    let mut kinds = Kind::ALL.into_iter();
    let kind = kinds.find(|known| row["kind"] == known.as_str());
    let what_to_do = kind.map_or("", Kind::what_to_do);
    row["what_to_do"] = match row["unknown_kind"].as_str() {
        Some(words) => format!(
            "{what_to_do} The statement calls it \"{words}\", which is not known here: if it is no customer's money, settle this."
        )
        .into(),
        None => what_to_do.into(),
    };
    row
}
