//! `Setting`: what kind of shop a world has, and the variables of its deployment.

use super::mpesa::BASE_URL;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const API_KEY: &str = "an-api-key-of-more-than-32-characters";
pub(crate) const ADMIN_KEY: &str = "an-admin-key-of-more-than-32-characters";
pub(crate) const ORDER_SECRET: &str = "an-order-secret-of-more-than-32-bytes";
const C2B_SECRET: &str = "0123456789abcdef0123456789abcdef";
/// What the price list says.
pub(crate) const ITEMS: [(&str, u32); 2] = [("tea", 150), ("card", 50)];
/// The least and the most of an open amount.
pub(crate) const OPEN_KES: (u32, u32) = (10, 500);

/// What differs between worlds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// A till, whose customers type no account number.
    pub(crate) is_till: bool,
    /// How many questions about pushes M-PESA answers in a minute.
    pub(crate) queries_per_minute: usize,
    /// Whether the shop's settings stand in the dashboard, and not in the deployment's variables.
    pub(crate) is_in_dashboard: bool,
}

/// Variables of a deployment whose shop is in the dashboard.
const DEPLOYMENTS: [&str; 6] = [
    "DARAJA_ENV",
    "PUBLIC_BASE_URL",
    "MASTER_KEY",
    "ADMIN_KEY",
    "FORGET_PHONES_AFTER_DAYS",
    "SHOP",
];

impl Setting {
    /// A shop with a Paybill number, as most are.
    pub(crate) const PAYBILL: Setting = Setting {
        is_till: false,
        queries_per_minute: 30,
        is_in_dashboard: false,
    };

    /// The same shop, its settings in the dashboard.
    pub(crate) const DASHBOARD: Setting = Setting {
        is_in_dashboard: true,
        ..Setting::PAYBILL
    };

    /// The path of C2B confirmations.
    pub(crate) fn c2b_path(self) -> String {
        let number = if self.is_till { "555555" } else { "174379" };
        format!("/hooks/c2b/{number}/{C2B_SECRET}/confirm")
    }

    /// The deployment's variables.
    pub(crate) fn variables(self) -> BTreeMap<&'static str, String> {
        let mut all = self.all();
        if self.is_in_dashboard {
            all.insert("SHOP", "dashboard".to_owned());
            all.retain(|name, _| DEPLOYMENTS.contains(name));
        }
        all
    }

    /// The shop's settings, as its operator stores them.
    pub(crate) fn settings(self) -> Value {
        let mut all = self.all();
        all.retain(|name, _| !DEPLOYMENTS.contains(name) && *name != "API_KEY");
        let mut settings = json!(all);
        for name in ["ITEMS", "OPEN_AMOUNT"] {
            settings[name] = serde_json::from_str(&all[name]).unwrap();
        }
        settings["LINK_ID"] = json!("main");
        settings
    }

    fn all(self) -> BTreeMap<&'static str, String> {
        let items = ITEMS.map(|(id, kes)| {
            format!(r#"{{"id":"{id}","amount_kes":{kes},"description":"A {id}"}}"#)
        });
        let (least, most) = OPEN_KES;
        let texts = [
            ("DARAJA_ENV", "production".to_owned()),
            ("PUBLIC_BASE_URL", BASE_URL.to_owned()),
            ("MERCHANT_ORIGINS", "https://shop.example".to_owned()),
            ("SHOP_NAME", "Duka la Mtaa".to_owned()),
            ("SHOP_CONTACT", "the shop at the market gate".to_owned()),
            ("DARAJA_CONSUMER_KEY", "key".to_owned()),
            ("DARAJA_CONSUMER_SECRET", "secret".to_owned()),
            ("DARAJA_PASSKEY", "passkey".to_owned()),
            (
                "MASTER_KEY",
                "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned(),
            ),
            ("ITEMS", format!("[{}]", items.join(","))),
            (
                "OPEN_AMOUNT",
                format!(r#"{{"min_kes":{least},"max_kes":{most}}}"#),
            ),
            ("OPEN_DESCRIPTION", "Donation".to_owned()),
            ("ORDER_SECRET", ORDER_SECRET.to_owned()),
            ("API_KEY", API_KEY.to_owned()),
            ("ADMIN_KEY", ADMIN_KEY.to_owned()),
            ("WEBHOOK_URL", "https://shop.example/webhook".to_owned()),
            (
                "WEBHOOK_SECRET",
                "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned(),
            ),
            ("C2B_SECRET", C2B_SECRET.to_owned()),
            ("C2B_REGISTERED", "true".to_owned()),
            ("DARAJA_INITIATOR", "checkout".to_owned()),
            ("DARAJA_SECURITY_CREDENTIAL", "aB3+".repeat(86)),
            (
                "DARAJA_QUERIES_PER_MINUTE",
                self.queries_per_minute.to_string(),
            ),
            ("AUTO_CLAIM_MAX_KES", "1000".to_owned()),
            ("ALLOW_PARTIAL_REFUNDS", "true".to_owned()),
            ("FORGET_PHONES_AFTER_DAYS", "1".to_owned()),
        ];
        let mut all = BTreeMap::from(texts);
        if self.is_till {
            all.insert("TILL_STORE", "174378".to_owned());
            all.insert("TILL_NUMBER", "555555".to_owned());
        } else {
            all.insert("PAYBILL", "174379".to_owned());
        }
        all
    }
}
