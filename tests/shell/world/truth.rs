//! The truth of one world, which nobody of ours is asked for: pushes and prompts, money that moved and went back, what the shop has asked
//! for and what it has heard.

use super::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const HOUR: u64 = 60 * MINUTE;
/// A handset shows the PIN request this long.
pub(crate) const ALIVE_MS: u64 = 55_000;
/// An unlisted code is taken for the end of a push after so long.
const UNLISTED_MS: u64 = 175_000;

/// One push, as it truly is.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) plan: Plan,
    /// Its callback's address: it names payment and attempt, by a secret.
    pub(crate) url: String,
    /// The payment that the address names, and the number of the attempt.
    pub(crate) payment: String,
    pub(crate) attempt: u32,
    pub(crate) id: String,
    pub(crate) phone: String,
    pub(crate) amount: u32,
    pub(crate) account: String,
    pub(crate) sent_at_ms: u64,
    /// Whether the gateway has dropped it.
    pub(crate) was_dropped: bool,
    pub(crate) rang_at_ms: Option<u64>,
    pub(crate) is_over: bool,
    pub(crate) verdict: Option<&'static str>,
    pub(crate) money: Option<usize>,
    /// Whether a callback, a query or the gateway has told our side how it ended.
    pub(crate) is_end_told: bool,
    /// Since when our side knows an end by a code that no list has.
    pub(crate) strange_at_ms: Option<u64>,
    /// Whether the customer has said that nothing was taken.
    pub(crate) is_declared: bool,
    /// Whether M-PESA has contradicted itself about it.
    pub(crate) is_contradicted: bool,
    /// Whether our side knows its name at M-PESA.
    pub(crate) is_id_told: bool,
}

impl Push {
    pub(crate) fn is_prompt_alive(&self, now_ms: u64) -> bool {
        let alive = |at_ms: u64| now_ms < at_ms + ALIVE_MS;
        !self.is_over && self.rang_at_ms.is_some_and(alive)
    }

    /// Whether our side may know what became of it.
    pub(crate) fn is_told(&self, now_ms: u64) -> bool {
        let is_old = self
            .strange_at_ms
            .is_some_and(|at_ms| now_ms >= at_ms + UNLISTED_MS);
        self.is_end_told || self.is_declared || is_old
    }
}

/// Money that truly moved.
#[derive(Debug)]
pub(crate) struct Money {
    pub(crate) number: String,
    pub(crate) phone: String,
    pub(crate) amount: u32,
    pub(crate) at_ms: u64,
    /// The account number as it was typed.
    pub(crate) account: String,
    /// The payment that this account number names.
    pub(crate) named: Option<String>,
    pub(crate) push: Option<usize>,
    /// By which channels our side was told of it, and said yes.
    pub(crate) told: Channels,
    pub(crate) reversed_kes: u32,
}

/// How M-PESA has told of money.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Channels {
    /// A callback or a query said that its push was paid.
    pub(crate) by_verdict: bool,
    /// A callback named its receipt.
    pub(crate) by_callback: bool,
    /// A confirmation from M-PESA's own address.
    pub(crate) by_confirmation: bool,
}

impl Channels {
    pub(crate) fn is_any(self) -> bool {
        self.by_verdict || self.by_callback || self.by_confirmation
    }
}

/// A reversal that reached M-PESA.
#[derive(Debug)]
pub(crate) struct Reversal {
    pub(crate) receipt: String,
    pub(crate) amount: u32,
    pub(crate) result_url: String,
    pub(crate) timeout_url: String,
    pub(crate) conversation: String,
    pub(crate) is_done: bool,
    /// Whether M-PESA has told that no money goes back by it.
    pub(crate) is_failure_told: bool,
}

/// What the shop has asked to be paid: its own name of the order, the amount and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShopOrder {
    pub(crate) reference: String,
    pub(crate) amount_kes: u32,
    pub(crate) issued_at_ms: Option<u64>,
}

/// Everything that truly was.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) pushes: Vec<Push>,
    pub(crate) money: Vec<Money>,
    pub(crate) reversals: Vec<Reversal>,
    pub(crate) orders: Vec<ShopOrder>,
    /// Receipts that a person has given to a payment.
    pub(crate) assigned: BTreeSet<(String, String)>,
    /// Receipts that a customer has typed for a payment.
    pub(crate) typed: BTreeSet<(String, String)>,
    /// Payments of which a push has left to a number.
    pub(crate) left: BTreeSet<(String, String)>,
    /// Keys under which the shop has asked for money to go back.
    pub(crate) refund_keys: BTreeSet<String>,
    /// Receipts that a stranger has confirmed with another amount.
    pub(crate) forged: BTreeSet<String>,
    /// What the shop has heard, by the webhook's id: the kind, the body, how often.
    pub(crate) heard: BTreeMap<String, (String, String, u32)>,
    /// How many webhooks the shop answers with an error before it takes one.
    pub(crate) shop_fails: u32,
    /// How many times M-PESA gives no token.
    pub(crate) tokens_fail: u32,
    /// How many reversals break off after M-PESA has taken them.
    pub(crate) reversals_break: u32,
    /// How many reversals wait too long in M-PESA's queue, and go on all the same.
    pub(crate) reversals_wait: u32,
    /// How many results of reversals are lost.
    pub(crate) results_lost: u32,
    /// Whether M-PESA shows the shop what was paid by hand.
    pub(crate) confirms: bool,
    /// When M-PESA was asked about pushes.
    pub(crate) asked_at_ms: Vec<u64>,
    /// The first rule that was broken, and how.
    pub(crate) broken: Option<(u32, String)>,
    pub(crate) serial: u32,
}

impl Truth {
    pub(crate) fn fail(&mut self, rule: u32, what: String) {
        self.broken.get_or_insert((rule, what));
    }

    /// All that moved and has not gone back.
    pub(crate) fn moved_kes(&self) -> u32 {
        self.money.iter().map(|money| money.amount).sum()
    }

    /// Whether this receipt may count for this payment: it was paid by a push of the payment's or with its account number, or a person has
    /// said so, or its customer has typed it and the payer was asked for it.
    pub(crate) fn may_count(&self, number: &str, payment: &str) -> bool {
        let Some(money) = self.money.iter().find(|money| money.number == number) else {
            return false;
        };
        let of = |phone: &str| (payment.to_owned(), phone.to_owned());
        let said = (number.to_owned(), payment.to_owned());
        let by_push = money.push.map(|push| self.pushes[push].payment.as_str());
        by_push == Some(payment)
            || money.named.as_deref() == Some(payment)
            || self.assigned.contains(&said)
            || (self.typed.contains(&said) && self.left.contains(&of(&money.phone)))
    }
}
