//! What the customer sees of a payment: the one conversion from its state to the browser's JSON.

use super::{Attempt, Payment, Stage, rules};
use malipo_shared::api::{Charge, PayeeKind, State, TypedStatus, View};
use malipo_shared::{NextStep, Payee, PaymentId, Reason};

/// What the shell adds to a view: it is no part of the payment's life.
#[derive(Debug, Clone)]
pub struct Showing<'a> {
    /// What the browser asks by.
    pub id: &'a PaymentId,
    /// The shop's name.
    pub name: &'a str,
    /// How to reach the shop.
    pub shop_contact: &'a str,
    /// Whether real money moves.
    pub livemode: bool,
    /// Whether C2B is registered for the payee.
    pub notices_payment_by_hand: bool,
    /// The payment's numbers, masked; the first is the number 1. One that was forgotten is empty.
    pub phones_masked: &'a [String],
}

/// What the customer can tell apart. Its change is what wakes a waiting browser.
#[derive(PartialEq)]
pub(super) struct Face {
    is_opened: bool,
    received_kes: u32,
    receipts: usize,
    numbered: usize,
    is_closed: bool,
    typed: Vec<TypedStatus>,
    due_kes: u32,
    last: Option<(u32, Stage, bool, Option<u64>)>,
    is_unlisted: bool,
}

struct Ended {
    reason: Reason,
    code: Option<String>,
    charge: Charge,
}

impl Payment {
    pub(super) fn face(&self) -> Face {
        Face {
            is_opened: self.opened.is_some(),
            received_kes: self.received_kes(),
            receipts: self.receipts.iter().filter(|r| r.counts()).count(),
            numbered: self
                .receipts
                .iter()
                .filter(|receipt| receipt.number.is_some() && receipt.counts())
                .count(),
            is_closed: self.closed_at_ms.is_some(),
            typed: self.typed.iter().map(|t| self.typed_status(t)).collect(),
            due_kes: self.due_kes(),
            last: self.shown().map(|a| {
                // Whose the receipt is turns out in a moment: whoever waits is woken once, by that.
                let is_claiming =
                    matches!(a.stage, Stage::Succeeded { .. }) && self.has_pending_money();
                let stage = if is_claiming {
                    Stage::Prompted
                } else {
                    a.stage.clone()
                };
                (a.n, stage, a.is_declared_not_charged, a.sent_at_ms)
            }),
            is_unlisted: self.shown().is_some_and(|a| a.unlisted.is_some()),
        }
    }

    /// Where the payment stands for its customer.
    pub fn state(&self, now_ms: u64) -> State {
        if self.is_paid() {
            return State::Paid;
        }
        if self.has_pending_money() {
            return State::Confirming;
        }
        if self.has_lost_money() {
            return State::Unresolved;
        }
        let is_part_paid = self.received_kes() > 0;
        let Some(attempt) = self.shown() else {
            return self.state_without_attempt(is_part_paid);
        };
        if attempt.unlisted.is_some() {
            return State::Confirming;
        }
        match &attempt.stage {
            Stage::Reserved | Stage::Leaving { .. } => State::Sending,
            Stage::Prompted if now_ms < attempt.started_at_ms() + rules::PROMPT_MS => {
                State::AwaitingPin
            }
            Stage::Prompted => State::Confirming,
            Stage::Unknown { is_unresolved } if !attempt.is_declared_not_charged => {
                if *is_unresolved {
                    State::Unresolved
                } else {
                    State::Confirming
                }
            }
            Stage::Declined { .. } | Stage::NotSent { .. }
                if !is_part_paid && self.closed_at_ms.is_none() =>
            {
                State::Declined
            }
            Stage::Unknown { .. }
            | Stage::Succeeded { .. }
            | Stage::Declined { .. }
            | Stage::NotSent { .. } => self.state_without_attempt(is_part_paid),
        }
    }

    fn state_without_attempt(&self, is_part_paid: bool) -> State {
        match (self.closed_at_ms, is_part_paid) {
            (_, true) => State::PartPaid,
            (Some(_), false) => State::Closed,
            (None, false) => State::Ready,
        }
    }

    /// What the browser is told; none for a payment that was never opened.
    pub fn view(&self, showing: &Showing<'_>, now_ms: u64) -> Option<View> {
        let opened = self.opened.as_ref()?;
        let state = self.state(now_ms);
        let attempt = self.shown();
        let typed = self.typed.iter().max_by_key(|typed| typed.at_ms);
        let ended = attempt
            .filter(|_| matches!(state, State::Declined | State::PartPaid))
            .and_then(ended);
        let (payee_kind, payee_number) = match &opened.payee {
            Payee::PayBill { shortcode } => (PayeeKind::PayBill, shortcode),
            Payee::Till { till, .. } => (PayeeKind::Till, till),
        };
        let prompt_ends_at_ms = attempt
            .filter(|_| state == State::AwaitingPin)
            .map(|a| a.started_at_ms() + rules::PROMPT_MS);
        Some(View {
            id: showing.id.clone(),
            version: self.version,
            state,
            livemode: showing.livemode,
            name: showing.name.to_owned(),
            description: opened.order.description.clone(),
            account_reference: opened.account_reference.as_str().to_owned(),
            payee_kind,
            payee_number: payee_number.as_str().to_owned(),
            shop_contact: showing.shop_contact.to_owned(),
            due_kes: self.due_kes(),
            received_kes: self.received_kes(),
            excess_kes: self.excess_kes(),
            now_ms,
            phone_masked: attempt
                .and_then(|a| {
                    showing
                        .phones_masked
                        .get(usize::from(a.phone).checked_sub(1)?)
                })
                .filter(|masked| !masked.is_empty())
                .cloned(),
            reason: ended.as_ref().map(|e| e.reason),
            code: ended.as_ref().and_then(|e| e.code.clone()),
            charge: self.charge(state, ended.as_ref()),
            receipt: self
                .receipts
                .iter()
                .rev()
                .filter(|receipt| receipt.counts())
                .find_map(|receipt| receipt.number.as_ref())
                .map(ToString::to_string),
            typed_receipt: typed.map(|typed| typed.receipt.to_string()),
            typed_status: typed.map(|typed| self.typed_status(typed)),
            sent_at_ms: attempt.and_then(|a| a.sent_at_ms),
            prompt_ends_at_ms,
            retry_at_ms: self.retry_at_ms(state, now_ms),
            ask_charged_at_ms: self
                .silent_attempt()
                .filter(|_| matches!(state, State::Confirming | State::Unresolved))
                .map(|a| a.started_at_ms() + rules::UNKNOWN_AFTER_MS),
            may_prompt_be_alive: self.attempts.iter().any(|a| a.may_prompt_be_alive(now_ms)),
            notices_payment_by_hand: showing.notices_payment_by_hand,
            poll_after_ms: self.poll_after_ms(state, now_ms),
        })
    }

