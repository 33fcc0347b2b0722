//! What the shop's server shares with us, and what is known of payments by hand: all of it optional.

use super::DarajaEnv;
use super::reader::Reader;
use std::net::IpAddr;

/// A secret, and the one before it while it still counts.
#[allow(dead_code)] // read by what uses the secrets
pub(crate) struct Rotated {
    pub(crate) current: String,
    pub(crate) previous: Option<String>,
}

/// What the shop's server and we share.
#[allow(dead_code)] // read by the calls that use it
pub(crate) struct Server {
    /// Signs orders; 32 bytes or more.
    pub(crate) order_secret: Option<Rotated>,
    /// Signs webhooks: `whsec_` and base64.
    pub(crate) webhook_secret: Option<Rotated>,
    pub(crate) webhook_url: Option<String>,
    /// Opens the operator's routes; 32 characters or more.
    pub(crate) api_key: Option<String>,
}

/// Payments by hand: what M-PESA tells of them, and how typed receipts are checked.
#[allow(dead_code)] // read by the calls that use it
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
#[allow(dead_code)] // read by the calls that use it
pub(crate) struct Initiator {
    pub(crate) name: String,
    pub(crate) security_credential: String,
}

/// From where M-PESA calls back.
#[allow(dead_code)] // read by the calls that use it
pub(crate) struct Callers {
    addresses: Vec<IpAddr>,
    /// Whether a caller from elsewhere is turned away. Off: it is a signal, never the only gate.
    pub(crate) are_enforced: bool,
}

/// From where callbacks were seen; Safaricom publishes no list.
const SAFARICOM: [&str; 14] = [
    "196.201.212.69",
    "196.201.212.74",
    "196.201.212.127",
    "196.201.212.128",
    "196.201.212.129",
    "196.201.212.132",
    "196.201.212.136",
    "196.201.212.138",
    "196.201.213.44",
    "196.201.213.114",
    "196.201.214.200",
    "196.201.214.206",
    "196.201.214.207",
    "196.201.214.208",
];
const SECRET_BYTES_MIN: usize = 32;
/// M-PESA's own limit of one transaction, in whole shillings.
const TRANSACTION_MAX_KES: u64 = 250_000;

impl Callers {
    /// Whether M-PESA is known to call from this address, as `CF-Connecting-IP` names it.
    #[allow(dead_code)] // asked by the calls that use it
    pub(crate) fn is_known(&self, address: Option<&str>) -> bool {
        address
            .and_then(|text| text.parse().ok())
            .is_some_and(|address| self.addresses.contains(&address))
    }
}

impl Reader<'_> {
    pub(super) fn server(&mut self, env: Option<DarajaEnv>) -> Server {
        let is_long = |text: &str| text.len() >= SECRET_BYTES_MIN;
        let order_secret = self.rotated("ORDER_SECRET", "32 bytes or more", is_long);
        let webhook_secret = self.rotated(
            "WEBHOOK_SECRET",
            "`whsec_` and 24 to 64 random bytes in base64",
            is_webhook_secret,
        );
        let webhook_url = self.optional("WEBHOOK_URL");
        if let Some(url) = &webhook_url {
            let is_local = env == Some(DarajaEnv::Emulator) && url.starts_with("http://");
            if !url.starts_with("https://") && !is_local {
                self.note("WEBHOOK_URL must begin with https://".to_owned());
            }
            if webhook_secret.is_none() {
                self.note(
                    "WEBHOOK_URL needs WEBHOOK_SECRET: no webhook leaves unsigned".to_owned(),
                );
            }
        }
        let api_key = self.formed("API_KEY", "32 characters or more", is_long);
        Server {
            order_secret,
            webhook_secret,
            webhook_url,
            api_key,
        }
    }

    pub(super) fn c2b(&mut self) -> C2b {
        let is_hex = |text: &str| {
            let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            text.len() >= SECRET_BYTES_MIN && text.bytes().all(is_digit)
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
        if name.is_some() != security_credential.is_some() {
            self.note(
                "give both DARAJA_INITIATOR and DARAJA_SECURITY_CREDENTIAL, or neither".to_owned(),
            );
        }
        let auto_claim_max_kes = self.whole("AUTO_CLAIM_MAX_KES", 0..=TRANSACTION_MAX_KES);
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

    pub(super) fn callers(&mut self, env: Option<DarajaEnv>) -> Callers {
        let given = self.optional("CALLBACK_ADDRESSES").unwrap_or_default();
        let local = match env {
            Some(DarajaEnv::Emulator) => "127.0.0.1,::1",
            Some(DarajaEnv::Sandbox | DarajaEnv::Production) | None => "",
        };
        let given = given.split(',').chain(local.split(','));
        let mut addresses = Vec::new();
        for text in given
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .chain(SAFARICOM)
        {
            match text.parse() {
                Ok(address) => addresses.push(address),
                Err(_) => self.note(format!("CALLBACK_ADDRESSES: `{text}` is no IP address")),
            }
        }
        Callers {
            addresses,
            are_enforced: self.flag("ENFORCE_CALLBACK_ADDRESSES"),
        }
    }

    /// A secret and `…_PREVIOUS`.
    fn rotated(
        &mut self,
        name: &str,
        form: &str,
        is_good: impl Fn(&str) -> bool,
    ) -> Option<Rotated> {
        let previous_name = format!("{name}_PREVIOUS");
        let current = self.formed(name, form, &is_good);
        let previous = self.formed(&previous_name, form, &is_good);
        if current.is_none() && previous.is_some() {
            self.note(format!("{previous_name} needs {name} beside it"));
        }
        Some(Rotated {
            current: current?,
            previous,
        })
    }

    fn formed(&mut self, name: &str, form: &str, is_good: impl Fn(&str) -> bool) -> Option<String> {
        let text = self.optional_secret(name)?;
        if !is_good(&text) {
            self.note(format!("{name} must be {form}"));
        }
        Some(text)
    }
}

/// Source: Standard Webhooks, "Secret": 24 to 64 bytes.
fn is_webhook_secret(text: &str) -> bool {
    use base64::Engine as _;
    text.strip_prefix("whsec_")
        .and_then(|key| base64::engine::general_purpose::STANDARD.decode(key).ok())
        .is_some_and(|key| (24..=64).contains(&key.len()))
}
