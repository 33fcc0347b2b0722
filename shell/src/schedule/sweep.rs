//! The sweep: every five minutes, and by command, it brings what lies in the inbox, looks at what has not ended or is owed, and finds
//! in the rosters what the ledger lacks. It only asks objects to do what they would do by themselves. The inbox comes first and for
//! all merchants at once: it may hold proof of money, and waits for no merchant's turn.

use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::calls::receipt::ReceiptCall;
use crate::config::{self, Config, NoConfig};
use crate::intake::inbox;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Merchant, Payment, Receipt, Why},
    What,
};
use crate::platform::{self, concurrent};
use crate::schedule::reconcile;
use malipo_engine::payment_filter::EVER_MS;
use malipo_engine::sweep_place::Place;
use malipo_shared::{AccountReference, LinkId, MpesaReceipt};
use serde::Serialize;
use std::cell::Cell;

/// Days whose rosters the scheduled sweep reads: today and yesterday.
pub(crate) const DAYS: u64 = 2;
/// References of one page, and pages and calls of one merchant's run.
const PAGE: usize = 60;
const PAGES_MAX: u32 = 60;
const POKES_MAX: usize = 400;
/// Of what has not ended, in one run.
const OPEN_MAX: u64 = 150;
/// A run begins no page after this, in milliseconds.
const RUN_MS: u64 = 25_000;
/// After so many calls the schedule begins no other merchant: with a whole run of those under way that is a third of what the
/// platform lets one invocation make.
const CALLS_MAX: usize = 350;
/// Merchants that are swept at the same time: one whose objects or M-PESA hang keeps a place, and no other merchant waiting.
const AT_ONCE: usize = 4;
/// How long the sweep of one merchant may take, and its comparison with M-PESA's books, in milliseconds.
const SWEEP_MS: u64 = 45_000;
const COMPARE_MS: u64 = 180_000;
/// What a run asks of the ledger and of rosters by itself.
const OWN_CALLS: usize = 10;
/// The schedule begins no other merchant after this, in milliseconds.
const BEGIN_MS: u64 = 150_000;
/// How often the schedule rings, in milliseconds (`wrangler.toml`).
const TURN_MS: u64 = 300_000;
const CALL_MS: u64 = 10_000;

/// Which payments are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Those that the ledger lacks.
    Missing,
    /// All: each enters the ledger anew.
    Everyone,
}

/// What a run came to.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Swept {
    pub(crate) inbox: inbox::Drained,
    /// Payments that were asked.
    pub(crate) payments: usize,
    /// Receipts that were asked.
    pub(crate) receipts: usize,
    /// Objects and rosters that did not answer.
    pub(crate) failed: usize,
    /// Whether the ledger answers.
    pub(crate) has_ledger: bool,
    /// Where the next run goes on in the rosters; none when all were seen.
    pub(crate) next: Option<String>,
}

/// Takes those that have not ended or owe something, and were not looked at for half as long as they are old: ever more seldom.
const OPEN_PAYMENTS: &str = "\
UPDATE payments SET look_at_ms = ?3 + max(600000, (?3 - opened_at_ms) / 2) WHERE env = ?1 AND link = ?2 \
AND account_reference IN (SELECT account_reference FROM payments WHERE env = ?1 AND link = ?2 \
AND (wakes OR state NOT IN ('paid', 'closed')) AND look_at_ms <= ?3 ORDER BY look_at_ms LIMIT ?4) \
RETURNING account_reference AS v";
/// The same of receipts that nobody has, though they name a payment: it may have been opened since.
const OPEN_RECEIPTS: &str = "\
UPDATE unmatched_receipts SET look_at_ms = ?3 + max(600000, (?3 - listed_at_ms) / 2) WHERE env = ?1 \
AND receipt IN (SELECT receipt FROM unmatched_receipts WHERE env = ?1 AND link = ?2 \
AND status IN ('unverified', 'unmatched') AND bill_ref <> '' AND look_at_ms <= ?5 ORDER BY look_at_ms LIMIT ?4) \
RETURNING receipt AS v";
const MISSING: &str = "\
SELECT r.value AS v FROM json_each(?3) r WHERE NOT EXISTS (SELECT 1 FROM payments p \
WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference = r.value)";
const PLACE: &str = "SELECT next AS v FROM sweeps WHERE env = ?1 AND link = ?2";
const KEEP_PLACE: &str = "INSERT OR REPLACE INTO sweeps (env, link, next) VALUES (?1, ?2, ?3)";
const FORGET_PLACE: &str = "DELETE FROM sweeps WHERE env = ?1 AND link = ?2";

