//! Money from every channel: by hand, typed, blank, in parts, too much, contested.

use super::super::player::{Claims, DUE_KES, Player, T0_MS, id, number, open, success, verdict};
use super::story::{A, B, C, Story, prompted};
use malipo_engine::payment::{Event, Finding, Rank};

pub(super) const ALL: &[(&str, Story)] = &[
    ("by_hand", |p| by_hand(p, &[(A, DUE_KES)])),
    ("by_hand_in_parts", |p| by_hand(p, &[(A, 60), (B, 41)])),
    ("by_hand_too_much", |p| {
        by_hand(p, &[(A, 60), (B, 60), (C, 1)])
    }),
    ("by_hand_too_little", |p| by_hand(p, &[(A, 60)])),
    ("part_by_hand_rest_by_push", rest_by_push),
    ("by_hand_after_the_push_was_paid", twice_paid),
    ("typed_and_small_enough", |p| {
        typed(p, Some(unmatched(DUE_KES, false)), 5_000)
    }),
    ("typed_and_for_the_shop", |p| {
        typed(p, Some(unmatched(DUE_KES, false)), 0)
    }),
    ("typed_of_another_payer", |p| {
        typed(p, Some(unmatched(DUE_KES, true)), 5_000)
    }),
    ("typed_of_another_amount", |p| {
        typed(p, Some(unmatched(50, false)), 5_000)
    }),
    ("typed_unknown", |p| {
        typed(p, Some(Finding::Unknown { may_be_shown: true }), 0)
    }),
    ("typed_unknowable", |p| {
        typed(
            p,
            Some(Finding::Unknown {
                may_be_shown: false,
            }),
            0,
        )
    }),
    ("typed_of_another_payment", |p| {
        typed(p, Some(Finding::Elsewhere { may_be_shown: true }), 0)
    }),
    ("typed_without_a_push", typed_without_push),
    ("typed_then_taken_by_a_person", typed_then_person),
    ("typed_five_times", typed_often),
    ("blank_filled_by_callback", |p| {
        blank(p, |p| p.paid(1, A, DUE_KES))
    }),
    ("blank_filled_by_confirmation", |p| {
        blank(p, |p| {
            p.seen_at(A, DUE_KES, Rank::Reference, true, Some(T0_MS + 9_000))
        });
    }),
    ("blank_at_the_edge_of_the_window", |p| {
        blank(p, |p| {
            p.seen_at(A, DUE_KES, Rank::Reference, true, Some(T0_MS + 92_000))
        });
    }),
    ("blank_just_outside_the_window", |p| {
        blank(p, |p| {
            p.seen_at(A, DUE_KES, Rank::Reference, true, Some(T0_MS + 92_001))
        });
    }),
    ("blank_and_other_money", |p| {
        blank(p, |p| {
            p.seen_at(A, DUE_KES - 1, Rank::Reference, true, Some(T0_MS + 9_000))
        });
    }),
    ("blank_filled_and_corrected", corrected),
    ("doubtful_confirmation", |p| doubtful(p, false)),
    ("doubtful_confirmation_then_verdict", |p| doubtful(p, true)),
    ("callback_of_another_amount", other_amount),
    ("callback_of_another_push", other_push),
    ("callback_without_a_number", no_number),
    ("second_callback_of_another_receipt", second_receipt),
    (
        "second_callback_of_another_receipt_and_amount",
        second_amount,
    ),
    ("second_callback_whose_receipt_is_shown", second_shown),
    ("one_receipt_named_by_two_pushes", one_receipt_two_pushes),
    ("row_of_another_amount", row_of_another_amount),
    ("claim_unanswered", claim_unanswered),
    ("disputed", disputed),
    ("disputed_after_paid", disputed_after_paid),
    ("contested_here", contested_here),
    ("denied", denied),
    ("denied_after_a_verdict", denied_after_verdict),
    ("two_pushes_both_paid", two_paid),
    ("two_pushes_one_confirmation", two_pushes_one_confirmation),
    ("claimed_by_a_person", by_person),
];

fn by_hand(p: &mut Player, money: &[(&str, u32)]) {
    p.open(open(), 86_400);
    for (n, (receipt, kes)) in money.iter().enumerate() {
        p.until(100 * (n as u64 + 1));
        p.seen(receipt, *kes, Rank::Reference, true);
    }
    p.until(100_000);
}

fn rest_by_push(p: &mut Player) {
    p.open(open(), 86_400);
    p.until(10);
    p.seen(A, 100, Rank::Reference, true);
    p.until(20);
    let n = p.push(1);
    p.accepted(n);
    p.until(30);
    p.paid(n, B, 1);
    p.until(90_000);
}

fn twice_paid(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(300);
    p.seen(B, DUE_KES, Rank::Reference, true);
    p.until(90_000);
}

fn unmatched(amount_kes: u32, is_payer_other: bool) -> Finding {
    Finding::Unmatched {
        amount_kes,
        paid_at_ms: Some(T0_MS + 30_000),
        is_payer_other,
        is_payer_pushed: true,
    }
}

fn typed(p: &mut Player, finding: Option<Finding>, max_kes: u32) {
    let n = prompted(p);
    p.until(5);
    p.declined(n, "1032");
    (p.finding, p.auto_claim_max_kes) = (finding, max_kes);
    p.until(40);
    p.typed(A);
    p.until(90_000);
}

