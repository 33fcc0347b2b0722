//! A run over a statement that a person has brought. It is the shop's word: what it finds is listed, and M-PESA is asked about
//! missed money where it can be.

use super::{Report, books};
use crate::config::Config;
use crate::log::{
    self,
    Told::{Receipt, Why},
    What,
};
use crate::message::ReceiptCall;
use crate::{platform, reach, receipt_object};
use malipo_engine::reconcile::{Kind, Source, compare};
use malipo_engine::statement::Statement;
use malipo_shared::{MpesaReceipt, Payee};
use worker::{Env, Result};

/// Receipts that M-PESA is asked about after one import; those of the next are found by the next.
const ASKED_MAX: usize = 20;
const CALL_MS: u64 = 5_000;

/// Why a statement is not compared. Nothing was changed.
pub(crate) enum NotCompared {
    /// It is not this shop's, or too long: what to do.
    Refused(String),
    Ledger(worker::Error),
}

/// Compares a statement, and enters what differs. A second time it changes nothing.
pub(crate) async fn import(
    env: &Env,
    config: &Config,
    statement: &Statement,
) -> core::result::Result<Report, NotCompared> {
    if let Some(other) = statement
        .shortcode
        .as_deref()
        .filter(|s| !is_ours(config, s))
    {
        return Err(NotCompared::Refused(format!(
            "This is the statement of {other}, which is not this shop's number."
        )));
    }
    let work = compare_all(env, config, statement).await;
    work.map_err(NotCompared::Ledger)?.ok_or_else(|| {
        NotCompared::Refused(
            "The ledger has more than 20,000 receipts in this time. Export a shorter one."
                .to_owned(),
        )
    })
}

async fn compare_all(env: &Env, config: &Config, statement: &Statement) -> Result<Option<Report>> {
    let began_at_ms = platform::now_ms();
    let paid = statement.payments.iter().map(|paid| &paid.receipt);
    let gone = statement.reversals.iter().map(|reversal| &reversal.of);
    let known = books::known(env, config, paid.chain(gone)).await?;
    let Some(counted) = books::counted(env, config, statement.period).await? else {
        return Ok(None);
    };
    let ours: Vec<_> = known
        .into_iter()
        .chain(counted)
        .map(|held| held.ours)
        .collect();
    let found = compare(
        Source::Statement,
        statement.period,
        &statement.payments,
        &statement.reversals,
        &ours,
    );
    books::enter(env, config, Source::Statement, began_at_ms, &found).await?;
    let mut report = Report::new(Source::Statement, statement.period);
    report.done_to_ms = statement.period.to_ms;
    report.payments = statement.payments.len();
    report.passed_over = statement.others + statement.unlinked;
    report.count(&found);
    if config.c2b.initiator.is_some() {
        let missing = found.iter().filter(|d| d.kind == Kind::MissingHere);
        let missing: Vec<&MpesaReceipt> = missing
            .filter_map(|difference| difference.receipt.as_ref())
            .take(ASKED_MAX)
            .collect();
        let asked = reach::each(&missing, |receipt| ask(env, config, receipt)).await;
        report.asked = asked.into_iter().filter(|is_asked| *is_asked).count();
    }
    books::close(env, config, began_at_ms, &report).await?;
    Ok(Some(report))
}

async fn ask(env: &Env, config: &Config, receipt: &MpesaReceipt) -> bool {
    let asked = receipt_object::ask(env, config, receipt, ReceiptCall::Ask, CALL_MS).await;
    asked.unwrap_or_else(|why| {
        log::error(What::ReceiptUnasked, &[Receipt(receipt), Why(&why)]);
        false
    })
}

fn is_ours(config: &Config, shortcode: &str) -> bool {
    match &config.payee {
        Payee::PayBill { shortcode: ours } => ours.as_str() == shortcode,
        Payee::Till { store, till } => [store.as_str(), till.as_str()].contains(&shortcode),
    }
}
