//! Reconciling Pull Transactions: page by page, window by window. What we have missed is shown to its receipt, as a confirmation would have
//! shown it.

use super::report::Report;
use crate::calls;
use crate::config::Config;
use crate::ledger::differences::{self, Held};
use crate::outbound::daraja;
use crate::platform::Env;
use crate::platform::concurrent;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Merchant, Receipt, Why},
    What,
};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{PULL_BACK_MS, PullPage, PullQuery, Pulled, Unanswered};
use malipo_engine::reconcile::{
    Kind, Moment, Period, RIPE_MS, Source, Theirs, compare, pulled_moment,
};
use malipo_engine::wall_time::EAT_AHEAD_MS;
use malipo_shared::MpesaReceipt;
use std::collections::BTreeSet;

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
const BACK_MARGIN_MS: u64 = 600_000;
/// So far a window reaches into the one before it: at its very edges nothing is missed for certain.
const OVERLAP_MS: u64 = 300_000;

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

/// One run, as far as it has come.
struct Run<'r> {
    env: &'r Env,
    config: &'r Config,
    began_at_ms: u64,
    report: Report,
    /// Windows overlap: what an earlier one has brought.
    told: BTreeSet<MpesaReceipt>,
}

/// Compares a period that lies between [`earliest_ms`] and [`latest_ms`].
///
/// # Errors
/// The ledger does not answer. What was shown until then is shown.
pub(crate) async fn run(env: &Env, config: &Config, period: Period) -> Result<Report> {
    let mut run = Run {
        env,
        config,
        began_at_ms: env.now_ms(),
        report: Report::new(Source::Pull, period),
        told: BTreeSet::new(),
    };
    let mut window_ms = WINDOW_MS;
    while run.report.done_to_ms < period.to_ms && env.now_ms() < run.began_at_ms + RUN_MS {
        let from_ms = run.report.done_to_ms;
        let window = Period {
            from_ms: from_ms.saturating_sub(OVERLAP_MS),
            to_ms: period.to_ms.min(from_ms + window_ms),
        };
        match run.compare_window(window).await? {
            Window::Compared => run.report.done_to_ms = window.to_ms,
            Window::Spent => break,
            Window::TooLong if window_ms > WINDOW_MS_MIN => window_ms /= 2,
            Window::TooLong => {
                run.report.problem = Some("M-PESA has too many payments in ten minutes".to_owned());
                break;
            }
            Window::Failed(why) => {
                log::error(
                    env.as_ref(),
                    What::ReconciliationUnfinished,
                    &[Merchant(&config.link), Why(&why)],
                );
                run.report.problem = Some(why);
                break;
            }
        }
    }
    differences::close(env, config, &run.report.noted(run.began_at_ms)).await?;
    Ok(run.report)
}

