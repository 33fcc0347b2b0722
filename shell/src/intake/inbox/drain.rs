//! Emptying the inbox: each message is brought to its object, or to its hook; what cannot be delivered in many tries is set apart.

use super::put::{HELD, Kind};
use crate::config::Deployment;
use crate::intake::dispatch;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::vault::Vault;
use crate::platform::{self, concurrent, object};
use malipo_engine::inbox::{self as schedule, Kept};
use malipo_engine::json;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};

/// What a draining came to.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct Drained {
    /// Taken by their objects.
    pub(crate) delivered: usize,
    /// Tried, and still there.
    pub(crate) kept: usize,
    /// Tried for the last time: a person has to look.
    pub(crate) set_apart: usize,
}

#[derive(Deserialize)]
pub(super) struct Lying {
    id: u64,
    link: String,
    kind: Kind,
    name: String,
    sealed: String,
    tries: u32,
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brought {
    Delivered,
    Kept,
    SetApart,
}

/// Messages that are taken at once, and those of one run.
const FEW: u64 = 12;
const RUN_MAX: usize = 60;
/// A run takes no more after this, in milliseconds.
const RUN_MS: u64 = 15_000;
/// How long one message may take, in milliseconds.
const BRING_MS: u64 = 8_000;
const CALL_MS: u64 = 5_000;
/// At this try what bears no merchant's secret is thrown away.
const STRANGERS_TRIES: u32 = 4;

/// Takes a few whose turn it is, of merchant ?2 or, where that is empty, of all; the oldest of each object first, so that one that
/// does not answer keeps no other waiting. Nobody else takes them within ?5.
const TAKE: &str = "\
UPDATE inbox SET tries = tries + 1, next_at_ms = ?3 + ?5 WHERE id IN \
(SELECT id FROM (SELECT id, put_at_ms, row_number() OVER (PARTITION BY link, name ORDER BY put_at_ms, id) AS place FROM inbox \
WHERE env = ?1 AND set_apart_at_ms IS NULL AND next_at_ms <= ?3 AND ?2 IN ('', link)) ORDER BY place, put_at_ms LIMIT ?4) \
RETURNING json_object('id', id, 'link', link, 'kind', kind, 'name', name, 'sealed', sealed, 'tries', tries) AS v";
const KEEP: &str = "UPDATE inbox SET next_at_ms = ?2, problem = ?3 WHERE id = ?1";
const SET_APART: &str =
    "UPDATE inbox SET set_apart_at_ms = ?2, next_at_ms = ?2, problem = ?3 WHERE id = ?1";
const REMOVE: &str = "DELETE FROM inbox WHERE id = ?1";

/// Brings what lies there to its objects, for whom an equal message twice is one: of this merchant, or of all.
///
/// # Errors
/// The inbox cannot be read.
pub(crate) async fn drain(
    env: &Env,
    deployment: &Deployment,
    link: Option<&LinkId>,
) -> Result<Drained> {
    let ends_at_ms = env.now_ms() + RUN_MS;
    let link = link.map_or("", LinkId::as_str);
    let mut drained = Drained::default();
    loop {
        let values = [
            SqlValue::Text(deployment.env.as_str()),
            SqlValue::Text(link),
            SqlValue::Number(env.now_ms()),
            SqlValue::Number(FEW),
            SqlValue::Number(schedule::LEASE_MS),
        ];
        let lying = d1::texts(env, TAKE, &values).await?;
        let brought = concurrent::each(&lying, |text| bring_text(env, deployment, text)).await;
        let count = |what| brought.iter().filter(|brought| **brought == what).count();
        drained.delivered += count(Brought::Delivered);
        drained.kept += count(Brought::Kept);
        drained.set_apart += count(Brought::SetApart);
        let all = drained.delivered + drained.kept + drained.set_apart;
        if lying.is_empty() || all >= RUN_MAX || env.now_ms() >= ends_at_ms {
            return Ok(drained);
        }
    }
}

async fn bring_text(env: &Env, deployment: &Deployment, text: &str) -> Brought {
    match json::read(text) {
        Ok(lying) => bring(env, deployment, &lying).await,
        Err(why) => {
            log::error(env.as_ref(), What::InboxStuck, &[Why(&why)]);
            Brought::Kept
        }
    }
}

/// Tries to deliver one message, and writes down what came of it.
pub(super) async fn bring(env: &Env, deployment: &Deployment, lying: &Lying) -> Brought {
    let Lying {
        id, name, tries, ..
    } = lying;
    let tried = match schedule::is_brought(*tries) {
        true => platform::within(env.as_ref(), BRING_MS, deliver(env, deployment, lying)).await,
        false => Some(Err("its last try did not come to its end".to_owned())),
    };
    let Err(why) = tried.unwrap_or_else(|| Err("no answer in time".to_owned())) else {
        if let Err(why) = d1::run(env, REMOVE, &[SqlValue::Number(*id)]).await {
            // It is brought again, and changes nothing.
            let what = format_args!("{id} was delivered and could not be removed: {why}");
            log::error(
                env.as_ref(),
                What::InboxStuck,
                &[Merchant(&lying.link), Why(&what)],
            );
        }
        return Brought::Delivered;
    };
    let now_ms = env.now_ms();
    let (what, brought, statement, at_ms) = match schedule::after(*tries, now_ms) {
        Kept::Until(at_ms) => (What::InboxStuck, Brought::Kept, KEEP, at_ms),
        Kept::SetApart => (What::InboxSetApart, Brought::SetApart, SET_APART, now_ms),
    };
    let said = format_args!("{id}, try {tries}, for {name}: {why}");
    log::error(env.as_ref(), what, &[Merchant(&lying.link), Why(&said)]);
    let values = [
        SqlValue::Number(*id),
        SqlValue::Number(at_ms),
        SqlValue::Text(&why),
    ];
    if let Err(why) = d1::run(env, statement, &values).await {
        // Its lease ends, and it is brought again.
        let what = format_args!("{id} could not be put off: {why}");
        log::error(
            env.as_ref(),
            What::InboxStuck,
            &[Merchant(&lying.link), Why(&what)],
        );
    }
    brought
}

/// Has its object take a message, or its hook where it was held as it came.
///
/// # Errors
/// Why it was not delivered, in words.
async fn deliver(
    env: &Env,
    deployment: &Deployment,
    lying: &Lying,
) -> core::result::Result<(), String> {
    let Some(message) = unseal(deployment, &lying.sealed) else {
        let why = "no master key opens it; keep the old one as MASTER_KEY_PREVIOUS";
        return Err(why.to_owned());
    };
    let is_held = lying.name == HELD;
    let status = if is_held {
        dispatch::hear(env, &message)
            .await
            .map(|reply| reply.status)
    } else {
        let said = object::post(env, lying.kind.class(), &lying.name, &message, CALL_MS).await;
        said.map(|said| said.status)
    };
    match status {
        Ok(200) => Ok(()),
        // A stranger's, as it turns out. Not at once: an old list may lack a new merchant.
        Ok(404) if is_held && lying.tries >= STRANGERS_TRIES => Ok(()),
        Ok(status) => Err(format!("it answered {status}")),
        Err(why) => Err(format!("it was not reached: {why}")),
    }
}

fn unseal(deployment: &Deployment, sealed: &str) -> Option<String> {
    let mut keys = deployment.master_key.inbox_keys();
    keys.find_map(|key| Vault::of(key).unseal(sealed))
}
