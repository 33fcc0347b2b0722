//! M-PESA and the shop's server, as our side reaches them: the gateway, prompts, callbacks, confirmations, queries and reversals.

use crate::host::cloud::Cloud;
use crate::host::edge::{self, Answered, Request};
use crate::host::outside::{Answering, Outside, Sent};
use crate::host::run::PEOPLE;
use crate::world::truth::{Answer, Gateway, Money, Plan, Push, Reversal, Truth};
use malipo_engine::daraja::Instant;
use malipo_shell::platform::host;
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::{Value, json};
use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// Whence M-PESA calls.
const ADDRESS: &str = "196.201.214.200";
/// M-PESA waits no longer for an answer.
const PATIENCE_MS: u64 = 8_000;
/// M-PESA refuses the same amount from the same number within this.
const SAME_AGAIN_MS: u64 = 120_000;
/// Between two lives of a prompt on one handset.
pub(crate) const C2B_PATH: &str = "/hooks/c2b/174379/0123456789abcdef0123456789abcdef/confirm";
pub(crate) const BASE_URL: &str = "https://pay.example";

/// What happens outside.
#[derive(Default)]
pub(crate) struct Mpesa {
    cloud: OnceCell<Weak<Cloud>>,
    pub(crate) truth: RefCell<Truth>,
    /// What becomes of the next pushes; after them each is paid.
    pub(crate) plans: RefCell<VecDeque<Plan>>,
    /// Makes the plan where none was given.
    pub(crate) planner: RefCell<Option<Box<dyn FnMut() -> Plan>>>,
}

impl Mpesa {
    pub(crate) fn stands_at(&self, cloud: &Rc<Cloud>) {
        let _ = self.cloud.set(Rc::downgrade(cloud));
    }

    fn cloud(&self) -> Rc<Cloud> {
        self.cloud.get().and_then(Weak::upgrade).unwrap()
    }

    fn now_ms(&self) -> u64 {
        self.cloud().run.now_ms()
    }

    fn after(self: &Rc<Self>, ms: u64, happens: impl FnOnce(&Rc<Mpesa>) + 'static) {
        let me = Rc::clone(self);
        self.cloud().run.after(ms, PEOPLE, move || happens(&me));
    }

    fn tell(&self, what: impl FnOnce() -> String) {
        self.cloud().tell(|| format!("M-PESA: {}", what()));
    }

    fn plan(&self) -> Plan {
        if let Some(plan) = self.plans.borrow_mut().pop_front() {
            return plan;
        }
        self.planner.borrow_mut().as_mut().map_or_else(Plan::default, |plan| plan())
    }

    /// A push reaches the gateway.
    fn takes_push(self: &Rc<Self>, body: &Value, answering: Answering) {
        let plan = self.plan();
        let (push, is_busy) = self.enter(body, plan.clone());
        let id = self.truth.borrow().pushes[push].id.clone();
        self.tell(|| format!("push {push} to {} arrives: {plan:?}", body["PhoneNumber"]));
        let refuse = |status, text: &str| {
            self.truth.borrow_mut().pushes[push].was_dropped = true;
            (30, status, text.to_owned())
        };
        let accepted = bodies::accepted(&id);
        let (ms, status, text) = match plan.gateway {
            _ if is_busy => refuse(bodies::LOCKED.0, bodies::LOCKED.1),
            Gateway::Refuses(status, text) => refuse(status, text),
            Gateway::DropsAndBreaks => {
                self.truth.borrow_mut().pushes[push].was_dropped = true;
                return;
            }
            Gateway::TakesAndBreaks => return self.prompt(push),
            Gateway::TakesAndSays(status, text) => {
                self.prompt(push);
                (200, status, text.to_owned())
            }
            Gateway::Slow(ms) => {
                self.prompt(push);
                (ms, 200, accepted)
            }
            Gateway::Accepts => {
                self.prompt(push);
                (150, 200, accepted)
            }
        };
        if status == 200 {
            self.truth.borrow_mut().pushes[push].is_id_told = true;
        }
        self.after(ms, move |_| answering.say(answer(status, text)));
    }

