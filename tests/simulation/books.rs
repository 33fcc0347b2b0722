//! The end of a schedule: the money is conserved, each shilling in one place, and none is left aside that a channel told of.

use crate::faults::Fault;
use crate::money::By;
use crate::world::{HOUR, SEC, World};
use malipo_engine::payment::{Rank, Receipt, Stage, Standing};
use malipo_shared::catalogue;

/// Where one movement of money ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Counted, with so much of it.
    Counted(u32),
    /// A known limit: its payer or the shop gave the receipt to another order, and its push is known by a query only.
    Twice(u32, u32),
    Unmatched,
    Unproven,
    InReview,
    NoChannel,
    /// The known limit: taken for another payment of the same amount at the same time.
    Merged,
}

impl World {
    pub(crate) fn close_the_books(&mut self) {
        for p in 0..self.payments.len() {
            self.refold(p, self.serial.is_multiple_of(16));
            self.check(p);
            self.check_shop_at_end(p);
            self.check_at_rest(p);
            self.count_outcome(p);
        }
        self.check_owners();
        let mut counted_kes = 0;
        for money in 0..self.money.len() {
            let place = self.place(money);
            self.check_place(money, place);
            let fault = match place {
                Place::Counted(kes) => {
                    counted_kes += kes;
                    Fault::Counted
                }
                Place::Twice(kes, blank_kes) => {
                    counted_kes += kes + blank_kes;
                    Fault::Misplaced
                }
                Place::Unmatched => Fault::Unmatched,
                Place::Unproven => Fault::Unproven,
                Place::InReview => Fault::InReview,
                Place::NoChannel => Fault::NoChannel,
                Place::Merged => Fault::Merged,
            };
            self.note(fault);
            let moved = &self.money[money];
            let what = format!("{} KES {}: {place:?}", moved.number, moved.amount);
            self.tell("BOOKS", || what);
        }
        let received_kes: u32 = self
            .payments
            .iter()
            .map(|shell| shell.payment.received_kes())
            .sum();
        if received_kes != counted_kes {
            let rule = if received_kes > counted_kes { 3 } else { 6 };
            self.fail(rule, || format!("KES {received_kes} was received, and KES {counted_kes} of what moved is counted"));
        }
    }

    /// Rules 2 and 3: whoever a receipt belongs to counts it, and nobody else does.
    fn check_owners(&mut self) {
        let mut wrong = None;
        for receipt in &self.receipts {
            for (p, shell) in self.payments.iter().enumerate() {
                let owner = receipt.record.owner.as_ref();
                let is_owner = owner.is_some_and(|owner| owner.address == shell.address);
                let known = shell.payment.receipt(&receipt.number);
                let counts = known.is_some_and(|r| r.counts() && names_money(r));
                if is_owner != counts {
                    wrong = Some((receipt.number.clone(), p, is_owner));
                }
            }
        }
        if let Some((number, p, is_owner)) = wrong {
            self.fail(if is_owner { 2 } else { 3 }, || {
                format!(
                    "receipt {number} is payment {p}'s: {is_owner}, and it counts there: {}",
                    !is_owner
                )
            });
        }
    }

