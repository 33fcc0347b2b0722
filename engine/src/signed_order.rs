//! `SignedOrder`: an order whose price the shop's own server has signed, as a JWT (HS256).
//!
//! ```json
//! {"alg":"HS256"}
//! {"aud":"malipo:production:main","iat":1780342564,"exp":1780346164,
//!  "amount":1500,"reference":"INV-2041","description":"Two tickets"}
//! ```
//!
//! Any JWT library in any language makes one. Reading one is a MAC over the text as it came, so it is
//! done with `hmac` and `base64`, which the Worker holds already: `jwt-compact` would add 26 KB of it,
//! `jsonwebtoken` 183 KB, and both judge `exp`, which is not theirs to judge here. The tests sign and
//! forge with `jsonwebtoken`.

use crate::hmac;
use crate::jwt::{Object, bytes};
use crate::order::{Order, Origin};
use ::hmac::Mac;
use core::fmt;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{BadKes, Kes, LinkId, text};
use serde_json::Value;

/// The longest token, in bytes.
pub const TOKEN_LEN_MAX: usize = 4096;
/// How far the shop's clock may run ahead of ours.
pub const CLOCK_SKEW_MS: u64 = 5 * 60 * 1000;
/// The longest that an order may stay open. `exp` in milliseconds instead of seconds lies beyond it.
pub const LIFETIME_MS_MAX: u64 = 400 * 24 * 3600 * 1000;

const SECRET_LEN_MIN: usize = 32;
pub(crate) const REFERENCE_CHARS_MAX: usize = 64;
pub(crate) const DESCRIPTION_CHARS_MAX: usize = 100;

/// What the shop's server has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOrder {
    /// The shop's own name of the order, in full: 1 to 64 characters, none invisible, no space at
    /// either end.
    pub reference: String,
    /// What is due.
    pub amount: Kes,
    /// What the customer reads: 1 to 100 characters, none invisible, without the spaces around it.
    pub description: String,
    /// `iat`: when it was signed, in Unix milliseconds; whole seconds.
    pub issued_at_ms: u64,
    /// `exp`: until when the order may be opened and pushed, in Unix milliseconds. It may lie in the
    /// past: whoever reads the order judges it, because an existing payment can always be viewed.
    pub expires_at_ms: u64,
}

/// The secrets that orders are signed with: the shop's current one, and the one before it while it is changed.
#[derive(Clone)]
pub struct OrderSecrets {
    current: String,
    previous: Option<String>,
}

/// Which secret cannot be used: it has fewer than 32 bytes, or a space or line break at an end,
/// which the shop's library would sign with and nobody would see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadOrderSecret {
    /// `ORDER_SECRET`.
    Current,
    /// `ORDER_SECRET_PREVIOUS`.
    Previous,
}

/// Whom an order is for: displayed, `malipo:{env}:{link}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience<'a> {
    /// `emulator`, `sandbox` or `production`.
    pub env: &'a str,
    /// The merchant.
    pub link: &'a LinkId,
}

/// Why a token is no order of this shop. The display says what the shop has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRefused {
    /// It is longer than [`TOKEN_LEN_MAX`].
    TooLong,
    /// It is not three parts of base64url whose first two are JSON objects, each key once.
    Malformed,
    /// Its `alg` is not `HS256`, or it has a `crit`.
    Algorithm,
    /// No secret of this shop has signed it.
    Signature,
    /// It is for another shop or environment; here is what `aud` must be.
    Audience(String),
    /// `iat` or `nbf` lies more than [`CLOCK_SKEW_MS`] ahead.
    NotYet(&'static str),
    /// A claim is missing or not of this form.
    Claim {
        /// Which.
        name: &'static str,
        /// What it must be.
        form: &'static str,
    },
    /// The amount is not one that M-PESA takes.
    Amount(BadKes),
    /// A text holds a character that cannot be seen, or that looks like another.
    Holds {
        /// Which claim.
        name: &'static str,
        /// The character.
        what: char,
    },
}

