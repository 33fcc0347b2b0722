//! The calls to the Worker.

use crate::browser;
use crate::order::Order;
use crate::polling::{DEADLINE_MS, HELD_DEADLINE_MS, HOLD_SECS};
use crate::wire;
use malipo_shared::api::View;
use malipo_shared::screens::model::Trouble;
use malipo_shared::screens::spoken::digits;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response};

/// Opens the payment of `order`, or finds it by `key`.
pub(crate) async fn open(base: &str, order: &Order, key: &str) -> Result<View, Trouble> {
    let body = wire::encode_open(order, key);
    post(&[base, "/v1/payments"].concat(), body).await
}

/// Asks something of the payment: `attempts` or `receipts`.
pub(crate) async fn ask(base: &str, id: &str, call: &str, body: String) -> Result<View, Trouble> {
    post(&[base, "/v1/payments/", id, "/", call].concat(), body).await
}

/// Asks whether there is something newer than `version`; the Worker holds the question.
pub(crate) async fn watch(
    base: &str,
    id: &str,
    version: u64,
    abort: Option<&AbortController>,
) -> Result<View, Trouble> {
    let (version, hold) = (digits(version), digits(u64::from(HOLD_SECS)));
    let url = [
        base,
        "/v1/payments/",
        id,
        "?after=",
        &version,
        "&wait=",
        &hold,
    ]
    .concat();
    send(&url, None, abort, HELD_DEADLINE_MS).await
}

async fn post(url: &str, body: String) -> Result<View, Trouble> {
    let abort = AbortController::new().ok();
    send(url, Some(body), abort.as_ref(), DEADLINE_MS).await
}

async fn send(
    url: &str,
    body: Option<String>,
    abort: Option<&AbortController>,
    deadline_ms: u32,
) -> Result<View, Trouble> {
    let signal = abort.map(AbortController::signal);
    let aborted = abort.cloned();
    let deadline = browser::after(deadline_ms, move || {
        if let Some(abort) = aborted {
            abort.abort();
        }
    });
    let answer = exchange(url, body, signal.as_ref()).await;
    if let Some(deadline) = deadline {
        deadline.clear();
    }
    let (is_ok, text) = answer.ok_or(Trouble::NoConnection)?;
    match is_ok {
        true => wire::decode_view(&text).ok_or(Trouble::NoConnection),
        // A gateway's own error page, and the Worker's word that it lost the answer, say nothing of
        // the payment: asked again under the same key.
        false => Err(wire::decode_error(&text)
            .filter(|refusal| refusal.code != "TIMEOUT_ERROR")
            .map_or(Trouble::NoConnection, Trouble::Refused)),
    }
}

async fn exchange(
    url: &str,
    body: Option<String>,
    signal: Option<&AbortSignal>,
) -> Option<(bool, String)> {
    // A plain object: each setter of `RequestInit` would be a function of the glue. The body goes as
    // text/plain, for which no browser asks beforehand.
    let init = wire::object(&[
        ("credentials", Some("omit".into())),
        ("signal", signal.map(JsValue::from)),
        ("method", body.as_ref().map(|_| "POST".into())),
        ("body", body.map(JsValue::from)),
    ]);
    let answer = web_sys::window()?.fetch_with_str_and_init(url, init.unchecked_ref());
    let response: Response = JsFuture::from(answer).await.ok()?.unchecked_into();
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.ok(), text.as_string()?))
}
