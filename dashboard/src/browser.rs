//! The browser's own things: address, clock, clipboard, files, focus.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, HtmlElement, Url, Window};

/// The clock of this machine, in Unix milliseconds.
pub(crate) fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// The address's part from `#` on.
pub(crate) fn hash() -> String {
    window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Goes to another screen.
pub(crate) fn go(href: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(href); // refused in no browser
    }
}

/// Runs whenever the address's part from `#` on has changed.
pub(crate) fn on_hash_change(run: impl FnMut() + 'static) {
    let run = Closure::<dyn FnMut()>::new(run);
    if let Some(window) = window() {
        let callback = run.as_ref().unchecked_ref();
        let _ = window.add_event_listener_with_callback("hashchange", callback);
    }
    run.forget(); // as long as the page
}

/// The page's title, as tabs and screen readers say it.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Puts the focus on the first element of this selector, so that a screen reader reads on there.
pub(crate) fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The same, once what has just been changed is drawn: what was pressed may be gone, and its focus with it.
pub(crate) fn focus_soon(selector: &str) {
    let selector = selector.to_owned();
    leptos::prelude::request_animation_frame(move || focus(&selector));
}

/// Takes the first element of this selector out of the page.
pub(crate) fn remove(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found {
        element.remove();
    }
}

/// Shows the page from its top.
pub(crate) fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Copies a text; false where the browser does not let us.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = window() else {
        return false;
    };
    let clipboard = window.navigator().clipboard();
    if clipboard.is_undefined() {
        return false; // over plain HTTP there is none
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Lets the browser keep a text as a file.
pub(crate) fn download(name: &str, kind: &str, text: &str) {
    let _ = try_download(name, kind, text); // where a browser cannot, nothing happens
}

fn try_download(name: &str, kind: &str, text: &str) -> Option<()> {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link = document()?.create_element("a").ok()?;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url).ok()
}

/// A key that no other request has: a request that is sent twice is done once.
pub(crate) fn fresh_key() -> Option<String> {
    let mut bytes = [0; 16];
    let crypto = window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}
