//! The C2B validation: asks the merchant whether a customer may pay, before the money moves.

use serde_json::Value;

use crate::{
    emulation::Shared,
    notices::{
        c2b_confirmation,
        delivery::{Notice, Reply},
    },
    options::Payee,
    world::{
        ledger::Transfer,
        registration::{Registration, ResponseType},
        sent::Kind,
    },
};

/// Story time. Daraja, C2B, "about 8 seconds".
const ANSWER_MAX_MS: u64 = 8_000;

/// What the merchant, or the registered default for it, says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The money may move.
    Accepted {
        /// The merchant's own id for it, echoed in the confirmation; may be empty.
        third_party_trans_id: String,
    },
    /// It may not.
    Rejected {
        /// `C2B000xx`.
        code: String,
    },
}

/// Asks, and waits for at most 8 story seconds.
pub(crate) async fn ask(
    shared: &Shared,
    registration: &Registration,
    payee: &Payee,
    payment: &Transfer,
) -> Verdict {
    let notice = Notice {
        kind: Kind::C2bValidation,
        url: registration.validation_url.clone(),
        business_short_code: None,
        body: c2b_confirmation::body(registration, payee, payment, String::new()),
    };
    let until_ms = shared.clock.now_ms() + ANSWER_MAX_MS;
    let reply = notice.deliver(shared, until_ms).await;
    reply
        .as_ref()
        .and_then(understood)
        .unwrap_or_else(|| by_default(registration.response_type))
}

/// How the codes are explained. Daraja, C2B, "Result codes".
pub(crate) fn desc(code: &str) -> &'static str {
    match code {
        "C2B00011" => "Invalid MSISDN",
        "C2B00012" => "Invalid Account Number",
        "C2B00013" => "Invalid Amount",
        "C2B00014" => "Invalid KYC Details",
        "C2B00015" => "Invalid Shortcode",
        _ => "Other Error",
    }
}

/// `None`: not an answer, as if there had been none.
fn understood(reply: &Reply) -> Option<Verdict> {
    if !(200..300).contains(&reply.status) {
        return None;
    }
    let body: Value = serde_json::from_str(&reply.body).ok()?;
    let text = |key: &str| match body.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let code = text("ResultCode")?;
    if code == "0" {
        let third_party_trans_id = text("ThirdPartyTransID").unwrap_or_default();
        Some(Verdict::Accepted {
            third_party_trans_id,
        })
    } else if code.starts_with("C2B000") {
        Some(Verdict::Rejected { code })
    } else {
        None
    }
}

fn by_default(response_type: ResponseType) -> Verdict {
    match response_type {
        ResponseType::Completed => Verdict::Accepted {
            third_party_trans_id: String::new(),
        },
        ResponseType::Cancelled => Verdict::Rejected {
            code: "C2B00016".into(),
        },
    }
}