fn typed_without_push(p: &mut Player) {
    p.open(open(), 86_400);
    p.finding = Some(Finding::Unmatched {
        amount_kes: DUE_KES,
        paid_at_ms: Some(T0_MS + 30_000),
        is_payer_other: false,
        is_payer_pushed: false,
    });
    p.auto_claim_max_kes = 5_000;
    p.until(40);
    p.typed(A);
    p.until(90_000);
}

fn typed_then_person(p: &mut Player) {
    p.open(open(), 86_400);
    p.finding = Some(unmatched(DUE_KES, false));
    p.until(300);
    p.typed(A);
    p.until(400);
    p.seen(A, DUE_KES, Rank::Person, true);
    p.until(90_000);
}

fn typed_often(p: &mut Player) {
    p.open(open(), 86_400);
    p.finding = Some(Finding::Unknown { may_be_shown: true });
    for n in 0..6 {
        p.until(10 + 20 * n);
        p.typed(&format!("UES3A1B2D{n}"));
        p.typed("UES3A1B2D0");
    }
    p.until(90_000);
}

fn blank(p: &mut Player, fill: fn(&mut Player)) {
    prompted(p);
    p.queries = vec![verdict("0")];
    p.until(110);
    fill(p);
    p.until(90_000);
}

fn corrected(p: &mut Player) {
    blank(p, |p| {
        p.seen_at(B, DUE_KES, Rank::Reference, true, Some(T0_MS + 20_000))
    });
    p.paid(1, A, DUE_KES);
    p.until(180_000);
}

fn doubtful(p: &mut Player, is_proven: bool) {
    prompted(p);
    p.queries = vec![verdict(if is_proven { "0" } else { "4999" })];
    p.until(9);
    p.seen(A, DUE_KES, Rank::Reference, false);
    p.until(20);
    p.seen(B, 5, Rank::Reference, false);
    p.until(190_000);
}

fn other_amount(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("0")];
    p.until(9);
    p.paid(n, A, 100);
    p.until(50);
    p.seen_at(A, DUE_KES, Rank::Reference, true, Some(T0_MS + 9_000));
    p.until(90_000);
}

fn other_push(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("4999"), verdict("1032")];
    p.until(9);
    p.called_back(n, &success(&id(7), A, DUE_KES, p.now_ms));
    p.until(190_000);
}

fn no_number(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    let body = success(&id(n), "none", DUE_KES, p.now_ms);
    p.called_back(n, &body);
    p.until(90_000);
}

fn second_receipt(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(12);
    p.paid(n, B, DUE_KES);
    p.until(90_000);
}

fn second_amount(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(12);
    p.paid(n, B, 50);
    p.until(90_000);
}

fn second_shown(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(12);
    p.paid(n, B, DUE_KES);
    p.until(15);
    p.seen(B, DUE_KES, Rank::Reference, true);
    p.until(90_000);
}

fn one_receipt_two_pushes(p: &mut Player) {
    let (first, second) = two_pushes(p);
    p.queries = vec![verdict("1032")];
    p.paid(second, A, DUE_KES);
    p.until(220);
    p.paid(first, A, DUE_KES);
    p.until(90_000);
}

fn row_of_another_amount(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(12);
    p.seen(A, DUE_KES - 1, Rank::Reference, true);
    p.until(90_000);
}

fn claim_unanswered(p: &mut Player) {
    let n = prompted(p);
    p.claims = Claims::Away;
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(40);
}

fn disputed(p: &mut Player) {
    p.open(open(), 86_400);
    p.until(9);
    p.seen(A, 60, Rank::Reference, true);
    p.until(30);
    p.hear(Event::ReceiptTaken { receipt: number(A) });
    p.until(90_000);
}

fn disputed_after_paid(p: &mut Player) {
    p.open(open(), 86_400);
    p.until(9);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.until(30);
    p.hear(Event::ReceiptTaken { receipt: number(A) });
    p.until(90_000);
}

fn contested_here(p: &mut Player) {
    let n = prompted(p);
    p.claims = Claims::Contested;
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn denied(p: &mut Player) {
    let n = prompted(p);
    p.claims = Claims::Denied;
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn denied_after_verdict(p: &mut Player) {
    prompted(p);
    p.queries = vec![verdict("0")];
    p.until(40);
    p.claims = Claims::Denied;
    p.seen_at(A, DUE_KES, Rank::Reference, true, Some(T0_MS + 9_000));
    p.until(90_000);
}

/// The first push is taken for lost, the second leaves, both are paid.
fn two_pushes(p: &mut Player) -> (u32, u32) {
    p.open(open(), 86_400);
    let first = p.push(1);
    p.accepted(first);
    p.until(200);
    p.hear(Event::CustomerDeclaredNotCharged { attempt: first });
    let second = p.push(2);
    p.until(201);
    p.accepted(second);
    p.until(210);
    (first, second)
}

fn two_paid(p: &mut Player) {
    let (first, second) = two_pushes(p);
    p.paid(second, B, DUE_KES);
    p.until(220);
    p.paid(first, A, DUE_KES);
    p.until(90_000);
}

fn two_pushes_one_confirmation(p: &mut Player) {
    let (first, _) = two_pushes(p);
    p.queries = vec![verdict("0")];
    p.seen(B, DUE_KES, Rank::Reference, true);
    p.until(5_000);
    p.paid(first, B, DUE_KES);
    p.until(90_000);
}

fn by_person(p: &mut Player) {
    p.open(open(), 86_400);
    p.until(50);
    p.seen(A, 70, Rank::Person, true);
    p.until(90_000);
}
