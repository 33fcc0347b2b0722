//! A merchant's settings as `MerchantsObject` stores them: the variables of `wrangler.toml` under the same names, checked by the same
//! rules, and sealed for that merchant alone.

use super::reader::Reader;
use super::source::Settings;
use super::{Config, Deployment, NoConfig};
use crate::platform::Env;
use crate::platform::vault::Vault;
use malipo_engine::json;
use malipo_shared::LinkId;
use serde_json::{Map, Value};
use std::rc::Rc;

/// The deployment with the merchant of these settings.
///
/// # Errors
/// All that is wrong with them.
pub(crate) fn check(
    deployment: &Rc<Deployment>,
    link: &LinkId,
    settings: &Map<String, Value>,
) -> Result<Config, NoConfig> {
    let source = Settings::new(settings);
    let mut reader = Reader::new(&source);
    let shop = reader.shop(Some(deployment.env), Some(&deployment.public_base_url));
    let config = shop.map(|shop| shop(deployment));
    let mut wrong = reader.wrong;
    wrong.extend(source.strange());
    match config {
        Some(config) if wrong.is_empty() && config.link == *link => Ok(config),
        Some(_) if wrong.is_empty() => {
            let what = format!("LINK_ID must be `{link}`: a merchant's link never changes");
            Err(NoConfig::Wrong([what].into()))
        }
        _ => Err(NoConfig::Wrong(wrong.into())),
    }
}

/// Seals settings under a key of `MASTER_KEY`, for this merchant of this environment: in another's place they do not open.
pub(crate) fn seal(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    settings: &Map<String, Value>,
) -> Option<String> {
    let plain = serde_json::to_string(settings).ok()?;
    let key = deployment.master_key.settings_keys().next()?;
    Vault::of(key).seal_as(env.as_ref(), &plain, &place(deployment, link))
}

/// The settings of this merchant; none if no master key opens them.
pub(crate) fn unseal(
    deployment: &Deployment,
    link: &LinkId,
    sealed: &str,
) -> Option<Map<String, Value>> {
    let place = place(deployment, link);
    let mut keys = deployment.master_key.settings_keys();
    let plain = keys.find_map(|key| Vault::of(key).unseal_as(sealed, &place))?;
    json::read(&plain).ok()
}

fn place(deployment: &Deployment, link: &LinkId) -> String {
    format!("settings:{}:{link}", deployment.env.as_str())
}
