//! Merchants beside the default one: made, listed, changed, switched off and on. A secret goes in and never comes out.

use super::directory::{Outcome, ask, call, no_merchant, unreached};
use crate::config::directory_object::{Entry, Put, Settled, ToMerchants};
use crate::config::{self, Config, NoConfig};
use crate::platform::Env;
use malipo_engine::json as stored;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Map, Value, json};

/// Names of settings that are secrets: only whether they are set is told.
const SECRETS: [&str; 9] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "DARAJA_SECURITY_CREDENTIAL",
    "ORDER_SECRET",
    "ORDER_SECRET_PREVIOUS",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
    "C2B_SECRET",
];

/// `GET …/merchants`: `{merchants: [Entry]}`, the default merchant first.
pub(super) async fn list(env: &Env, default: &Config) -> Outcome {
    let mut merchants = call(env, default, &ToMerchants::List).await?;
    let first = json!({
        "link": default.link,
        "name": default.shop_name,
        "numbers": default.numbers(),
        "is_active": true,
        "is_of_variables": true,
    });
    if let Value::Array(merchants) = &mut merchants {
        merchants.insert(0, first);
    }
    Ok(json!({ "merchants": merchants }))
}

/// `POST …/merchants`, the settings by their names in `wrangler.toml`, `LINK_ID` among them: `{merchant}`.
pub(super) async fn create(env: &Env, default: &Config, settings: Map<String, Value>) -> Outcome {
    let given = settings.get("LINK_ID").and_then(Value::as_str);
    let link = given.and_then(|text| LinkId::parse(text).ok());
    let Some(link) = link else {
        let form = "must name the merchant: 1 to 16 lower-case letters and digits".to_owned();
        return Err(wrong("LINK_ID", &form));
    };
    put(env, default, &link, &without_nulls(settings), None).await
}

/// `GET …/merchants/{link}`: `{link, is_active, version, wrong, settings}`; of a secret only that it is set. `wrong` is what
/// today's rules, or the deployment's own variables, find amiss.
pub(super) async fn show(env: &Env, default: &Config, link: &LinkId) -> Outcome {
    if *link == default.link {
        return Err(is_the_default());
    }
    let (settled, mut settings) = read(env, default, link).await?;
    let wrong = match config::check(env, link, &settings) {
        Err(NoConfig::Wrong(wrong)) => wrong.to_vec(),
        Ok(_) | Err(NoConfig::UnknownLink | NoConfig::Unreached) => Vec::new(),
    };
    for (name, value) in &mut settings {
        if SECRETS.contains(&name.as_str()) {
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
    default: &Config,
    link: &LinkId,
    changes: Map<String, Value>,
) -> Outcome {
    if *link == default.link {
        return Err(is_the_default());
    }
    let (settled, mut settings) = read(env, default, link).await?;
    settings.extend(changes);
    put(
        env,
        default,
        link,
        &without_nulls(settings),
        Some(settled.version),
    )
    .await
}

/// `POST …/merchants/{link}/activate` and `…/deactivate`.
pub(super) async fn switch(env: &Env, default: &Config, link: &LinkId, is_active: bool) -> Outcome {
    if *link == default.link {
        return Err(is_the_default());
    }
    let message = ToMerchants::Switch {
        link: link.clone(),
        is_active,
        now_ms: env.now_ms(),
    };
    let is_known = call(env, default, &message).await?;
    config::forget(env);
    match is_known == Value::Bool(true) {
        true => Ok(json!({ "link": link, "is_active": is_active })),
        false => Err(no_merchant()),
    }
}

async fn read(
    env: &Env,
    default: &Config,
    link: &LinkId,
) -> Result<(Settled, Map<String, Value>), ApiError> {
    let message = ToMerchants::Read { link: link.clone() };
    let said = ask(env, default, &message).await?;
    let settled: Option<Settled> =
        stored::read(&said).map_err(|why| unreached(env, &why.into()))?;
    let settled = settled.ok_or_else(no_merchant)?;
    match config::unseal(default, link, &settled.sealed) {
        Some(settings) => Ok((settled, settings)),
        None => Err(ApiError::new(
            ErrorCode::Misconfigured,
            "No master key opens these settings: keep the old one as MASTER_KEY_PREVIOUS.",
        )),
    }
}

async fn put(
    env: &Env,
    default: &Config,
    link: &LinkId,
    settings: &Map<String, Value>,
    version: Option<u64>,
) -> Outcome {
    let merchant = config::check(env, link, settings).map_err(|none| match none {
        NoConfig::Wrong(wrong) => wrong_settings(&wrong),
        NoConfig::UnknownLink | NoConfig::Unreached => no_merchant(),
    })?;
    if *link == default.link {
        return Err(exists(link));
    }
    let own_numbers = default.numbers();
    if let Some(number) = merchant
        .numbers()
        .into_iter()
        .find(|n| own_numbers.contains(n))
    {
        return Err(taken(number, &default.link));
    }
    let Some(sealed) = config::seal(env, default, link, settings) else {
        return Err(ApiError::new(
            ErrorCode::InternalError,
            "The settings could not be sealed. Nothing was stored.",
        ));
    };
    let now_ms = env.now_ms();
    let mut entry = Entry {
        link: link.clone(),
        name: merchant.shop_name.clone(),
        numbers: merchant.numbers().into_iter().map(str::to_owned).collect(),
        is_active: true,
        version: 0,
        created_at_ms: now_ms,
        changed_at_ms: now_ms,
    };
    let message = ToMerchants::Put {
        entry: entry.clone(),
        sealed,
        version,
        now_ms,
    };
    let said = ask(env, default, &message).await?;
    config::forget(env);
    match stored::read(&said).map_err(|why| unreached(env, &why.into()))? {
        Put::Stored { version } => {
            entry.version = version;
            Ok(json!({ "merchant": {
                "link": entry.link,
                "name": entry.name,
                "numbers": entry.numbers,
                "version": version,
                "embed": format!("{}/m/{link}/malipo.js", default.public_base_url),
            } }))
        }
        Put::Exists => Err(exists(link)),
        Put::Changed => Err(ApiError::new(
            ErrorCode::KeyReused,
            "The merchant was changed meanwhile. Look, and try again.",
        )),
        Put::Taken { number, link } => Err(taken(&number, &link)),
    }
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

fn is_the_default() -> ApiError {
    ApiError::new(
        ErrorCode::ValidationError,
        "This merchant stands in wrangler.toml: change it there and deploy.",
    )
}
