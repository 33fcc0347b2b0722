//! A run over Pull Transactions: page by page, window by window. What we have missed is shown to its receipt, as a confirmation
//! would have shown it.

use super::{Report, books};
use crate::config::Config;
use crate::{daraja_client, platform, reach, receipt_object};
use malipo_engine::cents::Cents;
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{PULL_BACK_MS, PullAnswer, PullQuery, Pulled};
use malipo_engine::names::read_typed_reference;
use malipo_engine::reconcile::{
    Kind, Moment, Period, RIPE_MS, Source, Theirs, compare, pulled_moment,
};
use malipo_engine::wall_time::EAT_AHEAD_MS;
use malipo_shared::MpesaReceipt;
use std::collections::BTreeSet;
use worker::{Env, Result};

/// What is compared at once, in milliseconds; halved where it holds more than [`PAGES_MAX`].
const WINDOW_MS: u64 = 12 * 3_600_000;
const WINDOW_MS_MIN: u64 = 600_000;
const PAGES_MAX: usize = 30;
/// Money that one run shows, a call each.
const SHOWS_MAX: usize = 200;
/// A run begins no window after this, in milliseconds.
const RUN_MS: u64 = 60_000;
const CALL_MS: u64 = 5_000;
/// So that the clocks need not agree on where two days ago is, in milliseconds.
const BACK_MARGIN_MS: u64 = 60_000;

/// What became of one window.
enum Window {
    Compared,
    /// More pages than one comparison takes.
    TooLong,
    /// No more may be shown in this run.
    Spent,
    Failed(String),
}

/// From when on M-PESA can be asked. It is asked from three hours earlier, whichever zone it reads our times in.
pub(crate) fn earliest_ms(now_ms: u64) -> u64 {
    now_ms.saturating_sub(PULL_BACK_MS) + BACK_MARGIN_MS + EAT_AHEAD_MS
}

/// The newest that is compared: younger money may still be on its way to us.
pub(crate) fn latest_ms(now_ms: u64) -> u64 {
    now_ms.saturating_sub(RIPE_MS)
}

/// Compares a period that lies between [`earliest_ms`] and [`latest_ms`].
///
/// # Errors
/// The ledger does not answer. What was shown until then is shown.
pub(crate) async fn run(env: &Env, config: &Config, period: Period) -> Result<Report> {
    let began_at_ms = platform::now_ms();
    let mut report = Report::new(Source::Pull, period);
    let mut window_ms = WINDOW_MS;
    while report.done_to_ms < period.to_ms && platform::now_ms() < began_at_ms + RUN_MS {
        let window = Period {
            from_ms: report.done_to_ms,
            to_ms: period.to_ms.min(report.done_to_ms + window_ms),
        };
        match compare_window(env, config, window, began_at_ms, &mut report).await? {
            Window::Compared => report.done_to_ms = window.to_ms,
            Window::Spent => break,
            Window::TooLong if window_ms > WINDOW_MS_MIN => window_ms /= 2,
            Window::TooLong => {
                report.problem = Some("M-PESA has too many payments in ten minutes".to_owned());
                break;
            }
            Window::Failed(why) => {
                worker::console_error!("reconciliation: {why}");
                report.problem = Some(why);
                break;
            }
        }
    }
    books::close(env, config, began_at_ms, &report).await?;
    Ok(report)
}

