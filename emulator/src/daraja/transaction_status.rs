//! `POST /mpesa/transactionstatus/v1/query`: acknowledged at once, answered later at the caller's `ResultURL`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    clock::{compact, in_nairobi},
    daraja::{
        answer,
        call::{self, Taken},
        fields::{Fields, invalid},
        initiator::{
            Ack, Declined, Initiator, declined, item, result_url, scripted, transaction_id,
            valueless,
        },
        oauth,
    },
    emulation::Shared,
    notices::{callback::json_code, delivery::Notice},
    options::{Merchant, Payee},
    result_codes::callback_desc,
    world::{
        World,
        call_script::{Api, Call},
        ledger::{FIRST_NAME, Reversal, Transfer},
        sent::Kind,
        story::Refusal,
    },
};

/// A query as it is understood.
struct StatusRequest {
    initiator: Initiator,
    /// A receipt; may be empty if the other is given.
    transaction_id: String,
    /// The `OriginatorConversationID` of what was asked for by API.
    original_conversation_id: String,
    party_a: String,
    result_url: String,
    occasion: String,
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
    let call = Call {
        api: Api::TransactionStatus,
        shortcode: request.party_a.clone(),
        receipt: Some(request.transaction_id.clone()),
        amount: None,
    };
    let merchant = shared.merchant(&request.party_a);
    let allowed = request.initiator.check(&shared);
    let now_ms = shared.clock.now_ms();
    call::play(&shared, call, |world, story| {
        let ack = Ack::new(world.ids.originator_id(), world.ids.conversation_id(now_ms));
        let found = allowed
            .and_then(|()| scripted(story, callback_desc))
            .and_then(|()| found(world, &request, merchant));
        Taken {
            answer: ack.response(),
            result: Some(Notice {
                kind: Kind::TransactionStatus,
                url: request.result_url.clone(),
                business_short_code: None,
                body: result(&request, &ack, found),
            }),
        }
    })
    .await
}

impl StatusRequest {
    /// In the order of Safaricom's page.
    fn parse(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("Initiator"))?;
        let initiator = Initiator::parse(&fields, "TransactionStatusQuery")?;
        let original_conversation_id = fields.text("OriginalConversationID").unwrap_or_default();
        let transaction_id = match fields.given("TransactionID") {
            Err(_) if !original_conversation_id.is_empty() => String::new(),
            given => given?,
        };
        let party_a = fields.shortcode("PartyA")?;
        // A number, a till, an organisation.
        if !matches!(fields.given("IdentifierType")?.as_str(), "1" | "2" | "4") {
            return Err(invalid("IdentifierType"));
        }
        Ok(Self {
            initiator,
            transaction_id,
            original_conversation_id,
            party_a,
            result_url: result_url(&fields)?,
            occasion: fields.text("Occasion").unwrap_or_default(),
        })
    }
}

/// The body of the result, by hand in Daraja's order: one key comes twice.
fn result(request: &StatusRequest, ack: &Ack, found: Result<Vec<String>, Declined>) -> String {
    let (code, desc, parameters) = match found {
        Ok(items) => {
            let items = items.join(",");
            let parameters = format!("\"ResultParameters\":{{\"ResultParameter\":[{items}]}},");
            ("0".to_owned(), callback_desc("0").to_owned(), parameters)
        }
        Err((code, desc)) => (code, desc, String::new()),
    };
    let occasion = match request.occasion.as_str() {
        "" => valueless("Occasion"),
        occasion => item("Occasion", occasion),
    };
    format!(
        "{{\"Result\":{{\"ConversationID\":{},\"OriginatorConversationID\":{},\"ReferenceData\":{{\"ReferenceItem\":\
         {occasion}}},\"ResultCode\":{},\"ResultDesc\":{},{parameters}\"ResultType\":0,\"TransactionID\":{}}}}}",
        json!(ack.conversation_id),
        json!(ack.originator_conversation_id),
        json_code(&code),
        json!(desc),
        json!(transaction_id(&request.transaction_id)),
    )
}

/// The payment or the reversal, if `PartyA` received or sent it.
fn found(
    world: &World,
    request: &StatusRequest,
    merchant: Option<&Merchant>,
) -> Result<Vec<String>, Declined> {
    // Not documented for this call; the page of reversals has this code for an id that is none.
    let nothing = || declined("R000002", "The TransactionID is invalid.");
    let merchant = merchant.ok_or_else(nothing)?;
    let mut ledger = world.memory.ledger.iter();
    let transfer = ledger.find(|transfer| {
        transfer.receipt == request.transaction_id && transfer.shortcode == merchant.payee.party_b()
    });
    let mut reversals = world.memory.reversals.iter();
    let reversal = reversals.find(|reversal| {
        let is_it = reversal.receipt.as_ref() == Some(&request.transaction_id)
            || reversal.originator_conversation_id == request.original_conversation_id;
        is_it && merchant.payee.is_called(&reversal.shortcode)
    });
    match (transfer, reversal) {
        (Some(transfer), _) => Ok(items(transfer, merchant)),
        (None, Some(reversal)) => Ok(items_of_reversal(reversal, merchant)),
        (None, None) => Err(nothing()),
    }
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

/// The same parameters for money that went back: no page shows them, so the values are guesses but for amount, state,
/// ids and receipt. A declined reversal has no receipt.
fn items_of_reversal(reversal: &Reversal, merchant: &Merchant) -> Vec<String> {
    let time = compact(reversal.at_ms);
    let shop = format!("{} - {}", merchant.payee.party_b(), merchant.name);
    let customer = reversal.msisdn.as_ref().map_or_else(
        || valueless("DebitPartyName"),
        |msisdn| item("DebitPartyName", &format!("{msisdn} - {FIRST_NAME}")),
    );
    let (status, receipt) = match &reversal.receipt {
        Some(receipt) => ("Completed", item("ReceiptNo", receipt)),
        None => ("Declined", valueless("ReceiptNo")),
    };
    vec![
        item("DebitPartyName", &shop),
        customer,
        item(
            "OriginatorConversationID",
            &reversal.originator_conversation_id,
        ),
        item("InitiatedTime", &time),
        item("DebitAccountType", "Utility Account"),
        valueless("DebitPartyCharges"),
        valueless("TransactionReason"),
        item("ReasonType", "Transaction Reversal"),
        item("TransactionStatus", status),
        item("FinalisedTime", &time),
        item("Amount", &reversal.amount_kes.to_string()),
        item("ConversationID", &reversal.conversation_id),
        receipt,
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
