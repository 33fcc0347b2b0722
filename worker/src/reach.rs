//! Reaching an object: its answer as it comes, whatever its status, or the text of a good one.

use crate::platform;
use futures_util::{FutureExt as _, StreamExt as _, stream};
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
    let answer = platform::within(limit_ms, fetch(env, binding, name, message)).await;
    answer.unwrap_or_else(|| {
        Err(worker::Error::RustError(format!(
            "no answer within {limit_ms} ms"
        )))
    })
}

/// As [`post`], and the text of its answer in the same time.
///
/// # Errors
/// As [`post`]; or the object answers anything but 200.
pub(crate) async fn ask(
    env: &Env,
    binding: &str,
    name: &str,
    message: &str,
    limit_ms: u64,
) -> Result<String> {
    let work = async {
        let mut response = fetch(env, binding, name, message).await?;
        match response.status_code() {
            200 => response.text().await,
            _ => Err(worker::Error::RustError("the object refused".to_owned())),
        }
    };
    let answer = platform::within(limit_ms, work).await;
    answer.unwrap_or_else(|| Err(worker::Error::RustError("no answer in time".to_owned())))
}

async fn fetch(env: &Env, binding: &str, name: &str, message: &str) -> Result<Response> {
    let stub = env.durable_object(binding)?.get_by_name(name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(message.into()));
    let request = Request::new_with_init("https://object.invalid/", &init)?;
    stub.fetch_with_request(request).await
}

/// Does `work` for each, a few at the same time; what it says of each, in order. Who is slow keeps one place and nobody else's.
pub(crate) async fn each<'t, T, O, F: Future<Output = O>>(
    things: &'t [T],
    work: impl Fn(&'t T) -> F,
) -> Vec<O> {
    each_of(things, AT_ONCE, work).await
}

/// The same, so many at the same time.
pub(crate) async fn each_of<'t, T, O, F: Future<Output = O>>(
    things: &'t [T],
    at_once: usize,
    work: impl Fn(&'t T) -> F,
) -> Vec<O> {
    let numbered = things.iter().enumerate();
    let work = numbered.map(|(n, thing)| work(thing).map(move |said| (n, said)));
    let mut said: Vec<(usize, O)> = stream::iter(work).buffer_unordered(at_once).collect().await;
    said.sort_unstable_by_key(|(n, _)| *n);
    said.into_iter().map(|(_, said)| said).collect()
}
