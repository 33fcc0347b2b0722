//! Calling a Durable Object by its name, for a limited time: what it says (`post`), the text of a good answer (`ask`), or what that means
//! (`call`). What may be said to which object stands in `calls/`, and for the merchants' object in `config/directory_object.rs`.

use super::class::Class;
use super::error::{Error, Result};
use super::http::ObjectReply;
use super::{Env, Whom, within};
use malipo_engine::json;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Posts `message` to the object of this name, for at most `limit_ms`.
///
/// # Errors
/// It cannot be reached; what became of the message is not known.
pub async fn post(
    env: &Env,
    class: Class,
    name: &str,
    message: &str,
    limit_ms: u64,
) -> Result<ObjectReply> {
    let whom = Whom { class, name };
    let answer = within(env.as_ref(), limit_ms, env.call(whom, message)).await;
    answer.unwrap_or_else(|| Err(Error::new(format!("no answer within {limit_ms} ms"))))
}

/// As [`post`]: the text of a good answer.
///
/// # Errors
/// As [`post`]; or the object answers anything but 200.
pub async fn ask(
    env: &Env,
    class: Class,
    name: &str,
    message: &str,
    limit_ms: u64,
) -> Result<String> {
    let said = post(env, class, name, message, limit_ms).await?;
    match said.is_good() {
        true => Ok(said.text),
        false => Err(Error::new("the object refused")),
    }
}

/// Calls the object of this name, for at most `limit_ms`.
///
/// # Errors
/// As [`ask`]; or its answer cannot be read.
pub async fn call<T: DeserializeOwned>(
    env: &Env,
    class: Class,
    name: &str,
    message: &impl Serialize,
    limit_ms: u64,
) -> Result<T> {
    let message = serde_json::to_string(message)?;
    let answer = ask(env, class, name, &message, limit_ms).await?;
    Ok(json::read(&answer)?)
}
