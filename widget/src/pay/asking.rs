//! Asking for a push, or for a receipt to be checked: a lost answer is asked for again, and nothing
//! is done twice.

use super::Pay;
use crate::polling::backoff_ms;
use crate::{browser, client, wire};
use malipo_shared::screens::model::{Asking, Pane, Refusal, Trouble};
use malipo_shared::screens::receipt_field::{self, Untaken};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How often a request whose answer was lost is asked once more.
const ASK_AGAIN_MAX: u32 = 3;

/// A push request.
#[derive(Clone, PartialEq)]
pub(crate) struct Ask {
    /// The number as typed; `None`: that of the last attempt.
    pub(crate) phone: Option<String>,
    /// Whether the customer said that no money left.
    pub(crate) not_charged: bool,
}

impl Pay {
    /// Asks for a push. A lost answer is asked for again under the same key, which cannot send twice.
    pub(crate) fn ask_push(self: &Rc<Self>, ask: Ask) {
        let key = self.key_of(&ask);
        let body = wire::encode_ask(ask.phone.as_deref(), &key, ask.not_charged);
        self.ask(Asking::Push, body);
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
        self.ask(Asking::Receipt, wire::encode_receipt(&typed));
    }

    fn ask(self: &Rc<Self>, asking: Asking, body: String) {
        let known = self.with(|model| {
            let view = model.view.as_ref().filter(|_| model.asking.is_none())?;
            Some(view.id.as_str().to_owned())
        });
        let Some(id) = known else { return };
        let call = match asking {
            Asking::Push => "attempts",
            Asking::Receipt => "receipts",
        };
        let turn = self.next_turn();
        self.update(|model| {
            model.asking = Some(asking);
            model.trouble = None;
        });
        let pay = Rc::clone(self);
        spawn_local(async move {
            let mut tries = 0;
            let answer = loop {
                let answer = client::ask(&pay.base, &id, call, body.clone()).await;
                if pay.turn.get() != turn {
                    return;
                }
                if answer != Err(Trouble::NoConnection) || tries == ASK_AGAIN_MAX {
                    break answer;
                }
                tries += 1;
                pay.update(|model| model.is_cut_off = true);
                browser::pause(backoff_ms(tries), &pay.wakes).await;
                if pay.turn.get() != turn {
                    return;
                }
            };
            let is_lost = answer == Err(Trouble::NoConnection);
            pay.update(|model| {
                model.asking = None;
                if asking == Asking::Push {
                    model.is_push_unanswered = is_lost;
                }
            });
            if asking == Asking::Push && !is_lost {
                pay.asked.replace(None);
            }
            match (answer, asking) {
                (Ok(view), Asking::Push) => pay.receive(view),
                (Ok(view), Asking::Receipt) => {
                    pay.update(|model| model.pane = Pane::Receipt);
                    pay.receive(view);
                }
                (Err(Trouble::Refused(refusal)), Asking::Receipt) => {
                    pay.refuse_receipt(untaken(&refusal));
                }
                (Err(trouble), _) => pay.fail(trouble),
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

/// What the Worker has against a receipt.
fn untaken(refusal: &Refusal) -> Untaken {
    match &refusal.param {
        _ if refusal.may_pass() => Untaken::Failed,
        Some(param) if param == "receipt" && refusal.code == "VALIDATION_ERROR" => Untaken::NotOne,
        _ => Untaken::TooMany,
    }
}