impl SignedOrder {
    /// Reads a token, once its signature is proven. `now_ms` judges `iat` and `nbf` only, never `exp`.
    ///
    /// `aud` is the audience as a text, or as a list of only it (some libraries write lists always):
    /// an order that is good for two shops, or for the sandbox and for real money, is a mistake.
    /// `amount` is a JSON integer: the shop's server knows it exactly, and a text has many spellings.
    ///
    /// # Errors
    /// [`OrderRefused`]. Nothing of the claims is told before the signature is proven.
    pub fn verify(
        jwt: &str,
        secrets: &OrderSecrets,
        audience: &Audience<'_>,
        now_ms: u64,
    ) -> Result<SignedOrder, OrderRefused> {
        if jwt.len() > TOKEN_LEN_MAX {
            return Err(OrderRefused::TooLong);
        }
        let (signed, signature) = jwt.rsplit_once('.').ok_or(OrderRefused::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(OrderRefused::Malformed)?;
        let mut header = Object::read(header).ok_or(OrderRefused::Algorithm)?;
        // `crit` names extensions that must be understood (RFC 7515, 4.1.11); we understand none.
        if header.text("alg").as_deref() != Some("HS256") || header.0.contains_key("crit") {
            return Err(OrderRefused::Algorithm);
        }
        let signature = bytes(signature).ok_or(OrderRefused::Malformed)?;
        if !secrets.have_signed(signed, &signature) {
            return Err(OrderRefused::Signature);
        }
        let claims = Object::read(claims).ok_or(OrderRefused::Malformed)?;
        claims.order(&audience.to_string(), now_ms)
    }

    /// The order to be paid, with the page's own note, which stays unverified.
    pub fn into_order(self, note: Option<String>) -> Order {
        Order {
            amount: self.amount,
            description: self.description,
            origin: Origin::Signed {
                reference: self.reference,
                issued_at_ms: self.issued_at_ms,
            },
            note,
        }
    }
}

impl Object {
    fn order(mut self, audience: &str, now_ms: u64) -> Result<SignedOrder, OrderRefused> {
        if !self.is_only_for(audience) {
            return Err(OrderRefused::Audience(audience.to_owned()));
        }
        let issued_at_ms = self.moment("iat")?;
        let expires_at_ms = self.moment("exp")?;
        let not_before_ms = if self.0.contains_key("nbf") {
            self.moment("nbf")?
        } else {
            0
        };
        for (name, at_ms) in [("iat", issued_at_ms), ("nbf", not_before_ms)] {
            if at_ms > now_ms.saturating_add(CLOCK_SKEW_MS) {
                return Err(OrderRefused::NotYet(name));
            }
        }
        if expires_at_ms > issued_at_ms.saturating_add(LIFETIME_MS_MAX) {
            return Err(OrderRefused::Claim {
                name: "exp",
                form: "at most 400 days after `iat`, in seconds",
            });
        }
        Ok(SignedOrder {
            reference: self.reference()?,
            amount: self.amount()?,
            description: self.description()?,
            issued_at_ms,
            expires_at_ms,
        })
    }

    fn is_only_for(&self, audience: &str) -> bool {
        match self.0.get("aud") {
            Some(Value::String(only)) => only == audience,
            Some(Value::Array(list)) => matches!(list.as_slice(), [only] if only == audience),
            _ => false,
        }
    }

    fn moment(&self, name: &'static str) -> Result<u64, OrderRefused> {
        self.0
            .get(name)
            .and_then(|secs| secs.as_u64()?.checked_mul(1000))
            .ok_or(OrderRefused::Claim {
                name,
                form: "a whole number of seconds since 1970",
            })
    }

    fn amount(&self) -> Result<Kes, OrderRefused> {
        let Some(Value::Number(number)) = self.0.get("amount") else {
            return Err(OrderRefused::Claim {
                name: "amount",
                form: "a JSON integer of whole shillings, for example 1500",
            });
        };
        match (number.as_u64(), number.as_f64()) {
            (Some(shillings), _) => Kes::new(shillings),
            (None, Some(below)) if below < 0.0 => Err(BadKes::TooSmall),
            (None, Some(above)) if above > f64::from(Kes::MAX.shillings()) => Err(BadKes::TooLarge),
            // 150.0 too: nothing is rounded, and no other text means the same amount.
            (None, _) => Err(BadKes::Cents),
        }
        .map_err(OrderRefused::Amount)
    }

