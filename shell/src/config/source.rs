//! `Source`: where a variable's value comes from: the deployment's environment, or one merchant's settings above it.

use crate::platform::host::Given;
use crate::platform::{Env, Host};
use serde_json::{Map, Value};
use std::cell::RefCell;

/// One value after the other, by name.
pub(super) trait Source {
    /// What is given under this name.
    fn given(&self, name: &str) -> Option<Given>;
}

/// What holds for all merchants of a deployment, and stands in its environment only.
const DEPLOYMENTS: [&str; 16] = [
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

impl Source for Env {
    fn given(&self, name: &str) -> Option<Given> {
        Host::given(&**self, name)
    }
}

/// One merchant's settings. What is the deployment's comes from its environment, and nothing else does.
pub(super) struct Settings<'a> {
    env: &'a Env,
    settings: &'a Map<String, Value>,
    asked: RefCell<Vec<String>>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(env: &'a Env, settings: &'a Map<String, Value>) -> Settings<'a> {
        Settings {
            env,
            settings,
            asked: RefCell::default(),
        }
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
        if DEPLOYMENTS.contains(&name) {
            return Host::given(&**self.env, name);
        }
        if name == API_KEY {
            return None;
        }
        self.asked.borrow_mut().push(name.to_owned());
        match self.settings.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(Given::Text(text.clone())),
            value @ (Value::Bool(_) | Value::Number(_)) => Some(Given::Text(value.to_string())),
            value @ (Value::Array(_) | Value::Object(_)) => Some(Given::Json(value.to_string())),
        }
    }
}
