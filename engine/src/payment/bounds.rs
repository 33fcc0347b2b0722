//! How much of what M-PESA says of one push or one refund is written down. Whoever knows its secret path, M-PESA's own
//! retries or a broken relay, may say it for ever: what changes nothing is counted, and what settles something is never
//! refused.

use super::{Event, Payment, Recorded, Refund, Stage, rules};

/// What a message of M-PESA's is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A push, by its number.
    OfPush(u32),
    /// A refund, by its number.
    OfRefund(u32),
}

/// How an event is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As a line of its own, and it settles something: its body is kept whatever is there already.
    Proof,
    /// As a line of its own.
    Line,
    /// The last line says the same: it is counted there.
    Again,
    /// Not at all, and it is as if it had not come: enough was written down of what it is about. It is counted.
    Beyond,
}

/// The bodies of one push or refund that are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many.
    pub bodies: u64,
    /// How long they are together, as they are kept.
    pub bytes: u64,
}

impl Kept {
    /// Whether one of this length is kept beside them.
    pub fn has_room_for(self, bytes: usize) -> bool {
        let all = self.bytes.saturating_add(bytes as u64);
        // The first is kept however long it is: the door has a limit of its own.
        self.bodies == 0 || (self.bodies < rules::BODIES_MAX && all <= rules::BODIES_BYTES_MAX)
    }
}

impl Said {
    /// What an event is about that M-PESA brings by itself.
    #[allow(clippy::wildcard_enum_match_arm)] // the others are asked for, and so are few
    pub fn by(event: &Event) -> Option<Said> {
        match event {
            Event::CallbackReceived { attempt, .. } | Event::CallbackUnread { attempt, .. } => {
                Some(Said::OfPush(*attempt))
            }
            Event::RefundResult { refund, .. }
            | Event::RefundUnread { refund }
            | Event::RefundTimedOut { refund }
            | Event::RefundSeen { refund, .. } => Some(Said::OfRefund(*refund)),
            _ => None,
        }
    }

    /// The operator's alert when the first is only counted.
    pub fn beyond(self) -> String {
        format!(
            "M-PESA has said more of {self} than is kept: what changes nothing is only counted from now on"
        )
    }

    fn lines(self, journal: &[Recorded]) -> usize {
        let lines = journal.iter();
        lines
            .filter(|line| Said::by(&line.event) == Some(self))
            .count()
    }

    /// Whether a message settled what it is about: money moved, or did not, or got its number. Few messages can.
    fn is_settled(self, before: &Payment, after: &Payment) -> bool {
        match self {
            Said::OfPush(n) => {
                let has_ended = |payment: &Payment| {
                    let stage = payment.attempt(n).map(|attempt| &attempt.stage);
                    (
                        matches!(
                            stage,
                            Some(Stage::Declined { .. } | Stage::Succeeded { .. })
                        ),
                        matches!(stage, Some(Stage::Succeeded { .. })),
                        payment
                            .receipts
                            .iter()
                            .any(|r| r.attempt == Some(n) && r.number.is_some()),
                    )
                };
                let (was, is) = (has_ended(before), has_ended(after));
                (is.0 && !was.0) || (is.1 && !was.1) || (is.2 && !was.2)
            }
            Said::OfRefund(n) => {
                let is_live = |payment: &Payment| payment.refund(n).is_some_and(Refund::is_live);
                let returned_kes = |payment: &Payment| {
                    let refund = payment.refund(n);
                    refund.map_or(0, Refund::returned_kes)
                };
                (is_live(before) && !is_live(after)) || returned_kes(before) < returned_kes(after)
            }
        }
    }
}

impl core::fmt::Display for Said {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Said::OfPush(n) => write!(f, "push {n}"),
            Said::OfRefund(n) => write!(f, "refund {n}"),
        }
    }
}

impl Payment {
    /// How `event` is written down after `journal`, which told of `before`; the event has made this payment of it.
    pub fn written(&self, before: &Payment, journal: &[Recorded], event: &Event) -> Written {
        let said = Said::by(event);
        let is_repeated = journal.last().is_some_and(|l| l.is_repeated_by(event));
        if said.is_none() && !is_repeated {
            return Written::Line;
        }
        let lines = || said.map_or(0, |said| said.lines(journal));
        if !self.has_only_asked(before) {
            return match said {
                Some(said) if said.is_settled(before, self) => Written::Proof,
                Some(_) if lines() >= rules::NEWS_MAX => Written::Beyond,
                Some(_) | None => Written::Line,
            };
        }
        if is_repeated {
            Written::Again
        } else if lines() >= rules::HEARD_MAX {
            Written::Beyond
        } else {
            Written::Line
        }
    }
}
