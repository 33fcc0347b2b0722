//! STK push: the request that makes the customer's handset ask for the PIN, and its answer.

use super::{
    CallbackUrl, CheckoutRequestId, Instant, MerchantRequestId, Passkey, Refusal, Resend, gateway,
    wire,
};
use malipo_shared::{AccountReference, Kes, Msisdn, Payee, Reason};
use serde::Serialize;
use serde_json::Value;

/// One push, before it is written for the wire.
#[derive(Debug)]
pub struct StkPush<'a> {
    /// Who is paid.
    pub payee: &'a Payee,
    /// The payee's secret.
    pub passkey: &'a Passkey,
    /// Whose handset asks.
    pub msisdn: &'a Msisdn,
    /// How much.
    pub amount: Kes,
    /// What the customer reads as the account number.
    pub account_reference: &'a AccountReference,
    /// What is paid for; cut to 13 characters.
    pub description: &'a str,
    /// Where the verdict goes.
    pub callback_url: &'a CallbackUrl,
}

/// What a push was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushAnswer {
    /// The prompt is queued. Nothing is paid.
    Accepted {
        /// Safaricom's name of the request.
        merchant_request_id: Option<MerchantRequestId>,
        /// Safaricom's name of the push: what a query asks by.
        checkout_request_id: CheckoutRequestId,
    },
    /// Not sent, for certain.
    Refused(Refusal, Resend),
    /// The prompt may ring. Never resent.
    Unknown(String),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(rename = "BusinessShortCode")]
    business_shortcode: u64,
    password: String,
    timestamp: &'a str,
    transaction_type: &'static str,
    amount: String,
    party_a: &'a str,
    party_b: &'a str,
    phone_number: &'a str,
    #[serde(rename = "CallBackURL")]
    callback_url: &'a str,
    account_reference: &'a str,
    transaction_desc: String,
}

/// Daraja, M-Pesa Express: TransactionDesc, 1 to 13 characters.
const DESCRIPTION_LEN_MAX: usize = 13;

