//! Calls of a `DarajaObject`, which has the token of a Daraja app minted and spaces its queries.

use crate::config::Config;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::object;
use malipo_engine::query_queue::{Priority, Slot};
use malipo_shared::LinkId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How long the object may take to answer, in milliseconds: a minting, and a little.
const CALL_MS: u64 = 15_000;

/// To a `DarajaObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToDaraja {
    /// The merchant who asks: the app is that of its settings.
    pub(crate) link: LinkId,
    /// The app as the caller knows it, by the object's name.
    pub(crate) app: String,
    pub(crate) what: Asked,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Asked {
    /// A token other than the one with this name, if one was refused.
    Token { refused: Option<String> },
    /// A place in the queue of queries.
    QuerySlot { priority: Priority },
}

/// A token, or why there is none. No push has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum TokenReply {
    Token(HeldToken),
    BadCredentials(String),
    Unavailable(String),
}

/// A token and until when it is used.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HeldToken {
    pub(crate) value: String,
    pub(crate) expires_at_ms: u64,
}

impl HeldToken {
    /// What a token is called where it must not be told.
    pub(crate) fn name(&self) -> String {
        use sha2::Digest as _;
        hex::encode(&sha2::Sha256::digest(self.value.as_bytes())[..8])
    }
}

impl core::fmt::Debug for HeldToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HeldToken({})", self.name())
    }
}

/// Where KV keeps the token of a merchant's Daraja app, and which object mints it. Merchants with one app share both; one
/// that only knows another's consumer key gets nothing by that.
pub(crate) fn token_key(config: &Config) -> String {
    use sha2::Digest as _;
    let app = [&config.consumer_key, &config.consumer_secret].map(String::as_str);
    let app = hex::encode(&sha2::Sha256::digest(app.join("\0"))[..16]);
    format!("{}:{app}", config.env.as_str())
}

/// Calls the one `DarajaObject` of a merchant's app.
pub(crate) async fn call<T: DeserializeOwned>(
    env: &Env,
    config: &Config,
    what: Asked,
) -> Result<T> {
    let app = token_key(config);
    let message = ToDaraja {
        link: config.link.clone(),
        app: app.clone(),
        what,
    };
    object::call(env, Class::Daraja, &app, &message, CALL_MS).await
}

/// A slot for a query, or when to ask for one again; none when the queue cannot be asked.
pub(crate) async fn reserve_query(env: &Env, config: &Config, priority: Priority) -> Option<Slot> {
    call(env, config, Asked::QuerySlot { priority }).await.ok()
}
