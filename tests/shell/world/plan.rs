//! `Plan`: what becomes of one push at M-PESA, and how M-PESA tells of it.

/// What becomes of one push.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) gateway: Gateway,
    pub(crate) answer: Answer,
    /// M-PESA says so long after the prompt rang that nobody answered, and the prompt lives on.
    pub(crate) early_end_ms: Option<u64>,
    /// After the handset's answer; none when M-PESA never calls back.
    pub(crate) callback_ms: Option<u64>,
    /// The same callback once more, so much later.
    pub(crate) again_ms: Option<u64>,
    /// A callback of a push that was paid which is not true.
    pub(crate) lie: Option<Lie>,
    /// Whether the callback names the receipt.
    pub(crate) has_number: bool,
    /// The confirmation of C2B after the money; none when it is lost.
    pub(crate) confirmation: Option<Confirmation>,
    pub(crate) queries: Queries,
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
    /// It gives advice, which proves nothing; the prompt may ring.
    Advises(u16, &'static str, bool),
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

/// A callback with a right secret which is not true.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lie {
    /// It names another amount, by so much.
    Amount(i32),
    /// It names another push, and a receipt of nobody's.
    Push,
    /// After the true one it names another receipt.
    Receipt,
}

/// How M-PESA answers questions about a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queries {
    Honest,
    /// Each errs.
    Dead,
    /// Every other one errs.
    Noisy,
    /// It says of a push that was paid that it failed.
    Wrong,
}

/// How M-PESA confirms money to the shop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confirmation {
    pub(crate) after_ms: u64,
    pub(crate) again_ms: Option<u64>,
    /// Whether it comes from where M-PESA calls.
    pub(crate) is_trusted: bool,
    /// Whether it tells nothing of the payer.
    pub(crate) hides_payer: bool,
}

impl Confirmation {
    pub(crate) fn after(after_ms: u64) -> Confirmation {
        Confirmation {
            after_ms,
            again_ms: None,
            is_trusted: true,
            hides_payer: false,
        }
    }
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            gateway: Gateway::Accepts,
            answer: Answer::Pays(4_000),
            early_end_ms: None,
            callback_ms: Some(900),
            again_ms: None,
            lie: None,
            has_number: true,
            confirmation: None,
            queries: Queries::Honest,
            late_money_ms: None,
        }
    }
}
