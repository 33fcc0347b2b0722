//! One search for all that a shop has: a text is read in every way that fits it, and each reading is looked up in the ledger.

use super::differences;
use super::outcome::{Outcome, Refused, pairs, read_rows, unreadable};
use crate::config::Config;
use crate::ledger;
use crate::ledger::readings_sql::{self, Wanted};
use crate::ledger::search_sql::Statement;
use crate::platform::Env;
use crate::platform::reply;
use futures_util::future::join3;
use malipo_engine::body::wrong;
use malipo_engine::payment_filter::Query;
use malipo_engine::search::{CHARS_MAX, ReadAs, Reading, items_of, readings};
use serde_json::{Value, json};

/// `GET …/search?q=`: `{read_as, payments, unmatched, differences}`, each row as in its own list.
pub(super) async fn show(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let q = Query::read(&pairs, &["q"])?.text("q").unwrap_or_default();
    if !(1..=CHARS_MAX).contains(&q.chars().count()) {
        let what = "must be 1 to 100 characters: an M-PESA code, an account number, your reference, a phone number, an amount, \
                    or words of an item";
        return Err(wrong("q", what).into());
    }
    let readings = readings(q);
    let items = items_of(&readings, &config.price_list.items);
    let items: Vec<_> = items.iter().map(|item| &item.id).collect();
    let wanted = Wanted {
        env: config.env.as_str(),
        link: config.link.as_str(),
        now_ms: env.now_ms(),
        readings: &readings,
        items: &items,
    };
    let (payments, unmatched, different) = join3(
        rows(env, readings_sql::payments(&wanted)),
        rows(env, readings_sql::unmatched(&wanted)),
        rows(env, readings_sql::differences(&wanted)),
    )
    .await;
    let different = different?.into_iter().map(differences::shown);
    let read_as: Vec<ReadAs> = readings.iter().map(Reading::read_as).collect();
    Ok(reply::json(
        200,
        &json!({
            "read_as": read_as,
            "payments": payments?,
            "unmatched": unmatched?,
            "differences": different.collect::<Vec<Value>>(),
        }),
    )?)
}

/// What a statement finds; nothing where there is none to ask.
async fn rows(
    env: &Env,
    statement: Option<Statement>,
) -> core::result::Result<Vec<Value>, Refused> {
    let Some(statement) = statement else {
        return Ok(Vec::new());
    };
    let rows = ledger::found(env, &statement).await;
    let rows = rows.map_err(|why| unreadable(env, &why))?;
    Ok(read_rows(&rows)?)
}
