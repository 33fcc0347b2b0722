//! A deployment whose shop stands in the dashboard (`SHOP = "dashboard"`): what of the shop is left among its variables and secrets.

use super::load_settings::Settings;
use super::report::Report;

/// Variables of a shop: beside that line each of them closes it.
const VARIABLES: [&str; 18] = [
    "MERCHANT_ORIGINS",
    "SHOP_NAME",
    "SHOP_CONTACT",
    "PAYBILL",
    "TILL_STORE",
    "TILL_NUMBER",
    "ITEMS",
    "OPEN_AMOUNT",
    "OPEN_DESCRIPTION",
    "WEBHOOK_URL",
    "C2B_REGISTERED",
    "REFUSE_UNKNOWN_ACCOUNTS",
    "AUTO_CLAIM_MAX_KES",
    "DARAJA_INITIATOR",
    "PULL_TRANSACTIONS",
    "PULL_NOMINATED_NUMBER",
    "ALLOW_PARTIAL_REFUNDS",
    "DARAJA_QUERIES_PER_MINUTE",
];
/// Secrets of a shop: they are not read any more.
const SECRETS: [&str; 10] = [
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_PASSKEY",
    "DARAJA_SECURITY_CREDENTIAL",
    "ORDER_SECRET",
    "ORDER_SECRET_PREVIOUS",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
    "C2B_SECRET",
    "API_KEY",
];

/// Whether the shop stands in the dashboard.
pub(super) fn is_so(settings: &Settings) -> bool {
    settings.var("SHOP").as_deref() == Some("dashboard")
}

pub(super) fn examine(settings: &Settings, report: &mut Report) {
    for name in VARIABLES {
        if settings.structured(name).is_some() {
            report.find(
                "shop",
                format!("{name} stands beside SHOP = \"dashboard\""),
                "the Worker answers 503 and nothing can be paid: there is one source of settings",
                format!("take {name} out of wrangler.toml"),
            );
        }
    }
    for name in SECRETS {
        if settings.secret(name).is_some() {
            report.find(
                "secrets",
                format!("{name} is not read any more"),
                "whoever reads the secrets takes it for the one in use",
                format!("npx wrangler secret delete {name}"),
            );
        }
    }
    if settings.secret("ADMIN_KEY").is_none() {
        report.find(
            "secrets",
            "ADMIN_KEY is missing",
            "nobody can make or change the shop's settings",
            "npx wrangler secret put ADMIN_KEY",
        );
    }
    report.note(
        "shop",
        "the shop stands in the dashboard: `operate merchant show` says what is wrong with its settings",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn found(vars: Value, secrets: &[(&str, &str)]) -> Vec<String> {
        let mut report = Report::default();
        examine(&Settings::of(vars, secrets), &mut report);
        let json = report.as_json();
        let findings = json["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["what"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn what_is_left_of_the_shop_is_found_by_name() {
        let vars = json!({"SHOP": "dashboard", "DARAJA_ENV": "production"});
        let keys = [("ADMIN_KEY", "k"), ("MASTER_KEY", "k")];
        assert_eq!(found(vars.clone(), &keys), [""; 0]);
        let mut left = vars.clone();
        left["PAYBILL"] = json!("600426");
        left["ITEMS"] = json!([]);
        let expected = [
            "PAYBILL stands beside SHOP = \"dashboard\"",
            "ITEMS stands beside SHOP = \"dashboard\"",
        ];
        assert_eq!(found(left, &keys), expected);
        let passkey = [("ADMIN_KEY", "k"), ("DARAJA_PASSKEY", "p")];
        assert_eq!(
            found(vars.clone(), &passkey),
            ["DARAJA_PASSKEY is not read any more"]
        );
        assert_eq!(found(vars, &[]), ["ADMIN_KEY is missing"]);
    }
}
