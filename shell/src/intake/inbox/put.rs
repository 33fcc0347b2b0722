//! Writing to the inbox, sealed: a message for an object, or what M-PESA has posted as it came.

use crate::config::Deployment;
use crate::intake::hook::Posted;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::d1::{self, SqlValue};
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::vault::Vault;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};

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

/// The name of what no object can have yet: a [`Posted`] about some receipt.
pub(super) const HELD: &str = "hooks";
const PUT: &str = "\
INSERT INTO inbox (env, link, kind, name, sealed, put_at_ms, tries, next_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6) \
RETURNING name AS v";
/// As `PUT`, where there is room. Not all that is held is proven: a thousand are a busy shop's payments by hand of an hour. What is
/// set apart takes none.
const PUT_HELD: &str = "\
INSERT INTO inbox (env, link, kind, name, sealed, put_at_ms, tries, next_at_ms) SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0, ?6 \
WHERE (SELECT COUNT(*) FROM inbox WHERE env = ?1 AND link = ?2 AND name = ?4 AND set_apart_at_ms IS NULL) < 1000 RETURNING name AS v";

impl Kind {
    pub(super) fn class(self) -> Class {
        match self {
            Kind::Payment => Class::Payment,
            Kind::Receipt => Class::Receipt,
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
pub(crate) async fn put(
    env: &Env,
    deployment: &Deployment,
    to: &To<'_>,
    message: &impl Serialize,
) -> bool {
    let sealed = seal(env, deployment, message);
    write(env, deployment, to, PUT, sealed).await
}

/// Keeps what M-PESA has posted to this merchant as it came, until it can be judged. True once it is written.
pub(crate) async fn hold(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    posted: &Posted,
) -> bool {
    let to = To {
        kind: Kind::Receipt,
        link,
        name: HELD,
    };
    let sealed = seal(env, deployment, posted);
    write(env, deployment, &to, PUT_HELD, sealed).await
}

async fn write(
    env: &Env,
    deployment: &Deployment,
    to: &To<'_>,
    statement: &str,
    sealed: Option<String>,
) -> bool {
    let written = match &sealed {
        Some(sealed) => {
            let values = [
                SqlValue::Text(deployment.env.as_str()),
                SqlValue::Text(to.link.as_str()),
                SqlValue::Text(to.kind.as_str()),
                SqlValue::Text(to.name),
                SqlValue::Text(sealed),
                SqlValue::Number(env.now_ms()),
            ];
            let rows = d1::texts(env, statement, &values).await;
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
    log::error(
        env.as_ref(),
        What::InboxUnwritten,
        &[Merchant(to.link), Why(&why)],
    );
    false
}

fn seal(env: &Env, deployment: &Deployment, message: &impl Serialize) -> Option<String> {
    let plain = serde_json::to_string(message).ok()?;
    let key = deployment.master_key.inbox_keys().next()?;
    Vault::of(key).seal(env.as_ref(), &plain)
}
