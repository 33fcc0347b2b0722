//! The C2B confirmation: what a merchant with registered URLs hears of every payment, by push or by hand.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    clock::compact,
    notices::delivery::Notice,
    options::{Merchant, Payee},
    world::{
        World,
        ledger::{FIRST_NAME, Transfer},
        push::{Outcome, Push},
        registration::{Registration, Version},
        sent::Kind,
    },
};

/// The echo of a push that was paid; `None` without registered URLs.
pub(crate) fn of_push(world: &World, push: &Push) -> Option<Notice> {
    match push.outcome.as_ref()? {
        Outcome::Paid { at_ms } => of(world, &push.merchant, &push.payment(*at_ms)),
        Outcome::Declined { .. } => None,
    }
}

/// The confirmation of money that moved; `None` without registered URLs.
pub(crate) fn of(world: &World, merchant: &Merchant, transfer: &Transfer) -> Option<Notice> {
    let registration = world.registration(&merchant.payee)?;
    let balance = format!("{}.00", world.balance_kes(transfer));
    Some(Notice {
        kind: Kind::C2bConfirmation,
        url: registration.confirmation_url.clone(),
        business_short_code: None,
        body: body(registration, &merchant.payee, transfer, balance),
    })
}

/// The body that validation and confirmation share. The validation's `OrgAccountBalance` is blank.
pub(crate) fn body(
    registration: &Registration,
    payee: &Payee,
    transfer: &Transfer,
    org_account_balance: String,
) -> String {
    let transaction_type = match payee {
        Payee::PayBill { .. } => "Pay Bill",
        Payee::Till { .. } => "Customer Merchant Payment", // seen on the wire; the page says "Buy Goods"
    };
    let bill_ref_number = match payee {
        Payee::PayBill { .. } => transfer.account_reference.as_str(),
        Payee::Till { .. } => "",
    };
    let (msisdn, last_name) = match registration.version {
        Version::V1 => (hashed(&transfer.msisdn), None), // seen on the wire: the first name is the only one
        Version::V2 => (masked(&transfer.msisdn), Some("")),
    };
    let body = Body {
        transaction_type,
        trans_id: &transfer.receipt,
        trans_time: compact(transfer.at_ms),
        trans_amount: format!("{}.00", transfer.amount_kes),
        business_short_code: &registration.shortcode,
        bill_ref_number,
        invoice_number: "",
        org_account_balance,
        third_party_trans_id: &transfer.third_party_trans_id,
        msisdn,
        first_name: FIRST_NAME,
        middle_name: last_name,
        last_name,
    };
    serde_json::to_string(&body).unwrap_or_default()
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "TransactionType")]
    transaction_type: &'a str,
    #[serde(rename = "TransID")]
    trans_id: &'a str,
    #[serde(rename = "TransTime")]
    trans_time: String,
    #[serde(rename = "TransAmount")]
    trans_amount: String,
    #[serde(rename = "BusinessShortCode")]
    business_short_code: &'a str,
    #[serde(rename = "BillRefNumber")]
    bill_ref_number: &'a str,
    #[serde(rename = "InvoiceNumber")]
    invoice_number: &'a str,
    #[serde(rename = "OrgAccountBalance")]
    org_account_balance: String,
    #[serde(rename = "ThirdPartyTransID")]
    third_party_trans_id: &'a str,
    #[serde(rename = "MSISDN")]
    msisdn: String,
    #[serde(rename = "FirstName")]
    first_name: &'a str,
    #[serde(rename = "MiddleName", skip_serializing_if = "Option::is_none")]
    middle_name: Option<&'a str>,
    #[serde(rename = "LastName", skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
}

const MASK: &str = " ***** ";

/// Like `2547 ***** 126`.
fn masked(msisdn: &str) -> String {
    let (first, last) = (msisdn.get(..4), msisdn.get(9..));
    first.unwrap_or_default().to_owned() + MASK + last.unwrap_or_default()
}

/// The SHA-256 in hexadecimal, with 5 characters in the middle hidden: 34, the mask, 25.
fn hashed(msisdn: &str) -> String {
    let digest = Sha256::digest(msisdn);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let (first, last) = (hex.get(..34), hex.get(39..));
    first.unwrap_or_default().to_owned() + MASK + last.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payer_s_number_is_masked_or_hashed() {
        assert_eq!(masked("254708374126"), "2547 ***** 126");
        // printf 254708374126 | sha256sum
        assert_eq!(
            hashed("254708374126"),
            "ed426718a85f471190b041cae176bfbeed ***** d7d18481af31ca0ffd98dd8ac"
        );
    }
}
