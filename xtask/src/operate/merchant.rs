//! The merchants of a deployment and their API keys, for who holds its ADMIN_KEY.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::{Value, json};

use super::Worker;
use super::print::print_json;

#[derive(Subcommand)]
pub(super) enum What {
    /// Adds a merchant: the file names its settings as wrangler.toml does, LINK_ID and secrets among them
    Add { file: PathBuf },
    /// Changes what the file names; the rest stays
    Update { link: String, file: PathBuf },
    /// Lists all merchants
    List,
    /// Shows a merchant's settings; of a secret only that it is set
    Show { link: String },
    /// Invites a person to its dashboard and prints the address, once; it lets one person in within two days
    Invite {
        link: String,
        /// Who is invited
        #[arg(long)]
        name: String,
        /// viewer, cashier, manager or owner
        #[arg(long, default_value = "owner")]
        role: String,
    },
    /// Lets it take new payments again
    Activate { link: String },
    /// Lets it take no new payments; those under way go on
    Deactivate { link: String },
    /// Shows what was changed in a merchant's settings, newest first; of a secret only that it was
    History { link: String },
    /// Copies the default merchant's variables into the dashboard, and says what is left to do
    Copy { link: String },
    /// Discards that copy, while the variables hold
    Discard { link: String },
    /// Seals all merchants' settings under the newest MASTER_KEY
    Reseal,
}

#[derive(Subcommand)]
pub(super) enum Key {
    /// Makes a key and prints it, once
    Add {
        link: String,
        /// What it is for
        #[arg(long, default_value = "")]
        name: String,
        /// What it may do: of read, charge, assign, refund and items; all but items without it
        #[arg(long, value_delimiter = ',')]
        may: Vec<String>,
    },
    /// Lists a merchant's keys by their beginning
    List { link: String },
    /// Ends a key for good
    Revoke {
        link: String,
        /// As `list` shows it
        id: String,
    },
}

pub(super) fn run(url: &str, what: &What) -> Result<()> {
    let worker = Worker::admin_at(url)?;
    match what {
        What::Add { file } => {
            print_json(&worker.post("merchants", &settings(file)?)?["merchant"]);
            Ok(())
        }
        What::Update { link, file } => {
            let said = worker.post(&at(link)?, &settings(file)?)?;
            print_json(&said["merchant"]);
            Ok(())
        }
        What::List => list(&worker),
        What::Show { link } => {
            print_json(&worker.get(&at(link)?)?);
            Ok(())
        }
        What::Invite { link, name, role } => {
            let path = format!("{}/invitations", at(link)?);
            let made = worker.post(&path, &json!({ "name": name, "role": role }))?;
            println!("{}", made["url"].as_str().unwrap_or_default());
            eprintln!("This is shown once, and lets one person in within two days.");
            Ok(())
        }
        What::Activate { link } => switch(&worker, link, "activate"),
        What::Deactivate { link } => switch(&worker, link, "deactivate"),
        What::History { link } => history(&worker, link),
        What::Copy { link } => copy(&worker, link),
        What::Discard { link } => switch(&worker, link, "discard"),
        What::Reseal => reseal(&worker),
    }
}

pub(super) fn key(url: &str, key: &Key) -> Result<()> {
    let worker = Worker::admin_at(url)?;
    match key {
        Key::Add { link, name, may } => {
            let path = format!("{}/keys", at(link)?);
            let mut key = json!({ "name": name });
            if !may.is_empty() {
                key["permissions"] = json!(may);
            }
            let made = worker.post(&path, &key)?;
            println!("{}", made["key"].as_str().unwrap_or_default());
            eprintln!(
                "This is shown once. Its id is {}.",
                made["id"].as_str().unwrap_or_default()
            );
        }
        Key::List { link } => print_json(&worker.get(&format!("{}/keys", at(link)?))?["keys"]),
        Key::Revoke { link, id } => {
            let path = format!("{}/keys/{}/revoke", at(link)?, word(id)?);
            print_json(&worker.post(&path, &json!({}))?["keys"]);
        }
    }
    Ok(())
}

