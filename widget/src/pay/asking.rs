//! Asking for a push, or for a receipt to be checked: a lost answer is asked for again, and nothing
//! is done twice.

use super::Pay;
use super::ask::Ask;
use crate::polling::{UNHEARD_MS, backoff_ms};
use crate::{body, browser};
use malipo_shared::api::{State, View};
use malipo_shared::screens::model::{Asking, PRICE_CHANGED, Pane, Refusal, Trouble};
use malipo_shared::screens::receipt_field::{self, Untaken};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How often a request whose answer was lost is asked once more.
const ASK_AGAIN_MAX: u32 = 3;

/// What the Worker is asked.
enum Call {
    /// To open the payment.
    Open(String, Then),
    /// Something of the payment, by the path below it.
    OfPayment(&'static str, String, Asking),
}

/// What a payment is opened for.
enum Then {
    /// This push, which the request asks for too.
    Push(Ask),
    /// To show how to pay by hand.
    Show(Pane),
}

impl Call {
    /// What the customer waits for; none where it is only opened.
    fn asking(&self) -> Option<Asking> {
        match self {
            Call::Open(_, Then::Push(_)) => Some(Asking::Push),
            Call::Open(_, Then::Show(_)) => None,
            Call::OfPayment(.., asking) => Some(*asking),
        }
    }
}

impl Pay {
    /// Asks for a push. A lost answer is asked for again under the same key, which cannot send twice. The first request of an
    /// order opens its payment too, at the price that stands on the screen.
    pub(crate) fn ask_push(self: &Rc<Self>, ask: Ask) {
        let phone = ask.phone.as_deref();
        let call = match self.is_open() {
            true => {
                let key = self.key_of(&ask);
                Call::OfPayment(
                    "attempts",
                    body::push(phone, &key, ask.not_charged),
                    Asking::Push,
                )
            }
            false => Call::Open(self.opening(phone), Then::Push(ask)),
        };
        self.ask(call);
    }

    /// Shows how to pay by hand. Only an open payment has an account number: until it is open, only the question whether it may
    /// have been paid needs none.
    pub(crate) fn show_by_hand(self: &Rc<Self>, pane: Pane) {
        let is_question = pane == Pane::ByHand && self.with(|model| model.is_push_unanswered);
        match self.is_open() || is_question {
            true => self.show(pane),
            false => self.ask(Call::Open(self.opening(None), Then::Show(pane))),
        }
    }

    fn opening(&self, phone: Option<&str>) -> String {
        let seen_kes = self.with(|model| model.view.as_ref().map_or(0, |view| view.due_kes));
        body::open(&self.order, phone, seen_kes, &self.order_key())
    }

    /// Another push to the number of the last attempt; the form where none is known.
    pub(crate) fn ask_push_again(self: &Rc<Self>) {
        let has_number = self.with(|model| {
            let view = model.view.as_ref();
            view.is_some_and(|view| view.phone_masked.is_some())
        });
        match has_number {
            true => self.ask_push(Ask {
                phone: None,
                not_charged: false,
            }),
            false => self.show(Pane::Number),
        }
    }

    /// Has the receipt in the form checked. The same receipt twice is one receipt.
    pub(crate) fn type_receipt(self: &Rc<Self>) {
        let typed = self.with(|model| model.receipt.clone());
        if let Some(why) = receipt_field::check(&typed) {
            return self.refuse_receipt(why);
        }
        self.ask(Call::OfPayment(
            "receipts",
            body::receipt(&typed),
            Asking::Receipt,
        ));
    }

    fn ask(self: &Rc<Self>, call: Call) {
        if self.with(|model| model.asking.is_some() || model.view.is_none()) {
            return;
        }
        let turn = self.next_turn();
        let asking = call.asking();
        self.update(|model| {
            model.asking = asking;
            model.trouble = None;
        });
        let pay = Rc::clone(self);
        spawn_local(async move {
            let Some(answer) = pay.answered(&call, turn).await else {
                return;
            };
            let is_lost = answer == Err(Trouble::NoConnection);
            pay.update(|model| {
                model.asking = None;
                if asking == Some(Asking::Push) {
                    model.is_push_unanswered = is_lost;
                }
            });
            if asking == Some(Asking::Push) && !is_lost {
                pay.asked.replace(None);
            }
            pay.take(call, answer);
        });
    }