/// The scheduled sweep: the inbox, then a few merchants at the same time, another one first each time, as long as there is time.
/// What is left out comes first soon.
pub async fn on_schedule(env: &Env) {
    // What is wrong is named at /healthz.
    let Ok(deployment) = &config::deployment(env) else {
        return;
    };
    if let Err(why) = inbox::drain(env, deployment, None).await {
        log::error(env.as_ref(), What::LedgerUnread, &[Why(&why)]);
    }
    let began_ms = env.now_ms();
    let mut links = config::links(env, deployment).await;
    let turn = usize::try_from(began_ms / TURN_MS).unwrap_or_default();
    let first = turn % links.len().max(1);
    links.rotate_left(first);
    let calls = &Cell::new(0);
    concurrent::each_of(&links, AT_ONCE, |link| async move {
        if calls.get() > CALLS_MAX || env.now_ms() > began_ms + BEGIN_MS {
            return;
        }
        let made = sweep_merchant(env, link).await;
        calls.set(calls.get() + made);
    })
    .await;
}

/// Sweeps one merchant, within a limit of its own; about how many calls it made.
async fn sweep_merchant(env: &Env, link: &LinkId) -> usize {
    let known = config::of_link(env, link).await;
    let config = match known.as_ref() {
        Ok(config) => config,
        Err(NoConfig::NotSetUp) => return OWN_CALLS,
        Err(none) => {
            let why = format_args!("{none:?}");
            log::error(
                env.as_ref(),
                What::MerchantNotSwept,
                &[Merchant(link), Why(&why)],
            );
            return OWN_CALLS;
        }
    };
    let swept = platform::within(env.as_ref(), SWEEP_MS, sweep_one(env, config)).await;
    let compared = platform::within(
        env.as_ref(),
        COMPARE_MS,
        reconcile::on_schedule(env, config),
    )
    .await;
    if swept.is_none() || compared.is_none() {
        let why = "it took too long";
        log::error(
            env.as_ref(),
            What::SweepIncomplete,
            &[Merchant(link), Why(&why)],
        );
    }
    swept.unwrap_or(CALLS_MAX) + compared.unwrap_or(CALLS_MAX)
}

/// Goes on where the merchant's last sweep had to stop; how many calls it made.
async fn sweep_one(env: &Env, config: &Config) -> usize {
    let (env_word, link) = (config.env.as_str(), config.link.as_str());
    let of_shop = [SqlValue::Text(env_word), SqlValue::Text(link)];
    let kept = d1::texts(env, PLACE, &of_shop).await;
    let kept = kept.ok().and_then(|rows| Place::parse(rows.first()?));
    let is_kept = kept.is_some();
    let from = kept.unwrap_or_else(|| Place::days_back(DAYS, env.now_ms()));
    let mut swept = Swept::default();
    run_from(env, config, from, Whom::Missing, &mut swept).await;
    let noted = match &swept.next {
        Some(next) => {
            let [env_word, link] = of_shop;
            d1::run(env, KEEP_PLACE, &[env_word, link, SqlValue::Text(next)]).await
        }
        None if is_kept => d1::run(env, FORGET_PLACE, &of_shop).await,
        None => Ok(true),
    };
    if swept.failed > 0 || !swept.has_ledger || noted.is_err() {
        let said = serde_json::to_string(&swept).unwrap_or_default();
        log::error(
            env.as_ref(),
            What::SweepIncomplete,
            &[Merchant(&config.link), Why(&said)],
        );
    }
    swept.payments + swept.receipts + OWN_CALLS
}

/// One run by command, from a place in the rosters on, the merchant's inbox first. It ends by itself within a minute, unless
/// objects hang.
pub(crate) async fn run(env: &Env, config: &Config, from: Place, whom: Whom) -> Swept {
    let mut swept = Swept::default();
    match inbox::drain(env, config, Some(&config.link)).await {
        Ok(drained) => swept.inbox = drained,
        Err(why) => log::error(
            env.as_ref(),
            What::LedgerUnread,
            &[Merchant(&config.link), Why(&why)],
        ),
    }
    run_from(env, config, from, whom, &mut swept).await;
    swept
}

