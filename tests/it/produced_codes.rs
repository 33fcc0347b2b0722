//! Which test produces which code of references 001 and 002 against the running Worker and emulator, or why none can.

use malipo_shared::catalogue::{Api, reference};
use std::fs;

/// The test's file and name.
type By = Result<(&'static str, &'static str), &'static str>;

const RESULT: By = Ok(("codes.rs", "every_result_of_a_push_has_its_reason"));
const REFUSAL: By = Ok(("codes.rs", "every_refusal_of_the_gateway_has_its_reason"));
const BY_HAND: By = Ok(("money.rs", "mpesa_is_told_what_may_be_paid_by_hand"));
const NEVER_ANSWERED: By =
    Err("the Worker never answers it: it is no reason for it to refuse money");

/// Reference 001, "27 codes": results of a push, the gateway's errors, C2B and B2C.
const REFERENCE_001: [(Api, &str, By); 27] = [
    (Api::Stk, "0", Ok(("stories.rs", "n0000_pays"))),
    (Api::Stk, "1", RESULT),
    (Api::Stk, "17", RESULT),
    (Api::Stk, "26", RESULT),
    (Api::Stk, "1001", RESULT),
    (Api::Stk, "1019", RESULT),
    (Api::Stk, "1025", RESULT),
    (Api::Stk, "9999", RESULT),
    (Api::Stk, "1032", RESULT),
    (Api::Stk, "1037", RESULT),
    (Api::Stk, "2001", RESULT),
    (Api::Gateway, "400.002.02", REFUSAL),
    (Api::Gateway, "400.002.05", REFUSAL),
    (Api::Gateway, "400.008.02", REFUSAL),
    (Api::Gateway, "401.002.01", REFUSAL),
    (Api::Gateway, "404.001.03", REFUSAL),
    (Api::Gateway, "404.001.04", REFUSAL),
    (Api::Gateway, "500.001.1001", REFUSAL),
    (Api::Gateway, "500.002.1001", REFUSAL),
    (
        Api::Initiator,
        "0",
        Ok((
            "refunds.rs",
            "money_goes_back_once_and_the_shop_hears_of_it",
        )),
    ),
    (
        Api::Initiator,
        "2001",
        Ok((
            "refunds.rs",
            "what_m_pesa_declines_stays_here_and_may_be_asked_for_anew",
        )),
    ),
    (Api::C2bValidation, "C2B00011", NEVER_ANSWERED),
    (
        Api::C2bValidation,
        "C2B00012",
        Ok((
            "codes.rs",
            "an_unknown_account_number_is_refused_where_the_shop_wants_it",
        )),
    ),
    (Api::C2bValidation, "C2B00013", BY_HAND),
    (Api::C2bValidation, "C2B00014", NEVER_ANSWERED),
    (Api::C2bValidation, "C2B00015", NEVER_ANSWERED),
    (Api::C2bValidation, "C2B00016", BY_HAND),
];

/// Reference 002: the API's errors, and the results of a push that it repeats.
const REFERENCE_002: [(Api, &str, By); 20] = [
    (
        Api::Malipo,
        "MISSING_HEADERS",
        Ok(("admin.rs", "what_is_said_beside_a_key_must_agree")),
    ),
    (
        Api::Malipo,
        "INVALID_API_KEY",
        Ok(("admin.rs", "a_key_is_shown_once_rotated_and_revoked")),
    ),
    (
        Api::Malipo,
        "INVALID_LINK_ID",
        Ok(("admin.rs", "what_is_said_beside_a_key_must_agree")),
    ),
    (
        Api::Malipo,
        "INACTIVE_SHORTCODE",
        Ok((
            "admin.rs",
            "a_merchant_switched_off_begins_nothing_and_ends_what_is_under_way",
        )),
    ),
    (
        Api::Malipo,
        "VALIDATION_ERROR",
        Ok(("errors.rs", "an_unknown_item_is_named")),
    ),
    (
        Api::Malipo,
        "INVALID_MSISDN",
        Ok(("errors.rs", "a_wrong_phone_is_placed_by_its_field")),
    ),
    (
        Api::Malipo,
        "INVALID_AMOUNT",
        Ok((
            "errors.rs",
            "an_open_amount_stays_within_the_merchants_limits",
        )),
    ),
    (
        Api::Malipo,
        "INVALID_CALLBACK",
        Ok((
            "lists.rs",
            "what_cannot_be_created_is_refused_with_its_field",
        )),
    ),
    (
        Api::Malipo,
        "INTERNAL_ERROR",
        Ok((
            "ledger.rs",
            "payments_go_on_while_the_ledger_is_away_and_it_catches_up",
        )),
    ),
    (
        Api::Malipo,
        "STK_PUSH_FAILED",
        Err("reserved: a push leaves after the answer, so its failure stands in the attempts"),
    ),
    (
        Api::Malipo,
        "MPESA_UNAVAILABLE",
        Ok(("codes.rs", "m_pesa_that_is_away_is_told_to_whoever_asks_it")),
    ),
    (
        Api::Malipo,
        "TIMEOUT_ERROR",
        Ok((
            "lists.rs",
            "what_an_object_does_not_answer_is_an_error_of_ours",
        )),
    ),
    (Api::Stk, "0", Ok(("stories.rs", "n0000_pays"))),
    (Api::Stk, "1032", RESULT),
    (Api::Stk, "1037", RESULT),
    (Api::Stk, "2001", RESULT),
    (Api::Stk, "1", RESULT),
    (Api::Stk, "17", RESULT),
    (Api::Stk, "1025", RESULT),
    (Api::Stk, "9999", RESULT),
];

#[test]
fn each_code_of_the_references_is_produced_or_says_why_not() {
    let live = malipo_tests::root().join("tests/live");
    for (api, code, by) in REFERENCE_001.into_iter().chain(REFERENCE_002) {
        assert!(reference::find(api, code).is_some(), "{api:?} {code}");
        let (file, test) = match by {
            Ok(by) => by,
            Err(why) => {
                assert!(!why.is_empty(), "{api:?} {code}");
                continue;
            }
        };
        let text = fs::read_to_string(live.join(file)).unwrap();
        let is_there = [format!("fn {test}()"), format!("{test}: ")];
        assert!(
            is_there.iter().any(|form| text.contains(form)),
            "{code}: no test {test} in {file}"
        );
        // A success is told by the money, not by its code.
        let is_named = code == "0" || text.contains(&format!("\"{code}\""));
        assert!(is_named, "{file} does not name {code}");
    }
}