impl StkPush<'_> {
    /// The body of `POST /mpesa/stkpush/v1/processrequest`. One instant gives both `Timestamp`
    /// and `Password`.
    pub fn encode(&self, instant: &Instant) -> String {
        // Daraja, M-Pesa Express, FAQ 10: a till is pushed through its store.
        let (transaction_type, signer, party_b) = match self.payee {
            Payee::PayBill { shortcode } => ("CustomerPayBillOnline", shortcode, shortcode),
            Payee::Till { store, till } => ("CustomerBuyGoodsOnline", store, till),
        };
        let body = Body {
            // Types as in Safaricom's own sample: the shortcode a number, the parties texts.
            business_shortcode: signer.as_str().parse().unwrap_or_default(),
            password: self.passkey.password(signer, instant),
            timestamp: instant.timestamp(),
            transaction_type,
            amount: self.amount.shillings().to_string(),
            party_a: self.msisdn.as_str(),
            party_b: party_b.as_str(),
            phone_number: self.msisdn.as_str(),
            callback_url: self.callback_url.as_str(),
            account_reference: self.account_reference.as_str(),
            transaction_desc: description(self.description),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Letters, digits and spaces only: some signs are reported to fail, and the prompt is short.
fn description(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let cut = wire::cut(&words.join(" "), DESCRIPTION_LEN_MAX);
    match cut.trim_end() {
        "" => "Payment".to_owned(),
        some => some.to_owned(),
    }
}

/// Reads the answer to a push. A body that is not understood leaves the push's fate unknown.
pub fn decode_push_answer(http_status: u16, body: &[u8]) -> PushAnswer {
    if let Some((refusal, resend)) = gateway::refusal(http_status, body) {
        return PushAnswer::Refused(refusal, resend);
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let unknown =
        || PushAnswer::Unknown(format!("HTTP {http_status} {}", said(json.as_ref(), body)));
    let Some(answer) = json.as_ref().filter(|_| http_status == 200) else {
        return unknown();
    };
    match (
        wire::field(answer, "ResponseCode").as_deref(),
        wire::field(answer, "CheckoutRequestID"),
    ) {
        (Some("0"), Some(id)) if !id.is_empty() => PushAnswer::Accepted {
            merchant_request_id: wire::field(answer, "MerchantRequestID")
                .map(MerchantRequestId::new),
            checkout_request_id: CheckoutRequestId::new(id),
        },
        // Accepted, it says, but without the id: it may ring, and only its callback can tell.
        (Some("0") | None, _) => unknown(),
        (Some(code), _) => PushAnswer::Refused(
            Refusal {
                reason: Reason::PromptFailed,
                wait_secs: Some(0),
                is_proven: true,
                detail: format!(
                    "ResponseCode {code} {}",
                    wire::cut(
                        &wire::field(answer, "ResponseDescription").unwrap_or_default(),
                        160
                    )
                ),
            },
            Resend::Never,
        ),
    }
}

fn said(json: Option<&Value>, body: &[u8]) -> String {
    match json.and_then(wire::fault) {
        Some(fault) => format!("{} {}", fault.code, wire::cut(&fault.message, 120)),
        None => wire::cut(&String::from_utf8_lossy(body), 80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use malipo_shared::Shortcode;

    fn encode(payee: &Payee, description: &str) -> Value {
        let push = StkPush {
            payee,
            passkey: &Passkey::new("pass"),
            msisdn: &Msisdn::parse("0700000123").unwrap(),
            amount: Kes::new(150).unwrap(),
            account_reference: &AccountReference::parse("M01").unwrap(),
            description,
            callback_url: &CallbackUrl::parse("https://pay.example/hooks/6d", false).unwrap(),
        };
        serde_json::from_str(&push.encode(&Instant::from_unix_ms(1_780_342_564_000))).unwrap()
    }

    #[test]
    fn a_pay_bill_is_both_signer_and_receiver() {
        let body = encode(
            &Payee::PayBill {
                shortcode: Shortcode::parse("174379").unwrap(),
            },
            "Kenyan tea, 500 g",
        );
        assert_eq!(
            body,
            serde_json::json!({
                "BusinessShortCode": 174379, "Password": "MTc0Mzc5cGFzczIwMjYwNjAxMjIzNjA0", "Timestamp": "20260601223604",
                "TransactionType": "CustomerPayBillOnline", "Amount": "150", "PartyA": "254700000123", "PartyB": "174379",
                "PhoneNumber": "254700000123", "CallBackURL": "https://pay.example/hooks/6d", "AccountReference": "M01",
                "TransactionDesc": "Kenyan tea 50"
            })
        );
    }

    #[test]
    fn a_till_is_signed_by_its_store() {
        let shortcode = |text| Shortcode::parse(text).unwrap();
        let body = encode(
            &Payee::Till {
                store: shortcode("174378"),
                till: shortcode("55555"),
            },
            "—",
        );
        assert_eq!(body["BusinessShortCode"], 174378);
        assert_eq!(body["PartyB"], "55555");
        assert_eq!(body["TransactionType"], "CustomerBuyGoodsOnline");
        assert_eq!(body["TransactionDesc"], "Payment");
    }

    #[test]
    fn an_acceptance_without_an_id_is_unknown() {
        assert!(matches!(
            decode_push_answer(200, br#"{"ResponseCode":"0"}"#),
            PushAnswer::Unknown(_)
        ));
        assert!(matches!(
            decode_push_answer(200, b"{}"),
            PushAnswer::Unknown(_)
        ));
        assert!(matches!(
            decode_push_answer(200, b"<html>"),
            PushAnswer::Unknown(_)
        ));
        assert!(matches!(
            decode_push_answer(
                202,
                br#"{"ResponseCode":"0","CheckoutRequestID":"ws_CO_1"}"#
            ),
            PushAnswer::Unknown(_)
        ));
    }

    #[test]
    fn another_response_code_is_a_refusal() {
        let answer = decode_push_answer(
            200,
            br#"{"ResponseCode":"1","ResponseDescription":"Rejected"}"#,
        );
        assert!(
            matches!(answer, PushAnswer::Refused(r, Resend::Never) if r.reason == Reason::PromptFailed)
        );
    }
}
