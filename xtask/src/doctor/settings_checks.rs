//! What can be seen without asking anybody: each value by the parser that the Worker reads it with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use malipo_engine::access::Access;
use malipo_engine::daraja::SecurityCredential;
use malipo_engine::master_key::MasterKey;
use malipo_engine::order::{self, Item, OpenAmount};
use malipo_engine::origin;
use malipo_engine::signed_order::OrderSecrets;
use malipo_engine::webhook::{WebhookSecret, WebhookUrl};
use malipo_shared::{LinkId, Shortcode, text};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::in_dashboard;
use super::load_settings::{SECRETS, Settings};
use super::report::Report;

const REQUIRED: [&str; 4] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "MASTER_KEY",
];
/// Daraja's test data, "Lipa na M-PESA Online Shortcode": it exists in the sandbox alone.
const SANDBOX_SHORTCODE: &str = "174379";
const NOTHING_WORKS: &str = "the Worker answers 503 and nothing can be paid until it is right";

pub(super) fn examine(settings: &Settings, report: &mut Report) {
    for check in ["secrets", "shop", "address", "c2b", "webhook"] {
        report.look(check);
    }
    match settings.var("SHOP").as_deref() {
        Some("dashboard") => in_dashboard::examine(settings, report),
        Some(other) => report.find(
            "shop",
            format!("SHOP is `{other}`"),
            NOTHING_WORKS,
            "set it to dashboard, or take it out: then the shop stands in the variables",
        ),
        None => {}
    }
    deployment(settings, report);
    secrets(settings, report);
    address(settings, report);
    access(settings, report);
    if !in_dashboard::is_so(settings) {
        shop(settings, report);
        by_hand(settings, report);
        webhook(settings, report);
    }
}

fn secrets(settings: &Settings, report: &mut Report) {
    let put = |name: &str| format!("npx wrangler secret put {name}");
    let is_needed = |name: &&str| *name == "MASTER_KEY" || !in_dashboard::is_so(settings);
    for name in REQUIRED.into_iter().filter(is_needed) {
        if settings.secret(name).is_none() {
            report.find(
                "secrets",
                format!("{name} is missing"),
                NOTHING_WORKS,
                put(name),
            );
        }
    }
    for name in SECRETS {
        if settings.var(name).is_some() {
            report.find(
                "secrets",
                format!("{name} stands in wrangler.toml"),
                "whoever reads the repository has it",
                format!("take it out, choose another, and set it by `{}`", put(name)),
            );
        }
        let Some(value) = settings.secret(name) else {
            continue;
        };
        if value.contains(char::is_whitespace) {
            report.find(
                "secrets",
                format!("{name} has white space in it"),
                "copied from an e-mail or a page, it makes every signature wrong: M-PESA answers `Wrong credentials`",
                format!("{}, without spaces or line breaks", put(name)),
            );
        } else if let Some(form) = wrong_form(name, value) {
            report.find(
                "secrets",
                format!("{name} must be {form}"),
                NOTHING_WORKS,
                put(name),
            );
        }
    }
    for (name, previous) in [
        ("ORDER_SECRET", "ORDER_SECRET_PREVIOUS"),
        ("WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"),
    ] {
        if settings.secret(name).is_none() && settings.secret(previous).is_some() {
            report.find(
                "secrets",
                format!("{previous} needs {name} beside it"),
                NOTHING_WORKS,
                put(name),
            );
        }
    }
    if in_dashboard::is_so(settings) {
        return;
    }
    if settings.secret("ORDER_SECRET").is_none() {
        report.note(
            "secrets",
            "without ORDER_SECRET the shop's server cannot sign orders",
        );
    }
    if settings.secret("API_KEY").is_none() {
        report.note(
            "secrets",
            "without API_KEY nobody can list, claim or close payments",
        );
    }
}

/// The form that a secret lacks.
fn wrong_form(name: &str, value: &str) -> Option<&'static str> {
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let (is_good, form) = match name {
        "MASTER_KEY" | "MASTER_KEY_PREVIOUS" => (
            STANDARD
                .decode(value)
                .ok()
                .and_then(|bytes| MasterKey::new(&bytes))
                .is_some(),
            "32 random bytes or more in base64: `openssl rand -base64 32`",
        ),
        "ORDER_SECRET" | "ORDER_SECRET_PREVIOUS" => (
            OrderSecrets::parse(value, None).is_ok(),
            "32 bytes or more: `openssl rand -hex 32`",
        ),
        "WEBHOOK_SECRET" | "WEBHOOK_SECRET_PREVIOUS" => (
            WebhookSecret::parse(value).is_ok(),
            "`whsec_` and 24 to 64 random bytes in base64",
        ),
        "API_KEY" | "ADMIN_KEY" => (
            value.len() >= 32,
            "32 characters or more: `openssl rand -hex 32`",
        ),
        "C2B_SECRET" => (
            value.len() >= 32 && value.bytes().all(is_hex),
            "32 or more digits of lower-case hex: `openssl rand -hex 16`",
        ),
        "DARAJA_SECURITY_CREDENTIAL" => (
            SecurityCredential::parse(value).is_ok(),
            "the initiator's password, encrypted with Safaricom's certificate, in base64",
        ),
        _ => (true, ""),
    };
    (!is_good).then_some(form)
}

