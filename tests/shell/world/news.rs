//! The news that M-PESA brings by itself: callbacks of pushes and confirmations of money, each posted once.

use super::mpesa::{BASE_URL, C2B_PATH, Mpesa};
use crate::host::edge::{self, Answered, Request};
use crate::host::run::PEOPLE;
use malipo_engine::daraja::Instant;
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::json;
use std::rc::Rc;

/// Whence M-PESA calls.
const ADDRESS: &str = "196.201.214.200";
/// M-PESA waits no longer for an answer.
const PATIENCE_MS: u64 = 8_000;

impl Mpesa {
    /// M-PESA has decided; it calls back, or does not.
    pub(super) fn decides(self: &Rc<Self>, push: usize, code: &'static str) {
        let (plan, url, body) = {
            let mut truth = self.truth.borrow_mut();
            let of = &mut truth.pushes[push];
            of.is_over = true;
            of.verdict = Some(code);
            let (plan, url, id, amount, money) = (
                of.plan.clone(),
                of.url.clone(),
                of.id.clone(),
                of.amount,
                of.money,
            );
            let body = match money.filter(|_| code == "0") {
                Some(money) => {
                    let money = &truth.money[money];
                    let number = plan.has_number.then_some(money.number.as_str());
                    let date = Instant::from_unix_ms(money.at_ms);
                    bodies::paid(&id, amount, number, date.timestamp())
                }
                None => bodies::declined(&id, code),
            };
            (plan, url, body)
        };
        for ms in [plan.callback_ms, plan.again_ms].into_iter().flatten() {
            let (url, body) = (url.clone(), body.clone());
            self.after(ms, move |me| {
                let told = move |me: &Mpesa| {
                    let mut truth = me.truth.borrow_mut();
                    truth.pushes[push].is_told = true;
                    if let Some(money) = truth.pushes[push].money {
                        truth.money[money].is_told = true;
                    }
                };
                me.posts(url, body, told);
            });
        }
    }

    /// M-PESA shows the shop what was paid.
    pub(crate) fn confirms(self: &Rc<Self>, money: usize) {
        let body = {
            let truth = self.truth.borrow();
            let of = &truth.money[money];
            let date = Instant::from_unix_ms(of.at_ms);
            json!({
                "TransactionType": "Pay Bill", "TransID": of.number, "TransTime": date.timestamp(),
                "TransAmount": format!("{}.00", of.amount), "BusinessShortCode": "174379", "BillRefNumber": of.account,
                "InvoiceNumber": "", "OrgAccountBalance": "1.00", "ThirdPartyTransID": "",
                "MSISDN": format!("{} ***** {}", &of.phone[..4], &of.phone[9..]), "FirstName": "A", "MiddleName": "", "LastName": "",
            })
        };
        self.posts(
            format!("{BASE_URL}{C2B_PATH}"),
            body.to_string(),
            move |me| {
                me.truth.borrow_mut().money[money].is_told = true;
            },
        );
    }

    /// Posts to a hook, once; `told` when it was answered with 200.
    pub(super) fn posts(
        self: &Rc<Self>,
        url: String,
        body: String,
        told: impl FnOnce(&Mpesa) + 'static,
    ) {
        let cloud = self.cloud();
        let headers = vec![("CF-Connecting-IP".to_owned(), ADDRESS.to_owned())];
        let heard = edge::ask(
            &cloud,
            Request {
                method: Method::Post,
                url,
                headers,
                body,
                patience_ms: PATIENCE_MS,
            },
        );
        let me = Rc::clone(self);
        cloud.run.spawn(
            PEOPLE,
            Box::pin(async move {
                if let Some(Answered { status: 200, .. }) = heard.await {
                    told(&me);
                }
            }),
        );
    }
}
