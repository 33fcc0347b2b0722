//! The truth of one world, which nobody of ours is asked for: pushes and prompts, money that moved and went back, and what the shop heard.

use std::collections::BTreeMap;

/// A handset shows the PIN request this long.
pub(crate) const ALIVE_MS: u64 = 55_000;

/// What becomes of one push.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) gateway: Gateway,
    pub(crate) answer: Answer,
    /// After the handset's answer; none when M-PESA never calls back.
    pub(crate) callback_ms: Option<u64>,
    /// The same callback once more, so much later.
    pub(crate) again_ms: Option<u64>,
    /// Whether the callback names the receipt.
    pub(crate) has_number: bool,
    /// The confirmation of C2B after the money; none when it is lost.
    pub(crate) confirmation_ms: Option<u64>,
    /// Whether queries of it only err.
    pub(crate) is_query_dead: bool,
    /// Money that moves so long after the push was given up.
    pub(crate) late_money_ms: Option<u64>,
}

/// What the gateway does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gateway {
    Accepts,
    /// It takes the push, and the prompt rings; its answer takes so long.
    Slow(u64),
    /// It drops the push and says so.
    Refuses(u16, &'static str),
    /// It takes the push, and the connection breaks.
    TakesAndBreaks,
    /// It takes the push and answers with this.
    TakesAndSays(u16, &'static str),
    /// It drops the push, and the connection breaks.
    DropsAndBreaks,
}

/// What the customer does with the prompt.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Pays(u64),
    Declines(u64, &'static str),
    Ignores,
    /// No prompt rings, and nothing is ever heard.
    Silent,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            gateway: Gateway::Accepts,
            answer: Answer::Pays(4_000),
            callback_ms: Some(900),
            again_ms: None,
            has_number: true,
            confirmation_ms: None,
            is_query_dead: false,
            late_money_ms: None,
        }
    }
}

/// One push, as it truly is.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) plan: Plan,
    /// Its callback's address: it names payment and attempt, by a secret.
    pub(crate) url: String,
    pub(crate) id: String,
    pub(crate) phone: String,
    pub(crate) amount: u32,
    pub(crate) account: String,
    /// Whether the gateway has dropped it.
    pub(crate) was_dropped: bool,
    pub(crate) rang_at_ms: Option<u64>,
    pub(crate) is_over: bool,
    pub(crate) verdict: Option<&'static str>,
    pub(crate) money: Option<usize>,
    /// Whether a call of ours has told the result, and was taken.
    pub(crate) is_told: bool,
    /// Whether our side knows its name at M-PESA.
    pub(crate) is_id_told: bool,
}

impl Push {
    pub(crate) fn is_prompt_alive(&self, now_ms: u64) -> bool {
        let alive = |at_ms: u64| now_ms < at_ms + ALIVE_MS;
        !self.is_over && self.rang_at_ms.is_some_and(alive)
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
    pub(crate) push: Option<usize>,
    /// Whether our side was told of it, by whatever channel, and said yes.
    pub(crate) is_told: bool,
    pub(crate) reversed_kes: u32,
}

/// A reversal that reached M-PESA.
#[derive(Debug)]
pub(crate) struct Reversal {
    pub(crate) receipt: String,
    pub(crate) amount: u32,
    pub(crate) result_url: String,
    pub(crate) conversation: String,
    pub(crate) is_done: bool,
}

/// Everything that truly was.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) pushes: Vec<Push>,
    pub(crate) money: Vec<Money>,
    pub(crate) reversals: Vec<Reversal>,
    /// What the shop has heard, by the webhook's id: the kind, the body, how often.
    pub(crate) heard: BTreeMap<String, (String, String, u32)>,
    /// How many webhooks the shop answers with an error before it takes one.
    pub(crate) shop_fails: u32,
    /// How many reversals break off after M-PESA has taken them.
    pub(crate) reversals_break: u32,
    /// Whether results of reversals are lost.
    pub(crate) results_lost: u32,
    /// Whether M-PESA shows the shop what was paid by hand.
    pub(crate) confirms: bool,
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
}
