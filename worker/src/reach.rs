//! Reaching an object with a message that is text already: its answer as it comes, whatever its status.

use crate::platform;
use futures_util::future::join_all;
use worker::{Env, Method, Request, RequestInit, Response, Result};

/// Objects that are called at the same time: the platform's limit of connections of one request.
const AT_ONCE: usize = 6;

/// Posts `message` to the object of this name, for at most `limit_ms`. The stub is fresh: a broken one stays broken.
///
/// # Errors
/// It cannot be reached; what became of the message is not known.
pub(crate) async fn post(
    env: &Env,
    binding: &str,
    name: &str,
    message: &str,
    limit_ms: u64,
) -> Result<Response> {
    let stub = env.durable_object(binding)?.get_by_name(name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(message.into()));
    let request = Request::new_with_init("https://object.invalid/", &init)?;
    let answer = platform::within(limit_ms, stub.fetch_with_request(request)).await;
    answer.unwrap_or_else(|| {
        Err(worker::Error::RustError(format!(
            "no answer within {limit_ms} ms"
        )))
    })
}

/// Does `work` for each, a few at the same time; what it says of each, in order.
pub(crate) async fn each<'t, T, O, F: Future<Output = O>>(
    things: &'t [T],
    work: impl Fn(&'t T) -> F,
) -> Vec<O> {
    let mut said = Vec::with_capacity(things.len());
    for few in things.chunks(AT_ONCE) {
        said.extend(join_all(few.iter().map(&work)).await);
    }
    said
}
