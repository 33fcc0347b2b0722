//! Strangers: they know how M-PESA speaks and where, and have none of its secrets but the one of the C2B addresses, which may have leaked.

use super::mpesa::{BASE_URL, Mpesa};
use super::reversals::result;
use malipo_engine::daraja::Instant;
use serde_json::json;
use std::rc::Rc;

impl Mpesa {
    /// A callback of a payment's push, on its path with another secret.
    pub(crate) fn callback_is_forged(self: &Rc<Self>, payment: &str) {
        let (url, amount, number) = {
            let mut truth = self.truth.borrow_mut();
            truth.serial += 1;
            let number = format!("F{:09}", truth.serial);
            let Some(push) = truth.pushes.iter().find(|push| push.payment == payment) else {
                return;
            };
            (with_other_secret(&push.url), push.amount, number)
        };
        let items = json!([{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": number}]);
        let body = json!({"Body": {"stkCallback": {"ResultCode": 0, "CallbackMetadata": {"Item": items}}}});
        self.is_posted_by_a_stranger(url, body.to_string());
    }

    /// A confirmation of money that never moved, or of money that did with another amount.
    pub(crate) fn confirmation_is_forged(self: &Rc<Self>, account: &str, is_real: bool) {
        let number = {
            let mut truth = self.truth.borrow_mut();
            truth.serial += 1;
            let real = truth.money.last().filter(|_| is_real);
            let number = real.map_or(format!("F{:09}", truth.serial), |money| {
                money.number.clone()
            });
            truth.forged.insert(number.clone());
            number
        };
        let date = Instant::from_unix_ms(self.now_ms());
        let body = json!({"TransactionType": "Pay Bill", "TransID": number, "TransTime": date.timestamp(), "TransAmount": "999.00",
            "BusinessShortCode": "174379", "BillRefNumber": account, "MSISDN": "2547 ***** 123", "FirstName": "A"});
        let url = format!("{BASE_URL}{}", self.c2b_path.borrow());
        self.is_posted_by_a_stranger(url, body.to_string());
    }

    /// The result of a refund, on a path whose secret is another refund's.
    pub(crate) fn result_is_forged(self: &Rc<Self>) {
        let Some((url, receipt, amount)) = ({
            let truth = self.truth.borrow();
            let last = truth.reversals.iter().rfind(|r| !r.is_done);
            last.map(|r| (r.result_url.clone(), r.receipt.clone(), r.amount))
        }) else {
            return;
        };
        let url = with_other_secret(&url);
        self.is_posted_by_a_stranger(url, result(99, &receipt, amount, true).to_string());
    }
}

/// An address of a hook, with a secret that is nobody's.
fn with_other_secret(url: &str) -> String {
    let mut parts: Vec<&str> = url.split('/').collect();
    let secret = "0".repeat(32);
    parts[5] = &secret;
    parts.join("/")
}
