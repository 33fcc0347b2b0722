//! When a merchant's reconciliation is due: once a day, sooner after a failure, at once while it is behind.

use super::pull;
use crate::config::Config;
use crate::ledger::{done, of_shop};
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use malipo_engine::eat::DAY_MS;
use malipo_engine::reconcile::Period;

/// After the first failure, doubled with each further one, in milliseconds.
const AGAIN_MS: u64 = 900_000;
const AGAIN_MS_MAX: u64 = 7_200_000;
/// While one run goes on no other begins, in milliseconds.
const LEASE_MS: u64 = 600_000;

const BEGIN: &str = "INSERT OR IGNORE INTO reconciled (env, link, done_to_ms, due_at_ms, failures) VALUES (?1, ?2, ?3, 0, 0)";
const TAKE: &str = "\
UPDATE reconciled SET due_at_ms = ?3 + ?4 WHERE env = ?1 AND link = ?2 AND due_at_ms <= ?3 \
RETURNING done_to_ms || '.' || failures AS v";
const KEEP: &str = "\
UPDATE reconciled SET done_to_ms = max(done_to_ms, ?3), due_at_ms = ?4, failures = ?5 WHERE env = ?1 AND link = ?2";

/// Missed money that has been shown and is no order's: to be assigned.
const SHOWN: &str = "\
INSERT OR IGNORE INTO differences (env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, at_ms, found_at_ms, \
seen_at_ms, source) \
SELECT d.env, d.link, 'unmatched.' || d.receipt, 'unmatched', d.receipt, d.account_reference, u.countable_kes, d.theirs_kes, d.at_ms, \
?3, ?3, d.source FROM differences d JOIN unmatched_receipts u ON u.env = d.env AND u.receipt = d.receipt \
WHERE d.env = ?1 AND d.link = ?2 AND d.settled_at_ms IS NULL AND d.kind = 'missing_here' AND u.link = d.link \
AND u.status = 'unmatched'";
/// Missed money that is here by now, and money that has found its order.
const ARRIVED: &str = "\
UPDATE differences SET settled_at_ms = ?3, settled_by = 'run' WHERE env = ?1 AND link = ?2 AND settled_at_ms IS NULL AND (\
(kind IN ('missing_here', 'unmatched') AND EXISTS (SELECT 1 FROM receipts r WHERE r.env = ?1 AND r.receipt = differences.receipt \
AND r.link = ?2)) \
OR (kind = 'missing_here' AND EXISTS (SELECT 1 FROM unmatched_receipts u WHERE u.env = ?1 AND u.receipt = differences.receipt \
AND u.link = ?2 AND u.status = 'unmatched')))";

/// What is due by the clock. Its failures are told in the log, and tried again. About how many calls it made.
pub(crate) async fn on_schedule(env: &Env, config: &Config) -> usize {
    if let Err(why) = settle_arrived(env, config).await {
        log::error(
            env.as_ref(),
            What::DifferencesUnread,
            &[Merchant(&config.link), Why(&why)],
        );
    }
    let looked = 2;
    if !config.pull.is_on {
        return looked;
    }
    match go_on(env, config).await {
        Ok(calls) => looked + calls,
        Err(why) => {
            log::error(
                env.as_ref(),
                What::ReconciliationUnfinished,
                &[Merchant(&config.link), Why(&why)],
            );
            looked
        }
    }
}

async fn settle_arrived(env: &Env, config: &Config) -> Result<()> {
    for statement in [SHOWN, ARRIVED] {
        let [env_word, link] = of_shop(config);
        let values = [env_word, link, SqlValue::Number(env.now_ms())];
        done(d1::run(env, statement, &values).await)?;
    }
    Ok(())
}

async fn go_on(env: &Env, config: &Config) -> Result<usize> {
    let asked = 3;
    let now_ms = env.now_ms();
    let earliest_ms = pull::earliest_ms(now_ms);
    let [env_word, link] = of_shop(config);
    let begin = [env_word, link, SqlValue::Number(earliest_ms)];
    done(d1::run(env, BEGIN, &begin).await)?;
    let [env_word, link, _] = begin;
    let take = [
        env_word,
        link,
        SqlValue::Number(now_ms),
        SqlValue::Number(LEASE_MS),
    ];
    let taken = d1::texts(env, TAKE, &take).await?;
    let place = taken.first().and_then(|text| text.split_once('.'));
    let Some((done_to_ms, failures)) = place.and_then(|(done_to_ms, failures)| {
        Some((
            done_to_ms.parse::<u64>().ok()?,
            failures.parse::<u32>().ok()?,
        ))
    }) else {
        return Ok(asked); // not due
    };
    let period = Period {
        from_ms: done_to_ms.max(earliest_ms),
        to_ms: pull::latest_ms(now_ms),
    };
    if done_to_ms < earliest_ms {
        let missed_secs = (earliest_ms - done_to_ms) / 1000;
        log::error(
            env.as_ref(),
            What::ReconciliationGap,
            &[
                Merchant(&config.link),
                Why(&format_args!(
                    "{missed_secs} s before {earliest_ms} were not compared"
                )),
            ],
        );
    }
    let ran = pull::run(env, config, period).await;
    let (reached_ms, due_at_ms, failures) = match &ran {
        Ok(report) if report.is_complete() => (report.done_to_ms, now_ms + DAY_MS, 0),
        Ok(report) if report.problem.is_none() => (report.done_to_ms, now_ms, 0),
        failed => {
            let again_ms = (AGAIN_MS << failures.min(10)).min(AGAIN_MS_MAX);
            let reached_ms = failed.as_ref().map_or(0, |report| report.done_to_ms);
            (reached_ms, now_ms + again_ms, failures + 1)
        }
    };
    let [env_word, link] = of_shop(config);
    let keep = [
        env_word,
        link,
        SqlValue::Number(reached_ms),
        SqlValue::Number(due_at_ms),
        SqlValue::Number(u64::from(failures)),
    ];
    done(d1::run(env, KEEP, &keep).await)?;
    ran.map(|report| asked + report.calls())
}
