//! Alarms: each rings at least once, perhaps late, and again where its handler did not come to its end; rarely one is lost, or rings without a cause.

use super::Cloud;
use crate::host::fate::{Fault, HostRule};
use crate::host::place::Ringing;
use crate::host::run::{Life, PEOPLE};
use std::rc::Rc;

/// After a handler of an alarm that failed, doubling.
const RING_AGAIN_MS: u64 = 2_000;
const RING_TRIES_MAX: u32 = 6;

impl Cloud {
    /// Rings without a cause: the alarm stands as it stood.
    pub(crate) fn ring_idly(self: &Rc<Self>, place: usize) {
        if self.at(place, |at| at.ringing.is_some() || !at.durable.has_table) {
            return;
        }
        let (life, object) = self.present(place);
        self.run
            .spawn(life, Box::pin(async move { drop(object.ring().await) }));
    }

    /// Has the alarm ring when it has to.
    pub(crate) fn arm(self: &Rc<Self>, place: usize) {
        let (alarm, armed) = self.at(place, |at| {
            (at.durable.alarm.filter(|_| at.ringing.is_none()), at.armed)
        });
        if alarm == armed.map(|(at_ms, _)| at_ms) {
            return;
        }
        if let Some((_, key)) = armed {
            self.run.cancel(key);
        }
        let armed = alarm.map(|at_ms| {
            let late_ms = match self.strikes(Fault::AlarmLate) {
                true => self.storage.borrow_mut().below(60_000),
                false => self.storage.borrow_mut().below(40),
            };
            let wait_ms = match at_ms.saturating_sub(self.run.now_ms()) {
                wait_ms if self.fate.keeps(HostRule::OnTime) => wait_ms + late_ms,
                wait_ms => wait_ms / 2,
            };
            let cloud = Rc::clone(self);
            let key = self.run.after(wait_ms, PEOPLE, move || cloud.ring(place));
            (at_ms, key)
        });
        self.change(place, |at| at.armed = armed);
    }

    /// Rings now, whatever the alarm says.
    pub(crate) fn ring(self: &Rc<Self>, place: usize) {
        let alarm = self.change(place, |at| {
            at.armed = None;
            at.durable.alarm
        });
        let Some(at_ms) = alarm else { return };
        if self.strikes(Fault::AlarmLost) {
            return self.change(place, |at| {
                at.rang(at_ms);
                at.has_lost_alarm = true;
            });
        }
        self.change(place, |at| {
            at.rang(at_ms);
            at.rings.push(self.run.now_ms());
        });
        if let Some(watch) = self.watch() {
            watch.rings(self, place);
        }
        let (life, object) = self.present(place);
        let tries = self.at(place, |at| at.failed);
        self.change(place, |at| at.ringing = Some(Ringing { life, tries }));
        self.tell(|| self.at(place, |at| format!("alarm of {:?} {}", at.class, at.name)));
        let cloud = Rc::clone(self);
        self.run.spawn(
            life,
            Box::pin(async move {
                if object.ring().await.is_err() {
                    return cloud.rang_in_vain(place, life);
                }
                // It has come to its end when what it wrote is durable.
                cloud.out(life, move |cloud| {
                    cloud.change(place, |at| {
                        // Another instance may have been rung meanwhile.
                        if at.ringing.is_some_and(|ringing| ringing.life == life) {
                            at.ringing = None;
                            at.failed = 0;
                        }
                    });
                    cloud.arm(place);
                });
            }),
        );
    }

    /// The instance in which an alarm rang is gone, or its handler has failed: the platform rings again.
    pub(crate) fn rang_in_vain(self: &Rc<Self>, place: usize, life: Life) {
        let ringing = self.at(place, |at| {
            at.ringing.filter(|ringing| ringing.life == life)
        });
        let Some(Ringing { tries, .. }) = ringing else {
            return;
        };
        let again_ms = self.run.now_ms() + (RING_AGAIN_MS << tries);
        let rings_again = self.fate.keeps(HostRule::AlarmAgain) && tries < RING_TRIES_MAX;
        self.change(place, |at| {
            at.ringing = None;
            at.failed = tries + 1;
            match at.durable.alarm {
                None if rings_again => at.ring_again(again_ms),
                None => at.has_lost_alarm = true,
                Some(_) => {}
            }
        });
        self.arm(place);
    }
}
