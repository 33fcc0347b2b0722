//! API keys of merchants: made and shown once, listed by their beginning, revoked.

use super::directory::{Outcome, ask, call, no_merchant};
use crate::config::directory_object::{Key, ToMerchants};
use crate::config::{self, Deployment, NoConfig};
use crate::platform;
use crate::platform::Env;
use malipo_engine::body::{self, Fields};
use malipo_engine::master_key::ApiKey;
use malipo_engine::permission::{Permission, Permissions};
use malipo_engine::session::key_hash;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, text};
use serde_json::{Value, json};
use std::rc::Rc;

const NAME_CHARS_MAX: usize = 60;
const ID_LEN: usize = 12;
/// The fields of a new key.
pub(super) const CREATE: &[&str] = &["name", "permissions"];
/// Keys of one merchant that stand at the same time.
const STANDING_MAX: usize = 20;

/// `GET …/keys`: `{keys: [{id, name, shown, created_at_ms, revoked_at_ms?}]}`, oldest first.
pub(super) async fn list(env: &Env, deployment: &Rc<Deployment>, link: &LinkId) -> Outcome {
    Ok(json!({ "keys": keys(env, deployment, link).await? }))
}

/// `POST …/keys {name?, permissions?}`: `{key, id, shown, name, permissions}`. The key itself is told here and never again.
pub(super) async fn create(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    fields: &Fields,
) -> Outcome {
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
    let permissions = permissions(fields)?;
    let known = keys(env, deployment, link).await?;
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
        permissions: permissions.bits(),
    };
    let said = json!({
        "key": made.reveal(),
        "id": key.id,
        "name": key.name,
        "shown": key.shown,
        "permissions": permissions.words().collect::<Vec<_>>(),
    });
    let message = ToMerchants::AddKey {
        link: link.clone(),
        key,
    };
    ask(env, deployment, &message).await?;
    Ok(said)
}

/// What a new key may do: what is named, else what a shop's server needs. A stolen key must not choose who is paid.
fn permissions(fields: &Fields) -> core::result::Result<Permissions, ApiError> {
    let Some(given) = fields.get("permissions") else {
        return Ok(Permissions::OF_A_KEY);
    };
    let wrong = |what: &str| Err(body::wrong("permissions", what));
    let words = given.as_array().into_iter().flatten().map(Value::as_str);
    let Some(words) = words
        .collect::<Option<Vec<&str>>>()
        .filter(|words| !words.is_empty())
    else {
        return wrong("must be a list of words: read, charge, assign, refund, items");
    };
    match Permissions::of_words(words) {
        Ok(permissions) if permissions.has(Permission::Owner) => {
            wrong("may not hold `owner`: that is a person's")
        }
        Ok(permissions) => Ok(permissions),
        Err(_) => wrong("may hold read, charge, assign, refund and items alone"),
    }
}

/// Keeps the default merchant's `API_KEY` as one that was made, so that its shop's server goes on; twice is once.
pub(super) async fn keep(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    key: &str,
) -> core::result::Result<(), ApiError> {
    let hash = key_hash(key);
    let id: String = hash.chars().take(ID_LEN).collect();
    let known = keys(env, deployment, link).await?;
    let mut known = known.as_array().into_iter().flatten();
    if known.any(|known| known["id"] == id.as_str()) {
        return Ok(());
    }
    let shown = key.chars().take(4).collect::<String>() + "…";
    let key = Key {
        id,
        hash,
        name: "API_KEY".to_owned(),
        shown,
        created_at_ms: env.now_ms(),
        permissions: Permissions::OF_A_KEY.bits(),
    };
    let message = ToMerchants::AddKey {
        link: link.clone(),
        key,
    };
    ask(env, deployment, &message).await.map(drop)
}

/// `POST …/keys/{id}/revoke`: from here on it opens nothing.
pub(super) async fn revoke(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    id: &str,
) -> Outcome {
    let message = ToMerchants::Revoke {
        link: link.clone(),
        id: id.to_owned(),
        now_ms: env.now_ms(),
    };
    match call(env, deployment, &message).await? == Value::Bool(true) {
        true => list(env, deployment, link).await,
        false => Err(ApiError::new(
            ErrorCode::NotFound,
            "There is no such key of this merchant.",
        )),
    }
}

/// The merchant's keys; the default merchant may have some too.
async fn keys(env: &Env, deployment: &Rc<Deployment>, link: &LinkId) -> Outcome {
    let known = config::of_link(env, link).await;
    if matches!(known.as_ref(), Err(NoConfig::UnknownLink)) {
        return Err(no_merchant());
    }
    let message = ToMerchants::Keys { link: link.clone() };
    let mut keys = call(env, deployment, &message).await?;
    for key in keys.as_array_mut().into_iter().flatten() {
        let bits = key["permissions"].as_u64();
        let permissions = bits.map_or(Permissions::OF_A_KEY, Permissions::of_bits);
        key["permissions"] = permissions.words().collect();
    }
    Ok(keys)
}

fn wrong(what: &str) -> ApiError {
    ApiError::new(ErrorCode::ValidationError, what)
}
