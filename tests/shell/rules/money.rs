//! Money at the end: every movement of which M-PESA has told, or would have told had it been asked, is in one place; and the sum is right.

use super::Rules;
use super::books::{Account, texts};
use crate::host::cloud::Cloud;
use crate::world::arrivals::from_hex;
use crate::world::plan::Queries;
use crate::world::truth::{Money, Truth};
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::payment::{Receipt, RefundStage, Stage, Standing};
use malipo_shared::catalogue;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::rows::Key;
use rusqlite::types::Value;

/// Movements so near each other may be taken for one.
const FITS_WITHIN_MS: u64 = 180_000;
/// A question about a push is asked for so long.
const ASKED_MS: u64 = 20 * 3_600_000;

/// Where one movement of money ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Counted, with so much of it; and so much more without a number. The latter is a known limit: its payer or the shop gave the receipt to
    /// another order, and its push is known by a query only.
    Counted(u32, u32),
    /// A known limit: taken for other money of the same amount at the same time.
    Merged,
    /// Listed for the shop, or before a person.
    Seen,
    Nowhere,
}

impl Rules {
    /// Where each movement ended, and whether it should have.
    pub(super) fn close_money(&self, cloud: &Cloud, payments: &[Account]) {
        let mut counted_kes = 0;
        let mut wrong = Vec::new();
        {
            let truth = self.mpesa.truth.borrow();
            for money in &truth.money {
                let holders = holders(payments, money);
                if let [(one, _), (other, _), ..] = holders.as_slice() {
                    let what = format!("{} counts for {one} and {other}", money.number);
                    wrong.push((3, what));
                }
                let place = place_of(cloud, &truth, payments, money, &holders);
                cloud.tell(|| format!("BOOKS {} KES {}: {place:?}", money.number, money.amount));
                if let Place::Counted(kes, more_kes) = place {
                    counted_kes += kes + more_kes;
                }
                let rests_long = cloud.run.now_ms() > money.at_ms + ASKED_MS;
                let was_told = is_told(&truth, payments, money)
                    || (rests_long && could_have_asked(&truth, payments, money));
                wrong.extend(wrong_place(&truth, money, place, was_told));
            }
            let receipts = payments.iter().flat_map(|a| a.kept.payment.receipts());
            let received = receipts.filter(|r| r.counts()).map(|r| r.amount_kes);
            let received_kes: u32 = received.sum();
            if received_kes != counted_kes {
                let rule = if received_kes > counted_kes { 3 } else { 6 };
                let what = format!(
                    "KES {received_kes} were received, and KES {counted_kes} of what moved are counted"
                );
                wrong.push((rule, what));
            }
        }
        if let Some((rule, what)) = wrong.into_iter().next() {
            self.fail(cloud, rule, what);
        }
    }

    /// 2: what has gone back does not count as never sent.
    pub(super) fn close_refunds(&self, cloud: &Cloud, payments: &[Account]) {
        let wrong = {
            let truth = self.mpesa.truth.borrow();
            let mut done = truth.reversals.iter().filter(|r| r.is_done);
            done.find_map(|reversal| {
                let mut parts = reversal.result_url.rsplit('/');
                let n: u32 = parts.next()?.parse().ok()?;
                let reference = from_hex(parts.next()?);
                let mut accounts = payments.iter();
                let account = accounts.find(|a| a.name.ends_with(&format!(":{reference}")))?;
                let stage = &account.kept.payment.refund(n)?.stage;
                matches!(stage, RefundStage::Failed { .. })
                    .then(|| format!("refund {n} of {} went back, and is {stage:?}", account.name))
            })
        };
        if let Some(what) = wrong {
            self.fail(cloud, 2, what);
        }
    }

    /// 2 and 3: whoever owns a receipt counts it, and nobody else does.
    pub(super) fn close_owners(&self, cloud: &Cloud, payments: &[Account]) {
        let record_of = |place: usize| {
            cloud.at(place, |at| {
                let rows = Some(&at.durable.rows).filter(|_| at.class == Class::Receipt)?;
                let record = rows.get(&Key::new(0, 1))?;
                let record: ReceiptRecord = malipo_engine::json::read(record).unwrap();
                Some((at.name.split(':').nth(1)?.to_owned(), record))
            })
        };
        for (number, record) in (0..cloud.places()).filter_map(record_of) {
            let owner = record.owner.as_ref().map(|owner| owner.address.as_str());
            for account in payments {
                let is_owner = owner == Some(&account.name);
                let counts = receipt_of(account, &number).is_some_and(names_money);
                if is_owner != counts {
                    let name = &account.name;
                    let what =
                        format!("{number} is {name}'s: {is_owner}, and it counts there: {counts}");
                    return self.fail(cloud, if is_owner { 2 } else { 3 }, what);
                }
            }
        }
    }
}

/// Whether a receipt counts as the money that its number names. One that is not surely M-PESA's only stands where a verdict counts.
fn names_money(receipt: &Receipt) -> bool {
    receipt.counts() && receipt.number.is_some() && receipt.standing != Standing::Unverified
}

fn receipt_of<'a>(account: &'a Account, number: &str) -> Option<&'a Receipt> {
    let mut receipts = account.kept.payment.receipts().iter();
    receipts.find(|r| r.number.as_ref().is_some_and(|n| n.as_str() == number))
}

