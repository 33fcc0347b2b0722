//! What is the same finds nothing; what is planted is found once.

use super::*;

const DAY: Period = Period {
    from_ms: 1_000_000_000,
    to_ms: 1_086_400_000,
};
const NOON_MS: u64 = 1_043_200_000;

fn receipt(n: usize) -> MpesaReceipt {
    MpesaReceipt::parse(&format!("UKK{n:07}")).unwrap()
}

fn theirs(n: usize, kes: u32) -> Theirs {
    Theirs {
        receipt: receipt(n),
        amount: Cents::from_kes(kes),
        paid_at_ms: NOON_MS,
        bill_ref: format!(" inv-{n}"),
        unknown_kind: None,
    }
}

fn ours(n: usize, kes: u32) -> Ours {
    Ours {
        receipt: Some(receipt(n)),
        amount_kes: kes,
        said: None,
        refunded_kes: 0,
        account_reference: Some(format!("INV{n}")),
        paid_at_ms: NOON_MS,
        is_pushed: false,
        is_shown: false,
    }
}

fn reversal(n: usize, kes: u32) -> Reversal {
    Reversal {
        of: receipt(n),
        amount: Cents::from_kes(kes),
        at_ms: NOON_MS + 1,
    }
}

#[track_caller]
fn check(theirs: &[Theirs], reversals: &[Reversal], ours: &[Ours], expected: &[&str]) {
    let found = compare(Source::Statement, DAY, theirs, reversals, &[], ours);
    let ids: Vec<&str> = found.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids, expected, "{found:?}");
}

#[test]
fn a_ledger_compared_with_itself_finds_nothing_and_each_planted_difference_is_found_once() {
    // Every receipt is planted with each fate in turn: whichever its neighbours are, it is found once.
    let fates = Kind::ALL.len() + 1;
    for seed in 0..fates * fates {
        let fate_of = |n: usize| (n * (seed / fates + 1) + seed) % fates;
        let (mut books, mut bank, mut back, mut expected) = (vec![], vec![], vec![], vec![]);
        for n in 0..40 {
            let kind = Kind::ALL.get(fate_of(n)).copied();
            let (mut mine, kes) = (ours(n, 100), 100);
            match kind {
                None | Some(Kind::MissingHere | Kind::MissingThere) => {}
                Some(Kind::NotListed) => mine.is_shown = true,
                Some(Kind::AmountDiffers) => mine.amount_kes += 1,
                Some(Kind::ReversedThere) => back.push(reversal(n, kes)),
                Some(Kind::Unmatched) => mine.account_reference = None,
            }
            if kind != Some(Kind::MissingHere) {
                books.push(mine);
            }
            if !matches!(kind, Some(Kind::MissingThere | Kind::NotListed)) {
                bank.push(theirs(n, kes));
            }
            expected.extend(kind.map(|kind| format!("{}.{}", kind.as_str(), receipt(n))));
        }
        books.reverse();
        let found = compare(Source::Statement, DAY, &bank, &back, &[], &books);
        let mut ids: Vec<String> = found.into_iter().map(|d| d.id).collect();
        ids.sort();
        expected.sort();
        assert_eq!(ids, expected, "seed {seed}");
        let same: Vec<Theirs> = (0..40).map(|n| theirs(n, 100)).collect();
        let known: Vec<Ours> = (0..40).map(|n| ours(n, 100)).collect();
        check(&same, &[], &known, &[]);
    }
}

#[test]
fn a_difference_says_what_each_side_has() {
    let found = compare(Source::Pull, DAY, &[theirs(1, 150)], &[], &[], &[]);
    assert_eq!(
        found,
        [Difference {
            id: "missing_here.UKK0000001".into(),
            kind: Kind::MissingHere,
            receipt: Some(receipt(1)),
            account_reference: Some("INV1".into()),
            ours_kes: None,
            theirs_kes: Some(150),
            at_ms: NOON_MS,
            theirs_said: None,
            unknown_kind: None,
        }]
    );
    let found = compare(
        Source::Pull,
        DAY,
        &[theirs(1, 150)],
        &[],
        &[],
        &[ours(1, 100)],
    );
    assert_eq!(
        (found[0].ours_kes, found[0].theirs_kes),
        (Some(100), Some(150))
    );
    let phone = Theirs {
        bill_ref: "0700 000 126".into(),
        ..theirs(1, 150)
    };
    let found = compare(Source::Pull, DAY, &[phone], &[], &[], &[]);
    assert_eq!(found[0].account_reference.as_deref(), Some("0700 ••• 126"));
}

