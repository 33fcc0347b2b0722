//! `POST /mpesa/accountbalance/v1/query`: what a shortcode has, told later at `ResultURL`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};

use crate::{
    clock::compact,
    daraja::{
        answer,
        call::{self, Taken},
        fields::{Fields, invalid},
        initiator::{
            Ack, Declined, Initiator, Said, declined, item, result_url, scripted, transaction_id,
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
        movements::{charged_cents, shillings},
        sent::Kind,
        story::Refusal,
    },
};

/// A query as it is understood.
struct BalanceRequest {
    initiator: Initiator,
    party_a: String,
    result_url: String,
}

pub(crate) async fn query(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = match BalanceRequest::parse(&shared, &headers, &body) {
        Ok(request) => request,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let call = Call {
        api: Api::AccountBalance,
        shortcode: request.party_a.clone(),
        receipt: None,
        amount: None,
    };
    let merchant = shared.merchant(&request.party_a);
    let allowed = request.initiator.check(&shared);
    let now_ms = shared.clock.now_ms();
    call::play(&shared, call, |world, story| {
        let ack = Ack::new(world.ids.originator_id(), world.ids.conversation_id(now_ms));
        let items = allowed
            .and_then(|()| scripted(story, callback_desc))
            .and_then(|()| merchant.ok_or_else(no_party))
            .map(|merchant| items(world, merchant, now_ms));
        Taken {
            answer: ack.response(),
            result: Some(Notice {
                kind: Kind::AccountBalance,
                url: request.result_url.clone(),
                business_short_code: None,
                body: result(&ack, items),
            }),
        }
    })
    .await
}

impl BalanceRequest {
    fn parse(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("Initiator"))?;
        let initiator = Initiator::parse(&fields, "AccountBalance")?;
        let party_a = fields.shortcode("PartyA")?;
        // A till, an organisation.
        if !matches!(fields.given("IdentifierType")?.as_str(), "2" | "4") {
            return Err(invalid("IdentifierType"));
        }
        Ok(Self {
            initiator,
            party_a,
            result_url: result_url(&fields)?,
        })
    }
}

/// Not documented for a shortcode that is none: the code of an inactive one.
fn no_party() -> Declined {
    declined("11", "The DebitParty is in an invalid state.")
}

/// ResultType and ResultCode are strings here, as in the page's sample.
fn result(ack: &Ack, items: Result<Vec<String>, Declined>) -> String {
    let (code, desc, parameters) = match items {
        Ok(items) => ("0".to_owned(), callback_desc("0").to_owned(), Some(items)),
        Err((code, desc)) => (code, desc, None),
    };
    ack.result(&Said {
        code: &code,
        desc: &desc,
        transaction_id: &transaction_id("OA9"),
        parameters,
        queue: "abresults",
        is_text: true,
    })
}

fn items(world: &World, merchant: &Merchant, now_ms: u64) -> Vec<String> {
    let party_b = merchant.payee.party_b();
    let account = |name: &str, amount: &str| format!("{name}|KES|{amount}|{amount}|0.00|0.00");
    let accounts = [
        account("Working Account", "0.00"),
        account("Float Account", "0.00"),
        account(
            "Utility Account",
            &format!("{}.00", world.utility_kes(party_b)),
        ),
        account(
            "Charges Paid Account",
            &shillings(charged_cents(world, merchant), false),
        ),
        account("Organization Settlement Account", "0.00"),
    ];
    vec![
        item("AccountBalance", &accounts.join("&")),
        item("BOCompletedTime", &compact(now_ms)),
    ]
}
