//! What happens to a push, as data. A magic number is a named story; a script may bring its own.
//!
//! Times are story milliseconds. Every field has a default, so that a script says only what differs from
//! "accepted, rings, waits for the handset, one callback, queries tell the truth".

use serde::{Deserialize, Serialize};

/// What happens to a push, from its submission to the last callback.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Story {
    /// What each push of one number is answered, in order; the last goes on. Empty is accepted.
    pub submit: Vec<Submit>,
    /// How long Daraja takes to answer the push.
    pub answer_after_ms: u64,
    /// Whether the handset rings. While it does, another push to it cannot lock the subscriber.
    pub prompt: bool,
    /// What the customer does.
    pub customer: Customer,
    /// A payment that goes through after all.
    pub later: Option<Later>,
    /// How the merchant is told.
    pub callback: Callback,
    /// How the C2B confirmation of a payment goes out, where the shortcode has registered URLs.
    pub echo: Echo,
    /// What a query is answered.
    pub query: Query,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            submit: Vec::new(),
            answer_after_ms: 0,
            prompt: true,
            customer: Customer::Handset,
            later: None,
            callback: Callback::default(),
            echo: Echo::default(),
            query: Query::default(),
        }
    }
}

/// What one push is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Submit {
    /// Accepted, and said so.
    Accept,
    /// Accepted, but the connection closes without an answer.
    Lose,
    /// Accepted, but the caller reads this instead.
    Garble(Raw),
    /// Not accepted, and the connection closes without an answer.
    Drop,
    /// Not accepted, with one of Daraja's errors.
    Refuse(Refusal),
    /// Not accepted, with the answer of something in front of Daraja.
    Raw(Raw),
}

/// One of Daraja's error bodies; the `requestId` is added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `errorCode`.
    pub code: String,
    /// `errorMessage`; may be empty.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: &str) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
        }
    }
}

/// An answer that is not Daraja's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: String,
    /// The body, as it is.
    pub body: String,
}

/// What the customer does with the prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Customer {
    /// Waits for `/phone` or the handset API; unanswered, it ends in 1037.
    Handset,
    /// Enters the right PIN.
    Pays {
        /// From the push to the money.
        after_ms: u64,
    },
    /// Ends with a code other than 0, by the customer's doing or M-PESA's.
    Declines {
        /// From the push to the verdict.
        after_ms: u64,
        /// The ResultCode; may hold letters.
        code: String,
        /// The ResultDesc; without it, M-PESA's usual wording.
        #[serde(default)]
        desc: Option<String>,
    },
    /// Never anything: no verdict, no callback.
    Silent,
}

/// Money that moves after a decline was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// From the push to the money.
    pub pays_after_ms: u64,
}

/// How the merchant is told of an outcome. Daraja sends once and never again, whatever it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callback {
    /// How many times it is sent; 0 is a callback that never arrives.
    pub copies: u32,
    /// Between the copies.
    pub gap_ms: u64,
    /// From the outcome to the first copy.
    pub after_ms: u64,
    /// Whether the push is answered only once the callback was (or after 5 real seconds).
    pub before_answer: bool,
    /// How a success lists its items.
    pub items: Items,
}

impl Default for Callback {
    fn default() -> Self {
        Self {
            copies: 1,
            gap_ms: 200,
            after_ms: 0,
            before_answer: false,
            items: Items::Production,
        }
    }
}

/// How a payment by push is told a second time, as a C2B confirmation with the same receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Echo {
    /// How many times it is sent; 0 is an echo that never arrives.
    pub copies: u32,
    /// Between the copies.
    pub gap_ms: u64,
    /// From when the first callback is due (without one, from the outcome) to the first copy; with `before_callback`, from the
    /// outcome.
    pub after_ms: u64,
    /// Whether the callback goes out only once every copy was answered; otherwise the echo waits for the first
    /// callback to be answered.
    pub before_callback: bool,
}

impl Default for Echo {
    fn default() -> Self {
        Self {
            copies: 1,
            gap_ms: 200,
            after_ms: 500,
            before_callback: false,
        }
    }
}

/// The orders and shapes of `CallbackMetadata.Item` that have been seen; they are to be read by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Items {
    /// Five, `Balance` without a `Value`, `Amount` an integer.
    Production,
    /// Four, without `Balance`, `Amount` written `1.00`: the documentation's sample.
    Documented,
    /// Production's, the other way round.
    Reversed,
}

/// What the queries of one push are answered, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    /// One each, first.
    pub first: Vec<QueryAnswer>,
    /// Then these, round and round; empty is the truth.
    pub then: Vec<QueryAnswer>,
}

impl Query {
    /// The answer to the query that `asked_before` others preceded.
    pub(crate) fn answer(&self, asked_before: usize) -> QueryAnswer {
        let answer = self.first.get(asked_before).or_else(|| {
            let round = (asked_before - self.first.len()).checked_rem(self.then.len())?;
            self.then.get(round)
        });
        answer.cloned().unwrap_or(QueryAnswer::Truth)
    }
}

/// What one query is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QueryAnswer {
    /// 4999 until there is an outcome, then the outcome.
    Truth,
    /// This ResultCode, true or not.
    Result {
        /// The ResultCode; may hold letters.
        code: String,
        /// The ResultDesc; without it, M-PESA's usual wording.
        #[serde(default)]
        desc: Option<String>,
    },
    /// One of Daraja's errors.
    Refuse(Refusal),
    /// The answer of something in front of Daraja.
    Raw(Raw),
    /// The connection closes without an answer.
    Drop,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_only_what_differs() {
        let story: Story = serde_json::from_str(r#"{"customer":{"pays":{"after_ms":5}}}"#).unwrap();
        assert_eq!(
            story,
            Story {
                customer: Customer::Pays { after_ms: 5 },
                ..Story::default()
            }
        );
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        assert!(serde_json::from_str::<Story>(r#"{"costumer":"handset"}"#).is_err());
    }

    #[test]
    fn first_answers_come_once_and_the_others_go_round() {
        let code = |code: &str| QueryAnswer::Result {
            code: code.into(),
            desc: None,
        };
        let query = Query {
            first: vec![code("a")],
            then: vec![code("b"), code("c")],
        };
        let asked: Vec<_> = (0..5).map(|n| query.answer(n)).collect();
        assert_eq!(
            asked,
            [code("a"), code("b"), code("c"), code("b"), code("c")]
        );
        assert_eq!(Query::default().answer(3), QueryAnswer::Truth);
    }
}
