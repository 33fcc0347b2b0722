//! Receipts for the merchant: what M-PESA has shown, what nobody has claimed, and assigning one to a payment.

use super::outcome::{Outcome, address, pairs, read_rows, receipt, required, unreadable};
use super::payments;
use crate::calls;
use crate::calls::payment::PaymentCall;
use crate::calls::receipt::ReceiptCall;
use crate::config::Config;
use crate::ledger::search_sql::UNMATCHED;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::reply;
use malipo_engine::body::{self, Fields};
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::master_key::Address;
use malipo_engine::payment_filter::{LIMIT_MAX, Query};
use malipo_engine::receipt_entry::{Status, entry_of_name};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;

const CALL_MS: u64 = 5_000;
/// The fields of a claim.
pub(super) const CLAIM: &[&str] = &["account_reference", "expect_kes"];
/// The fields of taking one back.
pub(super) const UNCLAIM: &[&str] = &["account_reference"];
/// Later than any receipt.
const NEWEST: (u64, &str) = (9_007_199_254_740_991, "");
/// The newest first, older ones than the pair ?3, ?4.
const LISTED: &str = "\
FROM unmatched_receipts WHERE env = ?1 AND link = ?2 AND status IN ('unverified', 'unmatched') \
AND listed_at_ms <= ?3 AND (listed_at_ms < ?3 OR receipt > ?4) ORDER BY listed_at_ms DESC, receipt LIMIT ?5";

/// `GET …/receipts/{receipt}`: what its object says, masked.
pub(super) async fn show(env: &Env, config: &Config, text: &str) -> Outcome {
    let receipt = receipt(text)?;
    let record = read(env, config, &receipt).await?;
    let listing = entry_of_name(&receipt, &record);
    if listing.status == Status::Unknown {
        return Err(not_shown().into());
    }
    Ok(reply::json(
        200,
        &json!({ "receipt": receipt, "receipt_facts": listing }),
    )?)
}

/// `POST …/receipts/{receipt}/claim {account_reference, expect_kes}`: the shop says whose money it is, and what it has seen
/// as due there. The payment decides, as with every claim: what a callback or an account number has proven is not overruled.
pub(super) async fn claim(env: &Env, config: &Config, text: &str, fields: &Fields) -> Outcome {
    let receipt = receipt(text)?;
    let address = payment_of(config, fields)?;
    let expect_kes = body::whole(fields, "expect_kes", 0..=u64::from(u32::MAX))?;
    let Some(expect_kes) = expect_kes.and_then(|kes| u32::try_from(kes).ok()) else {
        let what = "what you have seen as still due on the order, in whole shillings";
        return Err(body::missing("expect_kes", what).into());
    };
    let record = read(env, config, &receipt).await?;
    if let Some(owner) = &record.owner
        && owner.address != address.to_string()
    {
        let message = format!("{receipt} is counted for {}.", owner.address);
        return Err(ApiError::new(ErrorCode::ReceiptTaken, message).into());
    }
    let Some(facts) = record.facts else {
        // A callback alone has named it, for the payment that it paid.
        return match record.owner {
            Some(_) => payments::shown(env, &address).await,
            None => Err(not_shown().into()),
        };
    };
    // Nothing is counted that is not known, and the receipt stays in the list.
    let Some(amount_kes) = facts.amount.whole_kes() else {
        let why = facts.amount.why_uncounted().unwrap_or_default();
        return Err(ApiError::at(ErrorCode::ValidationError, "receipt", why).into());
    };
    let assign = PaymentCall::Assign {
        receipt,
        amount_kes,
        said: facts.amount.said_otherwise(),
        paid_at_ms: facts.paid_at_ms,
        or_paid_at_ms: facts.or_paid_at_ms,
        expect_kes,
    };
    payments::act(env, &address, assign, reply::no_payment()).await
}

/// `POST …/receipts/{receipt}/unclaim {account_reference}`: the shop takes its word back, while nothing else has built on
/// it. The payment decides first; the receipt's object hears of it from there.
pub(super) async fn unclaim(env: &Env, config: &Config, text: &str, fields: &Fields) -> Outcome {
    let receipt = receipt(text)?;
    let address = payment_of(config, fields)?;
    if read(env, config, &receipt).await?.names(&address) {
        let message = "The customer typed this order's account number, so the money would come back to this order by itself. Use a refund instead.";
        return Err(ApiError::new(ErrorCode::UnclaimNotAllowed, message).into());
    }
    let release = PaymentCall::Release { receipt };
    payments::act(env, &address, release, reply::no_payment()).await
}

fn payment_of(config: &Config, fields: &Fields) -> core::result::Result<Address, ApiError> {
    let reference = required(fields, "account_reference", "the payment that is meant")?;
    address(config, reference)
}

/// `POST …/receipts/{receipt}/settle`: the shop has dealt with what cannot be read; it leaves the list, and stays kept. As soon as it
/// can be read, it is listed again.
pub(super) async fn settle(env: &Env, config: &Config, text: &str) -> Outcome {
    let receipt = receipt(text)?;
    let what = ReceiptCall::Settle;
    match calls::receipt::ask(env, config, &receipt, what, CALL_MS).await? {
        true => show(env, config, text).await,
        false => {
            let message = "Only what cannot be read is settled so. Give money that can be counted to an order.";
            Err(ApiError::at(ErrorCode::ValidationError, "receipt", message).into())
        }
    }
}

/// `GET …/unmatched?after=&limit=`: a page of the ledger's list, newest first; `next` is the next page's `after`.
pub(super) async fn unmatched(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let query = Query::read(&pairs, &["limit", "after"])?;
    let limit = query.limit(LIMIT_MAX)?;
    let (listed_at_ms, receipt) = query.place()?.unwrap_or(NEWEST);
    let values = [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
        SqlValue::Number(listed_at_ms),
        SqlValue::Text(receipt),
        SqlValue::Number(limit),
    ];
    let statement = format!("SELECT {UNMATCHED} AS v {LISTED}");
    let rows = d1::texts(env, &statement, &values).await;
    let rows = rows.map_err(|why| unreadable(env, &why))?;
    let rows = read_rows(&rows)?;
    let is_full = rows.len() as u64 >= limit;
    let next = rows.last().filter(|_| is_full).map(|row| {
        let receipt = row["receipt"].as_str().unwrap_or_default();
        format!("{}.{receipt}", row["listed_at_ms"])
    });
    Ok(reply::json(
        200,
        &json!({ "unmatched": rows, "next": next }),
    )?)
}

pub(super) async fn read(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
) -> core::result::Result<ReceiptRecord, crate::platform::error::Error> {
    calls::receipt::ask(env, config, receipt, ReceiptCall::Read, CALL_MS).await
}

pub(super) fn not_shown() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "M-PESA has not shown this receipt here.",
    )
}
