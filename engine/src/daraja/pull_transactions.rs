//! Pull Transactions: what M-PESA has of a shortcode's last two days, asked for when confirmations did not come.

use super::{PaidAmount, Registered, Unanswered, repeatable, wire};
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
    /// How much, as it was said.
    pub said: PaidAmount,
    /// When. A `Z` stands behind it, and nobody says whether it means that.
    pub time: Option<WallTime>,
    /// The account number as it was typed; empty for a till.
    pub bill_ref: String,
    /// Who paid, as far as it is told.
    pub payer: PayerHint,
    /// The row as it came: personal data, to be sealed.
    pub row: String,
}

/// What a question was answered with: a page; an empty one is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullPage {
    /// The rows that can be read.
    pub pulled: Vec<Pulled>,
    /// How many there are, so that the next question passes over the others too.
    pub rows: usize,
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
///
/// # Errors
/// [`Unanswered`]; registering again does no harm.
pub fn decode_pull_register_answer(
    http_status: u16,
    body: &[u8],
) -> Result<Registered, Unanswered> {
    let said = said(http_status, body);
    let answer = repeatable::answer(http_status, body, &said)?;
    let status = ["ResponseStatus", "Response Status", "ResponseCode"];
    match first_field(&answer, &status).as_deref() {
        Some(DONE) => Ok(Registered::Now),
        Some(NOTHING_NEW) => Ok(Registered::Before),
        Some(_) => Err(Unanswered::Refused(said)),
        None => Err(Unanswered::Unclear(said)),
    }
}

/// Reads the answer to a question. The rows are a list in a list; whatever the depth, each object is one.
///
/// # Errors
/// [`Unanswered`]; asking again does no harm.
pub fn decode_pull_answer(http_status: u16, body: &[u8]) -> Result<PullPage, Unanswered> {
    let said = said(http_status, body);
    let answer = repeatable::answer(http_status, body, &said)?;
    match first_field(&answer, &["ResponseCode", "Response Code"]).as_deref() {
        Some(DONE) => {}
        Some(NOTHING_NEW) => {
            return Ok(PullPage {
                pulled: Vec::new(),
                rows: 0,
            });
        }
        Some(_) => return Err(Unanswered::Refused(said)),
        None => return Err(Unanswered::Unclear(said)),
    }
    // Safaricom's page prints a copy of the request as the answer: that is no list of rows.
    let Some(Value::Array(list)) = answer.get("Response") else {
        return Err(Unanswered::Unclear(said));
    };
    let mut objects = Vec::new();
    flatten(list, &mut objects);
    Ok(PullPage {
        rows: objects.len(),
        pulled: objects.into_iter().filter_map(Pulled::read).collect(),
    })
}

/// What was said, for the operator. An answer with rows holds names and numbers: only its message is told.
fn said(http_status: u16, body: &[u8]) -> String {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let message = json.as_ref().and_then(|json| {
        let names = [
            "ResponseMessage",
            "ResponseDescription",
            "Response Description",
        ];
        first_field(json, &names)
    });
    match message {
        Some(message) => format!("HTTP {http_status} {}", wire::cut(&message, 120)),
        None if json.is_some() && http_status == 200 => format!("HTTP {http_status}"),
        None => wire::said(http_status, json.as_ref(), body),
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
            said: PaidAmount::parse(field("amount").trim()),
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
