//! Secrets for development and tests: random, written once into an ignored file in dotenv format, never a default.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::stamp::hex;

const NAMES: [&str; 9] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "MASTER_KEY",
    "ORDER_SECRET",
    "WEBHOOK_SECRET",
    "API_KEY",
    "C2B_SECRET",
    "ADMIN_KEY",
];

/// Adds to the file whatever secret it lacks; what stands there is never changed. Returns whether it wrote.
pub(crate) fn write_missing(file: &Path) -> Result<bool> {
    let present = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("reading {}", file.display()))?,
    };
    let mut random = [[0; 32]; NAMES.len()];
    for bytes in &mut random {
        getrandom::fill(bytes)
            .map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    }
    let missing = missing_lines(&present, &random);
    if missing.is_empty() {
        return Ok(false);
    }
    let mut out = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(file)?;
    out.write_all(missing.as_bytes())
        .with_context(|| format!("writing {}", file.display()))?;
    Ok(true)
}

/// The secret of this name; none if the file or the line is not there.
pub(crate) fn read(file: &Path, name: &str) -> Result<Option<String>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| format!("reading {}", file.display()))?,
    };
    let mut lines = text.lines().filter_map(|line| line.split_once('='));
    let value = lines.find(|(key, _)| key.trim() == name);
    Ok(value.map(|(_, value)| value.trim().trim_matches('"').to_owned()))
}

fn missing_lines(present: &str, random: &[[u8; 32]; NAMES.len()]) -> String {
    let is_there = |name: &str| {
        present.lines().any(|line| {
            line.split_once('=')
                .is_some_and(|(key, _)| key.trim() == name)
        })
    };
    let lacks_newline = !present.is_empty() && !present.ends_with('\n');
    let lines: String = NAMES
        .into_iter()
        .zip(random)
        .filter(|(name, _)| !is_there(name))
        .map(|(name, bytes)| format!("{name}={}\n", encode(name, bytes)))
        .collect();
    if lacks_newline && !lines.is_empty() {
        format!("\n{lines}")
    } else {
        lines
    }
}

fn encode(name: &str, bytes: &[u8; 32]) -> String {
    match name {
        "MASTER_KEY" => STANDARD.encode(bytes),
        "WEBHOOK_SECRET" => format!("whsec_{}", STANDARD.encode(bytes)), // Standard Webhooks, "Secret"
        _ => hex(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: [[u8; 32]; NAMES.len()] = [[0xab; 32]; NAMES.len()];

    #[test]
    fn an_empty_file_gets_every_secret_on_a_line_of_its_own() {
        let lines = missing_lines("", &RANDOM);
        assert_eq!(lines.lines().count(), NAMES.len());
        assert!(
            lines.contains(&format!("DARAJA_PASSKEY={}\n", "ab".repeat(32))),
            "{lines}"
        );
        assert!(
            lines.contains("MASTER_KEY=q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n"),
            "{lines}"
        );
    }

    #[test]
    fn what_a_person_has_set_stays_and_only_the_rest_is_added() {
        let lines = missing_lines("MASTER_KEY=mine\n# note\nORDER_SECRET = spaced", &RANDOM);
        assert!(lines.starts_with('\n'), "the last line had no end");
        assert!(
            !lines.contains("MASTER_KEY") && !lines.contains("ORDER_SECRET"),
            "{lines}"
        );
        assert_eq!(lines.trim().lines().count(), NAMES.len() - 2);
    }

    #[test]
    fn a_complete_file_is_left_alone() {
        let complete = missing_lines("", &RANDOM);
        assert_eq!(missing_lines(&complete, &RANDOM), "");
    }

    #[test]
    fn the_file_is_readable_by_its_owner_only_and_written_once() {
        use std::os::unix::fs::PermissionsExt;
        let file = std::env::temp_dir().join(format!("malipo-secrets-{}", std::process::id()));
        assert!(write_missing(&file).unwrap());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(!write_missing(&file).unwrap());
        let key = read(&file, "API_KEY").unwrap();
        assert_eq!(key.map(|key| key.len()), Some(64), "in hex");
        assert_eq!(read(&file, "NOTHING").unwrap(), None);
        fs::remove_file(&file).unwrap();
        assert_eq!(read(&file, "API_KEY").unwrap(), None);
    }
}
