//! The calls to the Worker. How a request leaves the page is `widget/web/checkout/ask.ts`'s.

use crate::polling::{DEADLINE_MS, HELD_DEADLINE_MS, HOLD_SECS, PUSH_HOLD_SECS};
use crate::wire::{self, Answer};
use js_sys::{Function, Promise, Reflect};
use malipo_shared::api::View;
use malipo_shared::screens::model::Trouble;
use malipo_shared::screens::spoken::digits;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Who asks the Worker, and what can be stopped of it.
pub(crate) struct Client {
    base: String,
    /// `(address, body, deadline in ms) -> [is it a good answer, its text]`, or nothing when none came.
    ask: Function,
    /// `(key) -> ` the same, for the price, or for the payment of that key.
    price: Function,
    /// Ends the request under way.
    stop: RefCell<Option<Function>>,
}

impl Client {
    pub(crate) fn new(base: String, ask: Function, price: Function) -> Client {
        Client {
            base,
            ask,
            price,
            stop: RefCell::new(None),
        }
    }

    /// What would be paid; the payment of the key, if there is one.
    pub(crate) async fn quote(&self, key: Option<String>) -> Result<View, Trouble> {
        let asked = self.price.call1(
            &JsValue::NULL,
            &key.map_or(JsValue::UNDEFINED, JsValue::from),
        );
        quoted(self.answer(asked).await.as_ref())
    }

    /// Opens the payment of `body`'s order and sends its first push, or finds it by its key.
    pub(crate) async fn open(&self, body: String) -> Result<View, Trouble> {
        self.post(&[&self.base, "/v1/payments"].concat(), body)
            .await
    }

    /// Asks something of the payment: `attempts` or `receipts`.
    pub(crate) async fn ask(&self, id: &str, call: &str, body: String) -> Result<View, Trouble> {
        self.post(&[&self.base, "/v1/payments/", id, "/", call].concat(), body)
            .await
    }

    /// Asks whether there is something newer than `version`; the Worker holds the question.
    pub(crate) async fn watch(&self, id: &str, version: u64) -> Result<View, Trouble> {
        let (version, hold) = (digits(version), digits(u64::from(HOLD_SECS)));
        let url = [
            &*self.base,
            "/v1/payments/",
            id,
            "?after=",
            &version,
            "&wait=",
            &hold,
        ]
        .concat();
        let answer = self.send(&url, None, HELD_DEADLINE_MS).await;
        read(answer.as_ref(), wire::decode_view)
    }

    /// Ends the request under way: its answer is of no use any more.
    pub(crate) fn stop(&self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.call0(&JsValue::NULL);
        }
    }

    async fn post(&self, url: &str, body: String) -> Result<View, Trouble> {
        let url = match url.ends_with("receipts") {
            true => url.to_owned(),
            // A push that M-PESA takes at once needs no further question.
            false => [url, "?wait=", &digits(u64::from(PUSH_HOLD_SECS))].concat(),
        };
        let answer = self.send(&url, Some(body), DEADLINE_MS).await;
        read(answer.as_ref(), wire::decode_view)
    }

    async fn send(&self, url: &str, body: Option<String>, deadline_ms: u32) -> Option<Answer> {
        let body = body.map_or(JsValue::UNDEFINED, JsValue::from);
        let asked = self
            .ask
            .call3(&JsValue::NULL, &url.into(), &body, &deadline_ms.into());
        self.answer(asked).await
    }

    async fn answer(&self, asked: Result<JsValue, JsValue>) -> Option<Answer> {
        let asked: Promise = asked.ok()?.dyn_into().ok()?;
        let stop = Reflect::get(&asked, &"stop".into()).ok();
        self.stop
            .replace(stop.and_then(|stop| stop.dyn_into().ok()));
        Answer::of(&JsFuture::from(asked).await.ok()?)
    }
}

/// The payment in the answer to the question for the price.
pub(crate) fn quoted(answer: Option<&Answer>) -> Result<View, Trouble> {
    read(answer, wire::decode_quote)
}

fn read(
    answer: Option<&Answer>,
    decode: impl FnOnce(&str) -> Option<View>,
) -> Result<View, Trouble> {
    let answer = answer.ok_or(Trouble::NoConnection)?;
    match answer.is_ok {
        true => decode(&answer.text).ok_or(Trouble::NoConnection),
        false => Err(answer.error()),
    }
}