async fn compare_window(
    env: &Env,
    config: &Config,
    window: Period,
    began_at_ms: u64,
    report: &mut Report,
) -> Result<Window> {
    let mut pulled = Vec::new();
    if let Some(stopped) = read_pages(env, config, window, &mut pulled, report).await {
        return Ok(stopped);
    }
    let known = books::known(env, config, pulled.iter().map(|row| &row.receipt)).await?;
    let Some(counted) = books::counted(env, config, window).await? else {
        return Ok(Window::TooLong);
    };
    let sure: BTreeSet<&MpesaReceipt> = known
        .iter()
        .filter(|held| held.is_sure)
        .filter_map(|held| held.ours.receipt.as_ref())
        .collect();
    let now_ms = platform::now_ms();
    let moment = |row: &Pulled| row.time.and_then(|time| pulled_moment(time, now_ms));
    let missed: Vec<(&Pulled, Moment)> = pulled
        .iter()
        .filter(|row| !sure.contains(&row.receipt))
        .filter_map(|row| Some((row, moment(row)?)))
        .collect();
    let is_all = report.shown + missed.len() <= SHOWS_MAX;
    let now = &missed[..missed.len().min(SHOWS_MAX.saturating_sub(report.shown))];
    let shown = reach::each(now, |(row, moment)| show(env, config, row, *moment)).await;
    report.shown += shown.iter().filter(|is_shown| **is_shown).count();
    if shown.contains(&false) {
        return Ok(Window::Failed("a receipt did not answer".to_owned()));
    }
    let young: BTreeSet<&MpesaReceipt> = pulled
        .iter()
        .filter(|row| row.time.is_some() && moment(row).is_none())
        .map(|row| &row.receipt)
        .collect();
    let theirs: Vec<Theirs> = pulled.iter().map(|row| theirs_of(row, window)).collect();
    let ours: Vec<_> = known
        .into_iter()
        .chain(counted)
        .map(|held| held.ours)
        .collect();
    let mut found = compare(Source::Pull, window, &theirs, &[], &ours);
    // Its own confirmation may still come.
    found.retain(|d| {
        let is_young = d
            .receipt
            .as_ref()
            .is_some_and(|receipt| young.contains(receipt));
        !(is_young && matches!(d.kind, Kind::MissingHere | Kind::Unmatched))
    });
    books::enter(env, config, Source::Pull, began_at_ms, &found).await?;
    report.payments += theirs.len();
    report.count(&found);
    Ok(if is_all {
        Window::Compared
    } else {
        Window::Spent
    })
}

/// Reads all pages of a window; why not, if it cannot.
async fn read_pages(
    env: &Env,
    config: &Config,
    window: Period,
    pulled: &mut Vec<Pulled>,
    report: &mut Report,
) -> Option<Window> {
    let mut seen = BTreeSet::new();
    let mut offset = 0;
    for _ in 0..PAGES_MAX {
        let now_ms = platform::now_ms();
        let query = PullQuery {
            shortcode: daraja_client::pull_shortcode(config),
            from_ms: window.from_ms.saturating_sub(EAT_AHEAD_MS),
            to_ms: now_ms.min(window.to_ms + RIPE_MS),
            offset,
        };
        let (page, rows) = match daraja_client::pull(env, config, &query).await {
            PullAnswer::Rows { pulled, rows } => (pulled, rows),
            PullAnswer::TokenRefused(said) | PullAnswer::Refused(said) => {
                return Some(Window::Failed(format!(
                    "M-PESA refuses Pull Transactions: {said}"
                )));
            }
            PullAnswer::Unclear(said) => {
                return Some(Window::Failed(format!(
                    "M-PESA's list cannot be read: {said}"
                )));
            }
        };
        report.passed_over += rows - page.len();
        let before = pulled.len();
        pulled.extend(
            page.into_iter()
                .filter(|row| seen.insert(row.receipt.clone())),
        );
        // The last page is empty; or it is the first again, where nobody counts offsets.
        if rows == 0 || pulled.len() == before {
            return None;
        }
        offset += rows;
    }
    Some(Window::TooLong)
}

/// Shows a row to its receipt; true once it is written down.
async fn show(env: &Env, config: &Config, row: &Pulled, moment: Moment) -> bool {
    // What is not whole is listed with 0 and put before a person, as with a confirmation.
    let amount_kes = row.amount.and_then(Cents::whole_kes).unwrap_or(0);
    let facts = MoneyFacts {
        amount_kes,
        paid_at_ms: Some(moment.at_ms),
        or_paid_at_ms: moment.or_ms,
        payer: row.payer.clone(),
        reference: read_typed_reference(&row.bill_ref).filter(|_| amount_kes > 0),
        bill_ref: row.bill_ref.clone(),
        is_trusted: true,
    };
    let body = row.row.clone();
    match receipt_object::show(env, config, &row.receipt, facts, body, CALL_MS).await {
        Ok(()) => true,
        Err(why) => {
            worker::console_error!(
                "receipt {}: it was pulled and not shown: {why}",
                row.receipt
            );
            false
        }
    }
}

fn theirs_of(row: &Pulled, window: Period) -> Theirs {
    Theirs {
        receipt: row.receipt.clone(),
        amount: row.amount.unwrap_or(Cents::from_kes(0)),
        paid_at_ms: row.time.map_or(window.to_ms, |time| time.eat_ms()),
        bill_ref: row.bill_ref.clone(),
    }
}
