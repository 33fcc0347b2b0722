//! What may be said to the `MerchantsObject`, and saying it. The directory reads merchants from it, the operator's calls change them, and
//! authentication asks it about API keys and sessions.

use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::object;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};

/// Payments wait for it where it was never asked before.
const CALL_MS: u64 = 3_000;

/// To the `MerchantsObject`.
#[derive(Serialize, Deserialize)]
pub(crate) enum ToMerchants {
    /// Which merchants there are. Answered with `Vec<Entry>`.
    List,
    /// One merchant's settings. Answered with `Option<Settled>`. The first reading by which the default merchant works is noted.
    Read {
        link: LinkId,
        #[serde(default)]
        is_in_use: bool,
    },
    /// A new merchant, or new settings of the one that `version` was read of. Answered with [`Put`].
    Put {
        entry: Entry,
        sealed: String,
        version: Option<u64>,
        now_ms: u64,
        /// `[{name, from?, to?}]`, as JSON.
        changed: String,
    },
    /// What was changed, newest first; `after` is the last version of the page before. Answered with `[{version, at_ms, changed}]`.
    History { link: LinkId, after: Option<u64> },
    /// Takes a merchant's settings away, its API keys staying. Answered with null.
    Discard { link: LinkId },
    /// Switches a merchant on or off. Answered with whether there is one.
    Switch {
        link: LinkId,
        is_active: bool,
        now_ms: u64,
    },
    /// Keeps a new API key.
    AddKey { link: LinkId, key: Key },
    /// A merchant's API keys, revoked ones too. Answered with `[{id, name, shown, created_at_ms, revoked_at_ms, permissions, used_at_ms}]`:
    /// the permissions as bits, the last use to the day.
    Keys { link: LinkId },
    /// Ends an API key for good. Answered with whether there is one.
    Revoke {
        link: LinkId,
        id: String,
        now_ms: u64,
    },
    /// Whether the API key of this hash stands for this merchant, and this session was not signed out: what is given of the
    /// two. Answered with the key's permissions as bits (without a key those of any), or null.
    Admit {
        link: LinkId,
        hash: Option<String>,
        session: Option<String>,
        now_ms: u64,
    },
    /// Ends a session of the dashboard, and is remembered until it would have ended by itself.
    SignOut {
        session: String,
        expires_at_ms: u64,
        now_ms: u64,
    },
}

/// A merchant in the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) link: LinkId,
    /// The shop's name, for the operator's list.
    pub(crate) name: String,
    /// The numbers that name it to M-PESA.
    pub(crate) numbers: Vec<String>,
    pub(crate) is_active: bool,
    /// Grows with every change.
    pub(crate) version: u64,
    /// In Unix milliseconds.
    pub(crate) created_at_ms: u64,
    /// In Unix milliseconds.
    pub(crate) changed_at_ms: u64,
    /// Since when the default merchant works by them, in Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) used_at_ms: Option<u64>,
}

/// A merchant's settings.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub(crate) sealed: String,
    pub(crate) is_active: bool,
    pub(crate) version: u64,
}

/// What became of a `Put`.
#[derive(Serialize, Deserialize)]
pub(crate) enum Put {
    Stored {
        version: u64,
    },
    /// There is a merchant of this link already.
    Exists,
    /// There is none, or it has changed since it was read.
    Changed,
    /// This number belongs to that merchant.
    Taken {
        number: String,
        link: LinkId,
    },
}

/// A new API key, as far as it may be known.
#[derive(Serialize, Deserialize)]
pub(crate) struct Key {
    /// Names it among its merchant's: the beginning of its hash.
    pub(crate) id: String,
    /// SHA-256 of the key; it is compared in the object and never comes out.
    pub(crate) hash: String,
    /// What the operator calls it.
    pub(crate) name: String,
    /// Its beginning.
    pub(crate) shown: String,
    pub(crate) created_at_ms: u64,
    /// As bits.
    pub(crate) permissions: u8,
}

/// Calls the object of this environment; its answer is JSON.
pub(crate) async fn ask(env: &Env, env_word: &str, message: &ToMerchants) -> Result<String> {
    let message = serde_json::to_string(message)?;
    object::ask(env, Class::Merchants, env_word, &message, CALL_MS).await
}
