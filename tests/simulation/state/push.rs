//! `Push`: one push, as it truly is.

use crate::state::item::SEC;

/// A handset shows the PIN request this long.
pub(crate) const ALIVE_MS: u64 = 55 * SEC;

/// One push, as it truly is.
#[derive(Debug)]
pub(crate) struct Push {
    pub(crate) p: usize,
    pub(crate) attempt: u32,
    pub(crate) phone: usize,
    pub(crate) amount: u32,
    pub(crate) id: String,
    /// Its callback's secret path.
    pub(crate) path: String,
    /// How often it reached the gateway, and whether the gateway dropped it each time and said so.
    pub(crate) arrivals: u32,
    pub(crate) was_dropped: bool,
    pub(crate) is_drop_heard: bool,
    /// When it first left us.
    pub(crate) sent_at_ms: u64,
    pub(crate) rang_at_ms: Option<u64>,
    /// Whether the handset has answered, or M-PESA given up.
    pub(crate) is_over: bool,
    /// What M-PESA says of it once it is decided.
    pub(crate) verdict: Option<(String, u64)>,
    pub(crate) money: Option<usize>,
    /// What our side was truly told.
    pub(crate) is_verdict_told: bool,
    pub(crate) unlisted_told_at_ms: Option<u64>,
    pub(crate) is_id_told: bool,
    pub(crate) is_declared: bool,
    /// Whether queries of it only err; whether they call it failed.
    pub(crate) is_query_dead: bool,
    pub(crate) is_query_wrong: bool,
    pub(crate) is_contradicted: bool,
}

impl Push {
    pub(crate) fn new(
        p: usize,
        attempt: u32,
        phone: usize,
        amount: u32,
        sent_at_ms: u64,
        id: String,
        path: String,
    ) -> Push {
        Push {
            sent_at_ms,
            p,
            attempt,
            phone,
            amount,
            id,
            path,
            arrivals: 0,
            was_dropped: false,
            is_drop_heard: false,
            rang_at_ms: None,
            is_over: false,
            verdict: None,
            money: None,
            is_verdict_told: false,
            unlisted_told_at_ms: None,
            is_id_told: false,
            is_declared: false,
            is_query_dead: false,
            is_query_wrong: false,
            is_contradicted: false,
        }
    }

    /// Whether our side was truly told how it ended.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_verdict_told || (self.was_dropped && self.is_drop_heard)
    }

    pub(crate) fn answers_queries(&self) -> bool {
        !self.is_query_dead && !self.is_query_wrong
    }

    pub(crate) fn is_prompt_alive(&self, now_ms: u64) -> bool {
        !self.is_over
            && self
                .rang_at_ms
                .is_some_and(|at_ms| now_ms < at_ms + ALIVE_MS)
    }
}
