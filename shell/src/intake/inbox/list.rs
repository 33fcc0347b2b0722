//! The inbox for people: how much is set apart, which messages there are, and delivering one again. A message stays sealed.

use super::drain::{Brought, Lying, bring};
use crate::config::{self, Config, Deployment};
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use malipo_engine::inbox::LEASE_MS;
use malipo_engine::json;

const COUNT: &str =
    "SELECT CAST(COUNT(*) AS TEXT) AS v FROM inbox WHERE env = ?1 AND set_apart_at_ms IS NOT NULL";
/// A merchant's own; of the deployment's also those that no merchant of the list ?3 has.
const THEIRS: &str =
    "env = ?1 AND (link = ?2 OR (?3 <> '[]' AND link NOT IN (SELECT value FROM json_each(?3))))";
/// What is set apart first, then the oldest.
const PAGE: &str = "\
ORDER BY set_apart_at_ms IS NULL, put_at_ms, id LIMIT ?4";

/// How many messages of the whole deployment are set apart.
///
/// # Errors
/// The inbox cannot be read.
pub(crate) async fn set_apart_count(env: &Env, deployment: &Deployment) -> Result<u64> {
    let rows = d1::texts(env, COUNT, &[SqlValue::Text(deployment.env.as_str())]).await?;
    Ok(rows
        .first()
        .and_then(|n| n.parse().ok())
        .unwrap_or_default())
}

/// At most `most` messages of this merchant, each as JSON.
///
/// # Errors
/// The inbox cannot be read.
pub(crate) async fn page(env: &Env, config: &Config, most: u64) -> Result<Vec<String>> {
    let statement = format!(
        "SELECT json_object('id', id, 'link', link, 'for', CASE name WHEN 'hooks' THEN 'hook' ELSE kind END, \
         'name', CASE name WHEN 'hooks' THEN NULL ELSE name END, 'put_at_ms', put_at_ms, 'tries', tries, \
         'next_at_ms', CASE WHEN set_apart_at_ms IS NULL THEN next_at_ms END, 'set_apart_at_ms', set_apart_at_ms, \
         'problem', problem) AS v FROM inbox WHERE {THEIRS} {PAGE}"
    );
    let links = links_beside(env, config).await?;
    let values = [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
        SqlValue::Text(&links),
        SqlValue::Number(most),
    ];
    d1::texts(env, &statement, &values).await
}

/// Tries a message of this merchant at once, from the first try on; whether it was delivered, and none where there is no such message.
///
/// # Errors
/// The inbox cannot be read.
pub(crate) async fn deliver_again(env: &Env, config: &Config, id: u64) -> Result<Option<bool>> {
    let statement = format!(
        "UPDATE inbox SET tries = 1, set_apart_at_ms = NULL, next_at_ms = ?5 WHERE {THEIRS} AND id = ?4 \
         RETURNING json_object('id', id, 'link', link, 'kind', kind, 'name', name, 'sealed', sealed, 'tries', tries) AS v"
    );
    let links = links_beside(env, config).await?;
    let values = [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
        SqlValue::Text(&links),
        SqlValue::Number(id),
        SqlValue::Number(env.now_ms() + LEASE_MS),
    ];
    let rows = d1::texts(env, &statement, &values).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let lying: Lying = json::read(row)?;
    Ok(Some(bring(env, config, &lying).await == Brought::Delivered))
}

/// All merchants' links as JSON, for the default merchant, whose key is the deployment's operator's; none for every other.
async fn links_beside(env: &Env, config: &Config) -> Result<String> {
    if config.default_link != config.link {
        return Ok("[]".to_owned());
    }
    // Without the list nobody knows whose the others are.
    let links = config::known_links(env, config).await;
    Ok(serde_json::to_string(&links.unwrap_or_default())?)
}
