//! Asking for a push: a lost answer is asked for again, and never sends twice.

use super::Pay;
use crate::model::{Pane, Trouble};
use crate::polling::backoff_ms;
use crate::{browser, client};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How often a push request whose answer was lost is asked once more, under its own key.
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
        let known = self.with(|model| {
            let view = model.view.as_ref().filter(|_| !model.is_asking)?;
            Some(view.id.as_str().to_owned())
        });
        let Some(id) = known else { return };
        let key = self.key_of(&ask);
        let turn = self.next_turn();
        self.update(|model| {
            model.is_asking = true;
            model.trouble = None;
        });
        let pay = Rc::clone(self);
        spawn_local(async move {
            let mut tries = 0;
            let answer = loop {
                let phone = ask.phone.as_deref();
                let answer = client::ask_push(&pay.base, &id, phone, &key, ask.not_charged).await;
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
            pay.update(|model| model.is_asking = false);
            if answer != Err(Trouble::NoConnection) {
                pay.asked.replace(None);
            }
            match answer {
                Ok(view) => pay.receive(view),
                Err(trouble) => pay.fail(trouble),
            }
            pay.follow();
        });
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
