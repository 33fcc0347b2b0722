//! `Delivery`: one message to the shop's webhook, and where it stands.

use crate::webhook::Kind;
use serde::Serialize;

/// One message to the shop. Its number never changes, however often it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its number, from 1.
    pub sequence: u32,
    /// What it tells.
    pub kind: Kind,
    /// When that happened, in Unix milliseconds.
    pub at_ms: u64,
    /// How often it was sent.
    pub tries: u32,
    /// Where it stands.
    pub standing: Hearing,
}

/// Where a message to the shop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// To be sent then, in Unix milliseconds.
    Due(u64),
    /// The shop has heard it.
    Heard,
    /// A newer message says more; it stays listed.
    Superseded,
    /// The shop did not answer for a month; it stays listed.
    Unheard,
}

/// A message as the shop's lists show it. Times are Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryFacts {
    /// Its number among the payment's messages, from 1.
    pub sequence: u32,
    /// What it tells.
    pub r#type: &'static str,
    /// When that happened.
    pub at_ms: u64,
    /// How often it was sent.
    pub tries: u32,
    /// Where it stands.
    pub standing: HearingWord,
    /// When it is sent next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at_ms: Option<u64>,
}

/// Where a message to the shop stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HearingWord {
    /// It is to be sent, for the first time or again.
    Due,
    /// The shop has heard it.
    Heard,
    /// A newer message says more.
    Superseded,
    /// The shop did not answer for a month.
    Unheard,
}

impl HearingWord {
    /// Every standing.
    pub const ALL: [HearingWord; 4] = [
        HearingWord::Due,
        HearingWord::Heard,
        HearingWord::Superseded,
        HearingWord::Unheard,
    ];

    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            HearingWord::Due => "due",
            HearingWord::Heard => "heard",
            HearingWord::Superseded => "superseded",
            HearingWord::Unheard => "unheard",
        }
    }
}

impl Delivery {
    /// What the shop's lists show of it.
    pub fn facts(&self) -> DeliveryFacts {
        let (standing, next_at_ms) = match self.standing {
            Hearing::Due(at_ms) => (HearingWord::Due, Some(at_ms)),
            Hearing::Heard => (HearingWord::Heard, None),
            Hearing::Superseded => (HearingWord::Superseded, None),
            Hearing::Unheard => (HearingWord::Unheard, None),
        };
        DeliveryFacts {
            sequence: self.sequence,
            r#type: self.kind.as_str(),
            at_ms: self.at_ms,
            tries: self.tries,
            standing,
            next_at_ms,
        }
    }
}
