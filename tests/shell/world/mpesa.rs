//! M-PESA, as our side reaches it: the gateway of pushes, prompts on handsets, and the money that moves.

use crate::host::cloud::Cloud;
use crate::host::outside::Answering;
use crate::host::run::PEOPLE;
use crate::world::plan::{Answer, Confirmation, Gateway, Plan, Queries};
use crate::world::truth::{ALIVE_MS, Channels, Money, Truth};
use malipo_shell::platform::host;
use malipo_tests::bodies;
use serde_json::Value;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// M-PESA refuses the same amount from the same number within this.
const SAME_AGAIN_MS: u64 = 120_000;
/// After the prompt the gateway gives up.
const GIVEN_UP_MS: u64 = ALIVE_MS + 300;
pub(crate) const BASE_URL: &str = "https://pay.example";

/// Makes the next confirmation of what was paid by hand; none when that is lost.
type DrawConfirmation = Box<dyn FnMut() -> Option<Confirmation>>;

/// What happens outside.
#[derive(Default)]
pub(crate) struct Mpesa {
    cloud: OnceCell<Weak<Cloud>>,
    pub(crate) truth: RefCell<Truth>,
    /// What becomes of the next pushes; after them each is paid.
    pub(crate) plans: RefCell<VecDeque<Plan>>,
    /// Makes the plan where none was given.
    pub(crate) planner: RefCell<Option<Box<dyn FnMut() -> Plan>>>,
    /// How it confirms what was paid by hand; none when that is lost.
    pub(crate) by_hand: RefCell<Option<DrawConfirmation>>,
    /// How many questions about pushes it is to be asked in a minute.
    pub(crate) questions_max: Cell<usize>,
    /// Where confirmations go: the shop's number and the secret stand in the path.
    pub(crate) c2b_path: RefCell<String>,
}

impl Mpesa {
    pub(crate) fn stands_at(&self, cloud: &Rc<Cloud>) {
        let _ = self.cloud.set(Rc::downgrade(cloud));
    }

    pub(super) fn cloud(&self) -> Rc<Cloud> {
        self.cloud.get().and_then(Weak::upgrade).unwrap()
    }

