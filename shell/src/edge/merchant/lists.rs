//! The merchant's lists: payments as JSON and as CSV, webhook deliveries, the summary by days, items. Read from the ledger, which decides
//! nothing; the rows are JSON already and pass through as they are.

use super::outcome::{Outcome, Refused, pairs, read_rows, unreadable};
use crate::config::Config;
use crate::ledger;
use crate::ledger::search_sql::{self, Given, Statement};
use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::http::{Body, Reply};
use crate::platform::reply;
use futures_util::StreamExt as _;
use malipo_engine::eat::Day;
use malipo_engine::export;
use malipo_engine::payment::HearingWord;
use malipo_engine::payment_filter::{Cursor, LIMIT, PaymentFilter, Query};
use malipo_engine::summary;
use malipo_shared::AccountReference;
use serde_json::{Value, json};

/// Rows that the export reads at once.
const EXPORT_PAGE: u64 = 500;
/// The export ends after so many payments, and says so in its last line. One request may ask D1 so often.
const EXPORT_PAGES_MAX: u64 = 100;

/// `GET …/payments`: a page, newest first; `next` is the next page's `after`. Nothing that was opened before `since_ms`.
pub(super) async fn payments(env: &Env, config: &Config, url: &str, since_ms: u64) -> Outcome {
    let search = PaymentFilter::parse(&pairs(url))?.since(since_ms);
    let names = Names::of(config);
    let (rows, next) = page_of_payments(env, &names, &search).await?;
    Ok(page("payments", &rows, next.as_ref())?)
}

/// `GET …/deliveries?standing=&limit=&after=`: what the shop was told, newest first.
pub(super) async fn deliveries(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let query = Query::read(&pairs, &["standing", "limit", "after"])?;
    let standing = query.word("standing", &HearingWord::ALL, HearingWord::as_str)?;
    let (limit, after) = (query.limit(LIMIT)?, query.after()?);
    let Names { env: word, link } = Names::of(config);
    let statement = search_sql::deliveries(&word, &link, standing, after.as_ref(), limit);
    let mut rows = read(env, &statement).await?;
    let next = next(&mut rows, limit, "at_ms");
    Ok(page("deliveries", &rows, next.as_ref())?)
}

/// `GET …/summary?days=`: today, the last days, the codes of what was declined in them, and what a person has to look at.
pub(super) async fn summary(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let query = Query::read(&pairs, &["days"])?;
    let is_good = |days: &u64| (1..=summary::DAYS_MAX).contains(days);
    let read_days = |text: &str| text.parse().ok().filter(is_good);
    let asked = query.parsed("days", read_days, "a whole number from 1 to 92")?;
    let days = summary::days(env.now_ms(), asked.unwrap_or(summary::DAYS));
    let midnight = |day: Option<&Day>| day.map_or(0, |day| day.starts_at_ms());
    let Names { env: word, link } = Names::of(config);
    let statement = Statement {
        sql: search_sql::summary(),
        given: vec![
            Given::Text(word),
            Given::Text(link),
            Given::Text(summary::asked(&days).to_string()),
            Given::Number(midnight(days.first())),
            Given::Number(midnight(days.last())),
        ],
    };
    let rows = read(env, &statement).await?;
    let Some(answer) = read_rows(&rows)?.pop() else {
        let nothing = Error::new("the ledger told no days");
        return Err(unreadable(env, &nothing).into());
    };
    Ok(reply::json(200, &summary::told(answer))?)
}

/// `GET …/items`: what can be paid without an order of the shop's, each with its payment link.
pub(super) fn items(config: &Config) -> Outcome {
    let list = &config.price_list;
    let base = format!("{}{}", config.public_base_url, config.prefix);
    let items: Vec<Value> = list
        .items
        .iter()
        .map(|item| {
            json!({
                "id": item.id,
                "amount_kes": item.amount_kes,
                "description": item.description,
                "pay_url": format!("{base}/pay/{}", item.id),
            })
        })
        .collect();
    let mut answer = json!({
        "items": items,
        "shop_name": config.shop_name,
        "link": config.link,
        "env": config.env.as_str(),
    });
    if let Some(open) = &list.open_amount {
        answer["open_amount"] = json!({
            "min_kes": open.min_kes,
            "max_kes": open.max_kes,
            "pay_url": format!("{base}/pay/"),
        });
    }
    Ok(reply::json(200, &answer)?)
}

