//! What an emulator is started with.

use std::fmt;

/// Everything that can be chosen before the start. There are no default secrets: an app and its merchants must be given.
#[derive(Clone, Debug)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// Receipts, request ids and tokens follow from it.
    pub seed: u64,
    /// The Daraja apps that may ask for a token.
    pub apps: Vec<App>,
    /// The shortcodes that exist. Every app may use every one of them.
    pub merchants: Vec<Merchant>,
    /// Story seconds per real second: 1 in real life, 200 makes a story second last 5 ms, 0 stands still until
    /// `POST /_emulator/clock` moves it on.
    pub clock_speed: f64,
    /// Story milliseconds that an unanswered prompt stays on the handset.
    pub prompt_timeout_ms: u64,
    /// Real milliseconds that a callback's receiver has to answer, whatever `clock_speed` is.
    pub callback_timeout_ms: u64,
    /// Whether the same amount to the same payee within 2 minutes of a paid push ends in 17.
    pub is_rule_limited: bool,
    /// Whether a new token kills the app's previous one. Daraja, Authorization, "FAQs".
    pub is_single_token: bool,
    /// Queries per minute, evenly spaced, before Apigee's 429; 0 is without limit. The sandbox allows 5.
    pub query_limit_per_minute: u32,
    /// The one initiator that may ask for reversals, balances and a transaction's status; `None` lets any.
    pub initiator: Option<String>,
    /// What its `SecurityCredential` must hold, sealed to `GET /_emulator/certificate`; `None` takes any base64.
    pub initiator_password: Option<String>,
    /// Whether a payment by hand is validated where URLs are registered. Safaricom turns it on by request.
    pub validates_c2b: bool,
    /// Whether a push is validated too.
    pub validates_stk: bool,
}

impl Options {
    /// The usual emulator on a free port, for these credentials.
    pub fn new(app: App, merchants: Vec<Merchant>) -> Self {
        Self {
            port: 0,
            seed: 0,
            apps: vec![app],
            merchants,
            clock_speed: 1.0,
            prompt_timeout_ms: 60_000,
            callback_timeout_ms: 10_000,
            is_rule_limited: true,
            is_single_token: true,
            query_limit_per_minute: 0,
            initiator: None,
            initiator_password: None,
            validates_c2b: true,
            validates_stk: false,
        }
    }
}

/// A Daraja app's credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct App {
    /// The Basic user name.
    pub consumer_key: String,
    /// The Basic password.
    pub consumer_secret: String,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App(redacted)")
    }
}

/// A shortcode that can ask for payments.
#[derive(Clone)]
pub struct Merchant {
    /// Who is paid.
    pub payee: Payee,
    /// The secret that `Password` is made with.
    pub passkey: String,
    /// The name in the customer's prompt and SMS.
    pub name: String,
}

impl Merchant {
    /// A merchant with the sandbox's name.
    pub fn new(payee: Payee, passkey: impl Into<String>) -> Self {
        Self {
            payee,
            passkey: passkey.into(),
            name: "Daraja-Sandbox".into(),
        }
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant")
            .field("payee", &self.payee)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Who is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payee {
    /// A Pay Bill: `BusinessShortCode` and `PartyB` are both it.
    PayBill {
        /// 5 to 7 digits.
        shortcode: String,
    },
    /// A till: `BusinessShortCode` is the store (head office) number, `PartyB` the till.
    Till {
        /// 5 to 7 digits.
        store: String,
        /// The till number.
        till: String,
    },
}

impl Payee {
    /// What a request carries as `BusinessShortCode`.
    pub(crate) fn business_short_code(&self) -> &str {
        match self {
            Self::PayBill { shortcode } => shortcode,
            Self::Till { store, .. } => store,
        }
    }

    /// Whether either of its numbers is this one.
    pub(crate) fn is_called(&self, shortcode: &str) -> bool {
        self.business_short_code() == shortcode || self.party_b() == shortcode
    }

    /// What a right request carries as `PartyB`.
    pub(crate) fn party_b(&self) -> &str {
        match self {
            Self::PayBill { shortcode } => shortcode,
            Self::Till { till, .. } => till,
        }
    }
}