#[test]
fn cents_are_not_rounded_into_agreement() {
    let half = Theirs {
        amount: Cents::parse("100.50").unwrap(),
        ..theirs(1, 100)
    };
    check(
        &[half],
        &[],
        &[ours(1, 100)],
        &["amount_differs.UKK0000001"],
    );
}

#[test]
fn what_lies_outside_the_period_is_not_missing_there() {
    let at = |paid_at_ms| Ours {
        paid_at_ms,
        ..ours(1, 100)
    };
    for (at_ms, is_missing) in [
        (NOON_MS, true),
        (DAY.from_ms, false),
        (DAY.to_ms, false),
        (DAY.from_ms - 1, false),
        (DAY.to_ms + 1, false),
    ] {
        let expected: &[&str] = if is_missing {
            &["missing_there.UKK0000001"]
        } else {
            &[]
        };
        check(&[], &[], &[at(at_ms)], expected);
    }
}

#[test]
fn money_without_a_number_is_the_row_of_its_payment_and_amount_once() {
    let blank = Ours {
        receipt: None,
        ..ours(1, 100)
    };
    let row = |n| Theirs {
        bill_ref: "inv 1".into(),
        ..theirs(n, 100)
    };
    check(&[row(7)], &[], core::slice::from_ref(&blank), &[]);
    check(
        &[row(7), row(8)],
        &[],
        core::slice::from_ref(&blank),
        &["missing_here.UKK0000008"],
    );
    check(
        &[theirs(2, 100)],
        &[],
        core::slice::from_ref(&blank),
        &["missing_here.UKK0000002", "missing_there.INV1"],
    );
    assert_eq!(compare(Source::Pull, DAY, &[], &[], &[], &[blank]), []);
}

#[test]
fn what_was_given_back_is_compared_with_refunds() {
    let refunded = |kes| Ours {
        refunded_kes: kes,
        ..ours(1, 100)
    };
    let reversed: &[&str] = &["reversed_there.UKK0000001"];
    check(
        &[theirs(1, 100)],
        &[reversal(1, 100)],
        &[refunded(100)],
        &[],
    );
    check(
        &[theirs(1, 100)],
        &[reversal(1, 100)],
        &[refunded(40)],
        reversed,
    );
    check(&[theirs(1, 100)], &[reversal(1, 40)], &[refunded(40)], &[]);
    // Paid before the statement begins.
    check(&[], &[reversal(1, 100)], &[refunded(0)], reversed);
    check(&[], &[reversal(1, 100)], &[refunded(100)], &[]);
    // Nobody counts it, and it is gone.
    check(&[theirs(1, 100)], &[reversal(1, 100)], &[], &[]);
    let nobodys = Ours {
        account_reference: None,
        ..ours(1, 100)
    };
    check(&[theirs(1, 100)], &[reversal(1, 100)], &[nobodys], &[]);
}

#[test]
fn what_mpesa_has_shown_is_never_missing_there() {
    let shown = Ours {
        is_shown: true,
        ..ours(1, 100)
    };
    let blank = Ours {
        receipt: None,
        ..shown.clone()
    };
    for source in [Source::Statement, Source::Pull] {
        let found = compare(source, DAY, &[], &[], &[], core::slice::from_ref(&shown));
        let ids: Vec<&str> = found.iter().map(|d| d.id.as_str()).collect();
        assert_eq!(ids, ["not_listed.UKK0000001"]);
    }
    check(&[], &[], &[blank], &["not_listed.INV1"]);
    let said = Kind::NotListed.what_to_do();
    assert!(
        said.contains("not in this file") && said.contains("confirmed"),
        "{said}"
    );
}

