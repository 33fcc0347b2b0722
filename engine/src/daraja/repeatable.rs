//! Calls that may be made again without harm: why one brought no answer, read in the same way for all of them.

use super::{Resend, gateway, wire};
use serde_json::Value;

/// Why there is no answer. Each holds what was said or seen instead, for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// Not done; a new token may help, once.
    TokenRefused(String),
    /// Not done.
    Refused(String),
    /// M-PESA does not answer.
    Unreached(String),
    /// Nobody knows.
    Unclear(String),
}

impl Unanswered {
    /// What was said or seen.
    pub fn said(self) -> String {
        match self {
            Unanswered::TokenRefused(said)
            | Unanswered::Refused(said)
            | Unanswered::Unreached(said)
            | Unanswered::Unclear(said) => said,
        }
    }
}

/// The JSON object that was answered; what was said in it is `said`.
pub(super) fn answer(http_status: u16, body: &[u8], said: &str) -> Result<Value, Unanswered> {
    match gateway::refusal(http_status, body) {
        Some((refusal, Resend::WithFreshToken)) => {
            return Err(Unanswered::TokenRefused(refusal.detail));
        }
        Some((refusal, Resend::Never | Resend::AfterPause)) => {
            return Err(Unanswered::Refused(refusal.detail));
        }
        None if (400..500).contains(&http_status) => {
            return Err(Unanswered::Refused(said.to_owned()));
        }
        None => {}
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    match json.filter(|json| http_status == 200 && json.is_object() && wire::fault(json).is_none())
    {
        Some(answer) => Ok(answer),
        None if wire::is_away(http_status) => Err(Unanswered::Unreached(said.to_owned())),
        None => Err(Unanswered::Unclear(said.to_owned())),
    }
}
