//! Reconciling a statement that a person has brought. What the file is, the engine decides before anything is compared or written. It is
//! the shop's word: what it finds is listed, and M-PESA is asked about missed money where it can be.

use super::report::Report;
use crate::calls;
use crate::calls::receipt::ReceiptCall;
use crate::config::Config;
use crate::ledger::differences;
use crate::platform::Env;
use crate::platform::concurrent;
use crate::platform::log::{
    self,
    Field::{Receipt, Why},
    What,
};
use malipo_engine::reconcile::{Doubt, Identity, Kind, Ours, Seen, Source, compare};
use malipo_engine::statement::Statement;
use malipo_shared::MpesaReceipt;

/// Receipts that M-PESA is asked about after one import; those of the next are found by the next.
const ASKED_MAX: usize = 20;
const CALL_MS: u64 = 5_000;

/// Why a statement is not compared. Nothing was changed.
pub(crate) enum NotCompared {
    /// It is too long: what to do.
    Refused(String),
    /// It can hardly be this shop's statement of its time: what was found, and what to do. Somebody may insist.
    Doubted(String),
    Ledger(crate::platform::error::Error),
}

impl From<crate::platform::error::Error> for NotCompared {
    fn from(why: crate::platform::error::Error) -> NotCompared {
        NotCompared::Ledger(why)
    }
}

/// Compares a statement, and enters what differs. A second time it changes nothing.
///
/// # Errors
/// [`NotCompared`]; a doubt only where nobody insists.
pub(crate) async fn import(
    env: &Env,
    config: &Config,
    statement: &Statement,
    insists: bool,
) -> core::result::Result<Report, NotCompared> {
    let began_at_ms = env.now_ms();
    let (shown, typed) = ours(env, config, statement).await?;
    let (identity, doubt) = Identity::of(&Seen {
        named: statement.shortcode.as_deref(),
        numbers: &config.numbers(),
        period: statement.period,
        rows_period: statement.rows_period,
        theirs: &statement.payments,
        reversals: &statement.reversals,
        ours: &shown,
        ours_period: differences::counted_period(env, config).await?,
        now_ms: began_at_ms,
    });
    if let Some(why) = identity.doubt.as_ref().filter(|_| !insists) {
        return Err(NotCompared::Doubted(why.clone()));
    }
    // By another clock its ends are not known: nothing near them is missed.
    let unsure_ms = match doubt {
        Some(Doubt::AnotherClock(secs)) => secs.unsigned_abs() * 1000,
        Some(
            Doubt::AnotherNumber(_)
            | Doubt::AnotherTime(_)
            | Doubt::RowsElsewhere(_)
            | Doubt::NothingKnown,
        )
        | None => 0,
    };
    let ours: Vec<Ours> = shown.into_iter().chain(typed).collect();
    let found = compare(
        Source::Statement,
        statement.period.narrowed(unsure_ms),
        &statement.payments,
        &statement.reversals,
        &statement.mentioned,
        &ours,
    );
    differences::enter(env, config, Source::Statement, began_at_ms, &found).await?;
    let mut report = Report::new(Source::Statement, statement.period);
    report.done_to_ms = statement.period.to_ms;
    report.payments = statement.payments.len();
    report.passed_over = statement.others + statement.unlinked;
    report.statement = Some(identity);
    report.kinds.clone_from(&statement.kinds);
    report.count(&found);
    if config.c2b.initiator.is_some() {
        let missing = found.iter().filter(|d| d.kind == Kind::MissingHere);
        let missing: Vec<&MpesaReceipt> = missing
            .filter_map(|difference| difference.receipt.as_ref())
            .take(ASKED_MAX)
            .collect();
        let asked = concurrent::each(&missing, |receipt| ask(env, config, receipt)).await;
        report.asked = asked.into_iter().filter(|is_asked| *is_asked).count();
    }
    differences::close(env, config, &report.noted(began_at_ms)).await?;
    Ok(report)
}

/// What we know of its receipts and count within its time: what M-PESA has shown, and what only somebody has typed.
async fn ours(
    env: &Env,
    config: &Config,
    statement: &Statement,
) -> core::result::Result<(Vec<Ours>, Vec<Ours>), NotCompared> {
    let paid = statement.payments.iter().map(|paid| &paid.receipt);
    let gone = statement.reversals.iter().map(|reversal| &reversal.of);
    let known = differences::known(env, config, paid.chain(gone)).await?;
    let counted = differences::counted(env, config, statement.period).await?;
    let counted = counted.ok_or_else(|| {
        NotCompared::Refused(
            "The ledger has more than 20,000 receipts in this time. Export a shorter one."
                .to_owned(),
        )
    })?;
    let ours = known.into_iter().chain(counted).map(|held| held.ours);
    Ok(ours.partition(|ours| ours.is_shown))
}

async fn ask(env: &Env, config: &Config, receipt: &MpesaReceipt) -> bool {
    let asked = calls::receipt::ask(env, config, receipt, ReceiptCall::Ask, CALL_MS).await;
    asked.unwrap_or_else(|why| {
        log::error(
            env.as_ref(),
            What::ReceiptUnasked,
            &[Receipt(receipt), Why(&why)],
        );
        false
    })
}
