//! What a payment wants done. Effects are data; the shell carries them out and their results come
//! back as events.

use super::{Attempt, Event, Payment};
use crate::daraja::CheckoutRequestId;

/// Something to be done by the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make this attempt's push. Asked for once; never again after a restart.
    SendPush {
        /// Which attempt.
        attempt: u32,
    },
    /// Ask M-PESA about this attempt. May be asked again at any time.
    Query {
        /// Which attempt.
        attempt: u32,
        /// What to ask by.
        checkout_request_id: CheckoutRequestId,
    },
    /// Tell the operator: something is not as it should be. Never holds a secret or a number.
    Alert(String),
    /// Ring again at this time, in Unix milliseconds.
    WakeAt(u64),
}

pub(super) fn effects_of(
    before: &Payment,
    after: &Payment,
    event: &Event,
    now_ms: u64,
) -> Vec<Effect> {
    match event {
        Event::PushReserved { attempt, .. } if after.attempts.len() > before.attempts.len() => {
            vec![Effect::SendPush { attempt: *attempt }]
        }
        Event::CallbackReceived { attempt, callback } => {
            let known = before.attempt(*attempt);
            if known.is_some_and(|a| a.is_contradicted_by(callback)) {
                vec![Effect::Alert(format!(
                    "the callback of attempt {attempt} names another push or another amount: it is not believed, M-PESA is asked"
                ))]
            } else if malipo_shared::catalogue::stk(&callback.code).is_none() {
                vec![Effect::Alert(format!(
                    "unlisted result code {:?}: {}",
                    callback.code.as_str(),
                    callback.text
                ))]
            } else {
                Vec::new()
            }
        }
        Event::PushLost { attempt, why } => vec![Effect::Alert(format!(
            "the answer to push {attempt} was lost: {why}"
        ))],
        Event::AlarmRang => after
            .attempts
            .iter()
            .filter_map(|attempt| query(attempt, now_ms))
            .collect(),
        Event::Opened { .. }
        | Event::PushReserved { .. }
        | Event::PushLeaving { .. }
        | Event::PushAccepted { .. }
        | Event::PushRefused { .. }
        | Event::QueryAnswered { .. }
        | Event::CustomerDeclaredNotCharged { .. } => Vec::new(),
    }
}

fn query(attempt: &Attempt, now_ms: u64) -> Option<Effect> {
    let checkout_request_id = attempt.checkout_request_id.clone()?;
    let is_due = attempt
        .next_query_at_ms()
        .is_some_and(|at_ms| now_ms >= at_ms);
    is_due.then_some(Effect::Query {
        attempt: attempt.n,
        checkout_request_id,
    })
}

impl Payment {
    /// The questions that M-PESA should be asked now.
    pub fn due_queries(&self, now_ms: u64) -> Vec<Effect> {
        self.attempts
            .iter()
            .filter_map(|attempt| query(attempt, now_ms))
            .collect()
    }

    /// When something is next to be done, in Unix milliseconds; never before `now_ms`.
    pub fn next_wake_ms(&self, now_ms: u64) -> Option<u64> {
        let by_attempts = self
            .attempts
            .iter()
            .flat_map(|a| [a.overdue_at_ms(), a.next_query_at_ms()])
            .flatten();
        by_attempts
            .chain(self.closes_at_ms())
            .min()
            .map(|at_ms| at_ms.max(now_ms))
    }

    /// Whether time alone has brought a change, so that an `AlarmRang` is worth a record.
    pub fn is_overdue(&self, now_ms: u64) -> bool {
        self.attempts
            .iter()
            .filter_map(Attempt::overdue_at_ms)
            .chain(self.closes_at_ms())
            .any(|at_ms| now_ms >= at_ms)
    }

    fn closes_at_ms(&self) -> Option<u64> {
        let may_close = self.closed_at_ms.is_none()
            && !self.is_paid()
            && !self.attempts.iter().any(Attempt::is_in_flight);
        self.opened
            .as_ref()
            .filter(|_| may_close)
            .map(|opened| opened.expires_at_ms)
    }
}
