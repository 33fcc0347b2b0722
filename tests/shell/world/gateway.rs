//! `Town`: which server outside an address leads to: M-PESA's gateway by its paths, and the shop's.

use super::arrivals::target_of;
use super::mpesa::{Mpesa, answer};
use crate::host::outside::{Answering, Outside, Sent};
use serde_json::{Value, json};
use std::rc::Rc;

/// Whoever is outside: M-PESA's gateway by its paths, and the shop's server.
pub(crate) struct Town(pub(crate) Rc<Mpesa>);

impl Outside for Town {
    fn leaves(&self, sent: &Sent) {
        if sent.path() == "/mpesa/stkpush/v1/processrequest" {
            let body: Value = serde_json::from_str(&sent.body).unwrap_or_default();
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let (payment, _) = target_of(&text("CallBackURL"));
            let left = &mut self.0.truth.borrow_mut().left;
            left.insert((payment, text("PhoneNumber")));
        }
    }

    fn receives(&self, sent: Sent, answering: Answering) {
        let mpesa = &self.0;
        let body: Value = serde_json::from_str(&sent.body).unwrap_or_default();
        match sent.path() {
            path if path.starts_with("/oauth/v1/generate") => {
                let (n, fails) = {
                    let mut truth = mpesa.truth.borrow_mut();
                    let fails = truth.tokens_fail > 0;
                    truth.tokens_fail = truth.tokens_fail.saturating_sub(1);
                    truth.serial += 1;
                    (truth.serial, fails)
                };
                let token = json!({"access_token": format!("token{n}"), "expires_in": "3599"});
                let (status, text) = match fails {
                    true => (503, String::new()),
                    false => (200, token.to_string()),
                };
                mpesa.after(80, move |_| answering.say(answer(status, text)));
            }
            "/mpesa/stkpush/v1/processrequest" => mpesa.takes_push(&body, answering),
            "/mpesa/stkpushquery/v1/query" => {
                let (status, text) = mpesa.says_of(&body);
                mpesa.after(120, move |_| answering.say(answer(status, text)));
            }
            "/mpesa/reversal/v1/request" => mpesa.takes_reversal(&body, answering),
            "/mpesa/transactionstatus/v1/query" => mpesa.takes_question(&body, answering),
            "/webhook" => mpesa.shop_hears(&sent, answering),
            other => mpesa.tell(|| format!("nobody is at {other} ({})", sent.method)),
        }
    }
}
