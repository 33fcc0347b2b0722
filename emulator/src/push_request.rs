//! A push's fields, checked in Daraja's way: strict about what they say, easy about numbers or strings and unknown keys.

use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use crate::{
    options::{Merchant, Payee},
    story::Refusal,
};

/// KES. Daraja, M-Pesa Express, "FAQs": 1 to 250,000 a transaction.
pub(crate) const AMOUNT_MAX_KES: u64 = 250_000;

/// Daraja, C2B Register URL, "URL requirements": not in a URL, in any case. The same check meets CallBackURL.
const FORBIDDEN_WORDS: [&str; 8] = [
    "m-pesa",
    "mpesa",
    "safaricom",
    "exe",
    "exec",
    "cmd",
    "sql",
    "query",
];

/// A push as it is understood. `Password` is checked and not kept.
#[derive(Clone, Debug)]
pub(crate) struct PushRequest {
    pub(crate) business_short_code: String,
    pub(crate) transaction_type: TransactionType,
    pub(crate) amount_kes: u64,
    pub(crate) party_b: String,
    /// `PhoneNumber`: whose handset rings and who pays.
    pub(crate) msisdn: String,
    pub(crate) callback_url: String,
    pub(crate) account_reference: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionType {
    CustomerPayBillOnline,
    CustomerBuyGoodsOnline,
}

impl PushRequest {
    pub(crate) fn parse(fields: &Fields) -> Result<Self, Refusal> {
        let business_short_code = fields.shortcode("BusinessShortCode")?;
        fields.timestamp()?;
        // Trimmed: a client in wide use has long sent "CustomerPayBillOnline " by default.
        let transaction_type = match fields.text("TransactionType").as_deref().map(str::trim) {
            Some("CustomerPayBillOnline") => TransactionType::CustomerPayBillOnline,
            Some("CustomerBuyGoodsOnline") => TransactionType::CustomerBuyGoodsOnline,
            _ => return Err(invalid("TransactionType")),
        };
        let amount_kes = fields.amount_kes().ok_or_else(|| invalid("Amount"))?;
        fields.msisdn("PartyA")?;
        let party_b = fields.shortcode("PartyB")?;
        let msisdn = fields.msisdn("PhoneNumber")?;
        let callback_url = fields
            .text("CallBackURL")
            .filter(|url| is_callback_url(url))
            .ok_or_else(|| invalid("CallBackURL"))?;
        // Seen on the wire for both; Safaricom's page calls TransactionDesc optional.
        let account_reference = fields
            .text("AccountReference")
            .ok_or_else(|| invalid("Remarks"))?;
        fields
            .text("TransactionDesc")
            .ok_or_else(|| invalid("Remarks"))?;
        Ok(Self {
            business_short_code,
            transaction_type,
            amount_kes,
            party_b,
            msisdn,
            callback_url,
            account_reference,
        })
    }

    /// Whether the payee is one that the merchant may be paid at this way; if not, M-PESA declines with 2028.
    pub(crate) fn is_permitted_to(&self, merchant: &Merchant) -> bool {
        let transaction_type = match merchant.payee {
            Payee::PayBill { .. } => TransactionType::CustomerPayBillOnline,
            Payee::Till { .. } => TransactionType::CustomerBuyGoodsOnline,
        };
        self.transaction_type == transaction_type && self.party_b == merchant.payee.party_b()
    }
}

/// A request's JSON object, before its fields are understood.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Daraja calls any body it cannot read an invalid BusinessShortCode. Daraja, M-Pesa Express, "FAQs" 9.
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !content_type
            .to_ascii_lowercase()
            .starts_with("application/json")
        {
            return Err(invalid("BusinessShortCode"));
        }
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|_| invalid("BusinessShortCode"))
    }

    /// A string, or a number as it is written; nothing else.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.0.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The same, and not empty.
    pub(crate) fn given(&self, key: &str) -> Result<String, Refusal> {
        let text = self.text(key).filter(|text| !text.is_empty());
        text.ok_or_else(|| invalid(key))
    }

    pub(crate) fn shortcode(&self, key: &str) -> Result<String, Refusal> {
        let is_shortcode = |text: &String| {
            (4..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        self.text(key)
            .filter(is_shortcode)
            .ok_or_else(|| invalid(key))
    }

    /// `YYYYMMDDHHmmss`, and an instant that exists.
    pub(crate) fn timestamp(&self) -> Result<String, Refusal> {
        let is_instant = |text: &String| {
            text.len() == 14
                && text.bytes().all(|b| b.is_ascii_digit())
                && jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text).is_ok()
        };
        self.text("Timestamp")
            .filter(is_instant)
            .ok_or_else(|| invalid("Timestamp"))
    }

    /// Finds the merchant and checks `Password` = base64(shortcode + passkey + timestamp).
    pub(crate) fn merchant<'a>(&self, merchants: &'a [Merchant]) -> Result<&'a Merchant, Refusal> {
        let shortcode = self.shortcode("BusinessShortCode")?;
        let timestamp = self.timestamp()?;
        let merchant = merchants
            .iter()
            .find(|merchant| merchant.payee.business_short_code() == shortcode)
            .ok_or_else(|| Refusal::new(500, "500.001.1001", "Merchant does not exist"))?;
        let password = self
            .text("Password")
            .ok_or_else(|| Refusal::new(500, "500.001.1001", "Wrong credentials"))?;
        let expected =
            BASE64_STANDARD.encode(format!("{shortcode}{}{timestamp}", merchant.passkey));
        if password == expected {
            Ok(merchant)
        } else {
            Err(Refusal::new(
                500,
                "500.001.1001",
                "[MerchantValidate] - Wrong credentials",
            ))
        }
    }

    pub(crate) fn amount_kes(&self) -> Option<u64> {
        let whole = match self
            .0
            .get("Amount")?
            .as_f64()
            .filter(|number| number.fract() == 0.0)
        {
            Some(number) => format!("{number:.0}"), // some languages write 1.0 for 1
            None => self.text("Amount")?,
        };
        let is_whole = whole.bytes().all(|b| b.is_ascii_digit());
        let amount_kes = whole.parse().ok().filter(|_| is_whole)?;
        (1..=AMOUNT_MAX_KES)
            .contains(&amount_kes)
            .then_some(amount_kes)
    }

    pub(crate) fn msisdn(&self, key: &str) -> Result<String, Refusal> {
        self.text(key)
            .filter(|text| is_msisdn(text))
            .ok_or_else(|| invalid(key))
    }
}

/// `254[17]` and eight digits.
pub(crate) fn is_msisdn(text: &str) -> bool {
    text.len() == 12
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.starts_with("2547") || text.starts_with("2541"))
}

pub(crate) fn invalid(field: &str) -> Refusal {
    Refusal::new(400, "400.002.02", &format!("Bad Request - Invalid {field}"))
}

/// Absolute, and without a forbidden word.
pub(crate) fn is_callback_url(text: &str) -> bool {
    is_absolute_url(text) && forbidden_word(text).is_none()
}

pub(crate) fn is_absolute_url(text: &str) -> bool {
    reqwest::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The first word that may not be in a URL.
pub(crate) fn forbidden_word(url: &str) -> Option<&'static str> {
    let lower = url.to_ascii_lowercase();
    FORBIDDEN_WORDS
        .into_iter()
        .find(|word| lower.contains(word))
}
