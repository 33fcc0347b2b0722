//! The news that M-PESA brings by itself: callbacks of pushes and confirmations of money. Each is posted once; not all of them are true.

use super::mpesa::{BASE_URL, Mpesa};
use super::plan::{Confirmation, Lie, Plan};
use crate::host::edge::{self, Answered, Request};
use crate::host::run::PEOPLE;
use malipo_engine::daraja::Instant;
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::json;
use std::rc::Rc;

/// Whence M-PESA calls, and whence others do.
const ADDRESS: &str = "196.201.214.200";
const OTHER_ADDRESS: &str = "41.90.1.2";
/// M-PESA waits no longer for an answer.
const PATIENCE_MS: u64 = 8_000;

impl Mpesa {
    /// M-PESA has decided; it calls back, or does not.
    pub(super) fn decides(self: &Rc<Self>, push: usize, code: &'static str) {
        let plan = {
            let mut truth = self.truth.borrow_mut();
            let of = &mut truth.pushes[push];
            of.is_over = true;
            of.verdict = Some(code);
            of.plan.clone()
        };
        self.calls_back(push, code, &plan);
    }

    /// M-PESA says that nobody has answered, and the prompt lives on.
    pub(super) fn says_it_ended_early(self: &Rc<Self>, push: usize) {
        let plan = {
            let mut truth = self.truth.borrow_mut();
            let of = &mut truth.pushes[push];
            if of.is_over {
                return;
            }
            of.verdict = Some("1037");
            of.plan.clone()
        };
        self.calls_back(push, "1037", &plan);
    }

    fn calls_back(self: &Rc<Self>, push: usize, code: &'static str, plan: &Plan) {
        let Some(after_ms) = plan.callback_ms else {
            return;
        };
        let body = self.callback_of(push, code, 0);
        let is_paid = code == "0";
        if is_paid && let Some(lie) = plan.lie {
            self.lies(push, lie, after_ms);
        }
        for ms in [Some(after_ms), plan.again_ms].into_iter().flatten() {
            let body = body.clone();
            let has_number = plan.has_number;
            self.after(ms, move |me| {
                let url = me.tells_end(push, code);
                me.posts(url, body, move |me| me.has_told(push, code, has_number));
            });
        }
    }

    /// A callback is posted: from here on our side may know how the push ended. Where that is posted to.
    fn tells_end(&self, push: usize, code: &str) -> String {
        let now_ms = self.now_ms();
        let of = &mut self.truth.borrow_mut().pushes[push];
        match bodies::STRANGE.contains(&code) {
            true => drop(of.strange_at_ms.get_or_insert(now_ms)),
            false => of.is_end_told = true,
        }
        of.url.clone()
    }

    /// Our side has said yes to a callback.
    fn has_told(&self, push: usize, code: &str, has_number: bool) {
        let mut truth = self.truth.borrow_mut();
        if let Some(money) = truth.pushes[push].money.filter(|_| code == "0") {
            let told = &mut truth.money[money].told;
            told.by_verdict = true;
            told.by_callback |= has_number;
        }
    }

    /// The callback of a push, with so much more than its amount.
    fn callback_of(&self, push: usize, code: &str, more: i32) -> String {
        let truth = self.truth.borrow();
        let of = &truth.pushes[push];
        match of.money.filter(|_| code == "0") {
            Some(money) => {
                let money = &truth.money[money];
                let number = of.plan.has_number.then_some(money.number.as_str());
                let date = Instant::from_unix_ms(money.at_ms);
                let amount = of.amount.saturating_add_signed(more);
                bodies::paid(&of.id, amount, number, date.timestamp())
            }
            None => bodies::declined(&of.id, code),
        }
    }

    /// M-PESA contradicts itself.
    fn lies(self: &Rc<Self>, push: usize, lie: Lie, after_ms: u64) {
        let ms = match lie {
            Lie::Amount(_) | Lie::Push => after_ms / 2,
            Lie::Receipt => after_ms + 5_000,
        };
        self.after(ms, move |me| {
            let number = {
                let mut truth = me.truth.borrow_mut();
                truth.serial += 1;
                format!("X{:09}", truth.serial)
            };
            let date = Instant::from_unix_ms(me.now_ms());
            let (url, id, amount) = {
                let truth = me.truth.borrow();
                let of = &truth.pushes[push];
                (of.url.clone(), of.id.clone(), of.amount)
            };
            // As the only word of a push it would be believed, and has to be.
            let body = match lie {
                Lie::Amount(more) => me.callback_of(push, "0", more),
                Lie::Push if !me.is_known(push, false) => return,
                Lie::Push => bodies::paid("ws_CO_other", amount, Some(&number), date.timestamp()),
                Lie::Receipt if !me.is_known(push, true) => return,
                Lie::Receipt => bodies::paid(&id, amount, Some(&number), date.timestamp()),
            };
            me.truth.borrow_mut().pushes[push].is_contradicted = true;
            me.posts(url, body, |_| ());
        });
    }

    /// Whether our side knows the push by its name at M-PESA, or its true receipt.
    fn is_known(&self, push: usize, by_receipt: bool) -> bool {
        let truth = self.truth.borrow();
        let of = &truth.pushes[push];
        let number = of.money.map(|money| truth.money[money].number.as_str());
        crate::rules::knows(
            &self.cloud(),
            &of.payment,
            of.attempt,
            number.filter(|_| by_receipt),
        )
    }

    /// M-PESA shows the shop what was paid.
    pub(crate) fn confirms(self: &Rc<Self>, money: usize, how: Confirmation) {
        let body = {
            let truth = self.truth.borrow();
            let of = &truth.money[money];
            let date = Instant::from_unix_ms(of.at_ms);
            let payer = match how.hides_payer {
                true => "0d4c7a1e".repeat(8),
                false => format!("{} ***** {}", &of.phone[..4], &of.phone[9..]),
            };
            json!({
                "TransactionType": "Pay Bill", "TransID": of.number, "TransTime": date.timestamp(),
                "TransAmount": format!("{}.00", of.amount), "BusinessShortCode": "174379", "BillRefNumber": of.account,
                "InvoiceNumber": "", "OrgAccountBalance": "1.00", "ThirdPartyTransID": "",
                "MSISDN": payer, "FirstName": "A", "MiddleName": "", "LastName": "",
            })
        };
        let url = format!("{BASE_URL}{}", self.c2b_path.borrow());
        let address = if how.is_trusted {
            ADDRESS
        } else {
            OTHER_ADDRESS
        };
        self.posts_from(address, url, body.to_string(), move |me| {
            me.truth.borrow_mut().money[money].told.by_confirmation |= how.is_trusted;
        });
    }

    /// Posts to a hook, once; `told` when it was answered with 200.
    pub(crate) fn posts(
        self: &Rc<Self>,
        url: String,
        body: String,
        told: impl FnOnce(&Mpesa) + 'static,
    ) {
        self.posts_from(ADDRESS, url, body, told);
    }

    /// Somebody who is not M-PESA posts.
    pub(crate) fn is_posted_by_a_stranger(self: &Rc<Self>, url: String, body: String) {
        self.posts_from(OTHER_ADDRESS, url, body, |_| ());
    }

    fn posts_from(
        self: &Rc<Self>,
        address: &str,
        url: String,
        body: String,
        told: impl FnOnce(&Mpesa) + 'static,
    ) {
        let cloud = self.cloud();
        let headers = vec![("CF-Connecting-IP".to_owned(), address.to_owned())];
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
