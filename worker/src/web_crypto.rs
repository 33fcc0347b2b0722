//! Signatures, checked by the runtime's own cryptography: Cloudflare Access's and passkeys'. A crate of ours would weigh 25 KB for RSA alone.

use js_sys::{Array, JSON, Promise, Uint8Array};
use malipo_shell::platform::host::Verifier;
use serde_json::json;
use wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;

const RS256: &str = r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#;
const ES256: &str = r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#;

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

/// Whether this key has signed these bytes. A key that cannot be used has signed nothing.
pub(crate) async fn has_signed(key: Verifier<'_>, signed: &[u8], signature: &[u8]) -> bool {
    let work = async {
        let algorithm = algorithm(key)?;
        let key = import(key, &algorithm).await?;
        let (signature, signed) = (signature.into(), signed.into());
        let verifying = SUBTLE.with(|c| c.verify(&algorithm, &key, &signature, &signed))?;
        JsFuture::from(verifying).await
    };
    let done: Result<JsValue, JsValue> = work.await;
    matches!(done, Ok(is) if is.is_truthy())
}

/// Whether the runtime takes this key.
pub(crate) async fn takes_key(key: Verifier<'_>) -> bool {
    match algorithm(key) {
        Ok(algorithm) => import(key, &algorithm).await.is_ok(),
        Err(_) => false,
    }
}

fn algorithm(key: Verifier<'_>) -> Result<JsValue, JsValue> {
    JSON::parse(match key {
        Verifier::Rs256 { .. } => RS256,
        Verifier::Es256(_) => ES256,
    })
}

async fn import(key: Verifier<'_>, algorithm: &JsValue) -> Result<JsValue, JsValue> {
    let (format, key) = match key {
        // Of the key only its numbers: what its owner says of its use is not for a signature to choose.
        Verifier::Rs256 { n, e } => {
            let jwk = json!({ "kty": "RSA", "n": n, "e": e }).to_string();
            ("jwk", JSON::parse(&jwk)?)
        }
        Verifier::Es256(point) => ("raw", Uint8Array::from(point).into()),
    };
    let usages = Array::of1(&JsValue::from_str("verify"));
    let importing = SUBTLE.with(|c| c.import_key(format, &key, algorithm, false, &usages))?;
    JsFuture::from(importing).await
}