    fn reference(&mut self) -> Result<String, OrderRefused> {
        let name = "reference";
        let text = self.text(name);
        let text = text.filter(|text| is_short(text, REFERENCE_CHARS_MAX));
        let text = text.ok_or(OrderRefused::Claim {
            name,
            form: "a text of 1 to 64 visible characters, without a space at either end",
        })?;
        match text::blurred(&text) {
            Some(what) => Err(OrderRefused::Holds { name, what }),
            None => Ok(text),
        }
    }

    fn description(&mut self) -> Result<String, OrderRefused> {
        let name = "description";
        let text = self.text(name).map(|text| text.trim().to_owned());
        let text = text.filter(|text| is_short(text, DESCRIPTION_CHARS_MAX));
        let text = text.ok_or(OrderRefused::Claim {
            name,
            form: "a text of 1 to 100 visible characters in one line",
        })?;
        match text::hidden(&text) {
            Some(what) => Err(OrderRefused::Holds { name, what }),
            None => Ok(text),
        }
    }
}

impl OrderSecrets {
    /// Takes the secrets as the shop's library does: their bytes are the key.
    ///
    /// # Errors
    /// [`BadOrderSecret`] names the one that cannot be used.
    pub fn parse(current: &str, previous: Option<&str>) -> Result<OrderSecrets, BadOrderSecret> {
        let is_good = |secret: &str| secret.len() >= SECRET_LEN_MIN && secret.trim() == secret;
        if !is_good(current) {
            return Err(BadOrderSecret::Current);
        }
        if !previous.is_none_or(is_good) {
            return Err(BadOrderSecret::Previous);
        }
        Ok(OrderSecrets {
            current: current.to_owned(),
            previous: previous.map(str::to_owned),
        })
    }

    /// In constant time for each secret.
    fn have_signed(&self, text: &str, signature: &[u8]) -> bool {
        let has_signed = |secret: &String| {
            let mac = hmac::mac(secret.as_bytes(), &[text]);
            mac.is_some_and(|mac| mac.verify_slice(signature).is_ok())
        };
        has_signed(&self.current) || self.previous.as_ref().is_some_and(has_signed)
    }
}

/// Whether `text` has 1 to `chars_max` characters, and no space at either end.
pub(crate) fn is_short(text: &str, chars_max: usize) -> bool {
    text.trim() == text && (1..=chars_max).contains(&text.chars().count())
}

impl From<OrderRefused> for ApiError {
    /// `INVALID_ORDER` at `order`.
    fn from(refused: OrderRefused) -> ApiError {
        ApiError::at(ErrorCode::InvalidOrder, "order", refused.to_string())
    }
}

impl fmt::Display for OrderRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OrderRefused::TooLong => {
                write!(f, "A signed order has at most {TOKEN_LEN_MAX} characters.")
            }
            OrderRefused::Malformed => f.write_str(
                "The signed order is not a JWT: three parts of base64url without `=`, each claim once.",
            ),
            OrderRefused::Algorithm => {
                f.write_str("Sign orders with HS256: `alg` must be `HS256`, without `crit`.")
            }
            OrderRefused::Signature => f.write_str(
                "The order's signature does not match: sign it with this shop's ORDER_SECRET.",
            ),
            OrderRefused::Audience(expected) => {
                write!(f, "The order is for someone else: `aud` must be `{expected}`.")
            }
            OrderRefused::NotYet(claim) => write!(
                f,
                "The order is not valid yet: `{claim}` is in seconds, and at most 5 minutes ahead of our clock.",
            ),
            OrderRefused::Claim { name, form } => write!(f, "`{name}` must be {form}."),
            OrderRefused::Holds { name, what } => write!(f, "`{name}` {}.", text::holds(*what)),
            OrderRefused::Amount(why) => write!(f, "`amount` cannot be paid. {why}"),
        }
    }
}

impl fmt::Display for BadOrderSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            BadOrderSecret::Current => "ORDER_SECRET",
            BadOrderSecret::Previous => "ORDER_SECRET_PREVIOUS",
        };
        write!(
            f,
            "{name} must have {SECRET_LEN_MIN} bytes or more, and no space or line break at either end"
        )
    }
}

impl fmt::Display for Audience<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malipo:{}:{}", self.env, self.link)
    }
}

impl fmt::Debug for OrderSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderSecrets(…)")
    }
}
