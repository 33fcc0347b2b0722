//! JSON as the screens read it: an answer of ours that the Worker itself draws as a page or as the first form.

use malipo_shared::screens::wire;
use serde_json::Value;

/// JSON as `wire` reads it.
pub(crate) struct Json(pub(crate) Value);

impl wire::Fields for Json {
    fn text(&self, name: &str) -> Option<String> {
        Some(self.0.get(name)?.as_str()?.to_owned())
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    fn object(&self, name: &str) -> Option<Json> {
        Some(Json(self.0.get(name)?.clone()))
    }
}
