//! Reversal: giving a receipt's money back. It is asked for once; what became of it comes later, to an address of ours.
//! There is no idempotency key: what may have been taken is never sent again.

use super::{CallbackUrl, PaidAmount, Resend, SecurityCredential, body, gateway};
use super::{
    transaction_status::{SHORTCODE_TYPE, values},
    wire,
};
use malipo_shared::{Kes, MpesaReceipt, ResultCode, Shortcode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One reversal, before it is written for the wire.
#[derive(Debug)]
pub struct Reversal<'a> {
    /// The API user of the organisation; in Safaricom's portal it needs the role "Org Reversals Initiator".
    pub initiator: &'a str,
    /// That user's password, encrypted.
    pub security_credential: &'a SecurityCredential,
    /// The receipt whose money goes back.
    pub receipt: &'a MpesaReceipt,
    /// How much of it.
    pub amount: Kes,
    /// The shortcode that was paid.
    pub party: &'a Shortcode,
    /// Where the result goes.
    pub result_url: &'a CallbackUrl,
    /// Where it is told that the request waited too long in M-PESA's queue.
    pub timeout_url: &'a CallbackUrl,
}

/// A question about a reversal that M-PESA took: Transaction Status, by the request's own name.
#[derive(Debug)]
pub struct ReversalQuestion<'a> {
    /// As in [`Reversal`].
    pub initiator: &'a str,
    /// As in [`Reversal`].
    pub security_credential: &'a SecurityCredential,
    /// The reversal's `OriginatorConversationID`.
    pub conversation: &'a str,
    /// As in [`Reversal`].
    pub party: &'a Shortcode,
    /// Where the answer goes.
    pub result_url: &'a CallbackUrl,
}

/// What a reversal was answered with at once. None of these says that money went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReversalAck {
    /// It was taken: the result will come, or not.
    Accepted {
        /// Safaricom's name of the request; the result carries it.
        conversation_id: String,
        /// The other one.
        originator_conversation_id: String,
    },
    /// It was not taken, for certain; a new token may help, once. What was said, for the operator.
    TokenRefused(String),
    /// It was not taken, for certain. What was said, for the operator.
    Refused(String),
    /// Nobody knows. What was said, for the operator.
    Unknown(String),
}

/// A result, as far as it can be read. Names and balances are never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalResult {
    /// The outcome.
    pub code: ResultCode,
    /// M-PESA's words for it.
    pub text: String,
    /// Whether more messages are to follow: then it is no outcome yet.
    pub is_preliminary: bool,
    /// The reversal's own receipt.
    pub reversal: Option<MpesaReceipt>,
    /// The receipt whose money it is about, if that is told.
    pub original: Option<MpesaReceipt>,
    /// How much went back, if that is told.
    pub amount: Option<PaidAmount>,
    /// Safaricom's name of the request.
    pub conversation_id: Option<String>,
    /// The other one.
    pub originator_conversation_id: Option<String>,
}

/// A body that is no result of a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadReversalResult;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    initiator: &'a str,
    security_credential: &'a str,
    #[serde(rename = "CommandID")]
    command_id: &'static str,
    #[serde(rename = "TransactionID")]
    transaction_id: &'a str,
    amount: String,
    receiver_party: &'a str,
    #[serde(rename = "RecieverIdentifierType")]
    receiver_identifier_type: &'static str,
    #[serde(rename = "ResultURL")]
    result_url: &'a str,
    #[serde(rename = "QueueTimeOutURL")]
    timeout_url: &'a str,
    remarks: &'static str,
    occasion: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Question<'a> {
    initiator: &'a str,
    security_credential: &'a str,
    #[serde(rename = "CommandID")]
    command_id: &'static str,
    #[serde(rename = "OriginalConversationID")]
    original_conversation_id: &'a str,
    party_a: &'a str,
    identifier_type: &'static str,
    #[serde(rename = "ResultURL")]
    result_url: &'a str,
    #[serde(rename = "QueueTimeOutURL")]
    timeout_url: &'a str,
    remarks: &'static str,
    occasion: &'static str,
}

/// Daraja, Reversal, "RecieverIdentifierType": an organisation.
const ORGANISATION_TYPE: &str = "11";
/// Results after which nothing has moved. Daraja, Reversal, "Result codes", and M-Pesa Express for those they share. Every
/// other code leaves it open: `15`, a duplicate, may well mean that another of the same has moved.
const NOTHING_MOVED: [&str; 11] = [
    "1", "2", "3", "4", "8", "11", "21", "2001", "2006", "2028", "8006",
];
/// The same; and the receipt is one that M-PESA does not know, or whose money has gone back before.
const NOTHING_TO_MOVE: [&str; 2] = [REVERSED_ALREADY, "R000002"];
const REVERSED_ALREADY: &str = "R000001";