fn list(worker: &Worker) -> Result<()> {
    let said = worker.get("merchants")?;
    for merchant in said["merchants"].as_array().into_iter().flatten() {
        let text = |name: &str| merchant[name].as_str().unwrap_or_default().to_owned();
        let numbers = merchant["numbers"].as_array().into_iter().flatten();
        let numbers: Vec<&str> = numbers.filter_map(Value::as_str).collect();
        let state = match (&merchant["is_of_variables"], &merchant["is_active"]) {
            (Value::Bool(true), _) => "of wrangler.toml",
            (_, Value::Bool(true)) => "active",
            _ => "switched off",
        };
        println!(
            "{:<16}  {:<16}  {:<16}  {}",
            text("link"),
            numbers.join(" / "),
            state,
            text("name")
        );
    }
    Ok(())
}

fn reseal(worker: &Worker) -> Result<()> {
    let said = worker.get("merchants")?;
    for merchant in said["merchants"].as_array().into_iter().flatten() {
        let link = merchant["link"].as_str().unwrap_or_default();
        if merchant["is_of_variables"] != true {
            worker.post(&format!("{}/reseal", at(link)?), &json!({}))?;
            println!("{link}");
        }
    }
    Ok(())
}

fn switch(worker: &Worker, link: &str, how: &str) -> Result<()> {
    print_json(&worker.post(&format!("{}/{how}", at(link)?), &json!({}))?);
    Ok(())
}

fn history(worker: &Worker, link: &str) -> Result<()> {
    let mut after = String::new();
    loop {
        let page = worker.get(&format!("{}/history{after}", at(link)?))?;
        for version in page["versions"].as_array().into_iter().flatten() {
            print_json(version);
        }
        let Some(next) = page["next"].as_u64() else {
            return Ok(());
        };
        after = format!("?after={next}");
    }
}

fn copy(worker: &Worker, link: &str) -> Result<()> {
    let said = worker.post(&format!("{}/copy", at(link)?), &json!({}))?;
    let names = |list: &str| {
        let names = said[list].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    println!(
        "Copied, as version {}. It holds once you have:",
        said["version"]
    );
    let add = said["add"].as_str().unwrap_or_default();
    println!("1. put into [vars] of wrangler.toml: {add}");
    println!("   and taken out: {}", names("remove").join(", "));
    println!("2. deployed");
    for name in names("secrets") {
        println!("3. npx wrangler secret delete {name}");
    }
    Ok(())
}

/// The settings of a file: TOML, or JSON where its name says so.
fn settings(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let is_json = file.extension().is_some_and(|ending| ending == "json");
    read(&text, is_json).with_context(|| file.display().to_string())
}

fn read(text: &str, is_json: bool) -> Result<Value> {
    let read: Value = if is_json {
        serde_json::from_str(text)?
    } else {
        toml::from_str(text)?
    };
    if !read.is_object() {
        bail!("it names no settings");
    }
    Ok(read)
}

fn at(link: &str) -> Result<String> {
    Ok(format!("merchants/{}", word(link)?))
}

/// A link or a key's id as part of a path.
fn word(text: &str) -> Result<&str> {
    let is_good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if text.is_empty() || !text.bytes().all(is_good) {
        bail!("`{text}` is no link or id: lower-case letters and digits");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_written_as_in_wrangler_toml() {
        let text = "LINK_ID = \"duka2\"\nPAYBILL = 600777\nC2B_REGISTERED = true\n\
                    [[ITEMS]]\nid = \"tea\"\namount_kes = 150\ndescription = \"Tea\"\n";
        let expected = json!({
            "LINK_ID": "duka2", "PAYBILL": 600_777, "C2B_REGISTERED": true,
            "ITEMS": [{"id": "tea", "amount_kes": 150, "description": "Tea"}],
        });
        assert_eq!(read(text, false).unwrap(), expected);
        assert_eq!(read(&expected.to_string(), true).unwrap(), expected);
        assert!(read("[]", true).is_err());
    }

    #[test]
    fn a_link_never_leaves_its_place_in_a_path() {
        assert_eq!(at("duka2").unwrap(), "merchants/duka2");
        for wrong in ["", "a/b", "..", "A", "a?b"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
