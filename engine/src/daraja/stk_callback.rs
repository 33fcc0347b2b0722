//! STK callback: M-PESA's word on an attempt, which comes once, twice, late or never.

use super::{CheckoutRequestId, MerchantRequestId, PaidAmount, body, eat_text_to_ms, wire};
use malipo_shared::{MpesaReceipt, ResultCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A callback, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StkCallback {
    /// Safaricom's name of the request; some bodies lack it.
    pub merchant_request_id: Option<MerchantRequestId>,
    /// Safaricom's name of the push; some bodies lack it.
    pub checkout_request_id: Option<CheckoutRequestId>,
    /// The outcome.
    pub code: ResultCode,
    /// Safaricom's words; not stable.
    pub text: String,
    /// What came with a success.
    pub proof: StkProof,
}

/// What a successful callback tells of the money. Each part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StkProof {
    /// How much moved.
    pub amount: Option<PaidAmount>,
    /// M-PESA's receipt number.
    pub receipt: Option<MpesaReceipt>,
    /// When, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
}

/// A body that is no callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadCallback;

impl StkCallback {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadCallback`] when it is not JSON or holds no result code.
    pub fn decode(body: &[u8]) -> Result<StkCallback, BadCallback> {
        let json = body::read(body).ok_or(BadCallback)?;
        let callback = json
            .get("Body")
            .and_then(|b| b.get("stkCallback"))
            .ok_or(BadCallback)?;
        let code = wire::result_code(callback).ok_or(BadCallback)?;
        let present = |name| wire::id(callback, name);
        let proof = if code.is_success() {
            proof(callback)
        } else {
            StkProof::default()
        };
        Ok(StkCallback {
            merchant_request_id: present("MerchantRequestID").map(MerchantRequestId::new),
            checkout_request_id: present("CheckoutRequestID").map(CheckoutRequestId::new),
            code,
            text: wire::cut(
                &wire::field(callback, "ResultDesc").unwrap_or_default(),
                160,
            ),
            proof,
        })
    }
}

/// Items are read by name: their order and number vary, and `Balance` comes without a value.
fn proof(callback: &Value) -> StkProof {
    let items = callback
        .get("CallbackMetadata")
        .and_then(|m| m.get("Item"))
        .and_then(Value::as_array);
    let value = |name: &str| {
        let item = items?
            .iter()
            .find(|item| item.get("Name").and_then(Value::as_str) == Some(name))?;
        wire::field(item, "Value")
    };
    StkProof {
        amount: value("Amount").map(|text| PaidAmount::parse(&text)),
        receipt: value("MpesaReceiptNumber").and_then(|text| MpesaReceipt::parse(text.trim()).ok()),
        paid_at_ms: value("TransactionDate").and_then(|text| eat_text_to_ms(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_or_kept_as_it_is() {
        for (text, expected) in [
            ("450", Some(450)),
            ("450.0", Some(450)),
            ("1.00", Some(1)),
            ("0", Some(0)),
            ("450.5", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
            (".5", None),
            ("5.", None),
            ("99999999999", None),
        ] {
            let whole = match PaidAmount::parse(text) {
                PaidAmount::Whole(n) => Some(n),
                PaidAmount::Other(_) => None,
            };
            assert_eq!(whole, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_callback_is_refused() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"Body":{}}"#,
            r#"{"Body":{"stkCallback":{}}}"#,
            r#"{"Body":{"stkCallback":{"ResultDesc":"x"}}}"#,
        ] {
            assert_eq!(
                StkCallback::decode(body.as_bytes()),
                Err(BadCallback),
                "{body}"
            );
        }
    }

    #[test]
    fn a_success_in_any_other_spelling_is_none() {
        for token in ["0.0", r#""00""#, r#"" 0""#, "false", "null", "[0]"] {
            let body = format!(r#"{{"Body":{{"stkCallback":{{"ResultCode":{token}}}}}}}"#);
            let callback = StkCallback::decode(body.as_bytes()).unwrap();
            assert!(!callback.code.is_success(), "{token}");
            assert_eq!(callback.proof, StkProof::default());
        }
    }
}
