//! M-PESA and the shop's server, as our side reaches them: the gateway, prompts, callbacks, confirmations, queries and reversals.

use crate::host::cloud::Cloud;
use crate::host::outside::{Answering, Sent};
use crate::host::run::PEOPLE;
use crate::world::results::{result, reversal_status, status};
use crate::world::truth::{Answer, Gateway, Money, Plan, Push, Reversal, Truth};
use malipo_shell::platform::host;
use malipo_tests::bodies;
use serde_json::{Value, json};
use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// M-PESA refuses the same amount from the same number within this.
const SAME_AGAIN_MS: u64 = 120_000;
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

    pub(super) fn cloud(&self) -> Rc<Cloud> {
        self.cloud.get().and_then(Weak::upgrade).unwrap()
    }

    fn now_ms(&self) -> u64 {
        self.cloud().run.now_ms()
    }

    pub(super) fn after(self: &Rc<Self>, ms: u64, happens: impl FnOnce(&Rc<Mpesa>) + 'static) {
        let me = Rc::clone(self);
        self.cloud().run.after(ms, PEOPLE, move || happens(&me));
    }

    pub(super) fn tell(&self, what: impl FnOnce() -> String) {
        self.cloud().tell(|| format!("M-PESA: {}", what()));
    }

    fn plan(&self) -> Plan {
        if let Some(plan) = self.plans.borrow_mut().pop_front() {
            return plan;
        }
        self.planner
            .borrow_mut()
            .as_mut()
            .map_or_else(Plan::default, |plan| plan())
    }

    /// A push reaches the gateway.
    pub(super) fn takes_push(self: &Rc<Self>, body: &Value, answering: Answering) {
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
        let met = truth
            .pushes
            .iter()
            .find(|q| q.phone == phone && q.is_prompt_alive(now_ms));
        let broken = met.map(|q| {
            format!(
                "a push to {phone} left while the prompt of {} was alive",
                q.url
            )
        });
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
                money.phone == phone
                    && money.amount == amount
                    && now_ms < money.at_ms + SAME_AGAIN_MS
                    && money.push.is_some()
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
    pub(crate) fn moves(
        self: &Rc<Self>,
        phone: &str,
        amount: u32,
        account: &str,
        push: Option<usize>,
    ) -> usize {
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

    /// How M-PESA answers a question about a push.
    pub(super) fn says_of(&self, body: &Value) -> (u16, String) {
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
    pub(super) fn takes_reversal(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (receipt, amount): (String, u32) =
            (text("TransactionID"), text("Amount").parse().unwrap());
        let (n, breaks) = {
            let mut truth = self.truth.borrow_mut();
            let result_url = text("ResultURL");
            if truth
                .reversals
                .iter()
                .any(|known| known.result_url == result_url)
            {
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
    pub(super) fn takes_question(self: &Rc<Self>, body: &Value, answering: Answering) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let said =
            json!({"OriginatorConversationID": "q", "ConversationID": "AG_q", "ResponseCode": "0"});
        self.after(150, move |_| answering.say(answer(200, said.to_string())));
        let (url, told) = {
            let truth = self.truth.borrow();
            let url = text("ResultURL");
            let conversation = text("OriginalConversationID");
            let number = text("TransactionID");
            let reversal = truth
                .reversals
                .iter()
                .position(|known| known.conversation == conversation);
            let money = truth.money.iter().find(|money| money.number == number);
            let told = match (reversal, money) {
                (Some(n), _) if truth.reversals[n].is_done => {
                    reversal_status(n, &truth.reversals[n])
                }
                (_, Some(money)) => status(money),
                (_, None) => {
                    json!({"Result": {"ResultType": 0, "ResultCode": 2032, "ResultDesc": "The transaction receipt number does not exist.", "OriginatorConversationID": "q", "ConversationID": "AG_q", "TransactionID": "Q000000000"}})
                }
            };
            (url, told)
        };
        self.after(1_200, move |me| me.posts(url, told.to_string(), |_| ()));
    }

    /// The shop's server hears a webhook.
    pub(super) fn shop_hears(self: &Rc<Self>, sent: &Sent, answering: Answering) {
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
                let heard = truth
                    .heard
                    .entry(id.clone())
                    .or_insert((kind, sent.body.clone(), 0));
                heard.2 += 1;
            }
            fails
        };
        self.tell(|| {
            format!(
                "the shop hears {id} {}: {}",
                body["type"],
                if fails { "503" } else { "200" }
            )
        });
        self.after(60, move |_| {
            answering.say(answer(if fails { 503 } else { 200 }, String::new()))
        });
    }
}

pub(super) fn answer(status: u16, body: String) -> host::Answer {
    host::Answer {
        status,
        body: body.into_bytes(),
        date: None,
    }
}
