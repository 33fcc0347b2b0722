//! `POST /mpesa/transactionstatus/v1/query`: acknowledged at once, answered later at the caller's `ResultURL`.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    answer::{self, NO_STORE},
    c2b_confirmation::FIRST_NAME,
    callback::json_code,
    clock::{compact, in_nairobi},
    delivery::{Kind, Notice},
    oauth,
    options::{Merchant, Payee},
    push_request::{Fields, invalid, is_callback_url},
    result_codes::callback_desc,
    shared::Shared,
    story::Refusal,
    world::Transfer,
};

/// A query as it is understood. `SecurityCredential` is checked to be base64 and not opened.
struct StatusRequest {
    initiator: String,
    transaction_id: String,
    party_a: String,
    result_url: String,
    occasion: String,
}

/// The ids of one query.
#[derive(Serialize)]
struct Ack {
    #[serde(rename = "OriginatorConversationID")]
    originator_conversation_id: String,
    #[serde(rename = "ConversationID")]
    conversation_id: String,
    #[serde(rename = "ResponseCode")]
    response_code: &'static str,
    #[serde(rename = "ResponseDescription")]
    response_description: &'static str,
}

pub(crate) async fn query(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = match StatusRequest::parse(&shared, &headers, &body) {
        Ok(request) => request,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let now_ms = shared.clock.now_ms();
    let (ack, copies) = shared.change(|world| {
        let ack = Ack {
            originator_conversation_id: world.ids.originator_id(),
            conversation_id: world.ids.conversation_id(now_ms),
            response_code: "0",
            response_description: "Accept the service request successfully.",
        };
        (ack, world.settings.status_result)
    });
    let notice = Notice {
        kind: Kind::TransactionStatus,
        url: request.result_url.clone(),
        business_short_code: None,
        body: result(&shared, &request, &ack),
    };
    let sender = Arc::clone(&shared);
    shared.spawn(async move { notice.send(&sender, now_ms, copies, None).await });
    ([NO_STORE], Json(ack)).into_response()
}

impl StatusRequest {
    /// In the order of Safaricom's page.
    fn parse(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("Initiator"))?;
        let given = |key: &str| {
            let text = fields.text(key).filter(|text| !text.is_empty());
            text.ok_or_else(|| invalid(key))
        };
        let initiator = given("Initiator")?;
        BASE64_STANDARD
            .decode(given("SecurityCredential")?)
            .map_err(|_| invalid("SecurityCredential"))?;
        if given("CommandID")? != "TransactionStatusQuery" {
            return Err(invalid("CommandID"));
        }
        let transaction_id = given("TransactionID")?;
        let party_a = fields.shortcode("PartyA")?;
        // A number, a till, an organisation.
        if !matches!(given("IdentifierType")?.as_str(), "1" | "2" | "4") {
            return Err(invalid("IdentifierType"));
        }
        let url = |key: &str| {
            let url = given(key).ok().filter(|url| is_callback_url(url));
            url.ok_or_else(|| invalid(key))
        };
        let result_url = url("ResultURL")?;
        url("QueueTimeOutURL")?;
        given("Remarks")?;
        Ok(Self {
            initiator,
            transaction_id,
            party_a,
            result_url,
            occasion: fields.text("Occasion").unwrap_or_default(),
        })
    }
}

/// The body of the result, by hand in Daraja's order: one key comes twice.
fn result(shared: &Shared, request: &StatusRequest, ack: &Ack) -> String {
    let is_initiator = |initiator: &String| *initiator == request.initiator;
    let found = if shared.options.initiator.as_ref().is_none_or(is_initiator) {
        // Not documented for this call; the page of reversals has this code for an id that is none.
        transfer(shared, request).ok_or(("R000002", "The TransactionID is invalid."))
    } else {
        Err(("2001", callback_desc("2001")))
    };
    let (code, desc, parameters) = match found {
        Ok((transfer, merchant)) => {
            let items = items(&transfer, merchant).join(",");
            let parameters = format!("\"ResultParameters\":{{\"ResultParameter\":[{items}]}},");
            ("0", callback_desc("0"), parameters)
        }
        Err((code, desc)) => (code, desc, String::new()),
    };
    let occasion = match request.occasion.as_str() {
        "" => valueless("Occasion"),
        occasion => item("Occasion", occasion),
    };
    // The query is a transaction of its own: its id is not the receipt.
    let first: String = request.transaction_id.chars().take(3).collect();
    format!(
        "{{\"Result\":{{\"ConversationID\":{},\"OriginatorConversationID\":{},\"ReferenceData\":{{\"ReferenceItem\":\
         {occasion}}},\"ResultCode\":{},\"ResultDesc\":{},{parameters}\"ResultType\":0,\"TransactionID\":{}}}}}",
        json!(ack.conversation_id),
        json!(ack.originator_conversation_id),
        json_code(code),
        json!(desc),
        json!(first + "0000000"),
    )
}

/// The transaction, if `PartyA` received it.
fn transfer<'a>(shared: &'a Shared, request: &StatusRequest) -> Option<(Transfer, &'a Merchant)> {
    let mut merchants = shared.options.merchants.iter();
    let merchant = merchants.find(|merchant| merchant.payee.is_called(&request.party_a))?;
    let world = shared.world();
    let mut ledger = world.memory.ledger.iter();
    let transfer = ledger.find(|transfer| {
        transfer.receipt == request.transaction_id && transfer.shortcode == merchant.payee.party_b()
    })?;
    Some((transfer.clone(), merchant))
}

fn items(transfer: &Transfer, merchant: &Merchant) -> Vec<String> {
    let time = compact(transfer.at_ms);
    let customer = format!("{} - {FIRST_NAME}", transfer.msisdn);
    let shop = format!("{} - {}", transfer.shortcode, merchant.name);
    let (originator_id, conversation_id) = original_ids(transfer);
    let reason = match merchant.payee {
        Payee::PayBill { .. } => "Pay Bill Online",
        Payee::Till { .. } => "Customer Merchant Payment",
    };
    vec![
        item("DebitPartyName", &customer),
        item("DebitPartyName", &shop), // the sample's own second: the party that was paid
        item("OriginatorConversationID", &originator_id),
        item("InitiatedTime", &time),
        item("DebitAccountType", "MMF Account For Customer"),
        valueless("DebitPartyCharges"),
        valueless("TransactionReason"),
        item("ReasonType", reason),
        item("TransactionStatus", "Completed"),
        item("FinalisedTime", &time),
        item("Amount", &transfer.amount_kes.to_string()),
        item("ConversationID", &conversation_id),
        item("ReceiptNo", &transfer.receipt),
    ]
}

/// The ids of the payment itself: from its receipt, so that asking again tells the same and draws nothing.
fn original_ids(transfer: &Transfer) -> (String, String) {
    let digest = Sha256::digest(&transfer.receipt);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let day = in_nairobi(transfer.at_ms).strftime("%Y%m%d");
    let (first, second) = digest.iter().fold((0_u64, 0_u64), |(first, second), byte| {
        let byte = u64::from(*byte);
        (
            (first * 31 + byte) % 9_000,
            (second * 37 + byte) % 90_000_000,
        )
    });
    let originator_id = format!("{}-{}-1", first + 1_000, second + 10_000_000);
    let conversation_id = format!("AG_{day}_{}", hex.get(..20).unwrap_or_default());
    (originator_id, conversation_id)
}

fn item(key: &str, value: &str) -> String {
    format!("{{\"Key\":\"{key}\",\"Value\":{}}}", json!(value))
}

fn valueless(key: &str) -> String {
    format!("{{\"Key\":\"{key}\"}}")
}
