//! The inbox: what M-PESA has sent while its object could not be reached, or its merchant's settings not be read. It lies in
//! D1, sealed, until it is taken; only what proves to be a stranger's is thrown away.

use crate::config::Config;
use crate::hooks::{self, Posted};
use crate::ledger::{self, number};
use crate::log::{
    self,
    Told::{Merchant, Why},
    What,
};
use crate::vault::Vault;
use crate::{platform, reach};
use malipo_engine::json;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};
use worker::{D1Type, Env, Result};

/// Which kind of object a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A `PaymentObject`: the message is a `ToPayment`.
    Payment,
    /// A `ReceiptObject`: the message is a `ToReceipt`.
    Receipt,
}

/// Whom a message is for.
pub(crate) struct To<'t> {
    pub(crate) kind: Kind,
    /// The merchant whose sweep brings it.
    pub(crate) link: &'t LinkId,
    /// The object's name: a payment's address, or `{env}:{receipt}`.
    pub(crate) name: &'t str,
}

/// What a draining came to.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct Drained {
    /// Taken by their objects.
    pub(crate) delivered: usize,
    /// Tried, and still there.
    pub(crate) kept: usize,
}

#[derive(Deserialize)]
struct Lying {
    id: u64,
    kind: Kind,
    name: String,
    sealed: String,
    tries: u32,
}

/// Messages of one run.
const RUN_MAX: u64 = 60;
const CALL_MS: u64 = 5_000;
/// At this try what bears no merchant's secret is thrown away.
const STRANGERS_TRIES: u32 = 4;

/// The name of what no object can have yet: a [`Posted`] about some receipt.
const HELD: &str = "hooks";
const PUT: &str = "\
INSERT INTO inbox (env, link, kind, name, sealed, put_at_ms, tries, next_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6) \
RETURNING name AS v";
/// As `PUT`, where there is room. Not all that is held is proven: a thousand are a busy shop's payments by hand of an hour.
const PUT_HELD: &str = "\
INSERT INTO inbox (env, link, kind, name, sealed, put_at_ms, tries, next_at_ms) SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0, ?6 \
WHERE (SELECT COUNT(*) FROM inbox WHERE env = ?1 AND link = ?2 AND name = ?4) < 1000 RETURNING name AS v";
/// Takes those whose turn it is, and sets their next: after 5 minutes, then twice as long each time, up to 11 hours.
const TAKE: &str = "\
UPDATE inbox SET tries = tries + 1, next_at_ms = ?3 + 300000 * (1 << min(tries, 7)) WHERE id IN \
(SELECT id FROM inbox WHERE env = ?1 AND link = ?2 AND next_at_ms <= ?3 ORDER BY next_at_ms LIMIT ?4) \
RETURNING json_object('id', id, 'kind', kind, 'name', name, 'sealed', sealed, 'tries', tries) AS v";

impl Kind {
    fn binding(self) -> &'static str {
        match self {
            Kind::Payment => "PAYMENTS",
            Kind::Receipt => "RECEIPTS",
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Kind::Payment => "payment",
            Kind::Receipt => "receipt",
        }
    }
}

/// Keeps a message for its object. True once it is written: M-PESA may then be told that it was heard.
pub(crate) async fn put(env: &Env, config: &Config, to: &To<'_>, message: &impl Serialize) -> bool {
    let sealed = seal(config, message);
    write(env, config, to, PUT, sealed).await
}

/// Keeps what M-PESA has posted to this merchant as it came, until it can be judged. True once it is written.
pub(crate) async fn hold(env: &Env, config: &Config, link: &LinkId, posted: &Posted) -> bool {
    let to = To {
        kind: Kind::Receipt,
        link,
        name: HELD,
    };
    let sealed = seal(config, posted);
    write(env, config, &to, PUT_HELD, sealed).await
}