    /// The answer, however often it has to be asked for; none when something else is asked meanwhile.
    async fn answered(self: &Rc<Self>, call: &Call, turn: u32) -> Option<Result<View, Trouble>> {
        let mut tries = 0;
        loop {
            let unheard = Rc::clone(self);
            let notice = browser::after(UNHEARD_MS, move || {
                if unheard.turn.get() == turn {
                    unheard.update(|model| model.is_cut_off = true);
                }
            });
            let answer = match call {
                Call::Open(body, _) => self.client.open(body.clone()).await,
                Call::OfPayment(path, body, _) => {
                    let id = self.with(|model| model.view.as_ref().map(|view| view.id.clone()))?;
                    self.client.ask(id.as_str(), path, body.clone()).await
                }
            };
            if let Some(notice) = notice {
                notice.clear();
            }
            if self.turn.get() != turn {
                return None;
            }
            if answer != Err(Trouble::NoConnection) || tries == ASK_AGAIN_MAX {
                return Some(answer);
            }
            tries += 1;
            self.update(|model| model.is_cut_off = true);
            browser::pause(backoff_ms(tries), &self.wakes).await;
            if self.turn.get() != turn {
                return None;
            }
        }
    }

    fn take(self: &Rc<Self>, call: Call, answer: Result<View, Trouble>) {
        match (answer, call) {
            (Err(Trouble::Refused(refusal)), Call::Open(_, then)) if is_of_before(&refusal) => {
                return self.find(refusal, then);
            }
            (Ok(view), Call::Open(_, Then::Show(pane))) => {
                self.receive(view);
                self.show(pane);
            }
            (Ok(view), Call::OfPayment(.., Asking::Receipt)) => {
                self.update(|model| model.pane = Pane::Receipt);
                self.receive(view);
            }
            (Ok(view), _) => self.receive(view),
            (Err(Trouble::Refused(refusal)), Call::OfPayment(.., Asking::Receipt)) => {
                self.refuse_receipt(untaken(&refusal));
            }
            (Err(trouble), _) => self.fail(trouble),
        }
        self.follow();
    }

    /// The key has opened a payment before, whose answer was lost, or the price is another one by now: what is there is shown. A
    /// payment that waits for a number gets the push that was asked for.
    fn find(self: &Rc<Self>, refusal: Refusal, then: Then) {
        let turn = self.next_turn();
        let pay = Rc::clone(self);
        spawn_local(async move {
            let found = pay.client.quote(pay.kept_key()).await;
            if pay.turn.get() != turn {
                return;
            }
            match found {
                Ok(view) => pay.receive(view),
                Err(trouble) => return pay.fail(trouble),
            }
            let may_push = pay.is_open()
                && pay.with(|model| matches!(model.state(), Some(State::Ready | State::Declined)));
            match then {
                Then::Push(ask) if may_push => return pay.ask_push(ask),
                // What is in doubt is asked about first.
                Then::Show(_) if pay.is_open() => pay.show(Pane::ByHand),
                _ if pay.is_open() => {}
                _ if refusal.code == PRICE_CHANGED => pay.fail(Trouble::Refused(refusal)),
                // The key has a payment that is not shown: a prompt may be on its way.
                Then::Push(_) | Then::Show(_) => {
                    pay.update(|model| model.is_push_unanswered = true);
                    pay.fail(Trouble::NoConnection);
                }
            }
            pay.follow();
        });
    }

    fn refuse_receipt(&self, why: Untaken) {
        self.update(|model| model.trouble = Some(Trouble::Receipt(why)));
        self.focus("#malipo-receipt");
    }

    fn key_of(&self, ask: &Ask) -> String {
        let mut asked = self.asked.borrow_mut();
        match asked.as_ref() {
            Some((known, key)) if known == ask => key.clone(),
            _ => {
                let key = browser::fresh_key();
                *asked = Some((ask.clone(), key.clone()));
                key
            }
        }
    }
}

/// Whether what is there already has to be looked at.
fn is_of_before(refusal: &Refusal) -> bool {
    refusal.code == "KEY_REUSED" || refusal.code == PRICE_CHANGED
}

/// What the Worker has against a receipt.
fn untaken(refusal: &Refusal) -> Untaken {
    match &refusal.param {
        _ if refusal.may_pass() => Untaken::Failed,
        Some(param) if param == "receipt" && refusal.code == "VALIDATION_ERROR" => Untaken::NotOne,
        _ => Untaken::TooMany,
    }
}
