//! The program's flags, and what they come to.

use std::{collections::HashMap, path::PathBuf};

use clap::Parser;
use malipo_emulator::{App, Merchant, Options, Payee};

use crate::credentials;

/// Pretends to be Safaricom's Daraja and the customer's handset, on 127.0.0.1.
#[derive(Parser)]
#[command(name = "malipo-emulator")]
pub(crate) struct Flags {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8788)]
    port: u16,
    /// Reproduces receipts, ids and tokens; random without it
    #[arg(long)]
    seed: Option<u64>,
    /// A Daraja app (repeatable)
    #[arg(long, value_name = "KEY:SECRET", value_parser = app)]
    app: Vec<App>,
    /// A Pay Bill (repeatable)
    #[arg(long, value_name = "SHORTCODE:PASSKEY", value_parser = pay_bill)]
    shortcode: Vec<Merchant>,
    /// A till (repeatable)
    #[arg(long, value_name = "STORE:TILL:PASSKEY", value_parser = till)]
    till: Vec<Merchant>,
    /// A dotenv file with DARAJA_CONSUMER_KEY, DARAJA_CONSUMER_SECRET and DARAJA_PASSKEY
    #[arg(long, value_name = "FILE")]
    credentials_file: Option<PathBuf>,
    /// The shop's name in prompts and messages
    #[arg(long, value_name = "NAME")]
    shop_name: Option<String>,
    /// The only initiator that may ask for reversals, balances and a transaction's status; any without it
    #[arg(long, value_name = "NAME")]
    initiator: Option<String>,
    /// Its password, which must then be sealed in every SecurityCredential; any base64 without it
    #[arg(long, value_name = "PASSWORD")]
    initiator_password: Option<String>,
    /// Queries a minute before 429; 0 is without limit, the sandbox has 5
    #[arg(long, value_name = "N", default_value_t = 0)]
    query_limit_per_minute: u32,
    /// Seconds that an unanswered prompt stays on the handset
    #[arg(long, value_name = "SECS", default_value_t = 60)]
    prompt_timeout_secs: u64,
    /// Never end a push in 17 (same amount to the same payee within 2 minutes)
    #[arg(long)]
    no_rule_limit: bool,
    /// A new token leaves the app's previous one valid
    #[arg(long)]
    keep_old_tokens: bool,
    /// Story seconds per real second; 0 stands still until POST /_emulator/clock
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = clock_speed)]
    clock_speed: f64,
}

/// What to start with, and the secrets that nobody gave and nobody could guess.
pub(crate) struct Chosen {
    pub(crate) options: Options,
    pub(crate) made_up: Vec<(&'static str, String)>,
}

impl Flags {
    pub(crate) fn choose(self) -> Result<Chosen, String> {
        let mut given = Given {
            variables: self
                .credentials_file
                .as_deref()
                .map(credentials::read)
                .transpose()?
                .unwrap_or_default(),
            made_up: Vec::new(),
        };
        let mut apps = self.app;
        if apps.is_empty() {
            let consumer_key = given.secret("DARAJA_CONSUMER_KEY");
            apps.push(App {
                consumer_key,
                consumer_secret: given.secret("DARAJA_CONSUMER_SECRET"),
            });
        }
        let (mut merchants, tills) = (self.shortcode, self.till);
        if merchants.is_empty() {
            // The sandbox's, and one more for a shop that has two.
            for shortcode in ["174379", "600426"].map(Into::into) {
                merchants.push(Merchant::new(
                    Payee::PayBill { shortcode },
                    given.secret("DARAJA_PASSKEY"),
                ));
            }
        }
        if tills.is_empty() {
            let (store, till) = ("174378".into(), "555555".into());
            merchants.push(Merchant::new(
                Payee::Till { store, till },
                given.secret("DARAJA_PASSKEY"),
            ));
        }
        merchants.extend(tills);
        if let Some(name) = self.shop_name {
            merchants
                .iter_mut()
                .for_each(|merchant| merchant.name.clone_from(&name));
        }
        let first = apps.remove(0);
        let mut options = Options::new(first, merchants);
        options.apps.extend(apps);
        options.port = self.port;
        options.seed = self.seed.unwrap_or_else(credentials::random_seed);
        options.clock_speed = self.clock_speed;
        options.prompt_timeout_ms = self.prompt_timeout_secs.saturating_mul(1_000);
        options.is_rule_limited = !self.no_rule_limit;
        options.is_single_token = !self.keep_old_tokens;
        options.initiator = self.initiator;
        options.initiator_password = self.initiator_password;
        options.query_limit_per_minute = self.query_limit_per_minute;
        Ok(Chosen {
            options,
            made_up: given.made_up,
        })
    }
}

struct Given {
    variables: HashMap<String, String>,
    made_up: Vec<(&'static str, String)>,
}

impl Given {
    fn secret(&mut self, name: &'static str) -> String {
        if let Some(secret) = self.variables.get(name).filter(|secret| !secret.is_empty()) {
            return secret.clone();
        }
        let secret = credentials::make_up();
        self.variables.insert(name.to_owned(), secret.clone());
        self.made_up.push((name, secret.clone()));
        secret
    }
}

fn app(text: &str) -> Result<App, String> {
    match text.split_once(':') {
        Some((key, secret)) if !key.is_empty() && !secret.is_empty() => Ok(App {
            consumer_key: key.into(),
            consumer_secret: secret.into(),
        }),
        Some(_) | None => Err("expected KEY:SECRET".into()),
    }
}

fn pay_bill(text: &str) -> Result<Merchant, String> {
    match text.split(':').collect::<Vec<_>>()[..] {
        [shortcode, passkey] if is_shortcode(shortcode) && !passkey.is_empty() => {
            Ok(Merchant::new(
                Payee::PayBill {
                    shortcode: shortcode.into(),
                },
                passkey,
            ))
        }
        _ => Err("expected SHORTCODE:PASSKEY, the shortcode 4 to 7 digits".into()),
    }
}

fn till(text: &str) -> Result<Merchant, String> {
    match text.split(':').collect::<Vec<_>>()[..] {
        [store, till, passkey]
            if is_shortcode(store) && is_shortcode(till) && !passkey.is_empty() =>
        {
            Ok(Merchant::new(
                Payee::Till {
                    store: store.into(),
                    till: till.into(),
                },
                passkey,
            ))
        }
        _ => Err("expected STORE:TILL:PASSKEY, store and till 4 to 7 digits".into()),
    }
}

fn is_shortcode(text: &str) -> bool {
    (4..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn clock_speed(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|speed| *speed >= 0.0 && f64::is_finite(*speed))
        .ok_or_else(|| "expected a factor of 0 or more".into())
}