    /// Where money ended, found from the truth's side.
    fn place(&mut self, money: usize) -> Place {
        let moved = &self.money[money];
        let holders: Vec<(usize, &Receipt)> = (0..self.payments.len())
            .filter_map(|p| Some((p, self.payments[p].payment.receipt(&moved.number)?)))
            .filter(|(_, receipt)| receipt.counts() && names_money(receipt))
            .collect();
        if let [(p, receipt)] = holders.as_slice() {
            let kes = receipt.amount_kes;
            return match self.blank_beside(money, *p) {
                Some(blank_kes) => Place::Twice(kes, blank_kes),
                None => Place::Counted(kes),
            };
        }
        if holders.len() > 1 {
            let what = format!(
                "receipt {} counts for {} payments",
                moved.number,
                holders.len()
            );
            self.fail(3, || what);
            return Place::InReview;
        }
        if let By::Push(push) = moved.by {
            let push = &self.pushes[push];
            let receipts = self.payments[push.p].payment.receipts();
            let own = receipts
                .iter()
                .find(|r| r.attempt == Some(push.attempt) && r.counts());
            match own {
                // A number that is not surely from M-PESA names nothing: the verdict counts.
                Some(blank) if !names_money(blank) => return Place::Counted(blank.amount_kes),
                Some(_) => return Place::Merged,
                None => {}
            }
        }
        let is_reviewed = self.payments.iter().any(|shell| {
            let receipt = shell.payment.receipt(&moved.number);
            let stands = receipt.is_some_and(|r| {
                matches!(
                    r.standing,
                    Standing::Denied
                        | Standing::Taken
                        | Standing::Unverified
                        | Standing::SetAside { .. }
                )
            });
            let waits = shell
                .payment
                .typed()
                .iter()
                .any(|t| t.needs_shop && t.receipt == moved.number);
            (stands || waits) && !shell.payment.reviews().is_empty()
        });
        let record = self.record_of(&moved.number);
        if is_reviewed {
            return Place::InReview;
        }
        if record.is_some_and(|r| r.facts.is_some() && r.owner.is_none()) {
            return Place::Unmatched;
        }
        if let By::Push(push) = moved.by {
            let push = &self.pushes[push];
            let attempt = self.payments[push.p].payment.attempt(push.attempt);
            let is_unresolved = |stage: &Stage| {
                matches!(
                    stage,
                    Stage::Unknown {
                        is_unresolved: true
                    }
                )
            };
            if attempt.is_some_and(|a| is_unresolved(&a.stage)) {
                return Place::Unproven;
            }
        }
        Place::NoChannel
    }

    /// The blank of a push whose own number counts for another order: only a person's word can bring that about.
    fn blank_beside(&self, money: usize, holder: usize) -> Option<u32> {
        let moved = &self.money[money];
        let push = &self.pushes[moved.push()?];
        let is_by_word = self.payments[holder]
            .payment
            .receipt(&moved.number)
            .is_some_and(|r| matches!(r.standing, Standing::Granted(Rank::Typed | Rank::Person)));
        let receipts = self.payments[push.p].payment.receipts();
        let blank = receipts
            .iter()
            .find(|r| r.attempt == Some(push.attempt) && !names_money(r) && r.counts());
        let is_limit = push.p != holder && is_by_word && !moved.by_callback;
        blank.filter(|_| is_limit).map(|blank| blank.amount_kes)
    }

    /// Nothing is left aside that a channel told of, or would have told of had it been asked.
    fn check_place(&mut self, money: usize, place: Place) {
        let moved = &self.money[money];
        let was_told =
            moved.by_verdict || moved.by_callback || (moved.by_confirmation && moved.was_named);
        let (number, amount) = (moved.number.clone(), moved.amount);
        match place {
            Place::Counted(kes) if kes > amount => {
                self.fail(6, || {
                    format!("receipt {number} of KES {amount} counts KES {kes}")
                });
            }
            Place::Twice(..) => {}
            Place::Counted(kes) => {
                let is_contradicted = moved
                    .push()
                    .is_some_and(|push| self.pushes[push].is_contradicted);
                if kes < amount && !is_contradicted {
                    self.fail(6, || {
                        format!("receipt {number} of KES {amount} counts only KES {kes}")
                    });
                }
            }
            Place::Merged => {
                let has_twin = self.money.iter().enumerate().any(|(other, twin)| {
                    other != money
                        && twin.amount == amount
                        && twin.at_ms.abs_diff(moved.at_ms)
                            < 3 * 60 * SEC + self.longest_wait_ms(money)
                });
                if moved.by_callback || (moved.by_confirmation && moved.was_named) || !has_twin {
                    self.fail(2, || format!("receipt {number} of KES {amount} was shown by name, and is taken for other money"));
                }
            }
            Place::Unmatched | Place::Unproven | Place::InReview | Place::NoChannel => {
                if was_told || self.could_have_asked(money) {
                    self.fail(2, || format!("receipt {number} of KES {amount} ended as {place:?}, and a channel worked"));
                }
            }
        }
    }

