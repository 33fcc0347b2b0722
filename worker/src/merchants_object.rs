//! `MerchantsObject`: one for an environment. It holds the merchants beside the one of the variables, and all API keys that
//! were made, and sees to it that a number belongs to one link. What it holds of settings is sealed.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod store;

use crate::config::Config;
use crate::reach;
use malipo_engine::json;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// Payments wait for it where it was never asked before.
const CALL_MS: u64 = 3_000;

/// The merchants' rows.
#[durable_object(fetch)]
pub struct MerchantsObject {
    // Nothing lives in memory.
    inner: AssertUnwindSafe<Rc<State>>,
}

/// To the `MerchantsObject`.
#[derive(Serialize, Deserialize)]
pub(crate) enum ToMerchants {
    /// Which merchants there are. Answered with `Vec<Entry>`.
    List,
    /// One merchant's settings. Answered with `Option<Settled>`.
    Read { link: LinkId },
    /// A new merchant, or new settings of the one that `version` was read of. Answered with [`Put`].
    Put {
        entry: Entry,
        sealed: String,
        version: Option<u64>,
        now_ms: u64,
    },
    /// Switches a merchant on or off. Answered with whether there is one.
    Switch {
        link: LinkId,
        is_active: bool,
        now_ms: u64,
    },
    /// Keeps a new API key.
    AddKey { link: LinkId, key: Key },
    /// A merchant's API keys, revoked ones too. Answered with `[{id, name, shown, created_at_ms, revoked_at_ms}]`.
    Keys { link: LinkId },
    /// Ends an API key for good. Answered with whether there is one.
    Revoke {
        link: LinkId,
        id: String,
        now_ms: u64,
    },
    /// Whether the API key of this hash stands for this merchant, and this session was not signed out: what is given of the
    /// two. Answered with `bool`.
    Admit {
        link: LinkId,
        hash: Option<String>,
        session: Option<String>,
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
}

impl DurableObject for MerchantsObject {
    fn new(state: State, _env: Env) -> Self {
        MerchantsObject {
            inner: AssertUnwindSafe(Rc::new(state)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let state = Rc::clone(&self.inner);
        let message: ToMerchants = json::read(&request.text().await?)?;
        Response::ok(store::answer(&state.storage(), &message)?)
    }
}

/// Calls this environment's object; its answer is JSON.
pub(crate) async fn ask(env: &Env, config: &Config, message: &ToMerchants) -> Result<String> {
    let message = serde_json::to_string(message)?;
    reach::ask(env, "MERCHANTS", config.env.as_str(), &message, CALL_MS).await
}