async fn run_from(env: &Env, config: &Config, from: Place, whom: Whom, swept: &mut Swept) {
    let ends_at_ms = env.now_ms() + RUN_MS;
    match look_at_open(env, config, whom, swept).await {
        Ok(()) => swept.has_ledger = true,
        Err(why) => log::error(
            env.as_ref(),
            What::LedgerUnread,
            &[Merchant(&config.link), Why(&why)],
        ),
    }
    let mut place = Some(from);
    // Without the ledger nobody can enter it, and what is overdue rings by itself.
    for _ in 0..PAGES_MAX {
        let Some(now) = place.take().filter(|_| swept.has_ledger) else {
            break;
        };
        if swept.payments >= POKES_MAX || env.now_ms() > ends_at_ms {
            place = Some(now);
            break;
        }
        match turn_page(env, config, &now, whom, swept).await {
            Ok(page) => place = now.next(&page, PAGE, env.now_ms()),
            Err(why) => {
                log::error(
                    env.as_ref(),
                    What::SweepIncomplete,
                    &[Merchant(&config.link), Why(&why)],
                );
                swept.failed += 1;
                if whom == Whom::Everyone {
                    place = Some(now);
                    break;
                }
                // A day that cannot be read keeps no later day waiting: it comes again with the next sweep.
                place = now.skip(env.now_ms());
            }
        }
    }
    swept.next = place.map(|place| place.to_string());
}

async fn look_at_open(env: &Env, config: &Config, whom: Whom, swept: &mut Swept) -> Result<()> {
    let values = [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
        SqlValue::Number(env.now_ms()),
        SqlValue::Number(OPEN_MAX),
    ];
    let payments = d1::texts(env, OPEN_PAYMENTS, &values).await?;
    poke_payments(env, config, &payments, false, swept).await;
    let lists_anew = whom == Whom::Everyone;
    let due_ms = match whom {
        Whom::Missing => env.now_ms(),
        Whom::Everyone => EVER_MS,
    };
    let [env_word, link, now, most] = values;
    let values = [env_word, link, now, most, SqlValue::Number(due_ms)];
    let receipts = d1::texts(env, OPEN_RECEIPTS, &values).await?;
    let reached = concurrent::each(&receipts, |receipt| {
        poke_receipt(env, config, receipt, lists_anew)
    })
    .await;
    swept.receipts += reached.len();
    swept.failed += reached.iter().filter(|is_reached| !**is_reached).count();
    Ok(())
}

/// Reads one page of a roster and asks whom it has to; the page.
async fn turn_page(
    env: &Env,
    config: &Config,
    place: &Place,
    whom: Whom,
    swept: &mut Swept,
) -> Result<Vec<String>> {
    let page_max = u32::try_from(PAGE).unwrap_or(u32::MAX);
    let page = calls::roster::page(env, config, place.day_ms(), place.after(), page_max).await?;
    match whom {
        Whom::Everyone => poke_payments(env, config, &page, true, swept).await,
        Whom::Missing if page.is_empty() => {}
        Whom::Missing => {
            let entered = serde_json::to_string(&page)?;
            let values = [
                SqlValue::Text(config.env.as_str()),
                SqlValue::Text(config.link.as_str()),
                SqlValue::Text(&entered),
            ];
            let missing = d1::texts(env, MISSING, &values).await?;
            poke_payments(env, config, &missing, true, swept).await;
        }
    }
    Ok(page)
}

/// Has payments look at themselves, and enter the ledger anew where it lacks them.
async fn poke_payments(
    env: &Env,
    config: &Config,
    references: &[String],
    enters_anew: bool,
    swept: &mut Swept,
) {
    let reached = concurrent::each(references, |text| {
        poke_payment(env, config, text, enters_anew)
    })
    .await;
    swept.payments += reached.len();
    swept.failed += reached.iter().filter(|is_reached| !**is_reached).count();
}

async fn poke_payment(env: &Env, config: &Config, reference: &str, enters_anew: bool) -> bool {
    let Ok(reference) = AccountReference::parse(reference) else {
        return false;
    };
    let address = config.address(reference);
    let message = ToPayment {
        address: address.to_string(),
        what: PaymentCall::Poke { enters_anew },
    };
    match calls::payment::call(env, &message, CALL_MS).await {
        Ok(answer) => answer.status == 200,
        Err(why) => {
            log::error(
                env.as_ref(),
                What::PaymentUnreached,
                &[Payment(&address), Why(&why)],
            );
            false
        }
    }
}

async fn poke_receipt(env: &Env, config: &Config, receipt: &str, lists_anew: bool) -> bool {
    let Ok(receipt) = MpesaReceipt::parse(receipt) else {
        return false;
    };
    let what = ReceiptCall::Poke { lists_anew };
    match calls::receipt::ask::<()>(env, config, &receipt, what, CALL_MS).await {
        Ok(()) => true,
        Err(why) => {
            log::error(
                env.as_ref(),
                What::ReceiptUnreached,
                &[Receipt(&receipt), Why(&why)],
            );
            false
        }
    }
}
