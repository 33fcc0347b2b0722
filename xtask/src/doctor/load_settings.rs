//! `Settings`: `wrangler.toml`'s variables and a file of secrets, as the Worker would be given them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::secrets;

pub(super) struct Settings {
    vars: Value,
    secrets: Vec<(String, String)>,
}

/// Every secret there is.
pub(super) const SECRETS: [&str; 14] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "MASTER_KEY",
    "MASTER_KEY_PREVIOUS",
    "ORDER_SECRET",
    "ORDER_SECRET_PREVIOUS",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
    "API_KEY",
    "ADMIN_KEY",
    "C2B_SECRET",
    "DARAJA_SECURITY_CREDENTIAL",
    "DARAJA_RELAY_TOKEN",
];

impl Settings {
    /// Reads both files.
    ///
    /// # Errors
    /// One cannot be read.
    pub(super) fn read(config: &Path, secrets_file: &Path) -> Result<Settings> {
        let text =
            fs::read_to_string(config).with_context(|| format!("reading {}", config.display()))?;
        let table: toml::Table =
            toml::from_str(&text).with_context(|| format!("{} is no TOML", config.display()))?;
        let vars = table.get("vars").map(serde_json::to_value).transpose()?;
        fs::metadata(secrets_file).with_context(|| {
            format!(
                "{} is not there: name a file with --secrets",
                secrets_file.display()
            )
        })?;
        let mut known = Vec::new();
        for name in SECRETS {
            if let Some(value) = secrets::read(secrets_file, name)? {
                known.push((name.to_owned(), value));
            }
        }
        // Locally .dev.vars may hold variables too, which win.
        let mut vars = vars.unwrap_or_default();
        for name in ["PUBLIC_BASE_URL", "DARAJA_BASE_URL", "DARAJA_ENV"] {
            if let (Some(value), Some(table)) =
                (secrets::read(secrets_file, name)?, vars.as_object_mut())
            {
                table.insert(name.to_owned(), value.into());
            }
        }
        Ok(Settings {
            vars,
            secrets: known,
        })
    }

    /// A variable as text; none if it is missing or empty.
    pub(super) fn var(&self, name: &str) -> Option<String> {
        let text = match self.vars.get(name)? {
            Value::String(text) => text.clone(),
            value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A variable that is a table.
    pub(super) fn structured(&self, name: &str) -> Option<&Value> {
        self.vars.get(name)
    }

    /// A secret; none if it is missing or empty.
    pub(super) fn secret(&self, name: &str) -> Option<&str> {
        let mut all = self.secrets.iter();
        let found = all.find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// `emulator`, `sandbox`, `production`, or what stands there.
    pub(super) fn env(&self) -> String {
        self.var("DARAJA_ENV").unwrap_or_default()
    }

    pub(super) fn is_emulator(&self) -> bool {
        self.env() == "emulator"
    }
}

#[cfg(test)]
impl Settings {
    /// Settings of these texts.
    pub(super) fn of(vars: Value, secrets: &[(&str, &str)]) -> Settings {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Settings {
            vars,
            secrets: secrets.iter().map(owned).collect(),
        }
    }
}
