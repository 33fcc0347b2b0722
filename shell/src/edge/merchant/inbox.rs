//! The merchant's inbox: what could not be delivered is seen here, and tried again.

use super::outcome::{Outcome, read_rows, unreadable};
use crate::config::Config;
use crate::intake::inbox;
use crate::platform::Env;
use crate::platform::reply;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;

/// What is set apart comes first; more than that many is no list that a person reads.
const MOST: u64 = 200;

/// `GET …/inbox`: what is set apart, then what is still brought, the oldest first. No message is opened.
pub(super) async fn page(env: &Env, config: &Config) -> Outcome {
    let rows = inbox::page(env, config, MOST).await;
    let rows = rows.map_err(|why| unreadable(env, &why))?;
    Ok(reply::json(200, &json!({ "inbox": read_rows(&rows)? }))?)
}

/// `POST …/inbox/{id}/retry`: brings a message at once. What fails again is tried twelve times more before it is set apart.
pub(super) async fn retry(env: &Env, config: &Config, id: &str) -> Outcome {
    let tried = match id.parse() {
        Ok(id) => inbox::deliver_again(env, config, id).await,
        Err(_) => Ok(None),
    };
    match tried.map_err(|why| unreadable(env, &why))? {
        Some(is_delivered) => Ok(reply::json(200, &json!({ "delivered": is_delivered }))?),
        None => Err(ApiError::new(ErrorCode::NotFound, "There is no such message.").into()),
    }
}
