//! Files of this shop are taken, strangers' are refused with what was found.

use super::*;
use crate::cents::Cents;

const HOUR_MS: u64 = 3_600_000;
const DAY: Period = Period {
    from_ms: 1_795_986_000_000, // 2026-11-30 00:00:00 in Nairobi
    to_ms: 1_796_072_399_000,
};
const NOON_MS: u64 = DAY.from_ms + 12 * HOUR_MS;

fn receipt(n: usize) -> MpesaReceipt {
    MpesaReceipt::parse(&format!("UKK{n:07}")).unwrap()
}

fn theirs(n: usize, at_ms: u64) -> Theirs {
    Theirs {
        receipt: receipt(n),
        amount: Cents::from_kes(100),
        paid_at_ms: at_ms,
        bill_ref: format!("INV{n}"),
        unknown_kind: None,
    }
}

fn ours(n: usize) -> Ours {
    Ours {
        receipt: Some(receipt(n)),
        amount_kes: 100,
        said: None,
        refunded_kes: 0,
        account_reference: Some(format!("INV{n}")),
        paid_at_ms: NOON_MS,
        is_pushed: false,
        is_shown: true,
    }
}

const OURS: Seen<'static> = Seen {
    named: None,
    numbers: &["174379"],
    period: DAY,
    rows_period: DAY,
    theirs: &[],
    reversals: &[],
    ours: &[],
    ours_period: Some(DAY),
    now_ms: DAY.to_ms,
};

#[track_caller]
fn check(seen: &Seen<'_>, expected: Option<Doubt>) -> Identity {
    let (identity, doubt) = Identity::of(seen);
    assert_eq!(doubt, expected, "{identity:?}");
    assert_eq!(identity.doubt.is_some(), doubt.is_some());
    identity
}

#[test]
fn a_file_with_one_receipt_that_is_known_is_this_shops() {
    let rows = [theirs(1, NOON_MS), theirs(2, NOON_MS), theirs(2, NOON_MS)];
    let books = [ours(1), ours(7)];
    let seen = Seen {
        named: Some("174379"),
        theirs: &rows,
        ours: &books,
        ..OURS
    };
    let identity = check(&seen, None);
    let Identity {
        receipts,
        known,
        counted_here,
        ..
    } = identity;
    assert_eq!((receipts, known, counted_here), (2, 1, 2));
    // Only a reversal is known; only money without a number is.
    let back = [Reversal {
        of: receipt(1),
        amount: Cents::from_kes(100),
        at_ms: NOON_MS,
    }];
    check(
        &Seen {
            theirs: &[],
            reversals: &back,
            ..seen
        },
        None,
    );
    let blank = [Ours {
        receipt: None,
        ..ours(2)
    }];
    check(
        &Seen {
            ours: &blank,
            ..seen
        },
        None,
    );
}

#[test]
fn there_may_be_nothing_to_know() {
    check(&OURS, None);
    check(
        &Seen {
            ours_period: None,
            ..OURS
        },
        None,
    );
}

#[test]
fn a_file_of_which_nothing_is_known_is_refused_with_what_was_found() {
    let rows: Vec<Theirs> = (0..4).map(|n| theirs(n, NOON_MS)).collect();
    let books: Vec<Ours> = (10..23).map(ours).collect();
    let seen = Seen {
        theirs: &rows,
        ours: &books,
        ..OURS
    };
    let said = check(&seen, Some(Doubt::NothingKnown)).doubt.unwrap();
    for part in [
        "names no short code",
        "2026-11-30 00:00:00 to 2026-11-30 23:59:59",
        "4 receipts of money, of which this shop knows 0",
        "counts 13 payments in that time",
        "export the statement of 174379",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // A shop that begins, and a file without money beside a shop that counts some.
    check(
        &Seen {
            ours: &[],
            ours_period: None,
            ..seen
        },
        Some(Doubt::NothingKnown),
    );
    check(
        &Seen {
            theirs: &[],
            ..seen
        },
        Some(Doubt::NothingKnown),
    );
}

#[test]
fn another_number_is_refused_whatever_is_known() {
    let (rows, books) = ([theirs(1, NOON_MS)], [ours(1)]);
    let seen = Seen {
        named: Some("600777"),
        theirs: &rows,
        ours: &books,
        ..OURS
    };
    let said = check(&seen, Some(Doubt::AnotherNumber("600777".into())));
    assert!(said.doubt.unwrap().contains("is the statement of 600777"));
    check(
        &Seen {
            numbers: &["600000", "600777"],
            ..seen
        },
        None,
    );
}

#[test]
fn a_clock_that_is_hours_off_is_refused() {
    let books: Vec<Ours> = (0..5).map(ours).collect();
    let at = |ms: [i64; 5]| -> Vec<Theirs> {
        let ms = ms.into_iter().enumerate();
        ms.map(|(n, ms)| theirs(n, NOON_MS.saturating_add_signed(ms)))
            .collect()
    };
    let hour = HOUR_MS.cast_signed();
    for (offsets, expected) in [
        ([0, 1_000, -1_000, 60_000, 5], None),
        ([-3 * hour; 5], Some(-3 * 3600)),
        ([3 * hour; 5], Some(3 * 3600)),
        // Most of them are right: one of ours is not.
        ([3 * hour, 0, 0, 0, -3 * hour], None),
        ([-30 * 24 * hour; 5], Some(-30 * 86_400)),
    ] {
        let rows = at(offsets);
        let seen = Seen {
            theirs: &rows,
            ours: &books,
            ..OURS
        };
        check(&seen, expected.map(Doubt::AnotherClock));
    }
    // When ours was paid is not known.
    let timeless: Vec<Ours> = books
        .iter()
        .map(|ours| Ours {
            paid_at_ms: 0,
            ..ours.clone()
        })
        .collect();
    let rows = at([3 * hour; 5]);
    check(
        &Seen {
            theirs: &rows,
            ours: &timeless,
            ..OURS
        },
        None,
    );
}

#[test]
fn a_time_that_lies_elsewhere_is_refused() {
    let rows = [theirs(1, NOON_MS)];
    let last_year = Period {
        from_ms: DAY.from_ms - 365 * 24 * HOUR_MS,
        to_ms: DAY.to_ms - 365 * 24 * HOUR_MS,
    };
    let seen = Seen {
        theirs: &rows,
        ..OURS
    };
    let before = Seen {
        period: last_year,
        rows_period: last_year,
        ..seen
    };
    let said = check(&before, Some(Doubt::AnotherTime(Some(DAY))))
        .doubt
        .unwrap();
    assert!(
        said.contains("from 2026-11-30 00:00:00 to 2026-11-30 23:59:59"),
        "{said}"
    );
    let books = [ours(1)];
    let other_rows = Seen {
        rows_period: last_year,
        ours: &books,
        ..seen
    };
    check(&other_rows, Some(Doubt::RowsElsewhere(last_year)));
    let to_come = Seen {
        now_ms: DAY.from_ms - HOUR_MS,
        ours: &books,
        ..seen
    };
    check(&to_come, Some(Doubt::AnotherTime(None)));
}
