//! `Source`: where a value comes from: the deployment's environment, or one merchant's settings.

use crate::platform::host::Given;
use crate::platform::{Env, Host};
use serde_json::{Map, Value};
use std::cell::RefCell;

/// One value after the other, by name.
pub(super) trait Source {
    /// What is given under this name.
    fn given(&self, name: &str) -> Option<Given>;
}

/// Settings that are secrets: of them only whether they are set is told.
const SECRETS: [&str; 9] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "DARAJA_SECURITY_CREDENTIAL",
    "ORDER_SECRET",
    "ORDER_SECRET_PREVIOUS",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
    "C2B_SECRET",
];
/// What holds for all merchants of a deployment, and stands in its environment only.
const DEPLOYMENTS: [&str; 17] = [
    "SHOP",
    "DARAJA_ENV",
    "PUBLIC_BASE_URL",
    "DARAJA_BASE_URL",
    "DARAJA_RELAY_TOKEN",
    "MASTER_KEY",
    "MASTER_KEY_PREVIOUS",
    "ADMIN_KEY",
    "ACCESS_TEAM_DOMAIN",
    "ACCESS_AUD",
    "SHED_FLOODS",
    "PROMPTS_PER_ADDRESS_PER_HOUR",
    "PROMPTS_PER_NUMBER",
    "PROMPT_PAUSE_SECS",
    "CALLBACK_ADDRESSES",
    "ENFORCE_CALLBACK_ADDRESSES",
    "FORGET_PHONES_AFTER_DAYS",
];
/// The merchant of the variables has it; the others' keys are made, listed and revoked.
const API_KEY: &str = "API_KEY";

/// Whether this setting is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name) || name == API_KEY
}

impl Source for Env {
    fn given(&self, name: &str) -> Option<Given> {
        Host::given(&**self, name)
    }
}

/// One merchant's settings.
pub(super) struct Settings<'a> {
    settings: &'a Map<String, Value>,
    asked: RefCell<Vec<String>>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(settings: &'a Map<String, Value>) -> Settings<'a> {
        Settings {
            settings,
            asked: RefCell::default(),
        }
    }

    /// The names of all that was asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }

    /// What is given and means nothing here, once all was asked for: a misspelt name must not pass for one left out.
    pub(super) fn strange(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        let wrong = |name: &String| match name.as_str() {
            API_KEY => Some(format!(
                "{name} is not a merchant's: its keys are made by `operate merchant key add`"
            )),
            name if DEPLOYMENTS.contains(&name) => Some(format!(
                "{name} is the same for all merchants: it stands in wrangler.toml or is a secret there"
            )),
            name if !asked.iter().any(|known| known == name) => {
                Some(format!("{name} is not a variable of a merchant"))
            }
            _ => None,
        };
        self.settings.keys().filter_map(wrong).collect()
    }
}

impl Source for Settings<'_> {
    fn given(&self, name: &str) -> Option<Given> {
        self.asked.borrow_mut().push(name.to_owned());
        if name == API_KEY {
            return None;
        }
        match self.settings.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(Given::Text(text.clone())),
            value @ (Value::Bool(_) | Value::Number(_)) => Some(Given::Text(value.to_string())),
            value @ (Value::Array(_) | Value::Object(_)) => Some(Given::Json(value.to_string())),
        }
    }
}
