//! `/pulltransactions/v1/register` and `/query`: what a shortcode was paid in the last 48 hours, heard of or not.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jiff::civil::DateTime;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    clock::in_nairobi,
    daraja::{
        answer::{self, NO_STORE},
        call::{self, Taken},
        fields::{Fields, invalid, is_absolute_url},
        oauth,
    },
    emulation::Shared,
    options::{Merchant, Payee},
    world::{
        World,
        call_script::{Api, Call},
        ledger::{FIRST_NAME, Transfer},
        story::Refusal,
    },
};

/// Daraja, Pull Transactions, "Overview".
const KEPT_MS: u64 = 48 * 3_600_000;

pub(crate) async fn register(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (shortcode, merchant) = match registered(&shared, &headers, &body) {
        Ok(registered) => registered,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let (id, is_new) = shared.change(|world| {
        let party_b = merchant.payee.party_b().to_owned();
        (world.ids.originator_id(), world.pulled.insert(party_b))
    });
    let (status, description) = if is_new {
        ("1000", "Shortcode Registered Successfully")
    } else {
        ("1001", "ShortCode already Registered")
    };
    let body = json!({
        "ResponseRefID": id, "ResponseStatus": status, "ShortCode": shortcode, "ResponseDescription": description,
    });
    ([NO_STORE], Json(body)).into_response()
}

fn registered<'a>(
    shared: &'a Shared,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(String, &'a Merchant), Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body).map_err(|_| invalid("ShortCode"))?;
    let shortcode = fields.shortcode("ShortCode")?;
    if fields.given("RequestType")? != "Pull" {
        return Err(invalid("RequestType"));
    }
    fields.given("NominatedNumber")?;
    if !is_absolute_url(&fields.given("CallBackURL")?) {
        return Err(invalid("CallBackURL"));
    }
    let merchant = shared.merchant(&shortcode).ok_or_else(no_merchant)?;
    Ok((shortcode, merchant))
}

fn no_merchant() -> Refusal {
    Refusal::new(500, "500.001.1001", "Merchant does not exist")
}

/// Payments between two times, from the one numbered `offset` on.
struct Window {
    shortcode: String,
    start: DateTime,
    end: DateTime,
    offset: usize,
}

pub(crate) async fn query(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let checked = Window::parse(&shared, &headers, &body);
    let (window, merchant) = match checked {
        Ok(checked) => checked,
        Err(refusal) => return answer::refusal(&shared, &refusal),
    };
    let call = Call {
        api: Api::Pull,
        shortcode: window.shortcode.clone(),
        receipt: None,
        amount: None,
    };
    let now_ms = shared.clock.now_ms();
    call::play(&shared, call, |world, _story| {
        let id = world.ids.originator_id();
        let rows = window.rows(world, merchant, now_ms);
        let (code, message) = if rows.is_empty() {
            ("1001", "No transactions found")
        } else {
            ("1000", "Success")
        };
        // A list of lists: so is Safaricom's.
        let body = json!({
            "ResponseRefID": id, "ResponseCode": code, "ResponseMessage": message, "Response": [rows],
        });
        Taken {
            answer: ([NO_STORE], Json(body)).into_response(),
            result: None,
        }
    })
    .await
}

impl Window {
    fn parse<'a>(
        shared: &'a Shared,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(Self, &'a Merchant), Refusal> {
        oauth::authorize(shared, headers)?;
        let fields = Fields::parse(headers, body).map_err(|_| invalid("ShortCode"))?;
        let shortcode = fields.shortcode("ShortCode")?;
        let time = |key: &str| time(&fields.given(key)?).ok_or_else(|| invalid(key));
        let (start, end) = (time("StartDate")?, time("EndDate")?);
        let offset = fields.given("OffSetValue")?.parse();
        let offset = offset.map_err(|_| invalid("OffSetValue"))?;
        let merchant = shared.merchant(&shortcode).ok_or_else(no_merchant)?;
        if !shared.world().pulled.contains(merchant.payee.party_b()) {
            // No page says what a query before the registration is answered.
            return Err(Refusal::new(
                500,
                "500.003.1001",
                "Shortcode is not registered",
            ));
        }
        let window = Self {
            shortcode,
            start,
            end,
            offset,
        };
        Ok((window, merchant))
    }

    fn rows(&self, world: &World, merchant: &Merchant, now_ms: u64) -> Vec<Value> {
        let oldest_ms = now_ms.saturating_sub(KEPT_MS);
        let is_asked = |transfer: &&Transfer| {
            let at = in_nairobi(transfer.at_ms).datetime();
            transfer.shortcode == merchant.payee.party_b()
                && transfer.at_ms >= oldest_ms
                && (self.start..=self.end).contains(&at)
                && !world.is_hidden(&Call {
                    api: Api::Pull,
                    shortcode: transfer.shortcode.clone(),
                    receipt: Some(transfer.receipt.clone()),
                    amount: Some(transfer.amount_kes),
                })
        };
        let mut found: Vec<_> = world.memory.ledger.iter().filter(is_asked).collect();
        found.sort_by_key(|transfer| transfer.at_ms);
        let rows_max = usize::try_from(world.settings.pull_rows).unwrap_or(usize::MAX);
        let asked = found.into_iter().skip(self.offset).take(rows_max);
        asked.map(|transfer| row(transfer, merchant)).collect()
    }
}

/// `2020-08-04 8:36:00`, and `2020-08-16 10:10:000` as the page has it.
fn time(text: &str) -> Option<DateTime> {
    let (date, time) = text.trim().split_once(' ')?;
    let numbers = |text: &str, by| -> Option<Vec<i16>> {
        text.split(by).map(|number| number.parse().ok()).collect()
    };
    let (&[year, month, day], &[hour, minute, second]) =
        (&numbers(date, '-')?[..], &numbers(time, ':')?[..])
    else {
        return None;
    };
    let small = |number: i16| i8::try_from(number).ok();
    DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .ok()
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "transactionId")]
    transaction_id: &'a str,
    #[serde(rename = "trxDate")]
    trx_date: String,
    msisdn: u64,
    sender: &'a str,
    transactiontype: &'a str,
    billreference: &'a str,
    amount: String,
    organizationname: &'a str,
}

fn row(transfer: &Transfer, merchant: &Merchant) -> Value {
    let (transactiontype, billreference) = match merchant.payee {
        Payee::PayBill { .. } => ("c2b-pay-bill-debit", transfer.account_reference.as_str()),
        Payee::Till { .. } => ("c2b-buy-goods-debit", ""),
    };
    let row = Row {
        transaction_id: &transfer.receipt,
        // East African Time as everywhere, with the sample's Z; no page says which zone it means.
        trx_date: in_nairobi(transfer.at_ms)
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
        msisdn: transfer.msisdn.parse().unwrap_or_default(),
        sender: FIRST_NAME,
        transactiontype,
        billreference,
        amount: format!("{}.00", transfer.amount_kes),
        organizationname: &merchant.name,
    };
    json!(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_page_writes_them() {
        let expected = jiff::civil::date(2020, 8, 16).at(10, 10, 0, 0);
        assert_eq!(time("2020-08-16 10:10:000"), Some(expected));
        assert_eq!(time("2020-8-16 10:10:00"), Some(expected));
        assert_eq!(time("2020-13-16 10:10:00"), None);
        assert_eq!(time("16/08/2020"), None);
    }
}
