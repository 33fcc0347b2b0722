//! `Reason`: why an attempt ended without money, in the customer's terms, and what helps next.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal, next $next:ident;)*) => {
        /// Why an attempt ended without money. Each has its own screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, in the order of the catalogue.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The word in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $text,)* }
            }

            /// What the widget offers first.
            pub const fn next_step(self) -> NextStep {
                match self { $(Reason::$name => NextStep::$next,)* }
            }
        }
    };
}

/// What helps after a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Another prompt, when its wait is over.
    TryAgain,
    /// Another prompt, and paying by hand beside it.
    TryAgainOrByHand,
    /// Another number, or another prompt.
    OtherNumber,
    /// Another number, or paying by hand.
    OtherNumberOrByHand,
    /// The number has to be corrected.
    EditNumber,
    /// Only the shop can help.
    AskShop,
}

reasons! {
    /// The balance, with Fuliza, does not reach.
    InsufficientFunds = "insufficient_funds", next TryAgain;
    /// M-PESA's least amount is not reached.
    BelowMinimum = "below_minimum", next AskShop;
    /// M-PESA's greatest amount is passed.
    AboveMaximum = "above_maximum", next AskShop;
    /// The customer's daily limit is reached.
    DailyLimit = "daily_limit", next OtherNumber;
    /// The payee's account is full.
    PayeeLimit = "payee_limit", next AskShop;
    /// The same amount to the same payee within two minutes.
    TooSoon = "too_soon", next TryAgain;
    /// M-PESA is busy, or its gateway refused before sending.
    SystemBusy = "system_busy", next TryAgain;
    /// Another session holds the customer's line.
    SubscriberBusy = "subscriber_busy", next TryAgain;
    /// More prompts than strangers may cause.
    TooManyPrompts = "too_many_prompts", next TryAgainOrByHand;
    /// The prompt was not answered in time.
    Expired = "expired", next TryAgain;
    /// The customer cancelled the prompt.
    Cancelled = "cancelled", next TryAgain;
    /// The handset could not be reached.
    Unreachable = "unreachable", next TryAgainOrByHand;
    /// The PIN was wrong.
    WrongPin = "wrong_pin", next TryAgain;
    /// The PIN is locked.
    PinLocked = "pin_locked", next OtherNumber;
    /// The prompt could not be sent.
    PromptFailed = "prompt_failed", next TryAgainOrByHand;
    /// A rule of the customer's line forbids it.
    AccountRule = "account_rule", next OtherNumberOrByHand;
    /// M-PESA does not know the number.
    PhoneRefused = "phone_refused", next EditNumber;
    /// A code that the catalogue does not know, or an unresolved reason.
    Other = "other", next TryAgainOrByHand;
    /// The merchant's set-up is wrong; neither trying again nor paying by hand is safe.
    MerchantSetup = "merchant_setup", next AskShop;
}

impl Reason {
    /// Reads the API's word; a word from a newer server is `Other`.
    pub fn from_word(word: &str) -> Reason {
        Reason::ALL
            .iter()
            .copied()
            .find(|reason| reason.as_str() == word)
            .unwrap_or(Reason::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_word() {
        for &reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.as_str()), reason);
        }
        assert_eq!(Reason::from_word("from_next_year"), Reason::Other);
    }
}
