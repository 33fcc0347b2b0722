//! History does not change: what was decided stands in the line, and neither a new number nor a new rule decides it again.

use super::money::{A, B, seen};
use super::*;
use crate::webhook::Kind;

/// The journal of a payment with a blank receipt, paid by hand 45 s after the verdict.
fn journal() -> Vec<Recorded> {
    let mut story = Story::prompted();
    story.at(40, queried(1, "0"));
    story.at(90, seen(A, DUE_KES, 85));
    story.journal
}

/// The same lines as a version wrote them whose numbers were others: `FITS_WITHIN_MS` is the seventh.
fn with_numbers(journal: &[Recorded], fits_within_ms: u64) -> Vec<Recorded> {
    let numbers = format!(
        r#""held":[60000,180000,180000,86400000,60000,5,{fits_within_ms},5,300000,180000,86400000],"event""#
    );
    let anew = |line: &Recorded| Recorded {
        at_ms: line.at_ms,
        times: line.times,
        last_at_ms: line.last_at_ms,
        ..Recorded::read(&line.text().replace(r#""event""#, &numbers)).unwrap()
    };
    journal.iter().map(anew).collect()
}

#[test]
fn a_line_is_folded_by_the_numbers_that_it_was_written_by() {
    let journal = journal();
    assert_eq!(Payment::fold(&journal).received_kes(), DUE_KES);
    let narrow = with_numbers(&journal, 1_000);
    assert_eq!(
        Payment::fold(&narrow).received_kes(),
        2 * DUE_KES,
        "it did not fit then"
    );
    assert_eq!(
        narrow[3].text().matches("held").count(),
        1,
        "and says so for ever"
    );
    let wide = with_numbers(&journal, 60_000);
    assert_eq!(Payment::fold(&wide), Payment::fold(&journal));
}

#[test]
fn the_first_versions_numbers_are_todays_or_frozen() {
    // Whoever changes a number in rules.rs: new lines tell it, and old ones keep the first. Nothing is to be done here.
    let line = Recorded::once(Event::AlarmRang, 0).text();
    assert_eq!(
        line, r#"{"v":2,"event":"alarm_rang"}"#,
        "no number has changed yet"
    );
}

#[test]
fn what_the_shop_was_told_stands_in_the_line() {
    let journal = journal();
    let told: Vec<String> = journal
        .iter()
        .map(Recorded::text)
        .filter(|t| t.contains("told"))
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains(r#""told":["payment.paid"]"#), "{told:?}");
    // A rule that would tell something else today tells nothing else of that day.
    let other = |line: &Recorded| {
        let text = line.text().replace("payment.paid", "payment.review");
        Recorded {
            at_ms: line.at_ms,
            ..Recorded::read(&text).unwrap()
        }
    };
    let folded = Payment::fold(&journal.iter().map(other).collect::<Vec<_>>());
    let kinds: Vec<Kind> = folded.deliveries().iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [Kind::Review]);
    assert_eq!(folded.received_kes(), DUE_KES);
}

#[test]
fn lines_of_the_first_version_keep_its_rules() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, DUE_KES));
    story.at(12, success(1, B, DUE_KES));
    assert_eq!(story.payment.received_kes(), DUE_KES, "one push pays once");
    let mut first: Vec<Recorded> = story
        .journal
        .iter()
        .filter(|line| !matches!(line.event, Event::ReceiptGranted { .. }))
        .map(|line| {
            let event = serde_json::to_string(&line.event).unwrap();
            let text = format!(r#"{{"v":1,"event":{event}}}"#);
            Recorded {
                at_ms: line.at_ms,
                last_at_ms: line.at_ms,
                ..Recorded::read(&text).unwrap()
            }
        })
        .collect();
    for receipt in [A, B] {
        let receipt = MpesaReceipt::parse(receipt).unwrap();
        let event = Event::ReceiptGranted {
            receipt,
            rank: Rank::Callback,
            is_contested: false,
        };
        let event = serde_json::to_string(&event).unwrap();
        first.push(Recorded::read(&format!(r#"{{"v":1,"event":{event}}}"#)).unwrap());
    }
    let folded = Payment::fold(&first);
    assert_eq!(
        folded.received_kes(),
        2 * DUE_KES,
        "each number counted then"
    );
    let kinds: Vec<Kind> = folded.deliveries().iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [Kind::Paid, Kind::Overpaid]);
}
