//! Pull Transactions: what M-PESA has of a shortcode's last two days, asked for when confirmations did not come.

use super::{Resend, gateway, wire};
use crate::cents::Cents;
use crate::daraja::PayerHint;
use crate::wall_time::WallTime;
use malipo_shared::{MpesaReceipt, Msisdn, Shortcode};
use serde::Serialize;
use serde_json::Value;

/// M-PESA answers for this long back, in milliseconds.
///
/// Source: Daraja, Pull Transactions: 48 hours.
pub const PULL_BACK_MS: u64 = 48 * 3_600_000;

/// The one registration that has to come first.
#[derive(Debug)]
pub struct PullRegister<'a> {
    /// Whose payments are asked for.
    pub shortcode: &'a Shortcode,
    /// A number of the organisation's, which Safaricom knows.
    pub nominated: &'a Msisdn,
    /// An address of ours. Nothing is expected there: each question is answered at once.
    pub callback_url: &'a super::CallbackUrl,
}

/// One question, before it is written for the wire.
#[derive(Debug)]
pub struct PullQuery<'a> {
    /// Whose payments.
    pub shortcode: &'a Shortcode,
    /// From when, in Unix milliseconds; written in East Africa Time, as Daraja writes all times.
    pub from_ms: u64,
    /// Until when.
    pub to_ms: u64,
    /// Rows to pass over: those that earlier answers have brought.
    pub offset: usize,
}

/// One payment, as far as it can be read. The payer's name is never kept apart from the row itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// M-PESA's receipt number.
    pub receipt: MpesaReceipt,
    /// How much; none if it cannot be read.
    pub amount: Option<Cents>,
    /// When. A `Z` stands behind it, and nobody says whether it means that.
    pub time: Option<WallTime>,
    /// The account number as it was typed; empty for a till.
    pub bill_ref: String,
    /// Who paid, as far as it is told.
    pub payer: PayerHint,
    /// The row as it came: personal data, to be sealed.
    pub row: String,
}

/// What a question was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullAnswer {
    /// A page; an empty one is the last.
    Rows {
        /// Those that can be read.
        pulled: Vec<Pulled>,
        /// All, so that the next question passes over the others too.
        rows: usize,
    },
    /// Not answered; a new token may help, once. What was said, for the operator.
    TokenRefused(String),
    /// Not answered. What was said, for the operator.
    Refused(String),
    /// M-PESA does not answer; asking again does no harm. What was seen instead, for the operator.
    Unreached(String),
    /// Nobody knows; asking again does no harm. What was said, for the operator.
    Unclear(String),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegisterBody<'a> {
    #[serde(rename = "ShortCode")]
    shortcode: &'a str,
    request_type: &'static str,
    nominated_number: &'a str,
    #[serde(rename = "CallBackURL")]
    callback_url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct QueryBody<'a> {
    #[serde(rename = "ShortCode")]
    shortcode: &'a str,
    start_date: String,
    end_date: String,
    #[serde(rename = "OffSetValue")]
    offset: String,
}

const DONE: &str = "1000";
/// Of a registration: it was there before. Of a question: there is nothing.
const NOTHING_NEW: &str = "1001";

