//! The two doors to the loader: `mount` and the `Handle` that it returns.

use crate::client::{Client, quoted};
use crate::order::Order;
use crate::pay::Pay;
use crate::view::{self, Checkout};
use crate::wire::{self, Json};
use js_sys::{Function, Object};
use malipo_shared::sentences::Language;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

/// A mounted checkout.
#[wasm_bindgen]
pub struct Handle {
    pay: Rc<Pay>,
    unmount: Option<Box<dyn FnOnce()>>,
}

/// Draws the checkout into `root`.
///
/// `options`: `base`, one of `item`, `amount` and `order`, `note`, `lang`, `words` (the shop's own sentences, as JSON: each after the
/// one that it stands for); `slot`, where the payment's key is kept; `ask` and `price`, which ask the Worker; `answer`, the
/// price's answer, where it has come; and what the customer has done before: `typed` (the number), `remember` (the box), `pressed`
/// (`push`, `by_hand` or `lang`). `on_event(name, detail)` is called with `prompted`, `paid`, `declined` and `error`; with `close`
/// when the customer asks for that, with `lang` when another language is chosen, and with `screen` and its headline when another
/// one is shown.
#[wasm_bindgen]
pub fn mount(root: Element, options: Object, on_event: Function) -> Handle {
    let options = Json::of(options.into());
    let option = |name| options.as_ref().and_then(|options| options.text(name));
    let order = Order {
        item: option("item"),
        amount: option("amount"),
        signed: option("order"),
        note: option("note"),
    };
    let language = match option("lang").as_deref() {
        Some("sw") => Language::Sw,
        _ => Language::En,
    };
    let function = |name| {
        let found = options.as_ref().and_then(|options| options.function(name));
        found.unwrap_or_default()
    };
    let base = option("base").unwrap_or_default();
    let client = Client::new(base, function("ask"), function("price"));
    let own = option("words")
        .map(|words| wire::texts(&words))
        .unwrap_or_default();

    root.set_text_content(None);
    let slot = option("slot");
    let pay = Rc::new(Pay::new(
        client,
        order,
        slot,
        language,
        root.clone(),
        on_event,
    ));
    let is_remembered = options
        .as_ref()
        .and_then(|options| options.flag("remember"));
    pay.begin(option("typed"), is_remembered, own);
    let answer = options.as_ref().and_then(Json::answer);
    let shown = Rc::clone(&pay);
    let view = leptos::mount::mount_to_renderer(&root, move || Checkout(shown));
    match &answer {
        Some(answer) => pay.open_with(quoted(Some(answer))),
        None => pay.open(),
    }
    view::go_on(&pay, option("pressed").as_deref());
    Handle {
        pay,
        unmount: Some(Box::new(move || drop(view))),
    }
}

#[wasm_bindgen]
impl Handle {
    /// The dialog was closed. Answers whether the payment is over, its key then dropped: the next
    /// opening starts a new one. A payment that is not over goes on.
    pub fn closed(&self) -> bool {
        self.pay.closed()
    }

    /// `{payment_id, state, receipt?, reason?}`, as in the events.
    pub fn detail(&self) -> JsValue {
        self.pay.detail(None)
    }

    /// Moves the focus to the heading, for a dialog that is opened again; for a customer who is typing the number, to
    /// where it goes on.
    pub fn focus(&self, is_typing: bool) {
        match is_typing {
            true => self.pay.focus_number(),
            false => self.pay.focus_heading(),
        }
    }

    /// Takes the checkout off the page. The payment goes on at M-PESA, and is found again.
    pub fn unmount(mut self) {
        self.pay.stop();
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }
}
