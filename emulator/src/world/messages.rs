//! What a handset shows: prompts and SMS, in Safaricom's wording.

use serde::Serialize;

use crate::{
    clock::in_nairobi,
    options::{Merchant, Payee},
    world::{
        ledger::Transfer,
        push::{Outcome, Push, PushRequest},
    },
};

/// An SMS.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    #[serde(skip)]
    pub(crate) msisdn: String,
    pub(crate) at_ms: u64,
    pub(crate) text: String,
    pub(crate) receipt: Option<String>,
}

/// The prompt that asks for the PIN.
pub(crate) fn prompt_text(request: &PushRequest, merchant: &Merchant) -> String {
    let PushRequest {
        amount_kes,
        account_reference,
        ..
    } = request;
    let name = &merchant.name;
    match merchant.payee {
        Payee::PayBill { .. } => {
            format!(
                "Do you want to pay Ksh {amount_kes} to {name} Account no. {account_reference}? Enter M-PESA PIN:"
            )
        }
        Payee::Till { .. } => {
            format!("Do you want to pay Ksh {amount_kes} to {name}? Enter M-PESA PIN:")
        }
    }
}

impl Push {
    /// The SMS that M-PESA sends of an outcome, newest last; most declines bring none.
    pub(crate) fn message(&self, outcome: &Outcome) -> Option<Message> {
        let PushRequest {
            amount_kes, msisdn, ..
        } = &self.request;
        let name = &self.merchant.name;
        let (at_ms, text) = match outcome {
            Outcome::Paid { at_ms } => {
                return Some(paid_message(&self.merchant, &self.payment(*at_ms)));
            }
            Outcome::Declined { at_ms, code, .. } => {
                let text = match code.as_str() {
                    "1" => format!(
                        "Failed. You do not have enough money in your M-PESA account to pay Ksh{amount_kes}.00 to {name}."
                    ),
                    "2001" => "Failed. You have entered the wrong PIN.".to_owned(),
                    "8006" => "Failed. Your M-PESA PIN is locked.".to_owned(),
                    _ => return None,
                };
                (*at_ms, text)
            }
        };
        Some(Message {
            msisdn: msisdn.clone(),
            at_ms,
            text,
            receipt: None,
        })
    }
}

/// The SMS of money that moved.
pub(crate) fn paid_message(merchant: &Merchant, transfer: &Transfer) -> Message {
    let Transfer {
        receipt,
        amount_kes,
        account_reference,
        ..
    } = transfer;
    let name = &merchant.name;
    let time = in_nairobi(transfer.at_ms)
        .strftime("%-d/%-m/%y at %-I:%M %p")
        .to_string();
    let to = match merchant.payee {
        Payee::PayBill { .. } => format!("sent to {name} for account {account_reference}"),
        Payee::Till { .. } => format!("paid to {name}."),
    };
    Message {
        msisdn: transfer.msisdn.clone(),
        at_ms: transfer.at_ms,
        text: format!("{receipt} Confirmed. Ksh{amount_kes}.00 {to} on {time}."),
        receipt: Some(receipt.clone()),
    }
}
