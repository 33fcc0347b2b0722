//! How the time that M-PESA gives a call is divided. M-PESA posts once and hangs up after [`PATIENCE_MS`], so the answer leaves
//! before that, whatever hangs; what was not written down by then goes on after the answer.

/// M-PESA hangs up after this, in milliseconds.
pub const PATIENCE_MS: u64 = 8_000;
/// The answer has left by then, in milliseconds since the call came in. The rest is for the way there and back.
pub const ANSWER_MS: u64 = 7_000;
/// In this time the settings of the merchant whom M-PESA calls are looked for, in milliseconds, all tries together.
pub const SETTINGS_MS: u64 = 1_500;
/// The tries to have an object write down what came.
pub const OBJECT: Tries = Tries {
    most: 3,
    each_ms: 1_000,
    pause_ms: 150,
};
/// How long each question may take that a validation asks, in milliseconds: three at most, one after the other.
pub const QUESTION_MS: u64 = 1_500;
/// What is then left for writing it to the inbox before the answer, in milliseconds.
pub const INBOX_MS: u64 = 2_000;

/// A few tries, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many, at least one.
    pub most: u32,
    /// How long one of them may take, in milliseconds.
    pub each_ms: u64,
    /// What lies between two, in milliseconds.
    pub pause_ms: u64,
}

impl Tries {
    /// How long all of them take where none is answered, in milliseconds.
    pub const fn most_ms(self) -> u64 {
        self.each_ms * self.most as u64 + self.pause_ms * (self.most as u64 - 1)
    }

    /// Whether there is another try after so many.
    pub const fn goes_on(self, made: u32) -> bool {
        made < self.most
    }
}

/// How much of [`ANSWER_MS`] is left, in milliseconds, of a call that came in at `began_ms`.
pub fn left_ms(began_ms: u64, now_ms: u64) -> u64 {
    (began_ms + ANSWER_MS).saturating_sub(now_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_hangs_mpesa_has_its_answer_before_it_hangs_up() {
        let all_ms = SETTINGS_MS + OBJECT.most_ms() + INBOX_MS;
        assert!(all_ms <= ANSWER_MS, "{all_ms} ms");
        let validation_ms = SETTINGS_MS + 3 * QUESTION_MS;
        assert!(validation_ms <= ANSWER_MS, "{validation_ms} ms");
        let way_there_and_back_ms = PATIENCE_MS.saturating_sub(ANSWER_MS);
        assert!(way_there_and_back_ms >= 1_000, "{way_there_and_back_ms} ms");
    }

    #[test]
    fn the_tries_end() {
        assert_eq!(OBJECT.most_ms(), 3 * 1_000 + 2 * 150);
        let tries = (0..).take_while(|made| OBJECT.goes_on(*made)).count();
        assert_eq!(tries, 3);
    }

    #[test]
    fn what_the_body_took_is_no_longer_there() {
        assert_eq!(left_ms(1_000, 1_000), ANSWER_MS);
        assert_eq!(left_ms(1_000, 4_000), ANSWER_MS - 3_000);
        assert_eq!(left_ms(1_000, 60_000), 0);
    }
}
