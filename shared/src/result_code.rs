//! `ResultCode`: the outcome of a payment as M-PESA wrote it. A text, never a number: a failed
//! cast to 0 has credited money that nobody paid.

use core::fmt;
use serde::{Deserialize, Serialize};

/// The outcome of one payment, as M-PESA wrote it: `0`, `1032`, `E3008`, `SFC_IC0003`.
///
/// Not the `ResponseCode` of a submission, nor the `errorCode` of a refusal.
/// Source: Daraja, M-Pesa Express, "Result codes".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResultCode(String);

impl ResultCode {
    /// The longest code that is kept; Safaricom's longest is 10 characters.
    const LEN_MAX: usize = 32;

    /// Keeps the text of a JSON token as it stands, at most 32 characters of it.
    pub fn new(token: &str) -> ResultCode {
        ResultCode(token.chars().take(Self::LEN_MAX).collect())
    }

    /// Whether the payment succeeded: the text is exactly `0`. `0.0`, `00` and ` 0` are not.
    pub fn is_success(&self) -> bool {
        self.0 == "0"
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_0_is_a_success() {
        assert!(ResultCode::new("0").is_success());
        for other in [
            "", "00", "0.0", "-0", " 0", "0 ", "false", "null", "+0", "0x0", "E3008", "٠",
        ] {
            assert!(!ResultCode::new(other).is_success(), "{other:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(
            ResultCode::new(&"é".repeat(100)).as_str().chars().count(),
            32
        );
    }
}
