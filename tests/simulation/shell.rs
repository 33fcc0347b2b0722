//! `Shell`: the model of one payment's object. A turn is what the Worker's is: settle a restart, settle what is overdue, let
//! the engine decide, write it down, set the alarm; then the effects leave, and any of them may be the last.

use crate::faults::Fault;
pub(crate) use crate::state::shell::{Shell, TERMS};
use crate::world::{Item, MINUTE, SEC, Violation, World};
use malipo_engine::payment::{Effect, Event, Payment, Recorded, Written, timeline};
use malipo_engine::subscriber::End;

/// After an alarm that did not come to its end.
const ALARM_AGAIN_MS: u64 = 45 * SEC;

impl World {
    /// Begins a turn for somebody who calls; false when storage refuses: nothing has happened.
    pub(crate) fn begin(&mut self, p: usize) -> bool {
        self.payments[p].rings.clear();
        self.begin_within(p)
    }

    /// Begins a turn of the object's own.
    fn begin_within(&mut self, p: usize) -> bool {
        if self.strikes(Fault::StorageRefused) {
            return false;
        }
        let ours_ms = self.ours_ms();
        let shell = &self.payments[p];
        if shell.pushing.is_none()
            && let Some(event) = shell.payment.after_restart()
        {
            self.record(p, event);
        }
        let shell = &self.payments[p];
        if shell.is_open() && shell.payment.is_overdue(ours_ms) {
            self.record(p, Event::AlarmRang);
        }
        true
    }

    /// Writes an event down and folds it in.
    pub(crate) fn record(&mut self, p: usize, event: Event) {
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        let before = shell.payment.clone();
        let (line, effects) = shell.payment.record(event.clone(), ours_ms);
        match shell.payment.written(&before, &shell.journal, &event) {
            Written::Beyond => {
                shell.payment = before;
                return;
            }
            Written::Again => {
                if let Some(last) = shell.journal.last_mut() {
                    last.times += 1;
                    last.last_at_ms = ours_ms;
                }
            }
            Written::Line | Written::Proof => shell.journal.push(line),
        }
        shell.effects.extend(effects);
        shell.is_recorded = true;
        if self.story.is_some() {
            let told = timeline(&[Recorded::once(event, ours_ms)]);
            let (due_kes, received_kes) = {
                let payment = &self.payments[p].payment;
                (payment.due_kes(), payment.received_kes())
            };
            self.tell(&format!("payment {p}"), || {
                format!("{} [{received_kes} of {due_kes}]", told[0].what)
            });
        }
    }

    /// Ends a turn: the next alarm, then what is to be done.
    pub(crate) fn commit(&mut self, p: usize) {
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        let effects = core::mem::take(&mut shell.effects);
        if core::mem::take(&mut shell.is_recorded) {
            if let Some(at_ms) = shell.payment.next_wake_ms(TERMS, ours_ms) {
                self.set_alarm(p, at_ms);
            }
            self.check(p);
        }
        for effect in effects {
            if self.strikes(Fault::CrashBetween) {
                return self.crash(p, Fault::CrashBetween);
            }
            match effect {
                Effect::SendPush { attempt } => {
                    let shell = &mut self.payments[p];
                    shell.pushing = Some(attempt);
                    let life = shell.life;
                    self.after(20, Item::AskHandset { p, life, attempt });
                }
                Effect::FreeHandset { attempt } => self.free_handset(p, attempt),
                Effect::Alert(what) => {
                    self.tell(&format!("payment {p}"), || format!("ALERT {what}"))
                }
                // The shop of the simulation gives no money back: `it::refunds` does.
                Effect::SendRefund { .. } | Effect::AskRefund { .. } => {
                    self.fail(5, || "a refund that nobody asked for".to_owned());
                }
                Effect::Query { .. }
                | Effect::ClaimReceipt { .. }
                | Effect::ListReceipt { .. }
                | Effect::ReleaseReceipt { .. }
                | Effect::VerifyReceipt { .. }
                | Effect::Deliver { .. } => {
                    self.fail(9, || "what is due at any time came as an effect".to_owned());
                }
            }
        }
        // A turn may leave what is due to the alarm, or begin with it at once.
        if self.dice.percent(85) {
            self.start_due(p);
        }
    }

    pub(crate) fn set_alarm(&mut self, p: usize, at_ms: u64) {
        let late_ms = if self.strikes(Fault::AlarmLate) {
            self.dice.below(MINUTE)
        } else {
            self.dice.below(50)
        };
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        shell.alarm_ms = Some(at_ms);
        shell.alarm_turn += 1;
        let turn = shell.alarm_turn;
        self.after(
            at_ms.saturating_sub(ours_ms) + late_ms,
            Item::Alarm { p, turn },
        );
    }

