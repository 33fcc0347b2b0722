//! API keys of merchants: made and shown once, listed by their beginning, revoked.

use super::directory::{Outcome, ask, call, no_merchant};
use crate::config::directory_object::{Key, ToMerchants};
use crate::config::{self, Config, NoConfig};
use crate::platform;
use crate::platform::Env;
use malipo_engine::body::{self, Fields};
use malipo_engine::master_key::ApiKey;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, text};
use serde_json::{Value, json};

const NAME_CHARS_MAX: usize = 60;
const ID_LEN: usize = 12;
/// The fields of a new key.
pub(super) const CREATE: &[&str] = &["name"];
/// Keys of one merchant that stand at the same time.
const STANDING_MAX: usize = 20;

/// `GET …/keys`: `{keys: [{id, name, shown, created_at_ms, revoked_at_ms?}]}`, oldest first.
pub(super) async fn list(env: &Env, default: &Config, link: &LinkId) -> Outcome {
    Ok(json!({ "keys": keys(env, default, link).await? }))
}

/// `POST …/keys {name?}`: `{key, id, shown, name}`. The key itself is told here and never again.
pub(super) async fn create(env: &Env, default: &Config, link: &LinkId, fields: &Fields) -> Outcome {
    let name = body::text(fields, "name")?.unwrap_or_default().trim();
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(body::wrong(
            "name",
            "must be a text of at most 60 characters",
        ));
    }
    if let Some(c) = text::hidden(name) {
        return Err(body::wrong("name", &text::holds(c)));
    }
    let known = keys(env, default, link).await?;
    let standing = known.as_array().into_iter().flatten();
    let standing = standing.filter(|key| key["revoked_at_ms"].is_null());
    if standing.count() >= STANDING_MAX {
        return Err(wrong("20 keys stand already: revoke one first."));
    }
    let random = platform::random::<32>(env.as_ref()).ok_or_else(|| {
        let message = "There is no randomness for a key. Nothing was made.";
        ApiError::new(ErrorCode::InternalError, message)
    })?;
    let made = ApiKey::new(link, random);
    let hash = made.hash();
    let key = Key {
        id: hash.chars().take(ID_LEN).collect(),
        hash,
        name: name.to_owned(),
        shown: made.shown(),
        created_at_ms: env.now_ms(),
    };
    let said = json!({
        "key": made.reveal(),
        "id": key.id,
        "name": key.name,
        "shown": key.shown,
    });
    let message = ToMerchants::AddKey {
        link: link.clone(),
        key,
    };
    ask(env, default, &message).await?;
    Ok(said)
}

/// `POST …/keys/{id}/revoke`: from here on it opens nothing.
pub(super) async fn revoke(env: &Env, default: &Config, link: &LinkId, id: &str) -> Outcome {
    let message = ToMerchants::Revoke {
        link: link.clone(),
        id: id.to_owned(),
        now_ms: env.now_ms(),
    };
    match call(env, default, &message).await? == Value::Bool(true) {
        true => list(env, default, link).await,
        false => Err(ApiError::new(
            ErrorCode::NotFound,
            "There is no such key of this merchant.",
        )),
    }
}

/// The merchant's keys; the default merchant may have some too.
async fn keys(env: &Env, default: &Config, link: &LinkId) -> Outcome {
    let known = config::of_link(env, link).await;
    if matches!(known.as_ref(), Err(NoConfig::UnknownLink)) {
        return Err(no_merchant());
    }
    let message = ToMerchants::Keys { link: link.clone() };
    call(env, default, &message).await
}

fn wrong(what: &str) -> ApiError {
    ApiError::new(ErrorCode::ValidationError, what)
}
