//! What happens to calls other than a push, as data: which script they meet, what they are answered, how their results go out.

use serde::Deserialize;

use crate::world::{sent::Copies, story::Submit};

/// A call that can be scripted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Api {
    Reversal,
    TransactionStatus,
    AccountBalance,
    Pull,
    C2bSimulate,
    Qr,
}

/// One call, by what a script can know it by.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) api: Api,
    pub(crate) shortcode: String,
    /// `TransactionID`.
    pub(crate) receipt: Option<String>,
    /// KES.
    pub(crate) amount: Option<u64>,
}

/// What a call must have for a script to apply: all that is given; nothing given fits every call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CallWhen {
    shortcode: Option<String>,
    receipt: Option<String>,
    amount: Option<u64>,
}

/// A story for the calls that fit.
pub(crate) struct CallScript {
    pub(crate) on: Api,
    pub(crate) when: CallWhen,
    pub(crate) story: CallStory,
    /// How many calls it has met.
    pub(crate) begun: usize,
}

/// What happens to a call. Every field has a default, so that a script says only what differs from "accepted, one
/// result after 500 ms, the truth".
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CallStory {
    /// What each call is answered, in order; the last goes on. Empty is accepted.
    pub(crate) submit: Vec<Submit>,
    /// How long Daraja takes to answer.
    pub(crate) answer_after_ms: u64,
    /// How the result goes out; without it, as the settings say.
    pub(crate) result: Option<Copies>,
    /// Whether the call is answered only once the first result was (or after 5 real seconds).
    pub(crate) result_before_answer: bool,
    /// What M-PESA says instead of the truth; nothing moves.
    pub(crate) ends: Option<Ending>,
    /// Whether Pull Transactions leaves out the payments that fit.
    pub(crate) is_hidden: bool,
}

/// The ResultCode that a call ends with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ending {
    /// May hold letters.
    pub(crate) code: String,
    /// Without it, M-PESA's usual wording.
    pub(crate) desc: Option<String>,
}

impl CallWhen {
    pub(super) fn fits(&self, call: &Call) -> bool {
        let Self {
            shortcode,
            receipt,
            amount,
        } = self;
        shortcode.as_ref().is_none_or(|it| *it == call.shortcode)
            && receipt
                .as_ref()
                .is_none_or(|it| call.receipt.as_ref() == Some(it))
            && amount.is_none_or(|it| call.amount == Some(it))
    }
}