#[test]
fn a_receipt_that_a_row_of_any_kind_names_is_in_the_file() {
    let known = [ours(1, 100)];
    for ours in [
        &known,
        &[Ours {
            is_shown: true,
            ..ours(1, 100)
        }],
    ] {
        assert_eq!(
            compare(Source::Statement, DAY, &[], &[], &[receipt(1)], ours),
            []
        );
    }
    let unknown = Theirs {
        unknown_kind: Some("Salary Payment".into()),
        ..theirs(1, 100)
    };
    check(core::slice::from_ref(&unknown), &[], &known, &[]);
    let found = compare(Source::Statement, DAY, &[unknown], &[], &[], &[]);
    assert_eq!(found[0].kind, Kind::MissingHere);
    assert_eq!(found[0].unknown_kind.as_deref(), Some("Salary Payment"));
}

#[test]
fn a_pull_that_tells_of_no_pushes_does_not_miss_them() {
    let pushed = |n| Ours {
        is_pushed: true,
        ..ours(n, 100)
    };
    let pull = |theirs: &[Theirs], ours: &[Ours]| {
        let found = compare(Source::Pull, DAY, theirs, &[], &[], ours);
        found.into_iter().map(|d| d.id).collect::<Vec<_>>()
    };
    let missing = vec!["missing_there.UKK0000001".to_owned()];
    assert!(pull(&[], &[pushed(1)]).is_empty());
    assert_eq!(pull(&[theirs(2, 100)], &[pushed(1), pushed(2)]), missing);
    assert_eq!(pull(&[], &[ours(1, 100)]), missing);
}

#[test]
fn a_payment_that_counts_a_receipt_is_more_than_a_list_that_knows_it() {
    let listed = Ours {
        account_reference: None,
        ..ours(1, 100)
    };
    check(&[theirs(1, 100)], &[], &[listed.clone(), ours(1, 100)], &[]);
    check(&[theirs(1, 100)], &[], &[ours(1, 100), listed], &[]);
}

#[test]
fn a_pulled_time_has_two_readings_until_one_is_ruled_out() {
    let hour_ms = 3_600_000;
    let now_ms = 500 * hour_ms;
    let at = |ms: u64| pulled_moment(WallTime::in_nairobi(ms), now_ms);
    let moment = |at_ms, or_ms| Some(Moment { at_ms, or_ms });
    // In Nairobi's time, an hour ago: as UTC it would lie in the future.
    assert_eq!(at(now_ms - hour_ms), moment(now_ms - hour_ms, None));
    // Five hours ago, or two.
    assert_eq!(
        at(now_ms - 5 * hour_ms),
        moment(now_ms - 5 * hour_ms, Some(now_ms - 2 * hour_ms))
    );
    // Three hours ago, or just now: too young to tell.
    assert_eq!(at(now_ms - 3 * hour_ms), None);
    assert_eq!(at(now_ms - RIPE_MS + 1), None);
}

#[test]
fn cents_that_its_payment_has_heard_of_are_no_difference_and_others_are_told_with_their_cents() {
    let with_cents = |said: &str| Theirs {
        amount: Cents::parse(said).unwrap(),
        ..theirs(1, 0)
    };
    let compared =
        |theirs: Theirs, ours: &[Ours]| compare(Source::Statement, DAY, &[theirs], &[], &[], ours);
    let heard = [Ours {
        said: Cents::parse("60840.75"),
        ..ours(1, 60_840)
    }];
    assert_eq!(compared(with_cents("60840.75"), &heard), []);
    let found = compared(with_cents("60840.75"), &[ours(1, 60_840)]);
    assert_eq!(found[0].kind, Kind::AmountDiffers);
    assert_eq!(found[0].theirs_said.as_deref(), Some("60840.75"));
    let found = compared(with_cents("0.75"), &[]);
    assert_eq!(found[0].kind, Kind::MissingHere);
    assert_eq!(
        found[0].theirs_said.as_deref(),
        Some("0.75"),
        "never only 0"
    );
    assert_eq!(compared(theirs(1, 150), &[])[0].theirs_said, None);
}
