//! Sending a request to another's server, by the platform's fetch. It ends within its limit, whatever happens.
#![allow(clippy::disallowed_methods)] // this file is where fetch is wrapped

use futures_util::StreamExt as _;
use malipo_shell::platform::host::{Answer, Call, Host, Limit};
use malipo_shell::platform::within;
use wasm_bindgen::JsValue;
use worker::{AbortController, Fetch, Headers, Request, RequestInit, RequestRedirect, Response};

/// Makes a call that ends after its limit whatever happens.
///
/// # Errors
/// What was seen instead of an answer; nothing is known of the call's fate.
pub(crate) async fn send(host: &dyn Host, call: Call<'_>, limit: Limit) -> Result<Answer, String> {
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
        Ok::<_, worker::Error>(Answer {
            status: response.status_code(),
            body: beginning(&mut response, limit.bytes).await?,
            date: response.headers().get("Date").ok().flatten(),
        })
    };
    match within(host, limit.ms, work).await {
        Some(Ok(answer)) => Ok(answer),
        // The platform's words for a failed connection; they hold no part of the request.
        Some(Err(_)) => Err("the connection failed".to_owned()),
        None => {
            abort.abort();
            Err(format!("no answer within {} s", limit.ms / 1000))
        }
    }
}

/// An answer's first `bytes_max` bytes, unpacked. The rest is not read: whoever answers without end, or with little that
/// unpacks to much, must not fill the memory that all payments of an isolate share.
async fn beginning(response: &mut Response, bytes_max: usize) -> worker::Result<Vec<u8>> {
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
