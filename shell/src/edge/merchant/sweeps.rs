//! A sweep by command, and the ledger's rebuilding: one run at a time, as long as there is a `next`.

use super::outcome::{Outcome, whole};
use crate::config::Config;
use crate::platform::Env;
use crate::platform::reply;
use crate::schedule::sweep::{self, Whom};
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::sweep_place::Place;

/// More than a year of rosters.
const DAYS_MAX: u64 = 4_000;
/// The fields of a run.
pub(super) const RUN: &[&str] = &["days", "everyone", "next"];

/// `POST …/sweep {days?, everyone?, next?}`: looks `days` back, today included; with `everyone`, each payment enters the
/// ledger anew.
pub(super) async fn run(env: &Env, config: &Config, fields: &Fields) -> Outcome {
    let days = whole(fields, "days", DAYS_MAX)?.unwrap_or(sweep::DAYS);
    let whom = match body::flag(fields, "everyone")? {
        Some(true) => Whom::Everyone,
        Some(false) | None => Whom::Missing,
    };
    let from = match body::text(fields, "next")? {
        None => Place::days_back(days, env.now_ms()),
        Some(next) => {
            Place::parse(next).ok_or_else(|| wrong("next", "must be what the last run answered"))?
        }
    };
    let swept = sweep::run(env, config, from, whom).await;
    Ok(reply::json(200, &swept)?)
}