/// `GET …/payments.csv`: the same payments as a file, read from the ledger page by page while it is sent.
pub(super) async fn export(env: &Env, config: &Config, url: &str) -> Outcome {
    let search = PaymentFilter {
        limit: EXPORT_PAGE,
        ..PaymentFilter::parse(&pairs(url))?
    };
    let mut export = Export {
        env: env.clone(),
        names: Names::of(config),
        search,
        pages_left: EXPORT_PAGES_MAX,
        is_done: false,
    };
    // The first page before the answer begins: afterwards no status can tell that the ledger does not answer.
    let first = export.next().await?;
    let lines = futures_util::stream::once(async move { Ok(first) });
    let rest = futures_util::stream::try_unfold(export, |mut export| async move {
        if export.is_done {
            return Ok::<_, Error>(None);
        }
        match export.next().await {
            Ok(text) => Ok(Some((text, export))),
            // The file breaks off, so that nobody takes it for the whole.
            Err(_) => Err(Error::new("the ledger went away")),
        }
    });
    let today = Day::of(env.now_ms());
    let name = format!("payments-{}-{today}.csv", config.link);
    let lines = futures_util::StreamExt::chain(lines, rest);
    Ok(
        reply::private(Reply::of(200, Body::Parts(lines.boxed_local())))
            .with("Content-Type", "text/csv; charset=utf-8; header=present")
            .with(
                "Content-Disposition",
                format!("attachment; filename=\"{name}\""),
            ),
    )
}

/// An export under way.
struct Export {
    env: Env,
    names: Names,
    search: PaymentFilter,
    pages_left: u64,
    is_done: bool,
}

impl Export {
    async fn next(&mut self) -> core::result::Result<String, Refused> {
        let (rows, next) = page_of_payments(&self.env, &self.names, &self.search).await?;
        let mut text = String::new();
        if self.pages_left == EXPORT_PAGES_MAX {
            text += export::HEADER;
        }
        for row in &rows {
            let entry: Value = serde_json::from_slice(row.as_bytes()).map_err(Error::from)?;
            text += &export::line(&entry);
        }
        self.pages_left -= 1;
        self.is_done = next.is_none() || self.pages_left == 0;
        if next.is_some() && self.is_done {
            text += &export::not_all(EXPORT_PAGE * EXPORT_PAGES_MAX);
        }
        self.search.after = next;
        Ok(text)
    }
}

/// Whose lists: an export outlives the request's configuration.
struct Names {
    env: String,
    link: String,
}

impl Names {
    fn of(config: &Config) -> Names {
        Names {
            env: config.env.as_str().to_owned(),
            link: config.link.as_str().to_owned(),
        }
    }
}

async fn page_of_payments(
    env: &Env,
    names: &Names,
    search: &PaymentFilter,
) -> core::result::Result<(Vec<String>, Option<Cursor>), Refused> {
    let statement = search_sql::payments(&names.env, &names.link, search);
    let mut rows = read(env, &statement).await?;
    let next = next(&mut rows, search.limit, "opened_at_ms");
    Ok((rows, next))
}

async fn read(env: &Env, statement: &Statement) -> core::result::Result<Vec<String>, Refused> {
    let rows = ledger::found(env, statement).await;
    Ok(rows.map_err(|why| unreadable(env, &why))?)
}

/// One row more than a page was read: where it is there, the page's last row begins the next.
fn next(rows: &mut Vec<String>, limit: u64, time: &str) -> Option<Cursor> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    let last: Value = serde_json::from_slice(rows.last()?.as_bytes()).ok()?;
    Some(Cursor {
        at_ms: last[time].as_u64()?,
        account_reference: AccountReference::parse(last["account_reference"].as_str()?).ok()?,
        sequence: u32::try_from(last["sequence"].as_u64().unwrap_or(0)).ok()?,
    })
}

fn page(name: &str, rows: &[String], next: Option<&Cursor>) -> Result<Reply> {
    // A cursor needs no escapes: digits, capitals and dots.
    let next = next.map_or_else(|| "null".to_owned(), |next| format!("\"{next}\""));
    reply::text(format!(
        "{{\"{name}\":[{}],\"next\":{next}}}",
        rows.join(",")
    ))
}