fn holders<'a>(payments: &'a [Account], money: &Money) -> Vec<(&'a str, &'a Receipt)> {
    let of = |account: &'a Account| {
        let receipt = receipt_of(account, &money.number).filter(|r| names_money(r))?;
        Some((&*account.name, receipt))
    };
    payments.iter().filter_map(of).collect()
}

/// What counts for the push that moved it.
fn own_receipt<'a>(truth: &Truth, payments: &'a [Account], money: &Money) -> Option<&'a Receipt> {
    let push = &truth.pushes[money.push?];
    let account = payments
        .iter()
        .find(|account| *account.name == *push.payment)?;
    let mut receipts = account.kept.payment.receipts().iter();
    receipts.find(|r| r.attempt == Some(push.attempt) && r.counts())
}

fn place_of(
    cloud: &Cloud,
    truth: &Truth,
    payments: &[Account],
    money: &Money,
    holders: &[(&str, &Receipt)],
) -> Place {
    let own = own_receipt(truth, payments, money);
    let unnamed_kes = own.filter(|r| !names_money(r)).map(|r| r.amount_kes);
    if let [(holder, receipt), ..] = holders {
        let is_of_push = money
            .push
            .is_some_and(|push| truth.pushes[push].payment == *holder);
        let is_limit = !is_of_push && !money.told.by_callback;
        return Place::Counted(
            receipt.amount_kes,
            unnamed_kes.filter(|_| is_limit).unwrap_or(0),
        );
    }
    if let Some(kes) = unnamed_kes {
        return Place::Counted(kes, 0);
    }
    if own.is_some() {
        return Place::Merged;
    }
    let is_reviewed = payments.iter().any(|account| {
        let payment = &account.kept.payment;
        let mut typed = payment.typed().iter();
        let waits = typed.any(|t| t.needs_shop && t.receipt.as_str() == money.number);
        let stands = receipt_of(account, &money.number).is_some();
        (stands || waits) && !payment.reviews().is_empty()
    });
    let listed = texts(
        cloud,
        "SELECT status AS v FROM unmatched_receipts WHERE receipt = ?1 AND status <> 'claimed'",
        vec![Value::Text(money.number.clone())],
    );
    match is_reviewed || !listed.is_empty() {
        true => Place::Seen,
        false => Place::Nowhere,
    }
}

/// Whether M-PESA has told whose it is: by its push, or by an account number that names a payment.
fn is_told(truth: &Truth, payments: &[Account], money: &Money) -> bool {
    let told = money.told;
    let is_open = |name: &str| payments.iter().any(|account| *account.name == *name);
    let by_push = money
        .push
        .is_some_and(|push| is_open(&truth.pushes[push].payment));
    let by_name = money.named.as_deref().is_some_and(is_open) && !money.account.is_empty();
    (by_push && (told.by_verdict || told.by_callback)) || (by_name && told.by_confirmation)
}

/// Whether a question would have found it: M-PESA knew, answers this push's questions, and our side asks.
fn could_have_asked(truth: &Truth, payments: &[Account], money: &Money) -> bool {
    let Some(push) = money.push.map(|push| &truth.pushes[push]) else {
        return false;
    };
    let mut accounts = payments.iter();
    let account = accounts.find(|account| *account.name == *push.payment);
    let Some(attempt) = account.and_then(|a| a.kept.payment.attempt(push.attempt)) else {
        return false;
    };
    let id = attempt.checkout_request_id.as_ref();
    let asks = match &attempt.stage {
        Stage::Declined { code, .. } => {
            let row = catalogue::stk(code).map(|row| row.kind);
            !matches!(row, Some(catalogue::Kind::Declined(decline)) if !decline.is_late_capable)
        }
        Stage::Unknown { .. } => true,
        _ => false,
    };
    id.is_some_and(|id| id.as_str() == push.id)
        && money.at_ms < push.sent_at_ms + ASKED_MS
        && asks
        && push.plan.queries == Queries::Honest
}

fn wrong_place(
    truth: &Truth,
    money: &Money,
    place: Place,
    was_told: bool,
) -> Option<(u32, String)> {
    let (number, amount) = (&money.number, money.amount);
    let push = money.push.map(|push| &truth.pushes[push]);
    let is_contradicted = push.is_some_and(|push| push.is_contradicted);
    match place {
        Place::Counted(kes, _) if kes < amount && !is_contradicted => {
            Some((6, format!("{number} of KES {amount} counts KES {kes}")))
        }
        Place::Counted(..) => None,
        Place::Merged => {
            let near_ms = push.map_or(0, |push| money.at_ms - push.sent_at_ms) + FITS_WITHIN_MS;
            let is_twin = |other: &&Money| {
                other.number != *number
                    && other.amount == amount
                    && other.at_ms.abs_diff(money.at_ms) < near_ms
            };
            let has_twin = truth.money.iter().any(|other| is_twin(&other));
            (money.told.by_callback || !has_twin).then(|| {
                let what = format!(
                    "{number} of KES {amount} was shown by name, and is taken for other money"
                );
                (2, what)
            })
        }
        Place::Seen | Place::Nowhere if was_told => Some((
            2,
            format!("{number} of KES {amount} ended as {place:?}, and M-PESA has told of it"),
        )),
        Place::Nowhere if money.told.is_any() => {
            Some((2, format!("{number} of KES {amount} has no place")))
        }
        Place::Seen | Place::Nowhere => None,
    }
}
