//! STK push query: asking for the verdict of an accepted push.

use super::{CheckoutRequestId, Instant, Passkey, wire};
use malipo_shared::{Payee, ResultCode, Shortcode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One question, before it is written for the wire.
#[derive(Debug)]
pub struct StkQuery<'a> {
    /// Who is paid: the query is signed by the same shortcode as the push.
    pub payee: &'a Payee,
    /// The payee's secret.
    pub passkey: &'a Passkey,
    /// Which push.
    pub checkout_request_id: &'a CheckoutRequestId,
}

/// What a query was answered with. Whether a verdict counts is the payment's rule, not the wire's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryAnswer {
    /// M-PESA named an outcome.
    Verdict {
        /// The outcome's code.
        code: ResultCode,
        /// Safaricom's words; not stable.
        text: String,
    },
    /// No outcome: an error, a refusal, an unreadable body. Never a verdict.
    Error {
        /// What was answered, for the merchant.
        detail: String,
        /// Whether a new token may help.
        is_token_refused: bool,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(rename = "BusinessShortCode")]
    business_shortcode: &'a str,
    password: String,
    timestamp: &'a str,
    #[serde(rename = "CheckoutRequestID")]
    checkout_request_id: &'a str,
}

impl StkQuery<'_> {
    /// The body of `POST /mpesa/stkpushquery/v1/query`.
    pub fn encode(&self, instant: &Instant) -> String {
        let signer: &Shortcode = match self.payee {
            Payee::PayBill { shortcode } => shortcode,
            Payee::Till { store, .. } => store,
        };
        let body = Body {
            business_shortcode: signer.as_str(),
            password: self.passkey.password(signer, instant),
            timestamp: instant.timestamp(),
            checkout_request_id: self.checkout_request_id.as_str(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Reads the answer to a query for `asked`. An answer about another push is no verdict.
pub fn decode_query_answer(
    http_status: u16,
    body: &[u8],
    asked: &CheckoutRequestId,
) -> QueryAnswer {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let error = |detail: String, is_token_refused| QueryAnswer::Error {
        detail: format!("HTTP {http_status} {detail}"),
        is_token_refused,
    };
    let Some(answer) = json else {
        return error(wire::cut(&String::from_utf8_lossy(body), 80), false);
    };
    if let Some(fault) = wire::fault(&answer) {
        return error(
            format!("{} {}", fault.code, wire::cut(&fault.message, 120)),
            is_token_fault(&fault.code),
        );
    }
    let is_about_another =
        wire::field(&answer, "CheckoutRequestID").is_some_and(|id| id != asked.as_str());
    match wire::result_code(&answer) {
        Some(_) if is_about_another => error("an answer about another push".into(), false),
        Some(code) if http_status == 200 => QueryAnswer::Verdict {
            code,
            text: wire::cut(&wire::field(&answer, "ResultDesc").unwrap_or_default(), 160),
        },
        Some(_) | None => error("no verdict in it".into(), false),
    }
}

fn is_token_fault(code: &str) -> bool {
    matches!(
        code,
        "404.001.03" | "404.001.04" | "400.003.01" | "401.002.01" | "401.001"
    ) || code.starts_with("keymanagement.service.")
        || code.starts_with("oauth.v2.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(status: u16, body: &str) -> QueryAnswer {
        decode_query_answer(status, body.as_bytes(), &CheckoutRequestId::new("ws_CO_1"))
    }

    #[test]
    fn a_verdict_is_text_whatever_its_type() {
        for (body, code) in [
            (
                r#"{"ResponseCode":"0","ResultCode":"0","CheckoutRequestID":"ws_CO_1"}"#,
                "0",
            ),
            (r#"{"ResultCode":0}"#, "0"),
            (r#"{"ResultCode":0.0}"#, "0.0"),
            (r#"{"ResultCode":false}"#, "false"),
            (r#"{"ResultCode":null}"#, "null"),
            (r#"{"ResultCode":"E3008","ResultDesc":"x"}"#, "E3008"),
        ] {
            let QueryAnswer::Verdict { code: got, .. } = decode(200, body) else {
                panic!("{body}")
            };
            assert_eq!(got.as_str(), code, "{body}");
        }
    }

    #[test]
    fn an_error_is_never_a_verdict() {
        for (status, body) in [
            (
                500,
                r#"{"errorCode":"500.001.1001","errorMessage":"The transaction is being processed"}"#,
            ),
            (200, r#"{"errorCode":"500.001.1001","errorMessage":""}"#),
            (200, r#"{"errorCode":"500.001.1001","ResultCode":"0"}"#),
            (500, r#"{"ResultCode":"0"}"#),
            (200, r#"{"ResultCode":"0","CheckoutRequestID":"ws_CO_2"}"#),
            (200, "{}"),
            (200, ""),
            (503, "<html>"),
        ] {
            assert!(
                matches!(decode(status, body), QueryAnswer::Error { .. }),
                "{status} {body}"
            );
        }
        let refused = decode(
            404,
            r#"{"errorCode":"404.001.03","errorMessage":"Invalid Access Token"}"#,
        );
        assert!(matches!(
            refused,
            QueryAnswer::Error {
                is_token_refused: true,
                ..
            }
        ));
    }
}
