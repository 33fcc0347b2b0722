//! The shell's push: asks for the handset, writes down that it leaves, sends, and keeps the answer. A crash forgets it.

use crate::daraja::Push;
use crate::faults::Fault;
use crate::world::{ENV, Item, SEC, Tries, World};
use malipo_engine::daraja::{PushAnswer, Refusal, Resend, decode_push_answer};
use malipo_engine::master_key::{Address, CallbackTarget};
use malipo_engine::order::Origin;
use malipo_engine::payment::{Event, rules};
use malipo_engine::subscriber::{Answer, Ask, End, How, Limits, Prompt};
use malipo_shared::Reason;

const SPIKES_MAX: u32 = 2;
const LIMITS: Limits = Limits {
    unanswered_max: 2,
    pause_ms: 15 * 60 * SEC,
};

fn never_left(reason: Reason, wait_secs: Option<u32>) -> Refusal {
    Refusal {
        reason,
        wait_secs,
        is_proven: true,
        detail: "it never left".to_owned(),
    }
}

impl World {
    /// Takes a turn of its own for one event of a push.
    fn keep(&mut self, p: usize, event: Event) {
        let life = self.payments[p].life;
        if self.begin(p) {
            self.record(p, event);
            self.payments[p].pushing = None;
            self.commit(p);
        } else if self.payments[p].life == life {
            self.payments[p].pushing = None;
        }
    }

    pub(crate) fn ask_handset(&mut self, p: usize, life: u32, attempt: u32) {
        let shell = &self.payments[p];
        if shell.life != life {
            return;
        }
        let (Some(opened), Some(push)) = (shell.payment.opened(), shell.payment.attempt(attempt))
        else {
            return self.fail(9, || "a push without a payment".to_owned());
        };
        let prompt = Prompt::of(&shell.address, push, &shell.payee);
        let phone = shell.phones[usize::from(push.phone) - 1];
        let ask = Ask {
            prompt: prompt.clone(),
            is_signed: matches!(opened.order.origin, Origin::Signed { .. }),
        };
        let ours_ms = self.ours_ms();
        let answer = self.handsets[phone].ask(&ask, ours_ms, LIMITS);
        let refusal = if self.strikes(Fault::MessageLost) {
            Some(never_left(Reason::SystemBusy, Some(5)))
        } else if let Answer::Wait { until_ms, why } = answer {
            let secs = until_ms.saturating_sub(ours_ms).div_ceil(1000);
            Some(never_left(why.reason(), Some(secs as u32)))
        } else if self.strikes(Fault::NoToken) {
            let is_ours = self.dice.percent(30);
            let bad = never_left(Reason::MerchantSetup, None);
            Some(if is_ours {
                bad
            } else {
                never_left(Reason::SystemBusy, Some(30))
            })
        } else {
            None
        };
        match refusal {
            None => {
                let delay_ms = self.dice.between(20, 800);
                let tries = Tries::default();
                self.after(
                    delay_ms,
                    Item::Leave {
                        p,
                        life,
                        attempt,
                        tries,
                    },
                );
            }
            Some(refusal) => {
                let end = End {
                    prompt,
                    how: How::NotSent,
                    at_ms: ours_ms,
                };
                self.handsets[phone].hear(&end, ours_ms);
                self.keep(p, Event::PushRefused { attempt, refusal });
            }
        }
    }

    /// The journal first, then the request.
    pub(crate) fn leave(&mut self, p: usize, life: u32, attempt: u32, tries: Tries) {
        if self.payments[p].life != life {
            return;
        }
        if !self.begin(p) {
            let refusal = never_left(Reason::SystemBusy, Some(30));
            return self.keep(p, Event::PushRefused { attempt, refusal });
        }
        if !self.payments[p].payment.may_leave(attempt) {
            self.payments[p].pushing = None;
            return self.commit(p);
        }
        let deadline_ms = self.ours_ms() + rules::LEAVING_MS;
        self.record(
            p,
            Event::PushLeaving {
                attempt,
                deadline_ms,
            },
        );
        self.commit(p);
        if self.payments[p].life != life {
            return;
        }
        let push = self.sent(p, attempt);
        let delay_ms = self.dice.between(10, 1500);
        if self.strikes(Fault::NeverArrived) {
            self.answer_push(push, life, tries, 30 * SEC, 0, "timeout");
        } else {
            self.after(delay_ms, Item::Gateway { push, life, tries });
        }
    }