impl Run<'_> {
    async fn compare_window(&mut self, window: Period) -> Result<Window> {
        let (env, config) = (self.env, self.config);
        let pulled = match self.read_pages(window).await {
            Ok(pulled) => pulled,
            Err(stopped) => return Ok(stopped),
        };
        let known = differences::known(env, config, pulled.iter().map(|row| &row.receipt)).await?;
        let Some(counted) = differences::counted(env, config, window).await? else {
            return Ok(Window::TooLong);
        };
        let now_ms = env.now_ms();
        let is_all_shown = match self.show_missed(&pulled, &known, now_ms).await {
            Ok(is_all_shown) => is_all_shown,
            Err(stopped) => return Ok(stopped),
        };
        // An amount that cannot be read is compared with nothing: its receipt is shown to the shop.
        let theirs = pulled.iter().filter_map(|row| theirs_of(row, window));
        let theirs: Vec<Theirs> = theirs.collect();
        let ours = known.into_iter().chain(counted);
        let ours: Vec<_> = ours.map(|held| held.ours).collect();
        let mut found = compare(Source::Pull, window, &theirs, &[], &[], &ours);
        // Its own confirmation may still come.
        let young = pulled.iter().filter(|row| {
            row.time
                .is_some_and(|time| pulled_moment(time, now_ms).is_none())
        });
        let young: BTreeSet<&MpesaReceipt> = young.map(|row| &row.receipt).collect();
        found.retain(|difference| {
            let receipt = difference.receipt.as_ref();
            let is_young = receipt.is_some_and(|receipt| young.contains(receipt));
            !(is_young && matches!(difference.kind, Kind::MissingHere | Kind::Unmatched))
        });
        differences::enter(env, config, Source::Pull, self.began_at_ms, &found).await?;
        self.report.count(&found);
        let rows = pulled.into_iter().map(|row| row.receipt);
        let is_new = |receipt| usize::from(self.told.insert(receipt));
        self.report.payments += rows.map(is_new).sum::<usize>();
        Ok(if is_all_shown {
            Window::Compared
        } else {
            Window::Spent
        })
    }

    /// Shows what we do not surely know; whether that was all of it.
    async fn show_missed(
        &mut self,
        pulled: &[Pulled],
        known: &[Held],
        now_ms: u64,
    ) -> core::result::Result<bool, Window> {
        let numbers = |filter: fn(&&Held) -> bool| -> BTreeSet<&MpesaReceipt> {
            let held = known.iter().filter(filter);
            held.filter_map(|held| held.ours.receipt.as_ref()).collect()
        };
        let sure = numbers(|held| held.is_sure);
        let whole = numbers(|held| held.is_sure && held.has_account);
        let is_known = |row: &Pulled| match row.bill_ref.is_empty() {
            true => sure.contains(&row.receipt),
            false => whole.contains(&row.receipt),
        };
        let missed = pulled
            .iter()
            .filter(|row| !is_known(row) && !self.told.contains(&row.receipt))
            // A young one's confirmation may still come. A time that cannot be read hides no money.
            .filter_map(|row| match row.time {
                Some(time) => pulled_moment(time, now_ms).map(|moment| (row, Some(moment))),
                None => Some((row, None)),
            });
        let mut missed: Vec<(&Pulled, Option<Moment>)> = missed.collect();
        let left = SHOWS_MAX.saturating_sub(self.report.shown);
        let is_all = missed.len() <= left;
        missed.truncate(left);
        let (env, config) = (self.env, self.config);
        let shown =
            concurrent::each(&missed, |(row, moment)| show(env, config, row, *moment)).await;
        self.report.shown += shown.iter().filter(|is_shown| **is_shown).count();
        if shown.contains(&false) {
            return Err(Window::Failed("a receipt did not answer".to_owned()));
        }
        Ok(is_all)
    }

    /// All rows of a window; why not, if they cannot be read.
    async fn read_pages(&mut self, window: Period) -> core::result::Result<Vec<Pulled>, Window> {
        let mut pulled: Vec<Pulled> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut offset = 0;
        for _ in 0..PAGES_MAX {
            let query = PullQuery {
                shortcode: daraja::pull_shortcode(self.config),
                from_ms: window.from_ms.saturating_sub(EAT_AHEAD_MS),
                to_ms: self.env.now_ms().min(window.to_ms + RIPE_MS),
                offset,
            };
            let page = daraja::pull(self.env, self.config, &query).await;
            let PullPage { pulled: page, rows } = page.map_err(|why| self.stopped(why))?;
            self.report.pages += 1;
            self.report.passed_over += rows - page.len();
            let before = pulled.len();
            pulled.extend(
                page.into_iter()
                    .filter(|row| seen.insert(row.receipt.clone())),
            );
            // The last page is empty; or it is the first again, where nobody counts offsets.
            if rows == 0 || pulled.len() == before {
                return Ok(pulled);
            }
            offset += rows;
        }
        Err(Window::TooLong)
    }

    /// Why no page came, in words.
    fn stopped(&mut self, why: Unanswered) -> Window {
        Window::Failed(match why {
            Unanswered::TokenRefused(said) | Unanswered::Refused(said) => {
                format!("M-PESA refuses Pull Transactions: {said}")
            }
            Unanswered::Unreached(said) => {
                let why = format!("M-PESA cannot be reached: {said}");
                self.report.unreached = Some(said).filter(|_| self.report.pages == 0);
                why
            }
            Unanswered::Unclear(said) => format!("M-PESA's list cannot be read: {said}"),
        })
    }
}

/// Shows a row to its receipt; true once it is written down.
async fn show(env: &Env, config: &Config, row: &Pulled, moment: Option<Moment>) -> bool {
    let facts = MoneyFacts::of_pulled(row, moment);
    let body = row.row.clone();
    match calls::receipt::show(env, config, &row.receipt, facts, body, CALL_MS).await {
        Ok(()) => true,
        Err(why) => {
            log::error(
                env.as_ref(),
                What::ReceiptUnreached,
                &[Receipt(&row.receipt), Why(&why)],
            );
            false
        }
    }
}

fn theirs_of(row: &Pulled, window: Period) -> Option<Theirs> {
    Some(Theirs {
        receipt: row.receipt.clone(),
        amount: row.amount?,
        paid_at_ms: row.time.map_or(window.to_ms, |time| time.eat_ms()),
        bill_ref: row.bill_ref.clone(),
        unknown_kind: None,
    })
}
