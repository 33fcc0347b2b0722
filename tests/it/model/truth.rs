//! What is true around the payment: what reached M-PESA, what money moved, and what of it our side was told.

use malipo_engine::payment::rules;

pub(super) const PUSHES: usize = 2;
/// Time jumps between these: at once, the prompt is over, the push is of unknown fate, a day has passed.
pub(super) const CLOCK_MS: [u64; 4] = [0, 61_000, 181_000, 86_500_000];

/// M-PESA's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Verdict {
    Declined,
    GaveUp,
    Paid,
}

impl Verdict {
    pub(super) fn code(self) -> &'static str {
        match self {
            Verdict::Declined => "1032",
            Verdict::GaveUp => "1037",
            Verdict::Paid => "0",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Push {
    pub(super) is_left: bool,
    pub(super) sent_clock: usize,
    pub(super) has_arrived: bool,
    pub(super) is_refused: bool,
    pub(super) verdict: Option<Verdict>,
    was_declined: Option<Verdict>,
    /// Callbacks of a decline and of a success that were heard.
    heard: [u8; 2],
    /// Further callbacks of success, of another receipt.
    pub(super) seconds: u8,
    pub(super) queries: u8,
    pub(super) query_errors: u8,
    /// Whether our side knows how it ended.
    pub(super) is_told: bool,
    pub(super) is_declared: bool,
    kes: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Money {
    pub(super) kes: u32,
    pub(super) clock: usize,
    pub(super) echoes: u8,
    is_shown: bool,
    is_named: bool,
    is_decided: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Truth {
    /// Where the clock stands.
    pub(super) clock: usize,
    /// How many pushes were asked for.
    pub(super) made: usize,
    pub(super) pushes: [Push; PUSHES],
    /// Of the pushes, and last what was paid by hand.
    pub(super) money: [Money; PUSHES + 1],
    pub(super) has_crashed: bool,
    pub(super) has_reverted: bool,
    pub(super) has_two_prompts: bool,
}

impl Push {
    /// A success may be called back twice, a decline once.
    pub(super) fn may_call_back(&self, verdict: Verdict) -> bool {
        let [declines, successes] = self.heard;
        match verdict {
            Verdict::Paid => self.verdict == Some(Verdict::Paid) && successes < 2,
            other => {
                (self.verdict == Some(other) || self.was_declined == Some(other)) && declines < 1
            }
        }
    }

    pub(super) fn hear(&mut self, verdict: Verdict) {
        self.heard[usize::from(verdict == Verdict::Paid)] += 1;
        self.is_told = true;
    }

    /// One that comes before its true callback would be the push's only number.
    pub(super) fn may_contradict(&self) -> bool {
        self.heard[1] > 0 && self.seconds < 1
    }

    /// Whether its handset may be asking for the PIN.
    fn is_alive(&self, clock: usize) -> bool {
        let is_young = CLOCK_MS[clock] < CLOCK_MS[self.sent_clock] + rules::PROMPT_MS;
        let is_answered = matches!(self.verdict, Some(Verdict::Declined | Verdict::Paid));
        self.has_arrived && is_young && !is_answered
    }
}

impl Truth {
    pub(super) fn leave(&mut self, push: usize, kes: u32) {
        let clock = self.clock;
        self.pushes[push].is_left = true;
        self.pushes[push].sent_clock = clock;
        self.pushes[push].kes = kes;
        let others = self
            .pushes
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != push);
        self.has_two_prompts |= others.into_iter().any(|(_, other)| {
            let is_unknown = other.is_left && !other.is_told && !other.is_declared;
            is_unknown || other.is_alive(clock)
        });
    }

    pub(super) fn arrive(&mut self, push: usize) {
        self.pushes[push].has_arrived = true;
    }

    pub(super) fn pay(&mut self, push: usize) {
        let it = &mut self.pushes[push];
        it.was_declined = it.verdict;
        it.verdict = Some(Verdict::Paid);
        let kes = it.kes;
        self.move_money(push, kes);
    }

    pub(super) fn move_money(&mut self, money: usize, kes: u32) {
        let clock = self.clock;
        let moved = &mut self.money[money];
        (moved.kes, moved.clock) = (kes, clock);
    }

    pub(super) fn has_moved(&self, money: usize) -> bool {
        self.money[money].kes > 0
    }

    /// M-PESA confirms money by its number.
    pub(super) fn confirm(&mut self, money: usize) {
        self.money[money].is_shown = true;
        self.money[money].is_named = true;
    }

    /// M-PESA says that a push was paid; with its number, or without.
    pub(super) fn decide(&mut self, push: usize, is_named: bool) {
        let money = &mut self.money[push];
        money.is_shown = true;
        money.is_decided = true;
        money.is_named |= is_named;
        self.pushes[push].is_told = true;
    }

    /// What our side was told of, in whole shillings.
    pub(super) fn shown_kes(&self) -> u32 {
        self.money
            .iter()
            .filter(|m| m.is_shown)
            .map(|m| m.kes)
            .sum()
    }

    /// What a push's own verdict has proved.
    pub(super) fn decided_kes(&self) -> u32 {
        self.money
            .iter()
            .filter(|m| m.is_decided)
            .map(|m| m.kes)
            .sum()
    }

    /// What it was told of by number.
    pub(super) fn named_kes(&self) -> u32 {
        self.money
            .iter()
            .filter(|m| m.is_named)
            .map(|m| m.kes)
            .sum()
    }
}