    /// A late query hears of a success long after: the window of what fits reaches that far.
    fn longest_wait_ms(&self, money: usize) -> u64 {
        let by_push = self.money[money]
            .push()
            .map(|push| self.pushes[push].sent_at_ms);
        by_push.map_or(0, |sent_at_ms| self.now_ms - sent_at_ms)
    }

    /// Whether a question would have found it: M-PESA knew, answers this push's questions, and the engine's rules ask.
    fn could_have_asked(&self, money: usize) -> bool {
        let noise = [
            Fault::QueryError,
            Fault::QuerySpike,
            Fault::QueryUnresolved,
            Fault::QueryWrong,
        ];
        if noise.into_iter().any(|fault| self.plan.rate(fault) > 0) {
            return false;
        }
        let moved = &self.money[money];
        let Some(push) = moved.push().map(|push| &self.pushes[push]) else {
            return false;
        };
        let Some(attempt) = self.payments[push.p].payment.attempt(push.attempt) else {
            return false;
        };
        let has_id = attempt
            .checkout_request_id
            .as_ref()
            .is_some_and(|id| id.as_str() == push.id);
        let is_in_time = moved.at_ms < push.sent_at_ms + 20 * HOUR;
        let asks = match &attempt.stage {
            Stage::Declined { code, .. } => {
                let row = catalogue::stk(code).map(|row| row.kind);
                !matches!(row, Some(catalogue::Kind::Declined(decline)) if !decline.is_late_capable)
            }
            Stage::Unknown { .. } => true,
            _ => false,
        };
        has_id && is_in_time && asks && push.answers_queries()
    }

    /// Rule 9 at the end: every attempt has a verdict or was put before a person, and nothing waits.
    fn check_at_rest(&mut self, p: usize) {
        let payment = &self.payments[p].payment;
        let is_waiting = payment.attempts().iter().any(|a| {
            !matches!(
                a.stage,
                Stage::Succeeded { .. }
                    | Stage::Declined { .. }
                    | Stage::NotSent { .. }
                    | Stage::Unknown {
                        is_unresolved: true
                    }
            )
        });
        if is_waiting || self.has_work(p) {
            self.fail(9, || format!("payment {p} came to rest with work left"));
        }
        let is_over = self.payments[p]
            .payment
            .opened()
            .is_some_and(|o| self.ours_ms() >= o.expires_at_ms);
        let payment = &self.payments[p].payment;
        if is_over && payment.may_close() {
            self.fail(9, || format!("payment {p} is expired and was not closed"));
        }
    }

    fn count_outcome(&mut self, p: usize) {
        let payment = &self.payments[p].payment;
        let outcomes = [
            (Fault::Paid, payment.is_paid()),
            (
                Fault::PartPaid,
                !payment.is_paid() && payment.received_kes() > 0,
            ),
            (
                Fault::Overpaid,
                payment.is_paid() && payment.excess_kes() > 0,
            ),
            (
                Fault::Closed,
                payment.closed_at_ms().is_some() && !payment.is_paid(),
            ),
            (
                Fault::Unresolved,
                payment.attempts().iter().any(|a| {
                    matches!(
                        a.stage,
                        Stage::Unknown {
                            is_unresolved: true
                        }
                    )
                }),
            ),
            (
                Fault::TypedCounted,
                payment
                    .receipts()
                    .iter()
                    .any(|r| r.standing == Standing::Granted(Rank::Typed)),
            ),
        ];
        for (fault, _) in outcomes.into_iter().filter(|(_, is)| *is) {
            self.note(fault);
        }
    }
}

/// Whether a receipt counts as the money that its number names. One that is not surely from M-PESA only stands where a
/// verdict counts.
pub(crate) fn names_money(receipt: &Receipt) -> bool {
    receipt.number.is_some() && receipt.standing != Standing::Unverified
}
