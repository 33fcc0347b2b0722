//! The API's words as people read them, each with its mood, which decides colour and icon.

use crate::eat;
use crate::kes::{count, kes};
use crate::route::Look;
use crate::wire::{Compared, Run};
use malipo_shared::api::State;
use malipo_shared::merchant::{
    AttemptOutcome, Channel, OriginWord, PaymentFacts, ReceiptFacts, RefundState,
};

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

pub(crate) fn outcome(word: AttemptOutcome) -> (&'static str, Mood) {
    match word {
        AttemptOutcome::Sending => ("Sending", Mood::Busy),
        AttemptOutcome::Prompted => ("Waiting for PIN", Mood::Busy),
        AttemptOutcome::Succeeded => ("Paid", Mood::Good),
        AttemptOutcome::Declined => ("Declined", Mood::Bad),
        AttemptOutcome::NotSent => ("Not sent", Mood::Bad),
        AttemptOutcome::Unknown => ("Unknown", Mood::Warning),
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

pub(crate) fn refund(word: RefundState) -> (&'static str, Mood) {
    match word {
        RefundState::Requested => ("Requested", Mood::Busy),
        RefundState::Sending => ("Sending", Mood::Busy),
        RefundState::Accepted => ("M-PESA is at it", Mood::Busy),
        RefundState::Refunded => ("Refunded", Mood::Good),
        RefundState::Failed => ("Failed", Mood::Bad),
        RefundState::Unknown => ("Unknown", Mood::Warning),
    }
}

pub(crate) fn channel(word: Channel) -> &'static str {
    match word {
        Channel::StkPush => "by PIN on the phone",
        Channel::C2b => "by hand",
        Channel::TypedReceipt => "by hand, receipt typed",
        Channel::Person => "assigned by you",
    }
}

pub(crate) fn origin(word: OriginWord) -> &'static str {
    match word {
        OriginWord::Signed => "Signed by your server",
        OriginWord::Item => "Price list",
        OriginWord::Open => "Open amount",
        OriginWord::Server => "Created by your server",
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

/// Why a payment may be meant.
pub(crate) fn because(word: &str) -> &str {
    match word {
        "reference" => "account number alike",
        "amount" => "just what is due",
        "unnumbered" => "already counts this amount; its M-PESA code is not known yet",
        "phone" => "payer's last digits",
        "time" => "opened within an hour",
        other => other,
    }
}

/// What assigning so much money to an order would come to, before it is done.
pub(crate) fn assigning(amount_kes: u64, payment: &PaymentFacts) -> (String, Mood) {
    let due_kes = payment.outstanding_kes();
    let came = kes(amount_kes);
    let unnumbered = |receipt: &ReceiptFacts| {
        receipt.receipt.is_none() && u64::from(receipt.amount_kes) == amount_kes
    };
    if payment.receipts.iter().any(unnumbered) {
        let said = format!(
            "{came} came. This order counts {came} whose M-PESA code is not known yet: if the times fit, this is that money."
        );
        return (said, Mood::Warning);
    }
    match amount_kes.abs_diff(due_kes) {
        _ if due_kes == 0 => {
            let said = format!("{came} came. This order needs no money: all of it is too much.");
            (said, Mood::Warning)
        }
        0 => {
            let said = format!("{came} came, and this order is due {}.", kes(due_kes));
            (said, Mood::Good)
        }
        differs_kes => {
            let word = if amount_kes > due_kes {
                "too much"
            } else {
                "too little"
            };
            let (due, differs) = (kes(due_kes), kes(differs_kes));
            let said = format!("{came} came; this order is due {due}: {differs} {word}.");
            (said, Mood::Warning)
        }
    }
}

/// What was compared with M-PESA's books, and when.
pub(crate) fn compared(compared: &Compared, now_ms: u64) -> (String, Mood) {
    let Some(last) = &compared.last else {
        let never =
            "Nothing has been compared with M-PESA yet, so missing money would not show here.";
        return (never.to_owned(), Mood::Warning);
    };
    if let Some(problem) = &last.problem {
        let before = match &compared.complete {
            Some(run) => format!("The last one that did: {}.", told(run, now_ms)),
            None => "None has yet.".to_owned(),
        };
        let when = eat::when(last.at_ms, now_ms);
        let failed =
            format!("The comparison of {when} did not come to its end: {problem} {before}");
        return (failed, Mood::Bad);
    }
    (
        format!("Last compared: {}.", told(last, now_ms)),
        Mood::Plain,
    )
}

fn told(run: &Run, now_ms: u64) -> String {
    let source = match run.source.as_str() {
        "pull" => "M-PESA's own list",
        "statement" => "a statement",
        other => other,
    };
    let when = |at_ms: u64| eat::when(at_ms, now_ms);
    format!(
        "{}, {source} from {} to {}, {}",
        when(run.at_ms),
        when(run.from_ms),
        when(run.to_ms),
        count(run.payments, "payment")
    )
}

/// What needs attention: its name, and what it is and what to do.
pub(crate) const fn look(look: Look) -> (&'static str, &'static str) {
    match look {
        Look::Unmatched => (
            "Unmatched money",
            "M-PESA has reported this money, but it names no order. Find its order among those that may be meant, or ask who \
             paid, then assign it. If it belongs to no order, give it back in M-PESA's organisation portal.",
        ),
        Look::Review => (
            "Payments to check",
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
            "Webhooks not delivered",
            "Your server has not answered these messages with a status of 2xx. Fix its address, then send them again: the message's \
             id stays the same, so nothing counts twice.",
        ),
        Look::Differences => (
            "Differences",
            "Your payments and M-PESA's books do not agree here. Each says what to do; then mark it as settled.",
        ),
        Look::Unprocessed => (
            "M-PESA reports held",
            "M-PESA has reported something that could not be added to its payment yet. It is kept, and tried again by itself for two \
             days; after that somebody has to act. If this number does not fall within an hour, ask whoever runs this \
             deployment to run cargo xtask operate inbox.",
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
    fn an_assignment_says_what_is_too_much_or_too_little() {
        let payment = |due_kes: u64, more: &str| -> PaymentFacts {
            let text = format!(
                r#"{{"account_reference":"A","origin":"open","description":"Tea","livemode":false,"state":"ready",
                "due_kes":{due_kes},"received_kes":0,"excess_kes":0,"attempts":[],"refunds":[],"review":[],
                "opened_at_ms":1,{more}}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let nothing = r#""refunded_kes":0,"receipts":[]"#;
        for (due_kes, more, said, mood) in [
            (
                275,
                nothing,
                "KES 700 came; this order is due KES 275: KES 425 too much.",
                Mood::Warning,
            ),
            (
                900,
                nothing,
                "KES 700 came; this order is due KES 900: KES 200 too little.",
                Mood::Warning,
            ),
            (
                700,
                nothing,
                "KES 700 came, and this order is due KES 700.",
                Mood::Good,
            ),
            (
                700,
                r#""paid_at_ms":2,"refunded_kes":700,"receipts":[]"#,
                "KES 700 came. This order needs no money: all of it is too much.",
                Mood::Warning,
            ),
        ] {
            assert_eq!(
                assigning(700, &payment(due_kes, more)),
                (said.to_owned(), mood)
            );
        }
        let pushed = r#""paid_at_ms":2,"refunded_kes":0,"receipts":[{"amount_kes":700,"channel":"stk_push"}]"#;
        assert!(
            assigning(700, &payment(700, pushed))
                .0
                .contains("is not known yet")
        );
    }

    #[test]
    fn that_nothing_was_compared_is_not_that_nothing_differs() {
        let run = |problem: Option<&str>| Run {
            at_ms: 1_780_342_564_000,
            source: "statement".into(),
            from_ms: 1_780_300_000_000,
            to_ms: 1_780_340_000_000,
            payments: 1,
            problem: problem.map(ToOwned::to_owned),
        };
        let of = |last: Option<Run>, complete: Option<Run>| {
            compared(&Compared { last, complete }, 1_780_342_600_000)
        };
        let never = of(None, None);
        assert_eq!(never.1, Mood::Warning);
        assert!(
            never.0.starts_with("Nothing has been compared"),
            "{}",
            never.0
        );
        let good = of(Some(run(None)), Some(run(None)));
        assert!(
            good.0.contains("a statement from") && good.0.contains("1 payment."),
            "{}",
            good.0
        );
        let failed = of(Some(run(Some("M-PESA was away."))), Some(run(None)));
        assert_eq!(failed.1, Mood::Bad);
        assert!(
            failed
                .0
                .contains("M-PESA was away. The last one that did: "),
            "{}",
            failed.0
        );
        let never_whole = of(Some(run(Some("M-PESA was away."))), None);
        assert!(
            never_whole.0.ends_with("None has yet."),
            "{}",
            never_whole.0
        );
    }

    #[test]
    fn words_from_next_year_are_still_words() {
        assert_eq!(message("payment.attempt_declined"), "Attempt declined");
        assert_eq!(sentence("amount_differs"), "Amount differs");
        assert_eq!(sentence(""), "");
        let outcome_of =
            |word| serde_json::from_str::<AttemptOutcome>(word).map(|of| outcome(of).0);
        assert_eq!(outcome_of("\"teleported\"").unwrap(), "Unknown");
    }
}
