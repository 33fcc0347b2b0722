//! Following a payment: the next question to the Worker leaves when the last view says so.

use super::Pay;
use crate::browser;
use crate::polling::{Situation, pause_ms};
use malipo_shared::screens::model::Trouble;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// How often a payment is looked for whose opening had no answer, in milliseconds.
const UNANSWERED_MS: u64 = 5_000;

impl Pay {
    /// Follows the payment until its view says that nothing will change.
    pub(super) fn follow(self: &Rc<Self>) {
        let turn = self.next_turn();
        let pay = Rc::clone(self);
        spawn_local(async move {
            let (mut failures, mut is_new) = (0, true);
            while let Some((id, version, poll_after_ms)) = pay.known() {
                let situation = Situation {
                    poll_after_ms,
                    is_new,
                    failures,
                    is_hidden: browser::is_hidden(),
                };
                let Some(wait_ms) = pause_ms(situation) else {
                    return;
                };
                if wait_ms > 0 {
                    browser::pause(wait_ms, &pay.wakes).await;
                }
                if pay.turn.get() != turn {
                    return;
                }
                let answer = match version {
                    0 => pay.client.quote(pay.kept_key()).await,
                    _ => pay.client.watch(&id, version).await,
                };
                if pay.turn.get() != turn {
                    return;
                }
                match answer {
                    Ok(view) => {
                        failures = 0;
                        is_new = view.version != version;
                        pay.receive(view);
                    }
                    Err(_) => {
                        failures += 1;
                        // One lost answer is everyday life on a phone.
                        let is_cut_off = failures > 1;
                        pay.update(|model| model.is_cut_off |= is_cut_off);
                    }
                }
            }
        });
    }

    /// The device says that there is no network: the customer is told at once.
    pub(crate) fn lose_network(self: &Rc<Self>) {
        self.update(|model| model.is_cut_off |= model.view.is_some());
    }

    /// The network or the page has come back: ask at once, whatever was under way.
    pub(crate) fn wake(self: &Rc<Self>) {
        let (is_asking, is_cut_off) = self.with(|model| {
            let is_cut_off = model.trouble == Some(Trouble::NoConnection);
            (model.asking.is_some(), model.view.is_none() && is_cut_off)
        });
        // Another tab may have opened it meanwhile.
        let is_known = self.slot.as_deref().and_then(browser::kept).is_some();
        let wake = self.wakes.take();
        if is_asking {
            if let Some(wake) = wake {
                let _ = wake.call0(&JsValue::NULL);
            }
        } else if self.is_open() {
            // A question that was held while the page slept may never be answered.
            let will_change = self
                .known()
                .is_some_and(|(.., poll_after_ms)| poll_after_ms.is_some());
            if will_change {
                self.update(|model| {
                    model.is_cut_off = false;
                    if let Some(view) = &mut model.view {
                        view.poll_after_ms = Some(0);
                    }
                });
                self.follow();
            }
        } else if is_cut_off || is_known {
            self.open();
        }
    }

    fn known(&self) -> Option<(String, u64, Option<u32>)> {
        self.with(|model| {
            let view = model.view.as_ref()?;
            // The request that opens it has no answer: it may be there.
            let unanswered =
                (view.version == 0 && model.is_push_unanswered).then_some(UNANSWERED_MS);
            let poll_after_ms = model
                .poll_after_ms()
                .or(unanswered)
                .map(|ms| u32::try_from(ms).unwrap_or(60_000));
            Some((view.id.as_str().to_owned(), view.version, poll_after_ms))
        })
    }
}