    /// Enters a push, after the rules of pushes; whether its line is busy.
    fn enter(&self, body: &Value, plan: Plan) -> (usize, bool) {
        let now_ms = self.now_ms();
        let text = |name: &str| match &body[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (url, phone) = (text("CallBackURL"), text("PhoneNumber"));
        let mut truth = self.truth.borrow_mut();
        let twice = truth.pushes.iter().find(|q| q.url == url && !q.was_dropped);
        let broken = twice.map(|q| format!("a push to {} reached M-PESA twice: {url}", q.phone));
        if let Some(what) = broken {
            truth.fail(2, what);
        }
        let met = truth.pushes.iter().find(|q| q.phone == phone && q.is_prompt_alive(now_ms));
        let broken = met.map(|q| format!("a push to {phone} left while the prompt of {} was alive", q.url));
        let is_busy = broken.is_some();
        if let Some(what) = broken {
            truth.fail(3, what);
        }
        let n = truth.pushes.len();
        truth.pushes.push(Push {
            plan,
            url,
            id: format!("ws_CO_{n}"),
            phone,
            amount: text("Amount").parse().unwrap(),
            account: text("AccountReference"),
            at_ms: now_ms,
            was_dropped: false,
            rang_at_ms: None,
            is_over: false,
            verdict: None,
            money: None,
            is_told: false,
            is_id_told: false,
        });
        (n, is_busy)
    }

    fn prompt(self: &Rc<Self>, push: usize) {
        let now_ms = self.now_ms();
        let (answer, is_same_again) = {
            let mut truth = self.truth.borrow_mut();
            let (phone, amount) = (truth.pushes[push].phone.clone(), truth.pushes[push].amount);
            let is_same_again = truth.money.iter().any(|money| {
                money.phone == phone && money.amount == amount && now_ms < money.at_ms + SAME_AGAIN_MS && money.push.is_some()
            });
            let of = &mut truth.pushes[push];
            if !is_same_again && !matches!(of.plan.answer, Answer::Silent) {
                of.rang_at_ms = Some(now_ms);
            }
            (of.plan.answer, is_same_again)
        };
        match answer {
            _ if is_same_again => self.after(2_000, move |me| me.decides(push, "17")),
            Answer::Pays(ms) => self.after(ms, move |me| {
                let is_alive = me.truth.borrow().pushes[push].is_prompt_alive(me.now_ms());
                match is_alive {
                    true => me.is_paid(push),
                    false => me.decides(push, "1037"),
                }
            }),
            Answer::Declines(ms, code) => self.after(ms, move |me| me.decides(push, code)),
            Answer::Ignores => self.after(crate::world::truth::ALIVE_MS + 300, move |me| {
                me.decides(push, "1037");
                if let Some(ms) = me.truth.borrow().pushes[push].plan.late_money_ms {
                    me.after(ms, move |me| me.is_paid(push));
                }
            }),
            Answer::Silent => {}
        }
    }

    /// Money moves by a push.
    fn is_paid(self: &Rc<Self>, push: usize) {
        let (phone, amount, account) = {
            let truth = self.truth.borrow();
            let of = &truth.pushes[push];
            (of.phone.clone(), of.amount, of.account.clone())
        };
        let money = self.moves(&phone, amount, &account, Some(push));
        self.truth.borrow_mut().pushes[push].money = Some(money);
        self.decides(push, "0");
    }

    /// Money moves, by whatever way; its number in M-PESA's ledger.
    pub(crate) fn moves(self: &Rc<Self>, phone: &str, amount: u32, account: &str, push: Option<usize>) -> usize {
        let at_ms = self.now_ms();
        let money = {
            let mut truth = self.truth.borrow_mut();
            truth.serial += 1;
            let number = format!("U{:09}", truth.serial);
            truth.money.push(Money {
                number,
                phone: phone.to_owned(),
                amount,
                at_ms,
                account: account.to_owned(),
                push,
                is_told: false,
                reversed_kes: 0,
            });
            truth.money.len() - 1
        };
        self.tell(|| format!("KES {amount} of {phone} move for {account}"));
        let plan = push.map(|push| self.truth.borrow().pushes[push].plan.clone());
        let confirms = self.truth.borrow().confirms;
        let ms = match plan {
            Some(plan) => plan.confirmation_ms,
            None => Some(700),
        };
        if let Some(ms) = ms.filter(|_| confirms) {
            self.after(ms, move |me| me.confirms(money));
        }
        money
    }

    /// M-PESA has decided; it calls back, or does not.
    fn decides(self: &Rc<Self>, push: usize, code: &'static str) {
        let (plan, url, body) = {
            let mut truth = self.truth.borrow_mut();
            let of = &mut truth.pushes[push];
            of.is_over = true;
            of.verdict = Some(code);
            let (plan, url, id, amount, money) = (of.plan.clone(), of.url.clone(), of.id.clone(), of.amount, of.money);
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
        self.posts(format!("{BASE_URL}{C2B_PATH}"), body.to_string(), move |me| {
            me.truth.borrow_mut().money[money].is_told = true;
        });
    }

    /// Posts to a hook, once; `told` when it was answered with 200.
    fn posts(self: &Rc<Self>, url: String, body: String, told: impl FnOnce(&Mpesa) + 'static) {
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

    /// How M-PESA answers a question about a push.
    fn says_of(&self, body: &Value) -> (u16, String) {
        let truth = self.truth.borrow();
        let id = body["CheckoutRequestID"].as_str().unwrap_or_default();
        let Some(push) = truth.pushes.iter().find(|push| push.id == id) else {
            return bodies::error("500.001.1001", "The transaction does not Exist");
        };
        if push.plan.is_query_dead {
            return bodies::error("500.001.1001", "");
        }
        bodies::verdict(id, push.verdict.unwrap_or("4999"))
    }

    /// A reversal reaches M-PESA.
    fn takes_reversal(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (receipt, amount): (String, u32) = (text("TransactionID"), text("Amount").parse().unwrap());
        let (n, breaks) = {
            let mut truth = self.truth.borrow_mut();
            let result_url = text("ResultURL");
            if truth.reversals.iter().any(|known| known.result_url == result_url) {
                truth.fail(2, format!("a reversal of {receipt} reached M-PESA twice"));
            }
            let n = truth.reversals.len();
            truth.reversals.push(Reversal {
                receipt: receipt.clone(),
                amount,
                result_url,
                conversation: format!("conv-{n}"),
                is_done: false,
            });
            let breaks = truth.reversals_break > 0;
            truth.reversals_break = truth.reversals_break.saturating_sub(1);
            (n, breaks)
        };
        self.tell(|| format!("reversal {n} of {receipt}: KES {amount}"));
        self.after(3_000, move |me| me.gives_back(n));
        if !breaks {
            let said = json!({"OriginatorConversationID": format!("conv-{n}"), "ConversationID": format!("AG_{n}"), "ResponseCode": "0", "ResponseDescription": "ok"});
            self.after(200, move |_| answering.say(answer(200, said.to_string())));
        }
    }

    /// Money goes back, as far as there is any.
    fn gives_back(self: &Rc<Self>, n: usize) {
        let (url, body, is_lost) = {
            let mut truth = self.truth.borrow_mut();
            let (receipt, amount, url) = {
                let of = &truth.reversals[n];
                (of.receipt.clone(), of.amount, of.result_url.clone())
            };
            let money = truth.money.iter_mut().find(|money| money.number == receipt);
            let is_good = money.is_some_and(|money| {
                let fits = money.reversed_kes + amount <= money.amount;
                money.reversed_kes += if fits { amount } else { 0 };
                fits
            });
            truth.reversals[n].is_done = is_good;
            let is_lost = truth.results_lost > 0;
            truth.results_lost = truth.results_lost.saturating_sub(1);
            (url, result(n, &receipt, amount, is_good), is_lost)
        };
        if !is_lost {
            self.after(500, move |me| me.posts(url, body.to_string(), |_| ()));
        }
    }

    /// A question by Transaction Status: of a receipt, or of a reversal.
    fn takes_question(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let said = json!({"OriginatorConversationID": "q", "ConversationID": "AG_q", "ResponseCode": "0"});
        self.after(150, move |_| answering.say(answer(200, said.to_string())));
        let (url, told) = {
            let truth = self.truth.borrow();
            let url = text("ResultURL");
            let conversation = text("OriginalConversationID");
            let number = text("TransactionID");
            let reversal = truth.reversals.iter().position(|known| known.conversation == conversation);
            let money = truth.money.iter().find(|money| money.number == number);
            let told = match (reversal, money) {
                (Some(n), _) if truth.reversals[n].is_done => reversal_status(n, &truth.reversals[n]),
                (_, Some(money)) => status(money),
                (_, None) => json!({"Result": {"ResultType": 0, "ResultCode": 2032, "ResultDesc": "The transaction receipt number does not exist.", "OriginatorConversationID": "q", "ConversationID": "AG_q", "TransactionID": "Q000000000"}}),
            };
            (url, told)
        };
        self.after(1_200, move |me| me.posts(url, told.to_string(), |_| ()));
    }

    /// The shop's server hears a webhook.
    fn shop_hears(self: &Rc<Self>, sent: &Sent, answering: Answering) {
        let id = sent.header("webhook-id").unwrap_or_default().to_owned();
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        let kind = body["type"].as_str().unwrap_or_default().to_owned();
        let fails = {
            let mut truth = self.truth.borrow_mut();
            let fails = truth.shop_fails > 0;
            truth.shop_fails = truth.shop_fails.saturating_sub(1);
            if !fails {
                let known = truth.heard.get(&id).map(|(_, body, _)| body.clone());
                if known.is_some_and(|known| known != sent.body) {
                    truth.fail(11, format!("the shop is told something else under {id}"));
                }
                let heard = truth.heard.entry(id.clone()).or_insert((kind, sent.body.clone(), 0));
                heard.2 += 1;
            }
            fails
        };
        self.tell(|| format!("the shop hears {id} {}: {}", body["type"], if fails { "503" } else { "200" }));
        self.after(60, move |_| answering.say(answer(if fails { 503 } else { 200 }, String::new())));
    }
}

fn result(n: usize, receipt: &str, amount: u32, is_good: bool) -> Value {
    let code = if is_good { json!(0) } else { json!("R000001") };
    json!({"Result": {"ResultType": 0, "ResultCode": code, "ResultDesc": "x", "OriginatorConversationID": format!("conv-{n}"),
        "ConversationID": format!("AG_{n}"), "TransactionID": format!("R{n:09}"), "ResultParameters": {"ResultParameter": [
        {"Key": "Amount", "Value": amount}, {"Key": "OriginalTransactionID", "Value": receipt}]}}})
}

fn status(money: &Money) -> Value {
    let at = Instant::from_unix_ms(money.at_ms);
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": "q", "ConversationID": "AG_q",
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [
        {"Key": "DebitPartyName", "Value": format!("{} - A NAME", money.phone)}, {"Key": "CreditPartyName", "Value": "174379 - THE SHOP"},
        {"Key": "Amount", "Value": money.amount}, {"Key": "ReceiptNo", "Value": money.number}, {"Key": "TransactionStatus", "Value": "Completed"},
        {"Key": "FinalisedTime", "Value": at.timestamp()}]}}})
}

