//! Transaction Status: asking M-PESA what became of a receipt. The answer proper comes later, to an
//! address of ours.

use super::{
    CallbackUrl, PaidAmount, PayerHint, SecurityCredential, Unanswered, body, eat_text_to_ms,
    repeatable, wire,
};
use malipo_shared::{MpesaReceipt, ResultCode, Shortcode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One question, before it is written for the wire.
#[derive(Debug)]
pub struct TransactionStatus<'a> {
    /// The API user of the organisation that may ask.
    pub initiator: &'a str,
    /// That user's password, encrypted.
    pub security_credential: &'a SecurityCredential,
    /// Which money.
    pub receipt: &'a MpesaReceipt,
    /// The shortcode that asks: the one that was paid.
    pub party: &'a Shortcode,
    /// Where the result goes.
    pub result_url: &'a CallbackUrl,
    /// Where it is told that the question was dropped.
    pub timeout_url: &'a CallbackUrl,
}

/// A result, as far as it can be read. Names are never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionStatusResult {
    /// The receipt that it is about (`ReceiptNo`). Not `TransactionID`: that names the question.
    pub receipt: Option<MpesaReceipt>,
    /// How much.
    pub amount: Option<PaidAmount>,
    /// What became of it.
    pub status: ReceiptStatus,
    /// When it was final, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
    /// Who paid, as far as it is told.
    pub payer: PayerHint,
    /// The shortcode that was paid, if an organisation was.
    pub credit_party: Option<Shortcode>,
    /// The shortcode that paid, if an organisation did: then it was no customer.
    pub debit_party: Option<Shortcode>,
    /// Safaricom's name of the question.
    pub conversation_id: Option<String>,
    /// The other one.
    pub originator_conversation_id: Option<String>,
}

/// What became of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// The money moved.
    Completed,
    /// M-PESA has no such receipt.
    NotFound,
    /// Anything else, for the merchant: no proof of anything.
    Other(String),
}

/// A body that is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadResult;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    initiator: &'a str,
    security_credential: &'a str,
    #[serde(rename = "CommandID")]
    command_id: &'static str,
    #[serde(rename = "TransactionID")]
    transaction_id: &'a str,
    party_a: &'a str,
    identifier_type: &'static str,
    #[serde(rename = "ResultURL")]
    result_url: &'a str,
    #[serde(rename = "QueueTimeOutURL")]
    timeout_url: &'a str,
    remarks: &'static str,
    occasion: &'static str,
}

/// Daraja, Transaction Status, "IdentifierType": an organisation's shortcode.
pub(super) const SHORTCODE_TYPE: &str = "4";

impl TransactionStatus<'_> {
    /// The body of `POST /mpesa/transactionstatus/v1/query`. The documentation's sample has keys with
    /// spaces in them, which is a mistake there.
    pub fn encode(&self) -> String {
        let body = Body {
            initiator: self.initiator,
            security_credential: self.security_credential.as_str(),
            command_id: "TransactionStatusQuery",
            transaction_id: self.receipt.as_str(),
            party_a: self.party.as_str(),
            identifier_type: SHORTCODE_TYPE,
            result_url: self.result_url.as_str(),
            timeout_url: self.timeout_url.as_str(),
            remarks: "Receipt",
            occasion: "Receipt",
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Reads what a question was answered with at once: whether the result will come. That tells nothing of the money.
///
/// # Errors
/// [`Unanswered`]; asking again does no harm.
pub fn decode_status_ack(http_status: u16, body: &[u8]) -> Result<(), Unanswered> {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let said = wire::said(http_status, json.as_ref(), body);
    let answer = repeatable::answer(http_status, body, &said)?;
    match wire::field(&answer, "ResponseCode").as_deref() {
        Some("0") => Ok(()),
        Some(_) => Err(Unanswered::Refused(said)),
        None => Err(Unanswered::Unclear(said)),
    }
}

impl TransactionStatusResult {
    /// Reads a body. Parameters are read by key: their order varies, some have no value, and
    /// `DebitPartyName` may come twice.
    ///
    /// # Errors
    /// [`BadResult`] when it is not JSON or holds no result code.
    pub fn decode(body: &[u8]) -> Result<TransactionStatusResult, BadResult> {
        let json = body::read(body).ok_or(BadResult)?;
        let result = json.get("Result").ok_or(BadResult)?;
        let code = wire::result_code(result).ok_or(BadResult)?;
        let values = |key: &'static str| values(result, key);
        let text = |key| values(key).next();
        let parties = |key| values(key).map(|party| number_of(&party));
        let named = |number: Option<String>| Shortcode::parse(&number?).ok();
        let payer = parties("DebitPartyName")
            .map(|number| PayerHint::read(&number))
            .find(|hint| *hint != PayerHint::Unknown);
        // Daraja, Transaction Status, the sample's result: who was paid stands there as a second `DebitPartyName`.
        let paid = parties("CreditPartyName").next();
        let paid = paid.or_else(|| parties("DebitPartyName").nth(1));
        let id = |name| wire::id(result, name);
        Ok(TransactionStatusResult {
            receipt: text("ReceiptNo").and_then(|text| MpesaReceipt::parse(text.trim()).ok()),
            amount: text("Amount").map(|text| PaidAmount::parse(text.trim())),
            status: status(&code, result, text("TransactionStatus")),
            paid_at_ms: text("FinalisedTime").and_then(|text| eat_text_to_ms(text.trim())),
            payer: payer.unwrap_or(PayerHint::Unknown),
            credit_party: named(paid),
            debit_party: named(parties("DebitPartyName").next()),
            conversation_id: id("ConversationID"),
            originator_conversation_id: id("OriginatorConversationID"),
        })
    }

    /// Whether this proves that a customer's money reached `shortcode`: it is completed, that shortcode
    /// was paid, and no organisation paid it. A shop's payout has a receipt too. A till may be named by
    /// its store. What an organisation paid is for a person to judge.
    pub fn proves_payment_to(&self, shortcode: &Shortcode) -> bool {
        self.status == ReceiptStatus::Completed
            && self.credit_party.as_ref() == Some(shortcode)
            && self.debit_party.is_none()
    }
}

/// The values of one key, in their order; one parameter may stand without an array.
pub(super) fn values(result: &Value, key: &'static str) -> impl Iterator<Item = String> {
    let parameters = result
        .get("ResultParameters")
        .and_then(|parameters| parameters.get("ResultParameter"));
    let list = match parameters {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => core::slice::from_ref(one),
        None => &[],
    };
    list.iter()
        .filter(move |item| item.get("Key").and_then(Value::as_str) == Some(key))
        .filter_map(|item| wire::field(item, "Value"))
}

/// `254708374149 - A NAME`: the number alone.
fn number_of(party: &str) -> String {
    let number = party.split_once('-').map_or(party, |(number, _)| number);
    number.trim().to_owned()
}

fn status(code: &ResultCode, result: &Value, state: Option<String>) -> ReceiptStatus {
    // "The transaction receipt number does not exist.": told by integrators, not documented.
    const NO_SUCH_RECEIPT: &str = "2032";
    match state {
        Some(state) if code.is_success() && state.trim() == "Completed" => ReceiptStatus::Completed,
        Some(state) if code.is_success() => ReceiptStatus::Other(wire::cut(&state, 40)),
        Some(_) | None if code.as_str() == NO_SUCH_RECEIPT => ReceiptStatus::NotFound,
        Some(_) | None => {
            let text = wire::field(result, "ResultDesc").unwrap_or_default();
            ReceiptStatus::Other(format!("{code} {}", wire::cut(&text, 120)))
        }
    }
}