async fn write(
    env: &Env,
    config: &Config,
    to: &To<'_>,
    statement: &str,
    sealed: Option<String>,
) -> bool {
    let written = match &sealed {
        Some(sealed) => {
            let values = [
                D1Type::Text(config.env.as_str()),
                D1Type::Text(to.link.as_str()),
                D1Type::Text(to.kind.as_str()),
                D1Type::Text(to.name),
                D1Type::Text(sealed),
                number(platform::now_ms()),
            ];
            let rows = ledger::texts(env, statement, &values).await;
            rows.map_err(|why| why.to_string())
        }
        None => Err("it could not be sealed".to_owned()),
    };
    let why = match written {
        Ok(rows) if !rows.is_empty() => return true,
        Ok(_) => "there is no room".to_owned(),
        Err(why) => why,
    };
    let why = format!("for {}: {why}", to.name);
    log::error(What::InboxUnwritten, &[Merchant(to.link), Why(&why)]);
    false
}

/// Brings what lies there to its objects, for whom an equal message twice is one.
///
/// # Errors
/// The inbox cannot be read.
pub(crate) async fn drain(env: &Env, config: &Config) -> Result<Drained> {
    let values = [
        D1Type::Text(config.env.as_str()),
        D1Type::Text(config.link.as_str()),
        number(platform::now_ms()),
        number(RUN_MAX),
    ];
    let lying = ledger::texts(env, TAKE, &values).await?;
    let taken = reach::each(&lying, |text| bring(env, config, text)).await;
    let delivered = taken.iter().filter(|is_taken| **is_taken).count();
    Ok(Drained {
        delivered,
        kept: taken.len() - delivered,
    })
}

async fn bring(env: &Env, config: &Config, text: &str) -> bool {
    let lying: Lying = match json::read(text) {
        Ok(lying) => lying,
        Err(why) => {
            log::error(What::InboxStuck, &[Why(&why)]);
            return false;
        }
    };
    let Lying {
        id, name, tries, ..
    } = &lying;
    let Some(message) = unseal(config, &lying.sealed) else {
        log::error(
            What::InboxStuck,
            &[Why(&format_args!(
                "{id}, for {name}: no master key opens it; keep the old one as MASTER_KEY_PREVIOUS"
            ))],
        );
        return false;
    };
    let is_held = name == HELD;
    let answer = if is_held {
        hooks::hear(env, &message).await
    } else {
        reach::post(env, lying.kind.binding(), name, &message, CALL_MS).await
    };
    // A stranger's, as it turns out. Not at once: an old list may lack a new merchant.
    let is_strangers = |status| status == 404 && is_held && *tries >= STRANGERS_TRIES;
    match answer {
        Ok(answer) if answer.status_code() == 200 || is_strangers(answer.status_code()) => {}
        Ok(answer) => {
            let status = answer.status_code();
            log::error(
                What::InboxStuck,
                &[Why(&format_args!(
                    "{id}, try {tries}: {name} answered {status}"
                ))],
            );
            return false;
        }
        Err(why) => {
            log::error(
                What::InboxStuck,
                &[Why(&format_args!(
                    "{id}, try {tries}: {name} was not reached: {why}"
                ))],
            );
            return false;
        }
    }
    if let Err(why) = ledger::run(env, "DELETE FROM inbox WHERE id = ?1", &[number(*id)]).await {
        // It is brought again, and changes nothing.
        log::error(
            What::InboxStuck,
            &[Why(&format_args!(
                "{id} was delivered and could not be removed: {why}"
            ))],
        );
    }
    true
}

fn seal(config: &Config, message: &impl Serialize) -> Option<String> {
    let plain = serde_json::to_string(message).ok()?;
    let key = config.master_key.inbox_keys().next()?;
    Vault::of(key).seal(&plain)
}

fn unseal(config: &Config, sealed: &str) -> Option<String> {
    let mut keys = config.master_key.inbox_keys();
    keys.find_map(|key| Vault::of(key).unseal(sealed))
}