    /// How sure it is that no attempt has moved money, while none is under way. The last one's proof says nothing of those
    /// before it, which may still succeed.
    fn charge(&self, state: State, ended: Option<&Ended>) -> Option<Charge> {
        let is_idle = matches!(
            state,
            State::Ready | State::Declined | State::PartPaid | State::Closed
        );
        if is_idle && self.attempts.iter().any(Attempt::may_succeed) {
            return Some(Charge::NoneSoFar);
        }
        ended.map(|ended| ended.charge)
    }

    /// Whether a status request may be held: while an attempt is live, and a while after a change.
    pub fn may_hold(&self, now_ms: u64) -> bool {
        let is_live = self.attempts.iter().any(|a| {
            matches!(
                a.stage,
                Stage::Reserved | Stage::Leaving { .. } | Stage::Prompted
            )
        });
        let is_final = matches!(self.state(now_ms), State::Paid | State::Closed);
        !is_final && (is_live || now_ms < self.changed_at_ms + rules::HELD_AFTER_CHANGE_MS)
    }

    /// When the view next changes by time alone, in Unix milliseconds: a held request ends there.
    pub fn next_face_at_ms(&self, now_ms: u64) -> Option<u64> {
        let attempt = self
            .shown()
            .filter(|a| matches!(a.stage, Stage::Prompted))?;
        Some(attempt.started_at_ms() + rules::PROMPT_MS).filter(|&at_ms| at_ms > now_ms)
    }

    /// The attempt that M-PESA says nothing about.
    fn silent_attempt(&self) -> Option<&Attempt> {
        let is_prompted = |a: &&Attempt| matches!(a.stage, Stage::Prompted) && a.unlisted.is_none();
        self.undeclared_unknown()
            .or(self.shown().filter(is_prompted))
    }

    /// The attempt that the screen is about: one without a verdict before the newest.
    fn shown(&self) -> Option<&Attempt> {
        self.attempts
            .iter()
            .find(|a| a.is_in_flight())
            .or(self.undeclared_unknown())
            .or(self.attempts.last())
    }

    fn retry_at_ms(&self, state: State, now_ms: u64) -> Option<u64> {
        let may_push = matches!(state, State::Ready | State::Declined | State::PartPaid)
            && self.attempts.len() < rules::ATTEMPTS_MAX;
        let phone = self.attempts.last().map_or(1, |a| a.phone);
        let is_open = self
            .opened
            .as_ref()
            .is_some_and(|opened| now_ms < opened.expires_at_ms);
        let is_shops_fault = self
            .shown()
            .and_then(ended)
            .is_some_and(|ended| ended.reason.next_step() == NextStep::AskShop);
        self.push_at_ms(phone)
            .filter(|&at_ms| may_push && is_open && !(is_shops_fault && at_ms > now_ms))
    }

    fn poll_after_ms(&self, state: State, now_ms: u64) -> Option<u64> {
        let age_ms = now_ms.saturating_sub(self.changed_at_ms);
        let slowly = (age_ms / 4).clamp(rules::POLL_MS_MIN, rules::POLL_MS_MAX);
        let has_blank = self.receipts.iter().any(|receipt| receipt.number.is_none());
        match state {
            // The receipt's number may still come by callback.
            State::Paid if has_blank && age_ms < rules::HELD_AFTER_CHANGE_MS => Some(slowly),
            State::Paid | State::Closed => None,
            State::Ready
            | State::Sending
            | State::AwaitingPin
            | State::Confirming
            | State::Declined
            | State::PartPaid
            | State::Unresolved => Some(if self.may_hold(now_ms) { 0 } else { slowly }),
        }
    }
}

fn ended(attempt: &Attempt) -> Option<Ended> {
    match &attempt.stage {
        Stage::Declined { code, decline, .. } => Some(Ended {
            reason: decline.reason,
            code: Some(code.as_str().to_owned()),
            charge: if decline.is_late_capable {
                Charge::NoneSoFar
            } else {
                Charge::None
            },
        }),
        Stage::NotSent { refusal, .. } => Some(Ended {
            reason: refusal.reason,
            code: None,
            charge: if refusal.is_proven {
                Charge::None
            } else {
                Charge::NoneSoFar
            },
        }),
        Stage::Reserved
        | Stage::Leaving { .. }
        | Stage::Prompted
        | Stage::Succeeded { .. }
        | Stage::Unknown { .. } => None,
    }
}
