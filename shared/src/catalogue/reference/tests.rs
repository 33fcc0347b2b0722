//! Every code of the two references and of ours is found by number and by words, and says enough.

use super::*;
use crate::api::ErrorCode;

/// Reference 001: where, the code, and words that a person looks for it by.
const REFERENCE_001: [(Api, &str, &str); 27] = [
    (Api::Stk, "0", "payment processed success"),
    (Api::Stk, "1", "insufficient balance"),
    (Api::Stk, "17", "unable to process party b"),
    (Api::Stk, "26", "system busy"),
    (Api::Stk, "1001", "unable to lock subscriber"),
    (Api::Stk, "1019", "transaction expired"),
    (Api::Stk, "1025", "message too long"),
    (Api::Stk, "9999", "error sending push"),
    (Api::Stk, "1032", "request cancelled by user"),
    (Api::Stk, "1037", "user cannot be reached"),
    (Api::Stk, "2001", "wrong pin"),
    (Api::Gateway, "400.002.02", "invalid businessshortcode"),
    (Api::Gateway, "400.002.05", "invalid request payload"),
    (Api::Gateway, "400.008.02", "invalid phonenumber"),
    (
        Api::Gateway,
        "401.002.01",
        "unauthorized expired access token",
    ),
    (Api::Gateway, "404.001.03", "invalid access token"),
    (Api::Gateway, "404.001.04", "invalid authentication header"),
    (Api::Gateway, "500.001.1001", "merchant does not exist"),
    (
        Api::Gateway,
        "500.002.1001",
        "service temporarily unavailable",
    ),
    (Api::Initiator, "0", "success accepted"),
    (Api::Initiator, "2001", "initiator information invalid"),
    (Api::C2bValidation, "C2B00011", "invalid msisdn"),
    (Api::C2bValidation, "C2B00012", "invalid account number"),
    (Api::C2bValidation, "C2B00013", "invalid amount"),
    (Api::C2bValidation, "C2B00014", "kyc details"),
    (Api::C2bValidation, "C2B00015", "invalid shortcode"),
    (Api::C2bValidation, "C2B00016", "other error"),
];

/// Reference 002: its API's errors and its result codes.
const REFERENCE_002: [(Api, &str, &str); 20] = [
    (Api::Malipo, "MISSING_HEADERS", "required headers"),
    (Api::Malipo, "INVALID_API_KEY", "api key not found"),
    (Api::Malipo, "INVALID_LINK_ID", "tracking code"),
    (Api::Malipo, "INACTIVE_SHORTCODE", "shortcode deactivated"),
    (
        Api::Malipo,
        "VALIDATION_ERROR",
        "parameters failed validation",
    ),
    (Api::Malipo, "INVALID_MSISDN", "phone number format"),
    (Api::Malipo, "INVALID_AMOUNT", "amount between"),
    (Api::Malipo, "INVALID_CALLBACK", "callback url"),
    (Api::Malipo, "INTERNAL_ERROR", "internal system error"),
    (Api::Malipo, "STK_PUSH_FAILED", "push initiation failed"),
    (
        Api::Malipo,
        "MPESA_UNAVAILABLE",
        "services temporarily unavailable",
    ),
    (Api::Malipo, "TIMEOUT_ERROR", "request timeout"),
    (Api::Stk, "0", "success"),
    (Api::Stk, "1032", "user cancelled"),
    (Api::Stk, "1037", "timeout respond"),
    (Api::Stk, "2001", "invalid pin"),
    (Api::Stk, "1", "insufficient funds"),
    (Api::Stk, "17", "rule limited"),
    (Api::Stk, "1025", "ussd message too long"),
    (Api::Stk, "9999", "general system error"),
];

#[track_caller]
fn is_found(api: Api, code: &str, query: &str, place: usize) {
    let found = search(query);
    let at = found
        .iter()
        .position(|entry| entry.row.api == api && entry.row.code == code);
    let Some(at) = at else {
        panic!("{api:?} {code} is not found by `{query}`");
    };
    assert!(at < place, "{api:?} {code} is number {at} for `{query}`");
}

#[test]
fn every_code_of_the_references_is_found_by_number_and_by_words() {
    for (api, code, words) in REFERENCE_001.into_iter().chain(REFERENCE_002) {
        is_found(api, code, code, 3); // `0` and `2001` stand for three and two APIs
        is_found(api, code, &code.to_ascii_lowercase(), 3);
        is_found(api, code, words, 8);
        is_found(api, code, &words.to_ascii_uppercase(), 8);
    }
}

#[test]
fn every_code_of_ours_is_found_by_number() {
    for entry in entries() {
        is_found(entry.row.api, entry.row.code, entry.row.code, 3);
    }
}

#[test]
fn every_error_of_our_api_has_its_row() {
    for code in ErrorCode::ALL {
        let word = serde_json::to_value(code).unwrap();
        let word = word.as_str().unwrap();
        assert!(
            find(Api::Malipo, word).is_some(),
            "{word}: catalogue/ours.rs"
        );
    }
}

#[test]
fn every_code_has_a_name_and_says_what_to_do() {
    for entry in entries() {
        let code = entry.row.code;
        assert_ne!(entry.name, code, "{code}: reference/words.rs");
        assert!(entry.what_to_do().len() > 10, "{code}: reference/words.rs");
    }
    for (api, code, ..) in EXTRA {
        assert!(find(*api, code).is_some(), "{code} is in no row");
    }
}

#[test]
fn what_the_customer_reads_has_no_gaps() {
    for entry in entries() {
        for text in entry.customer_reads() {
            assert!(!text.contains(['{', '}']), "{}: {text}", entry.row.code);
        }
        let is_outcome = entry.row.api == Api::Stk;
        assert!(
            !is_outcome || !entry.customer_reads().is_empty(),
            "{}",
            entry.row.code
        );
    }
    for &reason in Reason::ALL {
        assert!(!of_reason(reason).0.contains(['{', '}']), "{reason:?}");
    }
}

#[test]
fn a_late_success_is_not_denied() {
    let unreachable = find(Api::Stk, "1037").unwrap().customer_reads();
    assert!(
        unreachable[0].ends_with(NOT_CHARGED_SO_FAR.0),
        "{unreachable:?}"
    );
    let too_soon = find(Api::Stk, "17").unwrap().customer_reads();
    assert!(too_soon[0].contains("again in 2 minutes"), "{too_soon:?}");
}

#[test]
fn a_timelines_line_tells_its_code() {
    for (line, expected) in [
        (
            "push 1: callback 1032 Request cancelled by user",
            Some((Api::Stk, "1032")),
        ),
        (
            "push 2: asked, M-PESA says 1037 DS timeout",
            Some((Api::Stk, "1037")),
        ),
        (
            "push 1 was not sent: HTTP 400 400.002.02 Bad Request",
            Some((Api::Gateway, "400.002.02")),
        ),
        ("push 1 was not sent: HTTP 403 a page", None),
        ("push 1 accepted by M-PESA", None),
        ("", None),
    ] {
        assert_eq!(told(line), expected, "{line}");
    }
}
