//! Merchants whose settings the `MerchantsObject` holds: made, listed, changed, switched off and on; what was changed, and the copy of the
//! default merchant's variables. A secret goes in and never comes out.

use super::directory::{Outcome, ask, call, no_merchant, unreached};
use crate::config::directory_object::{Entry, Put, Settled, ToMerchants};
use crate::config::{self, Config, Deployment, NoConfig, ShopSource, is_secret};
use crate::platform::Env;
use malipo_engine::json as stored;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// `GET …/merchants`: `{merchants: [Entry]}`, the default merchant first.
pub(super) async fn list(env: &Env, deployment: &Rc<Deployment>) -> Outcome {
    let mut merchants = call(env, deployment, &ToMerchants::List).await?;
    if let (Some(default), Value::Array(merchants)) = (config::of_variables(env), &mut merchants) {
        let first = json!({
            "link": default.link,
            "name": default.shop_name,
            "numbers": default.numbers(),
            "is_active": true,
            "is_of_variables": true,
        });
        // A copy of its settings means nothing as long as the variables stand.
        merchants.retain(|entry| entry["link"] != default.link.as_str());
        merchants.insert(0, first);
    }
    Ok(json!({ "merchants": merchants }))
}

/// `POST …/merchants`, the settings by their names in `wrangler.toml`, `LINK_ID` among them: `{merchant}`.
pub(super) async fn create(
    env: &Env,
    deployment: &Rc<Deployment>,
    settings: Map<String, Value>,
) -> Outcome {
    let given = settings.get("LINK_ID").and_then(Value::as_str);
    let link = given.and_then(|text| LinkId::parse(text).ok());
    let Some(link) = link else {
        let form = "must name the merchant: 1 to 16 lower-case letters and digits".to_owned();
        return Err(wrong("LINK_ID", &form));
    };
    if is_of_variables(deployment, &link) {
        return Err(exists(&link));
    }
    let settings = without_nulls(settings);
    let merchant = checked(env, deployment, &link, &settings)?;
    let stored = put(env, deployment, (&link, &merchant), None, &settings, None).await?;
    Ok(said(deployment, &merchant, stored))
}

/// `GET …/merchants/{link}`: `{link, is_active, version, wrong, settings}`; of a secret only that it is set. `wrong` is what
/// today's rules find amiss.
pub(super) async fn show(env: &Env, deployment: &Rc<Deployment>, link: &LinkId) -> Outcome {
    is_changeable(deployment, link)?;
    let (settled, mut settings) = read(env, deployment, link).await?;
    let wrong = match config::check(deployment, link, &settings) {
        Err(NoConfig::Wrong(wrong)) => wrong.to_vec(),
        Ok(_) | Err(NoConfig::UnknownLink | NoConfig::NotSetUp | NoConfig::Unreached) => Vec::new(),
    };
    for (name, value) in &mut settings {
        if is_secret(name) {
            *value = Value::String("(set)".to_owned());
        }
    }
    Ok(json!({
        "link": link,
        "is_active": settled.is_active,
        "version": settled.version,
        "wrong": wrong,
        "settings": settings,
    }))
}

/// `POST …/merchants/{link}`: what is given replaces what was, null takes it away, the rest stays. With nothing given, the
/// settings are sealed anew under the newest `MASTER_KEY`.
pub(super) async fn change(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    changes: Map<String, Value>,
) -> Outcome {
    is_changeable(deployment, link)?;
    let (settled, before) = read(env, deployment, link).await?;
    let mut settings = before.clone();
    settings.extend(changes.clone());
    let settings = without_nulls(settings);
    let merchant = checked(env, deployment, link, &settings)?;
    if let Ok(known) = config::check(deployment, link, &before) {
        comes_with_its_credentials(&known, &merchant, &changes)?;
    }
    let version = Some(settled.version);
    let whose = (link, &merchant);
    let stored = put(env, deployment, whose, version, &settings, Some(&before)).await?;
    Ok(said(deployment, &merchant, stored))
}

/// `GET …/merchants/{link}/history?after=`: `{versions: [{version, at_ms, changed: [{name, from?, to?}]}], next?}`, newest first.
pub(super) async fn history(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    after: Option<u64>,
) -> Outcome {
    let message = ToMerchants::History {
        link: link.clone(),
        after,
    };
    let versions = call(env, deployment, &message).await?;
    let last = versions.as_array().and_then(|versions| versions.last());
    let next = last.and_then(|last| last["version"].as_u64());
    let next = next.filter(|version| *version > 1);
    Ok(json!({ "versions": versions, "next": next }))
}

