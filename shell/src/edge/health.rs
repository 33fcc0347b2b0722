//! `/healthz`: whether payments can be made, and what of the rest does not answer. Asked for by anyone, so looked at once in a
//! few seconds.

use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::{self, Deployment, NoConfig};
use crate::intake::inbox;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::{Error, Result};
use crate::platform::http::Reply;
use crate::platform::{self, reply};
use futures_util::future::join5;
use malipo_engine::master_key::probe_name;
use serde_json::json;
use std::borrow::Cow;

/// How long what was seen is answered again, in milliseconds.
const KEPT_MS: u64 = 5_000;
/// How long each part may take to answer, in milliseconds.
const LOOK_MS: u64 = 3_000;
/// Tables without which callbacks have no inbox, lists stay empty and nothing is compared: all that the migrations make.
const TABLES: [&str; 12] = [
    "d1_migrations",
    "inbox",
    "payments",
    "attempts",
    "receipts",
    "deliveries",
    "refunds",
    "unmatched_receipts",
    "differences",
    "reconciliations",
    "reconciled",
    "sweeps",
];
/// What lacks it may lack columns: the newest of `worker/migrations`.
const NEWEST_MIGRATION: &str = "0010_search.sql";
const APPLIED: &str = "SELECT name AS v FROM d1_migrations WHERE name = ?1";

/// What was seen, and when.
#[derive(Clone, Default)]
struct Seen {
    at_ms: u64,
    /// What makes lists late or tokens slow, and keeps no payment from being made.
    degraded: Vec<Cow<'static, str>>,
    /// What keeps payments from being made.
    wrong: Vec<Cow<'static, str>>,
    /// Messages of the inbox that could not be delivered and wait for a person; none where they could not be counted.
    set_apart: Option<u64>,
}

/// The answer of a good configuration.
pub(crate) async fn answer(env: &Env, deployment: &Deployment) -> Result<Reply> {
    let now_ms = env.now_ms();
    let kept = env.isolate().of::<Option<Seen>>();
    let known = kept.borrow().clone();
    let seen = match known {
        Some(seen) if now_ms < seen.at_ms + KEPT_MS => seen,
        known => {
            // Whoever asks meanwhile is told what was seen before.
            if let Some(known) = known {
                *kept.borrow_mut() = Some(Seen {
                    at_ms: now_ms,
                    ..known
                });
            }
            let seen = look(env, deployment).await;
            *kept.borrow_mut() = Some(seen.clone());
            seen
        }
    };
    let env_word = deployment.env.as_str();
    if !seen.wrong.is_empty() {
        let body =
            json!({ "ok": false, "env": env_word, "wrong": seen.wrong, "degraded": seen.degraded });
        return reply::json(503, &body);
    }
    if !seen.degraded.is_empty() {
        let body = json!({
            "ok": true, "env": env_word, "degraded": seen.degraded, "inbox_set_apart": seen.set_apart,
        });
        return reply::json(200, &body);
    }
    reply::json(200, &json!({ "ok": true, "env": env_word }))
}

/// The answer of a wrong one.
pub(crate) fn of_wrong(wrong: &[String]) -> Result<Reply> {
    reply::json(503, &json!({ "ok": false, "wrong": wrong }))
}

async fn look(env: &Env, deployment: &Deployment) -> Seen {
    let looks = join5(
        tokens(env),
        is_migrated(env),
        objects(env, deployment),
        set_apart(env, deployment),
        shop(env, deployment),
    );
    let (tokens, is_migrated, objects, set_apart, shop) = looks.await;
    let mut seen = Seen {
        at_ms: env.now_ms(),
        ..shop
    };
    if !tokens {
        let what = "TOKENS (KV) does not answer: each token is asked of an object";
        seen.degraded.push(what.into());
    }
    match is_migrated {
        None => {
            let what = "LEDGER (D1) does not answer: lists are late";
            seen.degraded.push(what.into());
        }
        Some(false) => {
            let what = "LEDGER (D1) lacks tables: apply the migrations (docs/operate.md)";
            seen.degraded.push(what.into());
        }
        Some(true) => {}
    }
    seen.set_apart = set_apart;
    if set_apart.is_some_and(|count| count > 0) {
        let what = "messages of M-PESA's could not be delivered and are set apart: they may be proof of money (cargo xtask operate \
                    inbox)";
        seen.degraded.push(what.into());
    }
    if !objects {
        let what = "the Durable Objects do not answer: no payment can be made";
        seen.wrong.push(what.into());
    }
    seen
}

/// The default merchant's settings, and where they stand.
async fn shop(env: &Env, deployment: &Deployment) -> Seen {
    let mut seen = Seen::default();
    if config::is_left_in_the_dashboard(env, deployment).await {
        let what = "SHOP = \"dashboard\" is missing: the settings in the dashboard were in use, and the variables hold now. Put the line \
                    back, or discard the settings (docs/merchants.md)";
        seen.degraded.push(what.into());
    }
    for name in &deployment.left_over {
        let what =
            format!("{name} is a secret that is not read any more: wrangler secret delete {name}");
        seen.degraded.push(what.into());
    }
    match config::default_merchant(env).await {
        Ok(_) => {}
        Err(NoConfig::Wrong(wrong)) => seen.wrong.extend(wrong.iter().cloned().map(Cow::from)),
        Err(NoConfig::NotSetUp | NoConfig::UnknownLink) => {
            let what =
                "this shop is not set up: its settings are made with ADMIN_KEY (docs/merchants.md)";
            seen.wrong.push(what.into());
        }
        Err(NoConfig::Unreached) => {
            let what = "the shop's settings cannot be read, and were never read here: no payment can be made";
            seen.wrong.push(what.into());
        }
    }
    seen
}

/// Whether KV can be read.
async fn tokens(env: &Env) -> bool {
    platform::within(env.as_ref(), LOOK_MS, env.kv_answers()).await == Some(true)
}

/// How many messages of the inbox are set apart; none where it cannot be read, which is told by itself.
async fn set_apart(env: &Env, deployment: &Deployment) -> Option<u64> {
    let count = platform::within(
        env.as_ref(),
        LOOK_MS,
        inbox::set_apart_count(env, deployment),
    )
    .await;
    count.and_then(Result::ok)
}

/// Whether all migrations were applied, and what they made is there; none where the ledger does not answer.
async fn is_migrated(env: &Env) -> Option<bool> {
    let names = tables(env).await.ok()?;
    if TABLES.iter().any(|table| !names.iter().any(|n| n == table)) {
        return Some(false);
    }
    let newest = [SqlValue::Text(NEWEST_MIGRATION)];
    let applied = platform::within(env.as_ref(), LOOK_MS, d1::texts(env, APPLIED, &newest)).await?;
    Some(!applied.ok()?.is_empty())
}

/// The ledger's tables.
pub(crate) async fn tables(env: &Env) -> Result<Vec<String>> {
    let tables = "SELECT name AS v FROM sqlite_master WHERE type = 'table'";
    let read = d1::texts(env, tables, &[]);
    let late = || Error::new("no answer in time");
    platform::within(env.as_ref(), LOOK_MS, read)
        .await
        .unwrap_or_else(|| Err(late()))
}

/// Whether an object answers: that of a payment which no order can have, and which does not exist by being asked.
pub(crate) async fn objects(env: &Env, deployment: &Deployment) -> bool {
    let message = ToPayment {
        address: probe_name(deployment.env.as_str(), &deployment.default_link),
        what: PaymentCall::Show,
    };
    let answer = calls::payment::call(env, &message, LOOK_MS).await;
    answer.is_ok_and(|answer| answer.status == 404)
}
