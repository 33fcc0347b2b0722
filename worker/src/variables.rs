//! The deployment's variables and secrets, as Cloudflare gives them; the configuration reads them.

use malipo_shell::platform::host::Given;
use wasm_bindgen::JsValue;
use worker::Env;

/// What is given under this name.
pub(crate) fn given(env: &Env, name: &str) -> Option<Given> {
    let value = js_sys::Reflect::get(env, &JsValue::from_str(name)).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    let text = value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()))
        .or_else(|| value.as_bool().map(|flag| flag.to_string()));
    match text {
        Some(text) => Some(Given::Text(text)),
        None => js_sys::JSON::stringify(&value)
            .ok()?
            .as_string()
            .map(Given::Json),
    }
}