    pub(crate) fn ring(&mut self, p: usize, turn: u32) {
        if self.payments[p].alarm_turn != turn {
            return;
        }
        // Its successor first.
        let again_ms = self.ours_ms() + ALARM_AGAIN_MS;
        self.set_alarm(p, again_ms);
        self.check_rings(p);
        if !self.begin_within(p) {
            return;
        }
        let life = self.payments[p].life;
        self.payments[p].is_recorded = false; // the alarm is set: only its end moves it
        self.check(p);
        self.commit(p);
        if self.payments[p].life != life {
            return;
        }
        self.payments[p].is_ringing = true;
        self.start_due(p);
        self.rest_if_done(p);
    }

    /// Sets the alarm of what comes next, once all that was due is done.
    fn rest_if_done(&mut self, p: usize) {
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        if !shell.is_ringing || !shell.asked.is_empty() {
            return;
        }
        shell.is_ringing = false;
        match shell.payment.next_wake_ms(TERMS, ours_ms) {
            Some(at_ms) => {
                let at_ms = at_ms.max(shell.not_before_ms.min(ours_ms + MINUTE));
                self.set_alarm(p, at_ms);
            }
            None => {
                shell.alarm_ms = None;
                shell.alarm_turn += 1;
            }
        }
        self.check_alarm(p);
    }

    fn start_due(&mut self, p: usize) {
        let ours_ms = self.ours_ms();
        for effect in self.payments[p].payment.due(TERMS, ours_ms) {
            let shell = &mut self.payments[p];
            if shell.asked.contains(&effect) {
                continue;
            }
            shell.asked.push(effect.clone());
            let life = shell.life;
            let delay_ms = self.dice.between(5, 300);
            self.after(delay_ms, Item::Work { p, life, effect });
        }
    }

    /// What was asked for is answered, or not.
    pub(crate) fn hear_work(
        &mut self,
        p: usize,
        life: u32,
        effect: &Effect,
        event: Option<Event>,
        wait_ms: u64,
    ) {
        if self.payments[p].life != life {
            return;
        }
        if let Some(mut event) = event
            && self.begin_within(p)
        {
            self.compare_payer(p, &mut event);
            self.record(p, event.clone());
            self.learn_query(p, effect, &event);
            self.payments[p].asked.retain(|known| known != effect);
            self.commit(p);
        }
        if self.payments[p].life != life {
            return;
        }
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        shell.asked.retain(|known| known != effect);
        if wait_ms > 0 {
            shell.not_before_ms = ours_ms + wait_ms;
        }
        self.rest_if_done(p);
    }

    pub(crate) fn crash(&mut self, p: usize, why: Fault) {
        if why == Fault::Crash {
            self.note(why);
        }
        self.tell(&format!("payment {p}"), || {
            "CRASHED, begins anew from its journal".to_owned()
        });
        let shell = &mut self.payments[p];
        shell.life += 1;
        shell.pushing = None;
        shell.asked.clear();
        shell.is_ringing = false;
        shell.not_before_ms = 0;
        shell.is_recorded = false;
        shell.effects.clear();
        shell.frozen_until_ms = 0;
        self.refold(p, false);
    }

    /// The journal tells the same payment.
    pub(crate) fn refold(&mut self, p: usize, by_text: bool) {
        let shell = &mut self.payments[p];
        let journal: Vec<Recorded> = if by_text {
            let read = |r: &Recorded| Recorded {
                at_ms: r.at_ms,
                times: r.times,
                last_at_ms: r.last_at_ms,
                ..Recorded::read(&r.text()).unwrap()
            };
            shell.journal.iter().map(read).collect()
        } else {
            shell.journal.clone()
        };
        let folded = Payment::fold(&journal);
        if folded != shell.payment && self.broken.is_none() {
            let what =
                format!("payment {p}: the journal tells another payment than the one in memory");
            self.broken = Some(Violation { rule: 2, what });
        }
        self.payments[p].payment = folded;
    }

    fn free_handset(&mut self, p: usize, attempt: u32) {
        let shell = &self.payments[p];
        let Some(attempt) = shell.payment.attempt(attempt) else {
            return;
        };
        let end = End::of(&shell.address, attempt, &shell.payee);
        let phone = shell.phones.get(usize::from(attempt.phone) - 1).copied();
        if let (Some(end), Some(phone)) = (end, phone)
            && !self.strikes(Fault::MessageLost)
        {
            self.after(15, Item::HandsetFreed { phone, end });
        }
    }
}
