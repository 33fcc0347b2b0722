//! Refunds in every fate.

use super::super::player::{DUE_KES, Player, number};
use super::story::{A, B, Story, prompted};
use malipo_engine::payment::{Event, Rank};

pub(super) const ALL: &[(&str, Story)] = &[
    ("refund_whole", |p| told(p, None, "0", DUE_KES)),
    ("refund_part", |p| told(p, Some(40), "0", 40)),
    ("refund_another_amount_went", |p| told(p, Some(40), "0", 41)),
    ("refund_failed_for_balance", |p| told(p, None, "1", 0)),
    ("refund_reversed_before", |p| told(p, None, "R000001", 0)),
    ("refund_unknown_receipt", |p| told(p, None, "R000002", 0)),
    ("refund_code_that_proves_nothing", |p| {
        told(p, None, "15", 0)
    }),
    ("refund_refused", refused),
    ("refund_answer_lost", |p| lost(p, None)),
    ("refund_lost_and_judged_back", |p| lost(p, Some(true))),
    ("refund_lost_and_judged_kept", |p| lost(p, Some(false))),
    ("refund_lost_and_told_later", lost_and_told),
    ("refund_timed_out", timed_out),
    ("refund_timed_out_and_told", timed_out_and_told),
    ("refund_without_a_result", without_result),
    ("refund_seen_on_asking", seen_on_asking),
    ("refund_result_first", result_first),
    ("refund_result_of_another_receipt", other_receipt),
    ("refund_never_left", |p| crashed(p, false)),
    ("refund_crash_on_the_way", |p| crashed(p, true)),
    ("refund_and_again", again),
    ("refund_and_the_receipt_taken", receipt_taken),
    ("refund_and_paid_anew", paid_anew),
];

fn paid(p: &mut Player) {
    let n = prompted(p);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(600);
}

fn leaves(p: &mut Player, kes: Option<u32>) -> u32 {
    let refund = p.refund(A, kes);
    p.until(601);
    p.refund_leaves(refund);
    p.until(602);
    refund
}

fn told(p: &mut Player, kes: Option<u32>, code: &str, went_kes: u32) {
    paid(p);
    let refund = leaves(p, kes);
    p.refund_taken(refund);
    p.until(620);
    p.refund_result(refund, code, A, went_kes);
    p.until(300_000);
}

fn refused(p: &mut Player) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_answered(refund, 400, r#"{"requestId":"1","errorCode":"400.002.02","errorMessage":"Bad Request - Invalid Amount"}"#);
    p.until(90_000);
}

fn lost(p: &mut Player, judged: Option<bool>) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_answered(refund, 503, "<html>");
    p.until(90_000);
    if let Some(is_refunded) = judged {
        assert!(p.payment.may_judge_refund(refund, is_refunded, p.now_ms));
        p.hear(Event::RefundJudged {
            refund,
            is_refunded,
        });
        p.until(190_000);
    }
}

fn lost_and_told(p: &mut Player) {
    lost(p, Some(false));
    p.refund_result(1, "0", A, DUE_KES);
    p.until(300_000);
}

fn timed_out(p: &mut Player) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_taken(refund);
    p.until(700);
    p.hear(Event::RefundTimedOut { refund });
    p.until(300_000);
}

fn timed_out_and_told(p: &mut Player) {
    timed_out(p);
    p.refund_result(1, "0", A, DUE_KES);
    p.until(400_000);
}

fn without_result(p: &mut Player) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_taken(refund);
    p.until(400_000);
}

fn seen_on_asking(p: &mut Player) {
    paid(p);
    let refund = leaves(p, Some(40));
    p.refund_taken(refund);
    p.until(1_300);
    p.refund_shown(refund, 40);
    p.until(300_000);
}

fn result_first(p: &mut Player) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_result(refund, "0", A, DUE_KES);
    p.until(610);
    p.refund_taken(refund);
    p.until(90_000);
}

fn other_receipt(p: &mut Player) {
    paid(p);
    let refund = leaves(p, None);
    p.refund_taken(refund);
    p.until(620);
    p.refund_result(refund, "0", B, DUE_KES);
    p.until(300_000);
}

fn crashed(p: &mut Player, has_left: bool) {
    paid(p);
    let refund = p.refund(A, None);
    if has_left {
        p.refund_leaves(refund);
    }
    p.until(610);
    p.crash();
    p.until(300_000);
}

fn again(p: &mut Player) {
    told(p, Some(40), "1", 0);
    for (kes, at) in [(40, 300_010), (61, 300_040)] {
        let refund = p.refund(A, Some(kes));
        p.until(at);
        p.refund_leaves(refund);
        p.refund_taken(refund);
        p.until(at + 9);
        p.refund_result(refund, "0", A, kes);
        p.until(at + 20);
    }
    p.until(500_000);
}

fn receipt_taken(p: &mut Player) {
    told(p, None, "0", DUE_KES);
    p.hear(Event::ReceiptTaken { receipt: number(A) });
    p.until(400_000);
}

fn paid_anew(p: &mut Player) {
    told(p, None, "0", DUE_KES);
    p.seen(B, DUE_KES, Rank::Reference, true);
    p.until(400_000);
}
