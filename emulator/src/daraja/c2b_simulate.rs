//! `POST /mpesa/c2b/v1/simulate` (and v2): a customer who pays by hand, as the sandbox plays it. Production has no such call.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    daraja::{
        answer::{self, NO_STORE},
        call::{self, Taken},
        fields::{Fields, invalid},
        oauth,
    },
    emulation::Shared,
    options::Payee,
    people::pay::{self, Payment, Typed},
    world::{
        call_script::{Api, Call},
        sent::Copies,
        story::Refusal,
    },
};

pub(crate) async fn simulate(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (payment, call) = match checked(&shared, &headers, &body) {
        Ok(checked) => checked,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let payer = Arc::clone(&shared);
    call::play(&shared, call, |world, _story| {
        let (said, _nobody_asks) = oneshot::channel();
        payer.spawn(pay::play(Arc::clone(&payer), payment, said));
        let body = json!({
            "OriginatorCoversationID": world.ids.originator_id_v2(), // Daraja's own spelling
            "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        });
        Taken {
            answer: ([NO_STORE], Json(body)).into_response(),
            result: None,
        }
    })
    .await
}

fn checked(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<(Payment, Call), Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body).map_err(|_| invalid("ShortCode"))?;
    let shortcode = fields.shortcode("ShortCode")?;
    let command_id = fields.given("CommandID")?;
    let amount_kes = fields.amount_kes().ok_or_else(|| invalid("Amount"))?;
    let msisdn = fields.msisdn("Msisdn")?;
    let merchant = shared
        .merchant(&shortcode)
        .ok_or_else(|| Refusal::new(500, "500.001.1001", "Merchant does not exist"))?;
    let account_reference = match (&merchant.payee, command_id.as_str()) {
        (Payee::PayBill { .. }, "CustomerPayBillOnline") => Some(fields.given("BillRefNumber")?),
        (Payee::Till { .. }, "CustomerBuyGoodsOnline") => None,
        _ => return Err(invalid("CommandID")),
    };
    let typed = Typed {
        msisdn,
        shortcode: merchant.payee.party_b().to_owned(),
        account_reference,
        amount_kes,
        pin: None,
        at_ms: None,
        confirm: Copies::default(),
    };
    let payment = pay::begin(shared, typed).map_err(|_| invalid("BillRefNumber"))?;
    let call = Call {
        api: Api::C2bSimulate,
        shortcode,
        receipt: None,
        amount: Some(amount_kes),
    };
    Ok((payment, call))
}