fn deployment(settings: &Settings, report: &mut Report) {
    let mut wrong = |what: String, mend: &str| report.find("shop", what, NOTHING_WORKS, mend);
    if !["emulator", "sandbox", "production"].contains(&settings.env().as_str()) {
        wrong(
            format!("DARAJA_ENV is `{}`", settings.env()),
            "set it to emulator, sandbox or production",
        );
    }
    if let Some(link) = settings.var("LINK_ID")
        && let Err(why) = LinkId::parse(&link)
    {
        wrong(format!("LINK_ID {why}"), "1 to 16 small letters and digits");
    }
}

fn shop(settings: &Settings, report: &mut Report) {
    let mut wrong = |what: String, mend: &str| report.find("shop", what, NOTHING_WORKS, mend);
    for name in ["SHOP_NAME", "SHOP_CONTACT"] {
        match settings.var(name).as_deref().map(text::hidden) {
            None => wrong(format!("{name} is missing"), "say it as customers know it"),
            Some(Some(c)) => wrong(format!("{name} {}", text::holds(c)), "type it anew"),
            Some(None) => {}
        }
    }
    let numbers = ["PAYBILL", "TILL_STORE", "TILL_NUMBER"].map(|name| settings.var(name));
    for (name, number) in ["PAYBILL", "TILL_STORE", "TILL_NUMBER"]
        .iter()
        .zip(&numbers)
    {
        if let Some(Err(why)) = number.as_deref().map(Shortcode::parse) {
            wrong(format!("{name}: {why}"), "copy it from M-PESA's letter");
        }
    }
    if !matches!(numbers, [Some(_), None, None] | [None, Some(_), Some(_)]) {
        wrong(
            "it is not clear who is paid".to_owned(),
            "give either PAYBILL, or both TILL_STORE and TILL_NUMBER",
        );
    }
    let is_sandboxs = |number: &Option<String>| number.as_deref() == Some(SANDBOX_SHORTCODE);
    if settings.env() == "production" && numbers.iter().any(is_sandboxs) {
        report.find(
            "shop",
            format!("{SANDBOX_SHORTCODE} is the sandbox's shortcode"),
            "in production every push is refused: `Merchant does not exist`",
            "set your own Pay Bill, or the store number of your till",
        );
    }
    prices(settings, report);
}

fn prices(settings: &Settings, report: &mut Report) {
    let items = parsed::<Vec<Item>>(settings, "ITEMS", report);
    let read = |item: &Item| text::hidden(&item.description).map(|c| (item.id.clone(), c));
    if let Some((id, c)) = items.iter().flatten().flatten().find_map(read) {
        let what = format!("ITEMS: `{id}` {}", text::holds(c));
        report.find("shop", what, NOTHING_WORKS, "type its description anew");
    }
    let open = parsed::<OpenAmount>(settings, "OPEN_AMOUNT", report);
    for what in items
        .iter()
        .flatten()
        .flat_map(|items| order::faults(items))
    {
        let mend = "correct the price list (docs/configuration.md)";
        report.find("shop", what, NOTHING_WORKS, mend);
    }
    let is_nothing = items.is_ok_and(|items| items.is_none_or(|items| items.is_empty()))
        && open.as_ref().is_ok_and(Option::is_none);
    if let Ok(Some(open)) = open
        && open.min_kes > open.max_kes
    {
        let what = "OPEN_AMOUNT: min_kes is above max_kes";
        report.find("shop", what, NOTHING_WORKS, "swap them");
    }
    if is_nothing {
        report.find(
            "shop",
            "nothing can be paid",
            NOTHING_WORKS,
            "give ITEMS, a price list, or OPEN_AMOUNT (docs/configuration.md)",
        );
    }
}

/// A table, read as the Worker reads it; it may stand there as JSON text.
fn parsed<T: DeserializeOwned>(
    settings: &Settings,
    name: &str,
    report: &mut Report,
) -> Result<Option<T>, ()> {
    let Some(value) = settings.structured(name) else {
        return Ok(None);
    };
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    serde_json::from_str(&text).map(Some).map_err(|why| {
        let what = format!("{name} cannot be read: {why}");
        report.find(
            "shop",
            what,
            NOTHING_WORKS,
            "docs/configuration.md shows its form",
        );
    })
}

