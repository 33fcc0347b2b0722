//! The one file that touches what is dangerous on Cloudflare: the clock, calls that can hang for ever, randomness, and storage
//! transactions. Every room uses it; `clippy.toml` keeps the rest of the crate away from what it wraps. Below it lie the log, replies,
//! sealing, counters and the calling of objects.
#![allow(clippy::disallowed_methods)] // this file is where they are wrapped

pub(crate) mod class;
pub(crate) mod concurrent;
pub(crate) mod counters;
pub(crate) mod d1;
pub(crate) mod error;
pub(crate) mod fetch_event;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod object;
pub(crate) mod reply;
pub(crate) mod variables;
pub(crate) mod vault;
pub(crate) mod web_crypto;

use core::time::Duration;
use error::{Error, Result};
use futures_util::StreamExt as _;
use futures_util::future::{Either, LocalBoxFuture, select};
use http::Method;
use std::future::Future;
use wasm_bindgen::closure::ScopedClosure;
use wasm_bindgen::prelude::*;
use worker::{
    AbortController, Date, Delay, Fetch, Headers, Request, RequestInit, RequestRedirect, Response,
};
// What the other rooms still hold of the platform's own.
pub(crate) use worker::{Context, Env, SqlStorage, SqlStorageValue, State, Storage};

/// Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    Date::now().as_millis()
}

/// The moment that an HTTP date names, in Unix milliseconds.
pub(crate) fn read_date(text: &str) -> Option<u64> {
    let at_ms = js_sys::Date::parse(text);
    (at_ms > 0.0).then_some(at_ms as u64)
}

/// Waits; nothing else happens.
pub(crate) async fn pause_ms(ms: u64) {
    Delay::from(Duration::from_millis(ms)).await;
}

/// The result of `work`, or none when it takes longer than `limit_ms`.
pub(crate) async fn within<T>(limit_ms: u64, work: impl Future<Output = T>) -> Option<T> {
    let delay = core::pin::pin!(pause_ms(limit_ms));
    let work = core::pin::pin!(work);
    match select(work, delay).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

/// Does `work` beside whatever the object goes on to do. Boxed: the platform's part of it is compiled once.
pub(crate) fn start(state: &State, work: impl Future<Output = ()> + 'static) {
    let work: LocalBoxFuture<'static, ()> = Box::pin(work);
    state.wait_until(work);
}

/// Does `work` beside the answer to a request, and goes on with it when the caller has left: the platform ends a request with its
/// caller, half a minute after it at the latest.
pub(crate) fn keep(context: &Context, work: impl Future<Output = ()> + 'static) {
    let work: LocalBoxFuture<'static, ()> = Box::pin(work);
    context.wait_until(work);
}

/// Random bytes from the platform; none if it has none to give.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).ok()?;
    Some(bytes)
}

/// An outgoing call.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<String>,
}

/// What came back of a call.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The header `Date`, as it came.
    pub(crate) date: Option<String>,
}

/// More than any answer of Daraja's but a list's.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Makes a call that ends after `limit_ms` whatever happens. No redirect is followed.
///
/// # Errors
/// What was seen instead of an answer; nothing is known of the call's fate.
pub(crate) async fn call(call: Call<'_>, limit_ms: u64) -> core::result::Result<Answer, String> {
    call_for(call, limit_ms, ANSWER_BYTES_MAX).await
}

/// The same, of whose answer at most `bytes_max` are read.
///
/// # Errors
/// As [`call`].
pub(crate) async fn call_for(
    call: Call<'_>,
    limit_ms: u64,
    bytes_max: usize,
) -> core::result::Result<Answer, String> {
    let headers = Headers::new();
    for (name, value) in call.headers {
        headers
            .set(name, value)
            .map_err(|_| format!("the header {name} cannot be sent"))?;
    }
    let mut init = RequestInit::new();
    init.with_method(worker::Method::from(call.method.as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    if let Some(body) = call.body {
        init.with_body(Some(JsValue::from_str(&body)));
    }
    let request = Request::new_with_init(call.url, &init).map_err(|why| why.to_string())?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let work = async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await?;
        Ok::<_, Error>(Answer {
            status: response.status_code(),
            body: beginning(&mut response, bytes_max).await?,
            date: response.headers().get("Date").ok().flatten(),
        })
    };
    match within(limit_ms, work).await {
        Some(Ok(answer)) => Ok(answer),
        // The platform's words for a failed connection; they hold no part of the request.
        Some(Err(_)) => Err("the connection failed".to_owned()),
        None => {
            abort.abort();
            Err(format!("no answer within {} s", limit_ms / 1000))
        }
    }
}

/// An answer's first `bytes_max` bytes, unpacked. The rest is not read: whoever answers without end, or with little that
/// unpacks to much, must not fill the memory that all payments of an isolate share.
async fn beginning(response: &mut Response, bytes_max: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // An answer without a body has no stream either.
    let Ok(mut stream) = response.stream() else {
        return Ok(bytes);
    };
    while bytes.len() < bytes_max
        && let Some(chunk) = stream.next().await
    {
        bytes.extend(chunk?);
    }
    bytes.truncate(bytes_max);
    Ok(bytes) // what is left of the stream is cancelled as it is dropped, and its connection with it
}

#[wasm_bindgen]
extern "C" {
    type SyncStorage;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        body: &ScopedClosure<'_, dyn FnMut() -> Result<JsValue, JsValue>>,
    ) -> Result<JsValue, JsValue>;
}

/// Runs `body` in one storage transaction: all of its writes, or none.
///
/// # Errors
/// `body`'s own, or the storage's; either way nothing was written.
pub(crate) fn transaction<T>(storage: &Storage, body: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut body = Some(body);
    let mut value = None;
    run_transaction(storage, &mut || {
        if let Some(body) = body.take() {
            value = Some(body()?);
        }
        Ok(())
    })?;
    value.ok_or_else(|| Error::new("the transaction did not run"))
}

// Not generic: one copy for all the turns there are.
fn run_transaction(storage: &Storage, body: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    let mut outcome = Ok(());
    let storage: &JsValue = storage.as_raw().as_ref();
    let mut turn = || {
        outcome = body();
        match outcome {
            Ok(()) => Ok(JsValue::UNDEFINED),
            Err(_) => Err(JsValue::from_str("rolled back")),
        }
    };
    // A panic in the turn throws, and so rolls back: nothing half-done can be seen afterwards.
    let done = {
        let turn = ScopedClosure::borrow_mut_assert_unwind_safe(&mut turn);
        storage
            .unchecked_ref::<SyncStorage>()
            .transaction_sync(&turn)
    };
    match (outcome, done) {
        (Ok(()), Ok(_)) => Ok(()),
        (Err(why), _) => Err(why),
        (Ok(()), Err(why)) => Err(worker::Error::from(why).into()),
    }
}

/// Lets the object sleep for good.
pub(crate) async fn delete_alarm(storage: &Storage) -> Result<()> {
    Ok(storage.delete_alarm().await?)
}

/// Deletes all that the object has stored, its alarm too. Tables have to be made anew afterwards.
pub(crate) async fn delete_all(storage: &Storage) -> Result<()> {
    Ok(storage.delete_all().await?)
}

/// Sets the object's alarm to a time, in Unix milliseconds. (A bare `i64` would be an offset.)
pub(crate) async fn set_alarm(storage: &Storage, at_ms: u64) -> Result<()> {
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
    Ok(storage.set_alarm(worker::ScheduledTime::new(date)).await?)
}