impl Reversal<'_> {
    /// The body of `POST /mpesa/reversal/v1/request`.
    pub fn encode(&self) -> String {
        let body = Body {
            initiator: self.initiator,
            security_credential: self.security_credential.as_str(),
            command_id: "TransactionReversal",
            transaction_id: self.receipt.as_str(),
            amount: self.amount.shillings().to_string(),
            receiver_party: self.party.as_str(),
            receiver_identifier_type: ORGANISATION_TYPE,
            result_url: self.result_url.as_str(),
            timeout_url: self.timeout_url.as_str(),
            remarks: "Refund",
            occasion: "Refund",
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

impl ReversalQuestion<'_> {
    /// The body of `POST /mpesa/transactionstatus/v1/query`.
    pub fn encode(&self) -> String {
        let body = Question {
            initiator: self.initiator,
            security_credential: self.security_credential.as_str(),
            command_id: "TransactionStatusQuery",
            original_conversation_id: self.conversation,
            party_a: self.party.as_str(),
            identifier_type: SHORTCODE_TYPE,
            result_url: self.result_url.as_str(),
            timeout_url: self.result_url.as_str(),
            remarks: "Refund",
            occasion: "Refund",
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Reads what a reversal was answered with at once. Where Safaricom only advises to try again, nobody knows.
pub fn decode_reversal_ack(http_status: u16, body: &[u8]) -> ReversalAck {
    match gateway::refusal(http_status, body) {
        Some((refusal, _)) if !refusal.is_proven => return ReversalAck::Unknown(refusal.detail),
        Some((refusal, Resend::WithFreshToken)) => {
            return ReversalAck::TokenRefused(refusal.detail);
        }
        Some((refusal, Resend::Never | Resend::AfterPause)) => {
            return ReversalAck::Refused(refusal.detail);
        }
        None => {}
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let said = wire::said(http_status, json.as_ref(), body);
    let Some(answer) = json.filter(|json| http_status == 200 && wire::fault(json).is_none()) else {
        return ReversalAck::Unknown(said);
    };
    let id = |name| wire::field(&answer, name).unwrap_or_default();
    match wire::field(&answer, "ResponseCode").as_deref() {
        Some("0") => ReversalAck::Accepted {
            conversation_id: id("ConversationID"),
            originator_conversation_id: id("OriginatorConversationID"),
        },
        // No other code is documented: it is no recognised refusal.
        Some(_) | None => ReversalAck::Unknown(said),
    }
}

impl ReversalResult {
    /// Reads a body. The code is a number on success and may be a text else; parameters are read by key.
    ///
    /// # Errors
    /// [`BadReversalResult`] when it is not JSON or holds no result code.
    pub fn decode(body: &[u8]) -> Result<ReversalResult, BadReversalResult> {
        let json = body::read(body).ok_or(BadReversalResult)?;
        let result = json.get("Result").ok_or(BadReversalResult)?;
        let code = wire::result_code(result).ok_or(BadReversalResult)?;
        let receipt = |text: &str| MpesaReceipt::parse(text.trim()).ok();
        let told = |key| values(result, key).next();
        let id = |name| wire::id(result, name);
        Ok(ReversalResult {
            code,
            text: wire::cut(&wire::field(result, "ResultDesc").unwrap_or_default(), 160),
            // Daraja, "ResultType": 1 is "waiting for further messages".
            is_preliminary: wire::field(result, "ResultType").is_some_and(|kind| kind != "0"),
            reversal: id("TransactionID").and_then(|id| receipt(&id)),
            original: told("OriginalTransactionID").and_then(|text| receipt(&text)),
            amount: told("Amount").map(|text| PaidAmount::parse(text.trim())),
            conversation_id: id("ConversationID"),
            originator_conversation_id: id("OriginatorConversationID"),
        })
    }

    /// Whether it says that the money went back.
    pub fn is_success(&self) -> bool {
        self.code.is_success() && !self.is_preliminary
    }

    /// Whether it says that nothing has moved.
    pub fn is_failure(&self) -> bool {
        let code = self.code.as_str();
        !self.is_preliminary && (NOTHING_MOVED.contains(&code) || NOTHING_TO_MOVE.contains(&code))
    }
}

/// Whether this code says that the receipt's money had gone back before.
pub fn is_reversed_already(code: &ResultCode) -> bool {
    code.as_str() == REVERSED_ALREADY
}
