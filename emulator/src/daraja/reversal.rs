//! `POST /mpesa/reversal/v1/request`: money goes back to its payer. Acknowledged at once, told later at `ResultURL`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};

use crate::{
    clock::{compact, in_nairobi},
    daraja::{
        answer,
        call::{self, Taken},
        fields::{Fields, invalid},
        initiator::{
            Ack, Declined, Initiator, Said, declined, item, item_of, result_url, scripted,
            transaction_id,
        },
        oauth,
    },
    emulation::Shared,
    notices::delivery::Notice,
    options::Merchant,
    result_codes::callback_desc,
    world::{
        World,
        call_script::{Api, Call},
        ledger::{FIRST_NAME, Reversal, Reversed, Transfer},
        messages::Message,
        sent::Kind,
        story::Refusal,
    },
};

/// A request as it is understood.
struct ReversalRequest {
    initiator: Initiator,
    /// The receipt of the payment.
    transaction_id: String,
    /// KES.
    amount_kes: u64,
    /// The organisation that was paid.
    receiver_party: String,
    result_url: String,
}

pub(crate) async fn request(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = match ReversalRequest::parse(&shared, &headers, &body) {
        Ok(request) => request,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let call = Call {
        api: Api::Reversal,
        shortcode: request.receiver_party.clone(),
        receipt: Some(request.transaction_id.clone()),
        amount: Some(request.amount_kes),
    };
    let merchant = shared.merchant(&request.receiver_party);
    let allowed = request.initiator.check(&shared);
    let now_ms = shared.clock.now_ms();
    call::play(&shared, call, |world, story| {
        let ack = Ack::new(
            world.ids.originator_id_v2(),
            world.ids.conversation_id(now_ms),
        );
        let outcome = allowed
            .and_then(|()| scripted(story, desc))
            .and_then(|()| reverse(world, &request, merchant, &ack, now_ms));
        if let Err((code, _)) = &outcome {
            world
                .memory
                .reversals
                .push(request.declined(code, &ack, now_ms));
        }
        Taken {
            answer: ack.response(),
            result: Some(Notice {
                kind: Kind::Reversal,
                url: request.result_url.clone(),
                business_short_code: None,
                body: result(&request, &ack, &outcome),
            }),
        }
    })
    .await
}

impl ReversalRequest {
    /// In the order of Safaricom's page, which spells `RecieverIdentifierType` so.
    fn parse(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("Initiator"))?;
        let initiator = Initiator::parse(&fields, "TransactionReversal")?;
        let transaction_id = fields.given("TransactionID")?;
        let amount_kes = fields.amount_kes().ok_or_else(|| invalid("Amount"))?;
        let receiver_party = fields.shortcode("ReceiverParty")?;
        if fields.given("RecieverIdentifierType")? != "11" {
            return Err(invalid("RecieverIdentifierType"));
        }
        Ok(Self {
            initiator,
            transaction_id,
            amount_kes,
            receiver_party,
            result_url: result_url(&fields)?,
        })
    }

    fn declined(&self, code: &str, ack: &Ack, at_ms: u64) -> Reversal {
        Reversal {
            receipt: None,
            original_receipt: self.transaction_id.clone(),
            amount_kes: self.amount_kes,
            msisdn: None,
            shortcode: self.receiver_party.clone(),
            at_ms,
            code: code.to_owned(),
            originator_conversation_id: ack.originator_conversation_id.clone(),
            conversation_id: ack.conversation_id.clone(),
        }
    }
}

/// What a reversal that was done says.
struct Done {
    receipt: String,
    transfer: Transfer,
    merchant_name: String,
    /// KES, of the shortcode afterwards.
    balance_kes: u64,
    at_ms: u64,
}