fn address(settings: &Settings, report: &mut Report) {
    const NO_CALLBACK: &str = "Daraja refuses the callback's address, so no push leaves";
    let Some(url) = settings.var("PUBLIC_BASE_URL") else {
        let what = "PUBLIC_BASE_URL is missing";
        return report.find(
            "address",
            what,
            NOTHING_WORKS,
            "set it to where this Worker is reached",
        );
    };
    if let Err(why) = origin::base_url(&url, settings.is_emulator()) {
        report.find(
            "address",
            format!("PUBLIC_BASE_URL: {why}"),
            NO_CALLBACK,
            "write scheme and host alone: https://pay.example",
        );
    }
    origins(settings, report);
}

fn origins(settings: &Settings, report: &mut Report) {
    let list = settings.var("MERCHANT_ORIGINS").unwrap_or_default();
    let (_, mut wrong) = origin::origins(&list, settings.is_emulator());
    let is_text = |value: &Value| !value.is_array() && !value.is_object();
    if !settings.structured("MERCHANT_ORIGINS").is_none_or(is_text) {
        wrong.push(
            "it is a list or a table; write one text, the addresses separated by commas".to_owned(),
        );
    }
    for what in wrong {
        report.find(
            "address",
            format!("MERCHANT_ORIGINS: {what}"),
            NOTHING_WORKS,
            "write each page as browsers name it: scheme and host, without a path",
        );
    }
}

fn access(settings: &Settings, report: &mut Report) {
    let team = settings.var("ACCESS_TEAM_DOMAIN");
    let aud = settings.var("ACCESS_AUD");
    let wrong = match (team, aud) {
        (None, None) => None,
        (Some(team), Some(aud)) => Access::parse(&team, &aud, settings.is_emulator()).err(),
        _ => Some("only one of ACCESS_TEAM_DOMAIN and ACCESS_AUD is set"),
    };
    if let Some(what) = wrong {
        let mend = "set both, or neither (docs/dashboard.md, \"Behind Cloudflare Access\")";
        report.find("shop", what, NOTHING_WORKS, mend);
    }
}

fn by_hand(settings: &Settings, report: &mut Report) {
    let is_registered = settings.var("C2B_REGISTERED").as_deref() == Some("true");
    let has_secret = settings.secret("C2B_SECRET").is_some();
    if is_registered && !has_secret {
        report.find(
            "c2b",
            "C2B_REGISTERED is true, but C2B_SECRET is missing",
            NOTHING_WORKS,
            "set the secret that stands in the registered addresses",
        );
    }
    tell_by_hand(is_registered, has_secret, report);
    if settings.var("DARAJA_INITIATOR").is_some()
        != settings.secret("DARAJA_SECURITY_CREDENTIAL").is_some()
    {
        report.find(
            "c2b",
            "only one of DARAJA_INITIATOR and DARAJA_SECURITY_CREDENTIAL is set",
            NOTHING_WORKS,
            "set both, or neither",
        );
    }
}

/// What cannot be asked.
pub(super) fn tell_by_hand(is_registered: bool, has_secret: bool, report: &mut Report) {
    let note = match (is_registered, has_secret) {
        (true, _) => {
            "Daraja cannot be asked which addresses are registered: pay KES 1 by hand and see it arrive"
        }
        (false, true) => {
            "payments by hand are not noticed: `cargo xtask operate register-c2b`, then C2B_REGISTERED"
        }
        (false, false) => "payments by hand are not noticed: docs/operate.md, \"Payments by hand\"",
    };
    report.note("c2b", note);
}

fn webhook(settings: &Settings, report: &mut Report) {
    const UNHEARD: &str = "the shop would not hear of a payment";
    let Some(url) = settings.var("WEBHOOK_URL") else {
        return report.note(
            "webhook",
            "without WEBHOOK_URL the shop hears nothing and has to ask",
        );
    };
    let base = settings.var("PUBLIC_BASE_URL").unwrap_or_default();
    let own_host = base.split_once("://").map_or("", |(_, host)| host);
    if let Err(why) =
        WebhookUrl::parse(&url, settings.is_emulator(), own_host.trim_end_matches('/'))
    {
        let mend = "give the HTTPS address of the shop's own server";
        report.find("webhook", format!("WEBHOOK_URL: {why}"), UNHEARD, mend);
    }
    if settings.secret("WEBHOOK_SECRET").is_none() {
        report.find(
            "webhook",
            "WEBHOOK_URL needs WEBHOOK_SECRET",
            UNHEARD,
            "npx wrangler secret put WEBHOOK_SECRET",
        );
    }
}

#[cfg(test)]
mod tests;