    pub(super) fn now_ms(&self) -> u64 {
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
            let mut truth = self.truth.borrow_mut();
            truth.pushes[push].was_dropped = true;
            truth.pushes[push].is_end_told = true;
            (30, status, text.to_owned())
        };
        let accepted = bodies::accepted(&id);
        let (ms, status, text) = match plan.gateway {
            _ if is_busy => refuse(bodies::LOCKED.0, bodies::LOCKED.1),
            Gateway::Refuses(status, text) => refuse(status, text),
            Gateway::Advises(status, text, rings) => {
                if rings {
                    self.prompt(push);
                }
                self.truth.borrow_mut().pushes[push].is_end_told = true;
                (30, status, text.to_owned())
            }
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

    fn prompt(self: &Rc<Self>, push: usize) {
        let now_ms = self.now_ms();
        let (plan, is_same_again) = {
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
            (of.plan.clone(), is_same_again)
        };
        if let Some(ms) = plan.early_end_ms.filter(|_| !is_same_again) {
            self.after(ms, move |me| me.says_it_ended_early(push));
        }
        match plan.answer {
            _ if is_same_again => self.after(2_000, move |me| me.decides(push, "17")),
            Answer::Pays(ms) => self.after(ms, move |me| {
                let is_alive = me.truth.borrow().pushes[push].is_prompt_alive(me.now_ms());
                match is_alive {
                    true => me.is_paid(push),
                    false => me.decides(push, "1037"),
                }
            }),
            Answer::Declines(ms, code) => self.after(ms, move |me| me.decides(push, code)),
            Answer::Ignores => self.after(GIVEN_UP_MS, move |me| {
                me.decides(push, "1037");
                if let Some(ms) = plan.late_money_ms {
                    me.after(ms, move |me| me.is_paid(push));
                }
            }),
            Answer::Silent => {}
        }
    }

    /// Money moves by a push.
    fn is_paid(self: &Rc<Self>, push: usize) {
        let (phone, amount, account, payment, confirmation) = {
            let truth = self.truth.borrow();
            let of = &truth.pushes[push];
            (
                of.phone.clone(),
                of.amount,
                of.account.clone(),
                of.payment.clone(),
                of.plan.confirmation,
            )
        };
        let money = self.moves(&phone, amount, &account, Some(payment), Some(push));
        self.truth.borrow_mut().pushes[push].money = Some(money);
        self.confirms_as(money, confirmation);
        self.decides(push, "0");
    }

    /// A customer pays by hand, with the account number as they typed it, which names this payment or none; its number in M-PESA's ledger.
    pub(crate) fn is_paid_by_hand(
        self: &Rc<Self>,
        phone: &str,
        amount: u32,
        account: &str,
        named: Option<String>,
    ) -> usize {
        let money = self.moves(phone, amount, account, named, None);
        let confirmation = match self.by_hand.borrow_mut().as_mut() {
            Some(draw) => draw(),
            None => Some(Confirmation::after(700)),
        };
        self.confirms_as(money, confirmation);
        money
    }

    fn moves(
        self: &Rc<Self>,
        phone: &str,
        amount: u32,
        account: &str,
        named: Option<String>,
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
                named,
                push,
                told: Channels::default(),
                reversed_kes: 0,
            });
            truth.money.len() - 1
        };
        self.tell(|| format!("KES {amount} of {phone} move for {account}"));
        money
    }

    fn confirms_as(self: &Rc<Self>, money: usize, confirmation: Option<Confirmation>) {
        let is_registered = self.truth.borrow().confirms;
        let Some(of) = confirmation.filter(|_| is_registered) else {
            return;
        };
        self.after(of.after_ms, move |me| me.confirms(money, of));
        if let Some(ms) = of.again_ms {
            // The second may come from where it should.
            let again = Confirmation {
                is_trusted: true,
                ..of
            };
            self.after(of.after_ms + ms, move |me| me.confirms(money, again));
        }
    }

    /// How M-PESA answers a question about a push.
    pub(super) fn says_of(&self, body: &Value) -> (u16, String) {
        let now_ms = self.now_ms();
        let mut truth = self.truth.borrow_mut();
        truth.asked_at_ms.push(now_ms);
        let of_minute = truth.asked_at_ms.iter().rev();
        let count = of_minute
            .take_while(|at_ms| **at_ms + 60_000 > now_ms)
            .count();
        if count > 2 * self.questions_max.get() + 2 {
            truth.fail(9, format!("M-PESA is asked {count} questions in a minute"));
        }
        let is_odd = truth.asked_at_ms.len() % 2 == 1;
        let id = body["CheckoutRequestID"].as_str().unwrap_or_default();
        let Some(push) = truth.pushes.iter().position(|push| push.id == id) else {
            return bodies::error("500.001.1001", "The transaction does not Exist");
        };
        let of = &mut truth.pushes[push];
        let code = match of.plan.queries {
            Queries::Dead => return bodies::error("500.001.1001", ""),
            Queries::Noisy if is_odd => {
                return bodies::error("500.003.02", "Error Occurred: Spike Arrest Violation");
            }
            Queries::Wrong if of.money.is_some() => "1032",
            Queries::Honest | Queries::Noisy | Queries::Wrong => of.verdict.unwrap_or("4999"),
        };
        of.is_end_told |= code != "4999" && !bodies::STRANGE.contains(&code);
        if let Some(money) = of.money.filter(|_| code == "0") {
            truth.money[money].told.by_verdict = true;
        }
        bodies::verdict(id, code)
    }
}

pub(super) fn answer(status: u16, body: String) -> host::Answer {
    host::Answer {
        status,
        body: body.into_bytes(),
        date: None,
    }
}