/// Moves the money, unless M-PESA declines. Daraja, Reversal, "Result codes", except for what is too much.
fn reverse(
    world: &mut World,
    request: &ReversalRequest,
    merchant: Option<&Merchant>,
    ack: &Ack,
    at_ms: u64,
) -> Result<Done, Declined> {
    let usual = |code: &str| declined(code, desc(code));
    let merchant = merchant.ok_or_else(|| usual("R000002"))?;
    let party_b = merchant.payee.party_b();
    let balance_kes = world.utility_kes(party_b);
    let mut ledger = world.memory.ledger.iter_mut();
    let transfer = ledger
        .find(|it| it.receipt == request.transaction_id && it.shortcode == party_b)
        .ok_or_else(|| usual("R000002"))?;
    if transfer.reversed.reversed_kes > 0 {
        return Err(usual("R000001"));
    }
    if request.amount_kes > transfer.amount_kes {
        return Err(usual("3")); // no page says what more than was paid ends in
    }
    let balance_kes = balance_kes
        .checked_sub(request.amount_kes)
        .ok_or_else(|| usual("1"))?;
    let receipt = world.ids.receipt();
    transfer.reversed = Reversed {
        reversed_kes: request.amount_kes,
        reversal_receipt: Some(receipt.clone()),
        reversed_at_ms: Some(at_ms),
    };
    let transfer = transfer.clone();
    world.memory.reversals.push(Reversal {
        receipt: Some(receipt.clone()),
        msisdn: Some(transfer.msisdn.clone()),
        shortcode: transfer.shortcode.clone(),
        ..request.declined("0", ack, at_ms)
    });
    world
        .memory
        .messages
        .push(message(&transfer, &receipt, request.amount_kes, at_ms));
    Ok(Done {
        receipt,
        transfer,
        merchant_name: merchant.name.clone(),
        balance_kes,
        at_ms,
    })
}

/// The payer's SMS.
fn message(transfer: &Transfer, receipt: &str, amount_kes: u64, at_ms: u64) -> Message {
    let time = in_nairobi(at_ms).strftime("%-d/%-m/%y at %-I:%M %p");
    let of = &transfer.receipt;
    Message {
        msisdn: transfer.msisdn.clone(),
        at_ms,
        text: format!(
            "{receipt} Confirmed. Transaction {of} has been reversed. You have received Ksh{amount_kes}.00 on {time}."
        ),
        receipt: Some(receipt.to_owned()),
    }
}

fn result(request: &ReversalRequest, ack: &Ack, outcome: &Result<Done, Declined>) -> String {
    let (code, desc, own_id, parameters) = match outcome {
        Ok(done) => {
            let items = Some(items(request, done));
            ("0", callback_desc("0"), done.receipt.clone(), items)
        }
        Err((code, desc)) => {
            let own_id = transaction_id(&request.transaction_id);
            (code.as_str(), desc.as_str(), own_id, None)
        }
    };
    ack.result(&Said {
        code,
        desc,
        transaction_id: &own_id,
        parameters,
        queue: "reversalresults",
        is_text: false,
    })
}

fn items(request: &ReversalRequest, done: &Done) -> Vec<String> {
    let Done {
        transfer,
        merchant_name,
        balance_kes,
        at_ms,
        ..
    } = done;
    let balance = format!("Utility Account|KES|{balance_kes}.00|{balance_kes}.00|0.00|0.00");
    vec![
        item("DebitAccountBalance", &balance),
        item_of("Amount", &format!("{}.00", request.amount_kes)),
        item_of("TransCompletedTime", &compact(*at_ms)),
        item("OriginalTransactionID", &transfer.receipt),
        item_of("Charge", "0.00"),
        item(
            "CreditPartyPublicName",
            &format!("{} - {FIRST_NAME}", transfer.msisdn),
        ),
        item(
            "DebitPartyPublicName",
            &format!("{} - {merchant_name}", transfer.shortcode),
        ),
    ]
}

/// Daraja, Reversal, "Result codes", where they differ from those of a push.
fn desc(code: &str) -> &'static str {
    match code {
        "11" => "The DebitParty is in an invalid state.",
        "21" => "The initiator is not allowed to initiate this request.",
        "2006" => "Declined due to account rule.",
        "R000001" => "The transaction has already been reversed.",
        "R000002" => "The OriginalTransactionID is invalid.",
        code => callback_desc(code),
    }
}