/// `POST …/merchants/{link}/copy`: the default merchant's variables become its settings in the dashboard, and mean nothing until
/// `SHOP = "dashboard"` is deployed: `{version, remove, secrets, add}`.
pub(super) async fn copy(env: &Env, deployment: &Rc<Deployment>, link: &LinkId) -> Outcome {
    let default = config::of_variables(env).filter(|default| default.link == *link);
    let Some(default) = default else {
        return Err(ApiError::new(
            ErrorCode::ValidationError,
            "These settings stand in no variables: there is nothing to copy.",
        ));
    };
    let given = config::given(env);
    let mut settings = without_nulls(given.clone());
    settings.remove("API_KEY");
    settings.insert("LINK_ID".to_owned(), json!(link));
    let merchant = checked(env, deployment, link, &settings)?;
    let known = found(env, deployment, link).await?;
    let before = match &known {
        Some(settled) => opened(deployment, link, settled).ok(),
        None => None,
    };
    let version = match &known {
        Some(settled) if before.as_ref() == Some(&settings) => settled.version,
        _ => {
            let whose = (link, &merchant);
            let version = known.map(|settled| settled.version);
            put(env, deployment, whose, version, &settings, before.as_ref()).await?
        }
    };
    if let Some(key) = &default.server.api_key {
        super::keys::keep(env, deployment, link, key).await?;
    }
    let (secrets, remove): (Vec<&String>, Vec<&String>) =
        given.keys().partition(|name| is_secret(name));
    Ok(json!({
        "version": version, "remove": remove, "secrets": secrets, "add": "SHOP = \"dashboard\"",
    }))
}

/// `POST …/merchants/{link}/discard`: the default merchant's settings of the dashboard go, where its variables stand.
pub(super) async fn discard(env: &Env, deployment: &Rc<Deployment>, link: &LinkId) -> Outcome {
    if !is_of_variables(deployment, link) {
        return Err(ApiError::new(
            ErrorCode::ValidationError,
            "Only a copy that is not in use can be discarded. A merchant can be switched off.",
        ));
    }
    let message = ToMerchants::Discard { link: link.clone() };
    call(env, deployment, &message).await?;
    config::forget(env);
    Ok(json!({ "link": link, "discarded": true }))
}

/// `POST …/merchants/{link}/activate` and `…/deactivate`.
pub(super) async fn switch(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    is_active: bool,
) -> Outcome {
    is_changeable(deployment, link)?;
    let message = ToMerchants::Switch {
        link: link.clone(),
        is_active,
        now_ms: env.now_ms(),
    };
    let is_known = call(env, deployment, &message).await?;
    config::forget(env);
    match is_known == Value::Bool(true) {
        true => Ok(json!({ "link": link, "is_active": is_active })),
        false => Err(no_merchant()),
    }
}

/// The settings of a merchant as they are stored; none if there are none.
async fn found(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
) -> Result<Option<Settled>, ApiError> {
    let message = ToMerchants::Read {
        link: link.clone(),
        is_in_use: false,
    };
    let said = ask(env, deployment, &message).await?;
    stored::read(&said).map_err(|why| unreached(env, &why.into()))
}

fn opened(
    deployment: &Deployment,
    link: &LinkId,
    settled: &Settled,
) -> Result<Map<String, Value>, ApiError> {
    config::unseal(deployment, link, &settled.sealed).ok_or_else(|| {
        let what = "No master key opens these settings: keep the old one as MASTER_KEY_PREVIOUS.";
        ApiError::new(ErrorCode::Misconfigured, what)
    })
}

async fn read(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
) -> Result<(Settled, Map<String, Value>), ApiError> {
    let settled = found(env, deployment, link).await?;
    let settled = settled.ok_or_else(no_merchant)?;
    let settings = opened(deployment, link, &settled)?;
    Ok((settled, settings))
}

/// The merchant of these settings, if they are good and its numbers are not the default merchant's.
fn checked(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    settings: &Map<String, Value>,
) -> Result<Config, ApiError> {
    let merchant = config::check(deployment, link, settings).map_err(|none| match none {
        NoConfig::Wrong(wrong) => wrong_settings(&wrong),
        NoConfig::UnknownLink | NoConfig::NotSetUp | NoConfig::Unreached => no_merchant(),
    })?;
    let default = config::of_variables(env).filter(|default| default.link != *link);
    let own = default
        .as_ref()
        .map(|default| default.numbers())
        .unwrap_or_default();
    let mut numbers = merchant.numbers().into_iter();
    match numbers.find(|number| own.contains(number)) {
        Some(number) => Err(taken(number, &deployment.default_link)),
        None => Ok(merchant),
    }
}

