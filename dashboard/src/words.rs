//! The API's words as people read them, each with its mood, which decides colour and icon.

use crate::route::Look;
use malipo_shared::api::State;

/// What kind of news something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Busy,
    Warning,
    Bad,
    Plain,
}

impl Mood {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Mood::Good => "good",
            Mood::Busy => "busy",
            Mood::Warning => "warning",
            Mood::Bad => "bad",
            Mood::Plain => "plain",
        }
    }
}

/// A payment's state.
pub(crate) const fn state(state: State) -> (&'static str, Mood) {
    match state {
        State::Ready => ("Opened", Mood::Plain),
        State::Sending => ("Sending", Mood::Busy),
        State::AwaitingPin => ("Waiting for PIN", Mood::Busy),
        State::Confirming => ("Checking", Mood::Busy),
        State::Declined => ("Declined", Mood::Bad),
        State::PartPaid => ("Part paid", Mood::Warning),
        State::Paid => ("Paid", Mood::Good),
        State::Unresolved => ("Unresolved", Mood::Warning),
        State::Closed => ("Closed", Mood::Plain),
    }
}

/// What a state means and what is to be done, in a sentence.
pub(crate) const fn about(state: State) -> &'static str {
    match state {
        State::Ready => "The customer has not been asked for the PIN yet.",
        State::Sending => "The request is on its way to M-PESA.",
        State::AwaitingPin => "The customer's phone asks for the PIN now.",
        State::Confirming => {
            "Nobody knows yet. M-PESA is asked; ship nothing, and send no other request."
        }
        State::Declined => "The last attempt ended without money. The customer may try again.",
        State::PartPaid => "Some of the money is here. The customer can pay the rest.",
        State::Paid => "All of the money is here.",
        State::Unresolved => {
            "M-PESA has not told the result for a day. Look for the money in M-PESA's organisation portal; if you find it, assign its receipt here."
        }
        State::Closed => {
            "The order can no longer be paid here. If money still comes, it is counted."
        }
    }
}

pub(crate) fn outcome(word: &str) -> (&str, Mood) {
    match word {
        "sending" => ("Sending", Mood::Busy),
        "prompted" => ("Waiting for PIN", Mood::Busy),
        "succeeded" => ("Paid", Mood::Good),
        "declined" => ("Declined", Mood::Bad),
        "not_sent" => ("Not sent", Mood::Bad),
        "unknown" => ("Unknown", Mood::Warning),
        other => (other, Mood::Plain),
    }
}

pub(crate) fn standing(word: &str) -> (&str, Mood) {
    match word {
        "due" => ("Will be sent again", Mood::Warning),
        "heard" => ("Heard", Mood::Good),
        "superseded" => ("Replaced by a newer one", Mood::Plain),
        "unheard" => ("Never heard", Mood::Bad),
        other => (other, Mood::Plain),
    }
}

pub(crate) fn refund(word: &str) -> (&str, Mood) {
    match word {
        "requested" => ("Requested", Mood::Busy),
        "sending" => ("Sending", Mood::Busy),
        "accepted" => ("M-PESA is at it", Mood::Busy),
        "refunded" => ("Refunded", Mood::Good),
        "failed" => ("Failed", Mood::Bad),
        "unknown" => ("Unknown", Mood::Warning),
        other => (other, Mood::Plain),
    }
}

pub(crate) fn channel(word: &str) -> &str {
    match word {
        "stk_push" => "by PIN on the phone",
        "c2b" => "by hand",
        "typed_receipt" => "by hand, receipt typed",
        "person" => "assigned by you",
        other => other,
    }
}

pub(crate) fn origin(word: &str) -> &str {
    match word {
        "signed" => "Signed by your server",
        "item" => "Price list",
        "open" => "Open amount",
        "server" => "Created by your server",
        other => other,
    }
}

/// `payment.attempt_declined` as words.
pub(crate) fn message(kind: &str) -> String {
    sentence(kind.strip_prefix("payment.").unwrap_or(kind))
}

/// `missing_here` as `Missing here`: words that the API may grow.
pub(crate) fn sentence(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// What a person has to look at: its name, and what it is and what to do.
pub(crate) const fn look(look: Look) -> (&'static str, &'static str) {
    match look {
        Look::Unmatched => (
            "Unmatched money",
            "M-PESA has shown this money, but it names no order. Ask who paid, or look for an order of the same amount and \
             time, then assign it. If it belongs to no order, give it back in M-PESA's organisation portal.",
        ),
        Look::Review => (
            "In review",
            "These payments have something that only a person can decide. Each says what. Compare it with M-PESA's organisation \
             portal.",
        ),
        Look::Disputed => (
            "Disputed",
            "A receipt of these was claimed by two payments. It counts where the proof is stronger. Ship only what is still \
             paid, and tell the customer of the other.",
        ),
        Look::Unresolved => (
            "Unresolved",
            "M-PESA has not told the result for a day. Look for the money in the organisation portal: by the phone's last digits, \
             amount and time. If you find it, assign its receipt; if there is none, close the order.",
        ),
        Look::Undelivered => (
            "Not heard by your server",
            "Your server has not answered these messages with status 200. Mend its address, then send them again: the message's \
             id stays the same, so nothing counts twice.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_name_of_its_own() {
        let names: Vec<&str> = State::ALL.iter().map(|of| state(*of).0).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
            assert!(about(State::ALL[at]).ends_with('.'));
        }
        assert_eq!(state(State::Paid).1, Mood::Good);
    }

    #[test]
    fn words_from_next_year_are_still_words() {
        assert_eq!(message("payment.attempt_declined"), "Attempt declined");
        assert_eq!(sentence("amount_differs"), "Amount differs");
        assert_eq!(sentence(""), "");
        assert_eq!(outcome("teleported"), ("teleported", Mood::Plain));
    }
}
