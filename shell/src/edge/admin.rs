//! The operator's API (`/v1/admin/`), with `ADMIN_KEY`: merchants and their API keys. Without that secret there is nothing here.

mod directory;
mod invitations;
mod keys;
mod merchants;

use crate::config::Deployment;
use crate::edge::request::{BODY_BYTES_MAX, read_fields};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use directory::{Outcome, no_merchant};
use malipo_engine::body::{self, Fields};
use malipo_engine::http::bearer;
use malipo_engine::master_key::is_equal;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::Value;
use std::rc::Rc;

/// The parameters of what was changed.
const HISTORY: &[&str] = &["after"];

/// Answers below `/v1/admin/`.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    deployment: &Rc<Deployment>,
    path: &str,
) -> Result<Reply> {
    let Some(key) = &deployment.admin_key else {
        return reply::not_found();
    };
    if let Err(error) = admit(request, key) {
        return reply::error(error);
    }
    let segments: Vec<&str> = path.split('/').skip(3).collect();
    let ["merchants", rest @ ..] = segments.as_slice() else {
        return reply::not_found();
    };
    let is_read = request.method == Method::Get;
    // A merchant's settings are known by the names that `config` asks for.
    let (allowed, known): (_, Option<&[&str]>) = match rest {
        [] | [_] => ("GET, POST", None),
        [_, "keys"] => ("GET, POST", Some(keys::CREATE)),
        [_, "history"] => ("GET", Some(HISTORY)),
        [_, "invitations"] => ("POST", Some(invitations::CREATE)),
        [_, "activate" | "deactivate" | "reseal" | "copy" | "discard"]
        | [_, "keys", _, "revoke"] => ("POST", Some(&[])),
        _ => return reply::not_found(),
    };
    if !(is_read && allowed.starts_with("GET")) && request.method != Method::Post {
        return reply::method_not_allowed(allowed);
    }
    let outcome = match read(request, is_read, known).await {
        Ok(fields) => match link(rest.first()) {
            Ok(link) => answered(env, deployment, (link, rest), is_read, fields).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    match outcome {
        Ok(said) => reply::json(200, &said),
        Err(error) => reply::error(error),
    }
}

/// The fields of a call; only `known` ones where their names stand here.
async fn read(
    request: &mut Incoming,
    is_read: bool,
    known: Option<&[&str]>,
) -> core::result::Result<Fields, ApiError> {
    let query = Fields::from_iter(parameters(request));
    if is_read && known == Some(HISTORY) {
        body::only(&query, HISTORY)?;
        return Ok(query);
    }
    if let Some(name) = query.keys().next() {
        return Err(body::wrong(
            name,
            "is not known: this call has no parameters",
        ));
    }
    if is_read {
        return Ok(Fields::new());
    }
    let fields = read_fields(request, BODY_BYTES_MAX).await?;
    match known {
        Some(known) => body::only(&fields, known)?,
        None => {
            let is_no_variable = |name: &&String| name.chars().any(|c| c.is_ascii_lowercase());
            if let Some(name) = fields.keys().find(is_no_variable) {
                let what = "is not a variable of a merchant: their names are capitals, as in wrangler.toml";
                return Err(body::wrong(name, what));
            }
        }
    }
    Ok(fields)
}

/// The parameters of the address.
fn parameters(request: &Incoming) -> impl Iterator<Item = (String, Value)> {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
}

/// The version after which a page of the history goes on: the last one of the page before.
fn after(fields: &Fields) -> core::result::Result<Option<u64>, ApiError> {
    let Some(Value::String(text)) = fields.get("after") else {
        return Ok(None);
    };
    let what = "must be the number of a version";
    text.parse()
        .map(Some)
        .map_err(|_| body::wrong("after", what))
}

async fn answered(
    env: &Env,
    deployment: &Rc<Deployment>,
    (link, rest): (Option<LinkId>, &[&str]),
    is_read: bool,
    fields: Fields,
) -> Outcome {
    let Some(link) = link else {
        return match is_read {
            true => merchants::list(env, deployment).await,
            false => merchants::create(env, deployment, fields).await,
        };
    };
    match (rest, is_read) {
        ([_], true) => merchants::show(env, deployment, &link).await,
        ([_] | [_, "reseal"], _) => merchants::change(env, deployment, &link, fields).await,
        ([_, "keys"], true) => keys::list(env, deployment, &link).await,
        ([_, "keys"], false) => keys::create(env, deployment, &link, &fields).await,
        ([_, "keys", id, "revoke"], _) => keys::revoke(env, deployment, &link, id).await,
        ([_, "history"], _) => merchants::history(env, deployment, &link, after(&fields)?).await,
        ([_, "invitations"], _) => invitations::create(env, deployment, &link, &fields).await,
        ([_, "copy"], _) => merchants::copy(env, deployment, &link).await,
        ([_, "discard"], _) => merchants::discard(env, deployment, &link).await,
        ([_, "activate"], _) => merchants::switch(env, deployment, &link, true).await,
        ([_, "deactivate"], _) => merchants::switch(env, deployment, &link, false).await,
        (_, _) => Err(no_merchant()),
    }
}

fn admit(request: &Incoming, key: &str) -> core::result::Result<(), ApiError> {
    let header = request.header("Authorization");
    let Some(given) = header.as_deref().and_then(bearer) else {
        let message = "Send `Authorization: Bearer` with the deployment's ADMIN_KEY.";
        return Err(ApiError::new(ErrorCode::MissingHeaders, message));
    };
    if !is_equal(given.as_bytes(), key.as_bytes()) {
        let message = "This is not the deployment's ADMIN_KEY.";
        return Err(ApiError::new(ErrorCode::InvalidApiKey, message));
    }
    Ok(())
}

fn link(segment: Option<&&str>) -> core::result::Result<Option<LinkId>, ApiError> {
    segment
        .map(|text| LinkId::parse(text).map_err(|_| no_merchant()))
        .transpose()
}