/// Who is paid, and what signs the pushes for them, are one set: a new number with the old passkey would take no money, or somebody else's.
fn comes_with_its_credentials(
    known: &Config,
    merchant: &Config,
    changes: &Map<String, Value>,
) -> Result<(), ApiError> {
    const SET: [&str; 3] = [
        "DARAJA_CONSUMER_KEY",
        "DARAJA_CONSUMER_SECRET",
        "DARAJA_PASSKEY",
    ];
    if known.payee == merchant.payee {
        return Ok(());
    }
    match SET.into_iter().find(|name| !changes.contains_key(*name)) {
        Some(name) => {
            let what = "must be given again with another Paybill or till number: the number and its credentials are changed together";
            Err(wrong(name, what))
        }
        None => Ok(()),
    }
}

/// Stores the settings; their version.
async fn put(
    env: &Env,
    deployment: &Rc<Deployment>,
    (link, merchant): (&LinkId, &Config),
    version: Option<u64>,
    settings: &Map<String, Value>,
    before: Option<&Map<String, Value>>,
) -> Result<u64, ApiError> {
    let Some(sealed) = config::seal(env, deployment, link, settings) else {
        return Err(ApiError::new(
            ErrorCode::InternalError,
            "The settings could not be sealed. Nothing was stored.",
        ));
    };
    let now_ms = env.now_ms();
    let message = ToMerchants::Put {
        entry: Entry {
            link: link.clone(),
            name: merchant.shop_name.clone(),
            numbers: merchant.numbers().into_iter().map(str::to_owned).collect(),
            is_active: true,
            version: 0,
            created_at_ms: now_ms,
            changed_at_ms: now_ms,
            used_at_ms: None,
        },
        sealed,
        version,
        now_ms,
        changed: changed(before, settings),
    };
    let said = ask(env, deployment, &message).await?;
    config::forget(env);
    match stored::read(&said).map_err(|why| unreached(env, &why.into()))? {
        Put::Stored { version } => Ok(version),
        Put::Exists => Err(exists(link)),
        Put::Changed => Err(ApiError::new(
            ErrorCode::KeyReused,
            "The merchant was changed meanwhile. Look, and try again.",
        )),
        Put::Taken { number, link } => Err(taken(&number, &link)),
    }
}

/// What differs, by name, as JSON; of a secret only that it does.
fn changed(before: Option<&Map<String, Value>>, after: &Map<String, Value>) -> String {
    let nothing = Map::new();
    let before = before.unwrap_or(&nothing);
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let names = after.keys().chain(gone);
    let differs = names.filter(|name| before.get(*name) != after.get(*name));
    let one = |name: &String| {
        let mut change = json!({ "name": name });
        for (side, value) in [("from", before.get(name)), ("to", after.get(name))] {
            if let Some(value) = value.filter(|_| !is_secret(name)) {
                change[side] = value.clone();
            }
        }
        change
    };
    Value::Array(differs.map(one).collect()).to_string()
}

fn said(deployment: &Deployment, merchant: &Config, version: u64) -> Value {
    json!({ "merchant": {
        "link": merchant.link,
        "name": merchant.shop_name,
        "numbers": merchant.numbers(),
        "version": version,
        "embed": format!("{}{}/malipo.js", deployment.public_base_url, merchant.prefix),
    } })
}

fn without_nulls(settings: Map<String, Value>) -> Map<String, Value> {
    let mut settings = settings;
    settings.retain(|_, value| !value.is_null());
    settings
}

fn wrong(name: &str, what: &str) -> ApiError {
    ApiError::at(ErrorCode::ValidationError, name, format!("{name} {what}."))
}

fn wrong_settings(wrong: &[String]) -> ApiError {
    ApiError::new(ErrorCode::ValidationError, format!("{}.", wrong.join("; ")))
}

fn exists(link: &LinkId) -> ApiError {
    let what = format!("`{link}` is a merchant already");
    wrong("LINK_ID", &what)
}

/// A shortcode belongs to one link: M-PESA reports payments by hand by the shortcode alone.
fn taken(number: &str, link: &LinkId) -> ApiError {
    ApiError::new(
        ErrorCode::ValidationError,
        format!("The number {number} belongs to the merchant `{link}`."),
    )
}

fn is_of_variables(deployment: &Deployment, link: &LinkId) -> bool {
    deployment.shop == ShopSource::Variables && *link == deployment.default_link
}

fn is_changeable(deployment: &Deployment, link: &LinkId) -> Result<(), ApiError> {
    match is_of_variables(deployment, link) {
        false => Ok(()),
        true => Err(ApiError::new(
            ErrorCode::ValidationError,
            "This merchant stands in wrangler.toml: change it there and deploy, or move its settings to the dashboard.",
        )),
    }
}