fn reversal_status(n: usize, of: &Reversal) -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": of.conversation, "ConversationID": format!("AG_{n}"),
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [{"Key": "ReceiptNo", "Value": format!("R{n:09}")},
        {"Key": "Amount", "Value": of.amount}, {"Key": "TransactionStatus", "Value": "Completed"}, {"Key": "DebitPartyName", "Value": "174379 - THE SHOP"}]}}})
}

fn answer(status: u16, body: String) -> host::Answer {
    host::Answer {
        status,
        body: body.into_bytes(),
        date: None,
    }
}

/// Whoever is outside: M-PESA's gateway by its paths, and the shop's server.
pub(crate) struct Town(pub(crate) Rc<Mpesa>);

impl Outside for Town {
    fn receives(&self, sent: Sent, answering: Answering) {
        let mpesa = &self.0;
        let body: Value = serde_json::from_str(&sent.body).unwrap_or_default();
        match sent.path() {
            path if path.starts_with("/oauth/v1/generate") => {
                let n = {
                    let mut truth = mpesa.truth.borrow_mut();
                    truth.serial += 1;
                    truth.serial
                };
                let text = json!({"access_token": format!("token{n}"), "expires_in": "3599"}).to_string();
                mpesa.after(80, move |_| answering.say(answer(200, text)));
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
