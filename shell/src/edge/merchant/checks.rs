//! The checks that `cargo xtask doctor` asks for: what this deployment has set, and what only it can try. No payment is touched.

use super::outcome::{Outcome, required};
use crate::config::Config;
use crate::edge::health;
use crate::outbound::daraja::{self, NoToken};
use crate::outbound::webhook;
use crate::platform::Env;
use crate::platform::d1;
use crate::platform::http::{self, Method};
use crate::platform::{self, Call, Limit, reply};
use malipo_engine::body::{Fields, wrong};
use malipo_engine::daraja::is_firewall_page;
use malipo_engine::master_key::CHECK_MS;
use malipo_engine::webhook::test_message;
use malipo_shared::Payee;
use serde_json::json;

const LOOK_MS: u64 = 10_000;
/// The fields of a callback's check.
pub(super) const CALLBACK: &[&str] = &["body_sha256"];
/// KV keeps nothing for less, in seconds.
const KV_SECS: u64 = 60;

/// `GET …/checks`: what is set, and whether storage can be read and written.
pub(super) async fn show(env: &Env, config: &Config) -> Outcome {
    let migrations = "SELECT name AS v FROM d1_migrations ORDER BY name";
    let tables = health::tables(env).await;
    let applied = d1::texts(env, migrations, &[]).await;
    let server = &config.server;
    let shortcode = match &config.payee {
        Payee::PayBill { shortcode } => shortcode,
        Payee::Till { store, .. } => store,
    };
    Ok(reply::json(
        200,
        &json!({
            "env": config.env.as_str(),
            "link": config.link.as_str(),
            "shortcode": shortcode,
            "now_ms": env.now_ms(),
            "public_base_url": config.public_base_url,
            "daraja_base_url": config.daraja_base_url,
            "items": config.price_list.items.len(),
            "has_open_amount": config.price_list.open_amount.is_some(),
            "kv": kv(env).await.err(),
            "ledger": {
                "answers": tables.is_ok(),
                "tables": tables.unwrap_or_default(),
                "migrations": applied.unwrap_or_default(),
            },
            "objects": health::objects(env, config).await,
            "c2b": {
                "has_secret": config.c2b.secret.is_some(),
                "is_registered": config.c2b.is_registered,
            },
            "callers": {
                "are_enforced": config.callers.are_enforced,
                "addresses": config.callers.addresses,
            },
            "has_order_secret": server.order_secrets.is_some(),
            "has_webhook": server.webhook_url.is_some(),
            "counts": env.counts(),
        }),
    )?)
}

/// `POST …/checks/{daraja|callback|webhook}`.
pub(super) async fn make(env: &Env, config: &Config, which: &str, fields: &Fields) -> Outcome {
    match which {
        "daraja" => daraja(env, config).await,
        "callback" => callback(env, config, fields),
        _ => test_webhook(env, config).await,
    }
}

/// Writes a key that nobody has, and reads it.
async fn kv(env: &Env) -> Result<(), String> {
    let key = platform::random::<8>(env.as_ref()).ok_or("no randomness")?;
    let key = format!("check:{}", hex::encode(key));
    let work = async {
        if !env.kv_put(&key, "1".to_owned(), KV_SECS).await {
            return Err("it cannot be written".to_owned());
        }
        match env.kv_get(&key).await {
            Some(_) => Ok(()),
            None => Err("what was written is not there".to_owned()),
        }
    };
    let done = platform::within(env.as_ref(), LOOK_MS, work).await;
    done.unwrap_or_else(|| Err("no answer in time".to_owned()))
}

/// Whether Daraja is reached from here, what its clock says, and whether the credentials open it. The token that is held is
/// replaced by a new one, as after a refusal.
async fn daraja(env: &Env, config: &Config) -> Outcome {
    let url = format!(
        "{}/oauth/v1/generate?grant_type=client_credentials",
        config.daraja_base_url
    );
    let probe = Call {
        method: Method::Get,
        url: &url,
        headers: &[("Accept", "application/json")],
        body: None,
    };
    let probed = env.send(probe, Limit::ms(LOOK_MS)).await;
    let now_ms = env.now_ms();
    let probed = match probed {
        Ok(answer) => json!({
            "status": answer.status,
            "is_firewall": is_firewall_page(&answer.body),
            "date_ms": answer.date.as_deref().and_then(http::read_date),
        }),
        Err(why) => json!({ "failed": why }),
    };
    let token = match daraja::token(env, config).await {
        Ok(held) => daraja::renewed_token(env, config, &held).await,
        Err(why) => Err(why),
    };
    let token = match token {
        Ok(_) => json!({ "is_minted": true }),
        Err(NoToken::BadCredentials(said)) => json!({ "is_minted": false, "refused": said }),
        Err(NoToken::Unavailable(said)) => json!({ "is_minted": false, "unavailable": said }),
    };
    Ok(reply::json(
        200,
        &json!({ "now_ms": now_ms, "probe": probed, "token": token }),
    )?)
}

/// `{body_sha256}` → where to post that body as M-PESA would, and the proof that its arrival is answered with.
fn callback(env: &Env, config: &Config, fields: &Fields) -> Outcome {
    let digest = required(fields, "body_sha256", "the SHA-256 of the body, in hex")?;
    if digest.len() != 64 || hex::decode(digest).is_err() {
        return Err(wrong("body_sha256", "must be the SHA-256 of the body, in hex").into());
    }
    let until_ms = env.now_ms() + CHECK_MS;
    let env_word = config.env.as_str();
    let path = config
        .master_key
        .doctor_path(env_word, &config.link, until_ms);
    let proof = config.master_key.check_proof(&path, digest);
    let url = format!("{}{path}", config.public_base_url);
    let is_taken = daraja::callback_url(config, &path).is_some();
    Ok(reply::json(
        200,
        &json!({ "url": url, "proof": proof, "is_taken_by_daraja": is_taken, "expires_at_ms": until_ms }),
    )?)
}

/// Sends the shop a message that tells of no payment.
async fn test_webhook(env: &Env, config: &Config) -> Outcome {
    let now_ms = env.now_ms();
    let id = format!("msg_test_{now_ms}");
    let sent = webhook::send(env, config, &id, test_message(now_ms)).await;
    let said = match sent {
        None => json!({ "is_set": false }),
        Some(Ok(status)) => json!({ "is_set": true, "status": status }),
        Some(Err(why)) => json!({ "is_set": true, "failed": why }),
    };
    Ok(reply::json(200, &said)?)
}
