//! A sweep by command, and the ledger's rebuilding: one run at a time, as long as there is a `next`.

use super::{Outcome, whole, wrong};
use crate::config::Config;
use crate::sweep::{self, Whom};
use crate::{platform, reply};
use malipo_engine::sweep::Place;
use serde_json::{Map, Value};
use worker::Env;

/// More than a year of rosters.
const DAYS_MAX: u64 = 4_000;

/// `POST …/sweep {days?, everyone?, next?}`: looks `days` back, today included; with `everyone`, each payment enters the
/// ledger anew.
pub(super) async fn run(env: &Env, config: &Config, fields: &Map<String, Value>) -> Outcome {
    let days = whole(fields, "days", DAYS_MAX)?.unwrap_or(sweep::DAYS);
    let whom = match fields.get("everyone") {
        Some(Value::Bool(true)) => Whom::Everyone,
        None | Some(Value::Bool(false)) => Whom::Missing,
        Some(_) => return Err(wrong("everyone", "must be true or false").into()),
    };
    let from = match fields.get("next") {
        None | Some(Value::Null) => Place::days_back(days, platform::now_ms()),
        Some(next) => next
            .as_str()
            .and_then(Place::parse)
            .ok_or_else(|| wrong("next", "must be what the last run answered"))?,
    };
    let swept = sweep::run(env, config, from, whom).await;
    Ok(reply::json(200, &swept)?)
}
