//! The fields of a request to Daraja, checked in Daraja's way: strict about what they say, easy about numbers or strings and unknown keys.

use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use crate::{
    options::Merchant,
    world::{
        push::{AMOUNT_MAX_KES, PushRequest, TransactionType, is_msisdn},
        story::Refusal,
    },
};

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

/// A push, as its fields say it.
pub(crate) fn push_request(fields: &Fields) -> Result<PushRequest, Refusal> {
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
    Ok(PushRequest {
        business_short_code,
        transaction_type,
        amount_kes,
        party_b,
        msisdn,
        callback_url,
        account_reference,
    })
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
