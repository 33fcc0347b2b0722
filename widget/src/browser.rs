//! What the widget takes from the browser: the clock, randomness, kept keys, waiting, the network's state.

use crate::order::{self, KEY_RANDOM_BYTES};
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Storage, Window};

thread_local! {
    /// Keys where the browser keeps nothing (private windows, blocked storage): they live as long as the page.
    static KEPT: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// The device's clock in Unix milliseconds; phones have wrong clocks, so only differences count.
pub(crate) fn device_now_ms() -> f64 {
    js_sys::Date::now()
}

/// Whether the page is in the background.
pub(crate) fn is_hidden() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_some_and(|document| document.hidden())
}

/// The text kept under `slot`.
pub(crate) fn kept(slot: &str) -> Option<String> {
    let stored = storage().and_then(|storage| storage.get_item(slot).ok().flatten());
    stored.or_else(|| {
        KEPT.with_borrow(|kept| {
            let found = kept.iter().find(|(known, _)| known == slot);
            found.map(|(_, text)| text.clone())
        })
    })
}

/// Keeps `text` under `slot`, over reloads where the browser allows it.
pub(crate) fn keep(slot: &str, text: &str) {
    let is_stored = storage().is_some_and(|storage| storage.set_item(slot, text).is_ok());
    if !is_stored {
        KEPT.with_borrow_mut(|kept| {
            kept.retain(|(known, _)| known != slot);
            kept.push((slot.to_owned(), text.to_owned()));
        });
    }
}

/// Forgets what is kept under `slot`.
pub(crate) fn forget(slot: &str) {
    if let Some(storage) = storage() {
        // A storage that refuses to forget has kept nothing either.
        let _ = storage.remove_item(slot);
    }
    KEPT.with_borrow_mut(|kept| kept.retain(|(known, _)| known != slot));
}

/// A fresh idempotency key. Without random numbers none: the Worker refuses an empty one, and two customers never share one.
pub(crate) fn fresh_key() -> String {
    let mut random = [0; KEY_RANDOM_BYTES];
    let crypto = window().and_then(|window| window.crypto().ok());
    match crypto.map(|crypto| crypto.get_random_values_with_u8_array(&mut random)) {
        Some(Ok(_)) => order::key_from(random),
        Some(Err(_)) | None => String::new(),
    }
}

/// Runs `then` once after `ms`.
pub(crate) fn after(ms: u32, then: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    set_timeout_with_handle(then, Duration::from_millis(u64::from(ms))).ok()
}

/// Waits for `ms`, or until the function that `wakes` receives is called.
pub(crate) async fn pause(ms: u32, wakes: &RefCell<Option<js_sys::Function>>) {
    let mut timeout = None;
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        wakes.replace(Some(resolve.clone()));
        timeout = after(ms, move || {
            let _ = resolve.call0(&JsValue::NULL);
        });
    });
    // The promise is never rejected.
    let _ = JsFuture::from(wait).await;
    if let Some(timeout) = timeout {
        timeout.clear();
    }
}

#[wasm_bindgen]
extern "C" {
    /// Says in the console what whoever made the page has to mend.
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    pub(crate) fn complain(text: &str);
}

/// Puts `text` on the clipboard, where the page may.
pub(crate) fn copy(text: &str) {
    // Without a secure context there is no clipboard; the text stays selectable beside the button.
    if let Some(clipboard) = window().and_then(|window| {
        let clipboard = window.navigator().clipboard();
        (!clipboard.is_undefined()).then_some(clipboard)
    }) {
        let _ = clipboard.write_text(text);
    }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn window() -> Option<Window> {
    web_sys::window()
}