    /// The truth of a push that leaves: one for a reservation, however often it is sent.
    fn sent(&mut self, p: usize, attempt: u32) -> usize {
        let known = self
            .pushes
            .iter()
            .position(|q| q.p == p && q.attempt == attempt);
        if let Some(push) = known {
            return push;
        }
        let shell = &self.payments[p];
        let about = shell.payment.attempt(attempt).unwrap();
        let address = Address::parse(&shell.address).unwrap();
        let path = self
            .key
            .stk_callback_path(&CallbackTarget { address, attempt });
        let phone = shell.phones[usize::from(about.phone) - 1];
        let id = format!("ws_CO_{}", self.pushes.len());
        self.pushes.push(Push::new(
            p,
            attempt,
            phone,
            about.amount.shillings(),
            self.now_ms,
            id,
            path,
        ));
        self.pushes.len() - 1
    }

    pub(crate) fn answer_push(
        &mut self,
        push: usize,
        life: u32,
        tries: Tries,
        delay_ms: u64,
        status: u16,
        body: &str,
    ) {
        let body = body.to_owned();
        let item = Item::Answered {
            push,
            life,
            tries,
            status,
            body,
        };
        self.after(delay_ms, item);
    }

    pub(crate) fn hear_answer(
        &mut self,
        push: usize,
        life: u32,
        tries: Tries,
        status: u16,
        body: &str,
    ) {
        let (p, attempt) = (self.pushes[push].p, self.pushes[push].attempt);
        if self.payments[p].life != life {
            return;
        }
        let answer = if status == 0 {
            PushAnswer::Unknown(body.to_owned())
        } else {
            decode_push_answer(status, body.as_bytes())
        };
        self.pushes[push].is_drop_heard = true;
        let again = match &answer {
            PushAnswer::Refused(_, Resend::WithFreshToken) if !tries.is_renewed => Some(Tries {
                is_renewed: true,
                ..tries
            }),
            PushAnswer::Refused(_, Resend::AfterPause) if tries.spikes < SPIKES_MAX => {
                Some(Tries {
                    spikes: tries.spikes + 1,
                    ..tries
                })
            }
            // The broken shell: what was not answered is sent again.
            PushAnswer::Unknown(_) if self.is_resending && tries.spikes == 0 => {
                Some(Tries { spikes: 1, ..tries })
            }
            _ => None,
        };
        if let Some(tries) = again {
            let delay_ms = self.dice.between(1_200, 2_000);
            return self.after(
                delay_ms,
                Item::Leave {
                    p,
                    life,
                    attempt,
                    tries,
                },
            );
        }
        let (event, how) = match answer {
            PushAnswer::Accepted {
                merchant_request_id,
                checkout_request_id,
            } => {
                let event = Event::PushAccepted {
                    attempt,
                    checkout_request_id,
                    merchant_request_id,
                };
                (event, None)
            }
            PushAnswer::Refused(refusal, _) => {
                self.pushes[push].is_verdict_told = true;
                let how = match refusal.reason {
                    Reason::SubscriberBusy => Some(How::Locked),
                    _ => refusal.is_proven.then_some(How::NotSent),
                };
                (Event::PushRefused { attempt, refusal }, how)
            }
            PushAnswer::Unknown(why) => (Event::PushLost { attempt, why }, None),
        };
        let is_id_told = matches!(event, Event::PushAccepted { .. });
        self.keep(p, event);
        self.pushes[push].is_id_told |= is_id_told;
        if let Some(how) = how {
            let shell = &self.payments[p];
            let prompt = Prompt::of(
                &shell.address,
                shell.payment.attempt(attempt).unwrap(),
                &shell.payee,
            );
            let at_ms = self.ours_ms();
            let end = End { prompt, how, at_ms };
            let phone = self.pushes[push].phone;
            self.handsets[phone].hear(&end, at_ms);
        }
    }

    /// A path that leads nowhere: a stranger's.
    pub(crate) fn opens(&self, path: &str) -> Option<(usize, u32)> {
        let target = self.key.open_stk_callback_path(ENV, path)?;
        let address = target.address.to_string();
        let p = self
            .payments
            .iter()
            .position(|shell| shell.address == address)?;
        Some((p, target.attempt))
    }
}
