//! RSA signatures, checked by the runtime's own cryptography for Cloudflare Access: a crate of ours would weigh 25 KB.

use js_sys::{Array, JSON, Promise, Uint8Array};
use malipo_engine::access::PublicKey;
use serde_json::json;
use wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;

const RS256: &str = r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#;

#[wasm_bindgen]
extern "C" {
    type Subtle;
    #[wasm_bindgen(thread_local_v2, js_namespace = crypto, js_name = subtle)]
    static SUBTLE: Subtle;
    #[wasm_bindgen(method, catch, js_name = importKey)]
    fn import_key(
        this: &Subtle,
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        is_extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn verify(
        this: &Subtle,
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        signed: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// Whether this key has signed the text, by RSASSA-PKCS1-v1_5 with SHA-256. A key that cannot be used has signed nothing.
pub(crate) async fn has_signed(key: &PublicKey, text: &str, signature: &[u8]) -> bool {
    let work = async {
        // Of the key only its numbers: what its owner says of its use is not for a signature to choose.
        let jwk = json!({ "kty": "RSA", "n": key.n, "e": key.e }).to_string();
        let (jwk, rs256) = (JSON::parse(&jwk)?, JSON::parse(RS256)?);
        let usages = Array::of1(&JsValue::from_str("verify"));
        let importing = SUBTLE.with(|c| c.import_key("jwk", &jwk, &rs256, false, &usages))?;
        let key = JsFuture::from(importing).await?;
        let (signature, text) = (signature.into(), text.as_bytes().into());
        let verifying = SUBTLE.with(|c| c.verify(&rs256, &key, &signature, &text))?;
        JsFuture::from(verifying).await
    };
    let done: Result<JsValue, JsValue> = work.await;
    matches!(done, Ok(is) if is.is_truthy())
}
