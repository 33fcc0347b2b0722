//! What the shop's server shares with us, and what is known of payments by hand: all of it optional.

use super::daraja_env::DarajaEnv;
use super::reader::Reader;
use malipo_engine::daraja::SecurityCredential;
use malipo_engine::signed_order::{BadOrderSecret, OrderSecrets};
use malipo_engine::webhook::{WebhookSecret, WebhookSecrets, WebhookUrl};
use malipo_shared::Kes;

/// What the shop's server and we share.
pub(crate) struct Server {
    pub(crate) order_secrets: Option<OrderSecrets>,
    pub(crate) webhook_secrets: Option<WebhookSecrets>,
    pub(crate) webhook_url: Option<WebhookUrl>,
    /// Opens the operator's routes; 32 characters or more.
    pub(crate) api_key: Option<String>,
    /// Whether a part of a receipt may be given back: only once it is proven on the shop's own account.
    pub(crate) allows_partial_refunds: bool,
}

/// Payments by hand: what M-PESA tells of them, and how typed receipts are checked.
pub(crate) struct C2b {
    /// Stands in the registered addresses: lower-case hex, 32 digits or more.
    pub(crate) secret: Option<String>,
    /// Whether the addresses are registered, so that payments by hand are noticed.
    pub(crate) is_registered: bool,
    /// Whether a payment to an unknown account is refused.
    pub(crate) refuses_unknown_accounts: bool,
    /// A typed receipt counts by itself up to this, in whole shillings.
    pub(crate) auto_claim_max_kes: u32,
    pub(crate) initiator: Option<Initiator>,
}

/// Who asks M-PESA about transactions.
pub(crate) struct Initiator {
    pub(crate) name: String,
    pub(crate) security_credential: SecurityCredential,
}

const SECRET_LEN_MIN: usize = 32;

impl Reader<'_> {
    pub(super) fn server(&mut self, env: Option<DarajaEnv>, base_url: Option<&str>) -> Server {
        let order_secrets = self.order_secrets();
        let webhook_secrets = self.webhook_secrets();
        let webhook_url = self.webhook_url(env, base_url);
        if webhook_url.is_some() && webhook_secrets.is_none() {
            self.note("WEBHOOK_URL needs WEBHOOK_SECRET: no webhook leaves unsigned".to_owned());
        }
        let api_key = self.long_key("API_KEY");
        Server {
            order_secrets,
            webhook_secrets,
            webhook_url,
            api_key,
            allows_partial_refunds: self.flag("ALLOW_PARTIAL_REFUNDS"),
        }
    }

    /// A key that opens our own API.
    pub(super) fn long_key(&mut self, name: &str) -> Option<String> {
        let is_long = |text: &str| text.len() >= SECRET_LEN_MIN;
        self.formed(name, "32 characters or more", is_long)
    }

    fn order_secrets(&mut self) -> Option<OrderSecrets> {
        let (current, previous) = self.rotated("ORDER_SECRET")?;
        let secrets = OrderSecrets::parse(&current, previous.as_deref());
        let name = match secrets {
            Ok(secrets) => return Some(secrets),
            Err(BadOrderSecret::Current) => "ORDER_SECRET",
            Err(BadOrderSecret::Previous) => "ORDER_SECRET_PREVIOUS",
        };
        self.note(format!("{name} must be 32 bytes or more"));
        None
    }

    fn webhook_secrets(&mut self) -> Option<WebhookSecrets> {
        let (current, previous) = self.rotated("WEBHOOK_SECRET")?;
        let mut parse = |name: &str, text: &str| {
            let secret = WebhookSecret::parse(text).ok();
            if secret.is_none() {
                self.note(format!(
                    "{name} must be `whsec_` and 24 to 64 random bytes in base64"
                ));
            }
            secret
        };
        let previous = previous.map(|text| parse("WEBHOOK_SECRET_PREVIOUS", &text));
        Some(WebhookSecrets {
            current: parse("WEBHOOK_SECRET", &current)?,
            previous: previous.flatten(),
        })
    }

    fn webhook_url(
        &mut self,
        env: Option<DarajaEnv>,
        base_url: Option<&str>,
    ) -> Option<WebhookUrl> {
        let text = self.optional("WEBHOOK_URL")?;
        let (_scheme, own_host) = base_url?.split_once("://")?;
        let is_local_allowed = env == Some(DarajaEnv::Emulator);
        WebhookUrl::parse(&text, is_local_allowed, own_host)
            .map_err(|why| self.note(format!("WEBHOOK_URL: {why}")))
            .ok()
    }

    pub(super) fn c2b(&mut self) -> C2b {
        let is_hex = |text: &str| {
            let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            text.len() >= SECRET_LEN_MIN && text.bytes().all(is_digit)
        };
        let secret = self.formed(
            "C2B_SECRET",
            "32 or more digits of lower-case hex: `openssl rand -hex 16`",
            is_hex,
        );
        let is_registered = self.flag("C2B_REGISTERED");
        if is_registered && secret.is_none() {
            self.note(
                "C2B_REGISTERED needs C2B_SECRET: it stands in the registered addresses".to_owned(),
            );
        }
        let name = self.optional("DARAJA_INITIATOR");
        let security_credential = self.optional_secret("DARAJA_SECURITY_CREDENTIAL");
        let security_credential = security_credential.and_then(|text| {
            SecurityCredential::parse(&text)
                .map_err(|why| self.note(format!("DARAJA_SECURITY_CREDENTIAL: {why}")))
                .ok()
        });
        if name.is_some() != security_credential.is_some() {
            self.note(
                "give both DARAJA_INITIATOR and DARAJA_SECURITY_CREDENTIAL, or neither".to_owned(),
            );
        }
        let auto_claim_max_kes = self.whole("AUTO_CLAIM_MAX_KES", 0..=u64::from(Kes::MAX));
        C2b {
            secret,
            is_registered,
            refuses_unknown_accounts: self.flag("REFUSE_UNKNOWN_ACCOUNTS"),
            auto_claim_max_kes: auto_claim_max_kes
                .and_then(|kes| u32::try_from(kes).ok())
                .unwrap_or(0),
            initiator: name
                .zip(security_credential)
                .map(|(name, security_credential)| Initiator {
                    name,
                    security_credential,
                }),
        }
    }

    /// A secret and `…_PREVIOUS`, which means nothing without it.
    fn rotated(&mut self, name: &str) -> Option<(String, Option<String>)> {
        let previous_name = format!("{name}_PREVIOUS");
        // What is there and empty was meant to be a secret.
        for name in [name, &previous_name] {
            if self.is_empty(name) {
                self.note(format!("{name} is empty: give it a value, or remove it"));
            }
        }
        let current = self.optional_secret(name);
        let previous = self.optional_secret(&previous_name);
        if current.is_none() && previous.is_some() {
            self.note(format!("{previous_name} needs {name} beside it"));
        }
        Some((current?, previous))
    }

    fn formed(&mut self, name: &str, form: &str, is_good: impl Fn(&str) -> bool) -> Option<String> {
        let text = self.optional_secret(name)?;
        if !is_good(&text) {
            self.note(format!("{name} must be {form}"));
        }
        Some(text)
    }
}
