//! The rules of ARCHITECTURE.md ("What may never happen") at every step, by the truth of the model and not by the engine's own arithmetic.

use crate::books::names_money;
use crate::shell::Shell;
use crate::world::{HOUR, MINUTE, SEC, World};
use malipo_engine::payment::{Hearing, Stage};
use malipo_shared::api::State;

impl World {
    /// What holds of a payment after every turn that wrote something down.
    pub(crate) fn check(&mut self, p: usize) {
        self.check_money(p);
        self.check_price_and_sum(p);
        self.check_receipts(p);
        self.check_shop(p);
        self.check_alarm(p);
    }

    /// Rules 1 and 7: no more counts than what moved and was shown to be this payment's.
    fn check_money(&mut self, p: usize) {
        let shell = &self.payments[p];
        let shown_kes: u32 = self
            .money
            .iter()
            .filter(|money| {
                let is_by_push = money
                    .push()
                    .is_some_and(|push| self.pushes[push].p == p && money.by_verdict);
                let record = self.record_of(&money.number);
                let is_shown = record.is_some_and(|r| r.facts.is_some());
                // Its own, or another's since a moment ago: it is being told.
                let is_owned = record.is_some_and(|r| {
                    let owner = r.owner.iter().map(|o| &o.address);
                    owner
                        .chain(&r.losers)
                        .any(|address| *address == shell.address)
                });
                is_by_push || (is_shown && money.names == Some(p)) || is_owned
            })
            .map(|money| money.amount)
            .sum();
        let received_kes = shell.payment.received_kes();
        if received_kes > shown_kes {
            self.fail(1, || format!("payment {p} counts KES {received_kes}, and M-PESA has shown KES {shown_kes} for it"));
        }
    }

    /// Rules 2, 6 and 8: paid when the sum is here, never before; paid never reverts; the price is the shop's.
    fn check_price_and_sum(&mut self, p: usize) {
        let ours_ms = self.ours_ms();
        let shell = &mut self.payments[p];
        let payment = &shell.payment;
        if !shell.is_open() {
            return;
        }
        let (due_kes, received_kes, is_paid) =
            (payment.due_kes(), payment.received_kes(), payment.is_paid());
        let priced_kes = shell.priced.due_kes;
        let (state, excess_kes, was_paid) =
            (payment.state(ours_ms), payment.excess_kes(), shell.was_paid);
        shell.was_paid |= is_paid;
        if due_kes != priced_kes {
            self.fail(8, || {
                format!("payment {p} asks for KES {due_kes}, the shop for {priced_kes}")
            });
        }
        if (was_paid || received_kes >= due_kes) && !is_paid {
            self.fail(2, || format!("payment {p} has KES {received_kes} of {due_kes}, was paid before: {was_paid}, and is not paid"));
        }
        if is_paid && !was_paid && received_kes < due_kes {
            self.fail(6, || {
                format!("payment {p} is paid with KES {received_kes} of {due_kes}")
            });
        }
        if excess_kes != received_kes.saturating_sub(due_kes) || (state == State::Paid) != is_paid {
            self.fail(6, || format!("payment {p}: {state:?} with an excess of KES {excess_kes}, KES {received_kes} of {due_kes}"));
        }
    }

    /// Rule 3: a number counts once; for two payments only while the one that lost it is being told.
    fn check_receipts(&mut self, p: usize) {
        let mut twice = None;
        let receipts = self.payments[p].payment.receipts();
        for (index, receipt) in receipts.iter().enumerate() {
            let Some(number) = receipt
                .number
                .as_ref()
                .filter(|_| receipt.counts() && names_money(receipt))
            else {
                continue;
            };
            if receipts[..index].iter().any(|r| r.number == receipt.number) {
                twice = Some((number.clone(), p));
            }
            for (other, shell) in self.payments.iter().enumerate() {
                let counts_too = other != p
                    && shell
                        .payment
                        .receipt(number)
                        .is_some_and(|r| r.counts() && names_money(r));
                let is_being_told = self.record_of(number).is_some_and(|r| {
                    r.losers
                        .iter()
                        .any(|loser| *loser == shell.address || *loser == self.payments[p].address)
                });
                // A verdict counts before its number is claimed; the claim then takes it from whoever only typed it.
                let is_being_claimed = |of: &Shell| {
                    of.payment
                        .receipt(number)
                        .is_some_and(|r| r.is_backed && r.wants_claim())
                };
                let is_in_motion =
                    is_being_told || is_being_claimed(shell) || is_being_claimed(&self.payments[p]);
                if counts_too && !is_in_motion {
                    twice = Some((number.clone(), other));
                }
            }
        }
        if let Some((number, other)) = twice {
            self.fail(3, || {
                format!("receipt {number} counts for payment {p} and for payment {other}")
            });
        }
    }

    /// Rule 9: as long as anything is open, the object will wake, and not in a far future.
    pub(crate) fn check_alarm(&mut self, p: usize) {
        let ours_ms = self.ours_ms();
        let shell = &self.payments[p];
        let payment = &shell.payment;
        let is_in_flight = payment.attempts().iter().any(|a| {
            a.unlisted.is_some()
                || matches!(
                    a.stage,
                    Stage::Reserved
                        | Stage::Leaving { .. }
                        | Stage::Prompted
                        | Stage::Unknown {
                            is_unresolved: false
                        }
                )
        });
        let has_news = payment
            .deliveries()
            .iter()
            .any(|d| matches!(d.standing, Hearing::Due(_)));
        let is_asked = payment.receipts().iter().any(|r| r.wants_claim());
        let is_looked_for = payment.typed().iter().any(|t| t.next_look_at_ms.is_some());
        let is_open = is_in_flight || has_news || is_asked || is_looked_for;
        // An object with a turn under way has its alarm set as the very next thing.
        let wakes = shell
            .alarm_ms
            .is_some_and(|at_ms| at_ms <= ours_ms + 27 * HOUR);
        if is_open && !wakes {
            let alarm_ms = shell.alarm_ms.map(|at_ms| at_ms.saturating_sub(ours_ms));
            self.fail(9, || {
                format!("payment {p} is forgotten: in flight {is_in_flight}, news {has_news}, claims {is_asked}, looks {is_looked_for}, wakes in {alarm_ms:?} ms")
            });
        }
    }

    /// Rule 9 the other way round: an object that nobody calls does not ring without end, whatever fails.
    pub(crate) fn check_rings(&mut self, p: usize) {
        let now_ms = self.now_ms;
        let rings = &mut self.payments[p].rings;
        rings.push(now_ms);
        for (most, within_ms) in [(20, MINUTE), (80, HOUR), (300, 24 * HOUR)] {
            let begin_ms = now_ms.saturating_sub(within_ms);
            let count = rings.iter().filter(|at_ms| **at_ms > begin_ms).count();
            if count > most {
                let secs = within_ms / SEC;
                return self.fail(9, || {
                    format!("payment {p} has rung {count} times in {secs} s, and nobody called")
                });
            }
        }
    }
}
