//! What may be said to the `DeskObject`, and saying it. It holds a shop's people, how they sign in, and their sessions; no payment waits for it.

use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::object;
use malipo_shared::LinkId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const CALL_MS: u64 = 5_000;

/// To the `DeskObject`. Of tokens, sessions and challenges it learns the SHA-256 in hex alone.
#[derive(Serialize, Deserialize)]
pub(crate) enum ToDesk {
    /// Keeps an invitation. Answered with null.
    Invite {
        token: String,
        invitation: Invitation,
        now_ms: u64,
    },
    /// The invitation of a token. Answered with `Option<Invitation>`: none where it is over, was used, or never was.
    Invited { token: String, now_ms: u64 },
    /// Takes in a person by an invitation, with their first passkey and a session. Answered with `Option<Person>`: none where the
    /// invitation or the challenge is not good any more, or the passkey is known.
    Join {
        token: String,
        person: String,
        name: String,
        passkey: Passkey,
        session: NewSession,
        challenge: Challenge,
        now_ms: u64,
    },
    /// A passkey by the id that the browser gives. Answered with `Option<Known>`.
    Passkey { credential: String },
    /// Opens a session for who has shown a passkey. Answered with `Option<Person>`: none where the challenge was used, or the passkey is gone.
    SignIn {
        credential: String,
        counter: u32,
        is_backed_up: bool,
        session: NewSession,
        challenge: Challenge,
        now_ms: u64,
    },
    /// Whose session this is. Answered with `Option<Person>`: none where it is over.
    Admit { session: String, now_ms: u64 },
    /// Ends a session. Answered with null.
    SignOut { session: String },
}

/// An invitation of a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// A word of the roles'.
    pub(crate) role: String,
    /// What the person is called, until they say it themselves.
    pub(crate) name: String,
    pub(crate) ends_at_ms: u64,
}

/// A passkey, as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Passkey {
    /// Its id, in base64url.
    pub(crate) credential: String,
    /// As `malipo_engine::passkey::PublicKey` writes it.
    pub(crate) key: String,
    pub(crate) counter: u32,
    pub(crate) is_backed_up: bool,
    /// The host that it was made for.
    pub(crate) rp_id: String,
    /// What the person's device calls itself.
    pub(crate) label: String,
}

/// A session that begins.
#[derive(Serialize, Deserialize)]
pub(crate) struct NewSession {
    pub(crate) hash: String,
    pub(crate) label: String,
    pub(crate) ends_at_ms: u64,
}

/// A challenge that is used up, until it would be over by itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) hash: String,
    pub(crate) ends_at_ms: u64,
}

/// A passkey that somebody says is theirs.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) person: String,
    pub(crate) key: String,
    pub(crate) counter: u32,
    pub(crate) role: String,
}

/// A person of the shop's.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: String,
}

/// Calls the desk of this merchant.
///
/// # Errors
/// It cannot be reached: whether anything was done is not known.
pub(crate) async fn call<T: DeserializeOwned>(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
    message: &ToDesk,
) -> Result<T> {
    let name = format!("{}:{link}", deployment.env.as_str());
    object::call(env, Class::Desk, &name, message, CALL_MS).await
}
