//! `Held`: what the fold holds each line of a journal to: the rules and their numbers as they were when it was written. An
//! edit of [`rules`] or a new rule changes what happens from then on, and nothing that has happened.

use super::rules;

/// The rules that one line was decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The version of the line: which rules there were.
    pub(super) version: u32,
    /// Their numbers, in the order of [`Held::FIRST`].
    numbers: [u64; 11],
}

impl Held {
    /// What the first version's lines were decided by, and every line that names nothing else: frozen, whatever becomes of
    /// [`rules`].
    pub(super) const FIRST: Held = Held {
        version: 1,
        numbers: [
            60_000, 180_000, 180_000, 86_400_000, 60_000, 5, 60_000, 5, 300_000, 180_000,
            86_400_000,
        ],
    };

    /// What is decided by today.
    pub(super) const TODAY: Held = Held {
        version: 2,
        numbers: [
            rules::PROMPT_MS,
            rules::UNKNOWN_AFTER_MS,
            rules::UNLISTED_AFTER_MS,
            rules::UNRESOLVED_AFTER_MS,
            rules::RESERVED_MAX_MS,
            rules::QUERY_ERRORS_MAX as u64,
            rules::FITS_WITHIN_MS,
            rules::TYPED_MAX as u64,
            rules::TYPED_BEFORE_OPENED_MS,
            rules::TYPED_AGE_MS,
            rules::REFUND_UNKNOWN_AFTER_MS,
        ],
    };

    /// What a line of this version says of the numbers; those that it does not name are the first ones.
    pub(super) fn read(version: u32, told: &[u64]) -> Held {
        let mut numbers = Held::FIRST.numbers;
        for (number, told) in numbers.iter_mut().zip(told) {
            *number = *told;
        }
        Held { version, numbers }
    }

    /// What a line has to say of the numbers: nothing as long as they are the first ones.
    pub(super) fn told(&self) -> &[u64] {
        if self.numbers == Held::FIRST.numbers {
            &[]
        } else {
            &self.numbers
        }
    }

    /// Whether one push pays once. Before, each number that its callbacks named was counted.
    pub(super) const fn pays_once(&self) -> bool {
        self.version >= 2
    }

    /// [`rules::PROMPT_MS`].
    pub(super) const fn prompt_ms(&self) -> u64 {
        self.numbers[0]
    }

    /// [`rules::UNKNOWN_AFTER_MS`].
    pub(super) const fn unknown_after_ms(&self) -> u64 {
        self.numbers[1]
    }

    /// [`rules::UNLISTED_AFTER_MS`].
    pub(super) const fn unlisted_after_ms(&self) -> u64 {
        self.numbers[2]
    }

    /// [`rules::UNRESOLVED_AFTER_MS`].
    pub(super) const fn unresolved_after_ms(&self) -> u64 {
        self.numbers[3]
    }

    /// [`rules::RESERVED_MAX_MS`].
    pub(super) const fn reserved_max_ms(&self) -> u64 {
        self.numbers[4]
    }

    /// [`rules::QUERY_ERRORS_MAX`].
    pub(super) const fn query_errors_max(&self) -> u64 {
        self.numbers[5]
    }

    /// [`rules::FITS_WITHIN_MS`].
    pub(super) const fn fits_within_ms(&self) -> u64 {
        self.numbers[6]
    }

    /// [`rules::TYPED_MAX`].
    pub(super) const fn typed_max(&self) -> u64 {
        self.numbers[7]
    }

    /// [`rules::TYPED_BEFORE_OPENED_MS`].
    pub(super) const fn typed_before_opened_ms(&self) -> u64 {
        self.numbers[8]
    }

    /// [`rules::TYPED_AGE_MS`].
    pub(super) const fn typed_age_ms(&self) -> u64 {
        self.numbers[9]
    }

    /// [`rules::REFUND_UNKNOWN_AFTER_MS`].
    pub(super) const fn refund_unknown_after_ms(&self) -> u64 {
        self.numbers[10]
    }
}

impl Default for Held {
    fn default() -> Held {
        Held::TODAY
    }
}