impl PullRegister<'_> {
    /// The body of `POST /pulltransactions/v1/register`.
    pub fn encode(&self) -> String {
        let body = RegisterBody {
            shortcode: self.shortcode.as_str(),
            request_type: "Pull",
            nominated_number: self.nominated.as_str(),
            callback_url: self.callback_url.as_str(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

impl PullQuery<'_> {
    /// The body of `POST /pulltransactions/v1/query`. Safaricom's prose says GET, its samples are POST with a body.
    pub fn encode(&self) -> String {
        let body = QueryBody {
            shortcode: self.shortcode.as_str(),
            start_date: WallTime::in_nairobi(self.from_ms).text(),
            end_date: WallTime::in_nairobi(self.to_ms).text(),
            offset: self.offset.to_string(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Reads the answer to the registration; `ResponseStatus` was seen with a space in it too.
pub fn decode_pull_register_answer(http_status: u16, body: &[u8]) -> super::RegisterAnswer {
    use super::RegisterAnswer;
    let (answer, said) = match open(http_status, body) {
        Ok(opened) => opened,
        Err(PullAnswer::TokenRefused(said)) => return RegisterAnswer::TokenRefused(said),
        Err(PullAnswer::Refused(said)) => return RegisterAnswer::Refused(said),
        Err(PullAnswer::Unreached(said)) => return RegisterAnswer::Unreached(said),
        Err(PullAnswer::Unclear(said)) => return RegisterAnswer::Unclear(said),
        Err(PullAnswer::Rows { .. }) => return RegisterAnswer::Unclear(String::new()),
    };
    let status = ["ResponseStatus", "Response Status", "ResponseCode"];
    match first_field(&answer, &status).as_deref() {
        Some(DONE) => RegisterAnswer::Registered,
        Some(NOTHING_NEW) => RegisterAnswer::AlreadyRegistered,
        Some(_) => RegisterAnswer::Refused(said),
        None => RegisterAnswer::Unclear(said),
    }
}

/// Reads the answer to a question. The rows are a list in a list; whatever the depth, each object is one.
pub fn decode_pull_answer(http_status: u16, body: &[u8]) -> PullAnswer {
    let (answer, said) = match open(http_status, body) {
        Ok(opened) => opened,
        Err(other) => return other,
    };
    match first_field(&answer, &["ResponseCode", "Response Code"]).as_deref() {
        Some(DONE) => {}
        Some(NOTHING_NEW) => {
            return PullAnswer::Rows {
                pulled: Vec::new(),
                rows: 0,
            };
        }
        Some(_) => return PullAnswer::Refused(said),
        None => return PullAnswer::Unclear(said),
    }
    // Safaricom's page prints a copy of the request as the answer: that is no list of rows.
    let Some(Value::Array(list)) = answer.get("Response") else {
        return PullAnswer::Unclear(said);
    };
    let mut objects = Vec::new();
    flatten(list, &mut objects);
    PullAnswer::Rows {
        rows: objects.len(),
        pulled: objects.into_iter().filter_map(Pulled::read).collect(),
    }
}

/// The object that was answered, and what was said in it; or why it is none.
fn open(http_status: u16, body: &[u8]) -> Result<(Value, String), PullAnswer> {
    match gateway::refusal(http_status, body) {
        Some((refusal, Resend::WithFreshToken)) => {
            return Err(PullAnswer::TokenRefused(refusal.detail));
        }
        Some((refusal, Resend::Never | Resend::AfterPause)) => {
            return Err(PullAnswer::Refused(refusal.detail));
        }
        None => {}
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    // An answer with rows holds names and numbers: only its message is said.
    let message = json.as_ref().and_then(|json| {
        let names = [
            "ResponseMessage",
            "ResponseDescription",
            "Response Description",
        ];
        first_field(json, &names)
    });
    let said = match message {
        Some(message) => format!("HTTP {http_status} {}", wire::cut(&message, 120)),
        None if json.is_some() && http_status == 200 => format!("HTTP {http_status}"),
        None => wire::said(http_status, json.as_ref(), body),
    };
    if (400..500).contains(&http_status) {
        return Err(PullAnswer::Refused(said));
    }
    match json.filter(|json| http_status == 200 && json.is_object() && wire::fault(json).is_none())
    {
        Some(answer) => Ok((answer, said)),
        None if wire::is_away(http_status) => Err(PullAnswer::Unreached(said)),
        None => Err(PullAnswer::Unclear(said)),
    }
}

fn first_field(json: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| wire::field(json, name))
}

fn flatten<'v>(list: &'v [Value], objects: &mut Vec<&'v Value>) {
    for item in list {
        match item {
            Value::Array(inner) => flatten(inner, objects),
            Value::Object(_) => objects.push(item),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

impl Pulled {
    fn read(row: &Value) -> Option<Pulled> {
        let field = |name| wire::field(row, name).unwrap_or_default();
        Some(Pulled {
            // The sample has small letters in it, which no receipt has.
            receipt: MpesaReceipt::from_typed(&field("transactionId")).ok()?,
            amount: Cents::parse(&field("amount")),
            time: WallTime::parse(&field("trxDate"))
                .filter(|(_, zone)| {
                    zone.is_empty() || zone.starts_with(['Z', '.']) || *zone == "+03:00"
                })
                .map(|(time, _)| time),
            bill_ref: wire::cut(field("billreference").trim(), super::c2b::BILL_REF_LEN_MAX),
            payer: PayerHint::read(&field("msisdn")),
            row: row.to_string(),
        })
    }
}
