//! The emulator's 28 stories, by the last four digits of their numbers.

use super::super::player::{Claims, DUE_KES, Player, error, open, verdict};
use super::story::{A, Story, prompted};
use malipo_engine::payment::{Event, Rank};

pub(super) const ALL: &[(&str, Story)] = &[
    ("0000_pays", pays),
    ("0001_insufficient_balance", |p| declines(p, "1")),
    ("2001_wrong_pin", |p| declines(p, "2001")),
    ("1032_cancels", |p| declines(p, "1032")),
    ("1037_unreachable", |p| declines(p, "1037")),
    ("1019_expires", |p| declines(p, "1019")),
    ("1025_prompt_failed", |p| declines(p, "1025")),
    ("9999_prompt_error", |p| declines(p, "9999")),
    ("8006_pin_locked", |p| declines(p, "8006")),
    ("2028_product_assignment", |p| declines(p, "2028")),
    ("0017_rule_limited", |p| declines(p, "17")),
    ("0026_system_busy", |p| declines(p, "26")),
    ("3008_bad_debt", |p| declines(p, "E3008")),
    ("1001_locked", locked),
    ("4999_slow", slow),
    ("0404_no_callback", no_callback),
    ("0222_callback_twice", callback_twice),
    ("0111_callback_first", callback_first),
    ("0500_answer_lost", answer_lost),
    ("0501_push_lost", push_lost),
    ("0503_gateway_503", |p| {
        garbled(p, 503, "<html>Service Unavailable</html>")
    }),
    ("0403_firewall_403", |p| {
        garbled(
            p,
            403,
            r#"<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head></html>"#,
        );
    }),
    ("0429_spike_arrest", spike_arrest),
    ("0099_queries_err", queries_err),
    ("9037_pays_late", pays_late),
    ("7777_query_wrong", query_wrong),
    ("6060_echo_doubled", echo_doubled),
    ("6061_echo_only", echo_only),
    ("unlisted_code", unlisted),
    ("unlisted_code_by_query_then_paid", unlisted_then_paid),
    ("codes_of_queries", codes_of_queries),
    ("crash_before_it_left", crash_before),
    ("crash_on_the_way", crash_on_the_way),
    ("reserved_and_never_left", reserved_only),
];

fn pays(p: &mut Player) {
    let n = prompted(p);
    p.until(4);
    p.paid(n, A, DUE_KES);
    p.until(5);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.until(90_000);
}

fn declines(p: &mut Player, code: &str) {
    let n = prompted(p);
    p.queries = vec![verdict(code)];
    p.until(5);
    p.declined(n, code);
    p.until(400_000);
}

fn locked(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    let (status, body) = error(
        500,
        "500.001.1001",
        "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    );
    p.answered(n, status, &body);
    p.until(100);
    let n = p.push(1);
    p.accepted(n);
    p.until(110);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn slow(p: &mut Player) {
    let n = prompted(p);
    p.until(48);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn no_callback(p: &mut Player) {
    prompted(p);
    p.queries = vec![verdict("0")];
    p.until(90_000);
}

fn callback_twice(p: &mut Player) {
    let n = prompted(p);
    for secs in [4, 5, 3_000] {
        p.until(secs);
        p.paid(n, A, DUE_KES);
    }
    p.until(90_000);
}

fn callback_first(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    p.until(1);
    p.paid(n, A, DUE_KES);
    p.until(2);
    p.accepted(n);
    p.until(90_000);
}

fn answer_lost(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    p.until(3);
    p.lost(n);
    p.until(5);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn push_lost(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    p.until(3);
    p.lost(n);
    p.until(200);
    p.hear(Event::CustomerDeclaredNotCharged { attempt: n });
    let n = p.push(1);
    p.accepted(n);
    p.until(210);
    p.paid(n, A, DUE_KES);
    p.until(190_000);
}

fn garbled(p: &mut Player, status: u16, body: &str) {
    p.open(open(), 86_400);
    let n = p.push(1);
    p.until(1);
    p.answered(n, status, body);
    p.until(190_000);
}

fn spike_arrest(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    // The same reservation leaves again after the pause.
    p.until(5);
    p.leave(n);
    p.until(6);
    p.accepted(n);
    p.until(9);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn queries_err(p: &mut Player) {
    prompted(p);
    p.queries = vec![
        error(500, "500.001.1001", ""),
        error(500, "500.001.1001", "The transaction is being processed"),
        error(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"),
        error(500, "500.001.1001", ""),
    ];
    p.until(190_000);
}

fn pays_late(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("1037")];
    p.until(7);
    p.declined(n, "1037");
    p.until(32);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn query_wrong(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("1037")];
    p.until(77);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn echo_doubled(p: &mut Player) {
    let n = prompted(p);
    p.until(4);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.until(5);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn echo_only(p: &mut Player) {
    prompted(p);
    p.queries = vec![verdict("0")];
    p.until(5);
    p.seen(A, DUE_KES, Rank::Reference, true);
    p.until(90_000);
}

fn unlisted(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("7777")];
    p.until(5);
    p.declined(n, "7777");
    p.until(190_000);
}

fn unlisted_then_paid(p: &mut Player) {
    let n = prompted(p);
    p.queries = vec![verdict("7777"), verdict("0")];
    p.until(5);
    p.declined(n, "00");
    p.until(1_000);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

/// A push for each code that a query may answer; each ends by it, or goes on.
fn codes_of_queries(p: &mut Player) {
    p.open(open(), 86_400);
    p.claims = Claims::Granted;
    for (round, code) in ["1032", "2029", "17", "1", "26"].into_iter().enumerate() {
        p.until(1 + 5_000 * round as u64);
        let n = p.push(1);
        p.accepted(n);
        p.queries = vec![verdict("4999"), verdict(code), verdict("1032")];
        p.until(4_900 + 5_000 * round as u64);
    }
    p.until(400_000);
}

fn crash_before(p: &mut Player) {
    p.open(open(), 86_400);
    p.reserve();
    p.until(1);
    p.crash();
    p.until(40);
    let n = p.push(1);
    p.accepted(n);
    p.until(50);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn crash_on_the_way(p: &mut Player) {
    p.open(open(), 86_400);
    let n = p.push(1);
    p.until(2);
    p.crash();
    p.until(70);
    p.paid(n, A, DUE_KES);
    p.until(90_000);
}

fn reserved_only(p: &mut Player) {
    p.open(open(), 86_400);
    p.reserve();
    p.until(61);
    p.hear(Event::AlarmRang);
    p.until(100);
}
