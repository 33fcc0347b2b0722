//! What holds for every body and every text that anyone can send. `MALIPO_FUZZ_CASES` sets how many are
//! tried (20,000 by default); what fails is shrunk, printed, and written to `fixtures/fuzz-regressions.txt`.

use crate::mutate::{bodies, literal, values};
use malipo_engine::daraja::{
    C2bConfirmation, CheckoutRequestId, MintAnswer, PaidAmount, PayerHint, PullPage, PushAnswer,
    QueryAnswer, ReceiptStatus, ReversalAck, ReversalResult, StkCallback, TransactionStatusResult,
    decode_pull_answer, decode_pull_register_answer, decode_push_answer, decode_query_answer,
    decode_register_answer, decode_reversal_ack, decode_status_ack, decode_token,
    has_forbidden_word,
};
use malipo_engine::master_key::{
    Address, CallbackTarget, MasterKey, read_typed_reference, signed_reference,
};
use malipo_shared::{AccountReference, Kes, LinkId, Msisdn, Shortcode};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

/// The cases that failed once. The library keeps the path for as long as the program runs.
fn regressions() -> &'static str {
    let path = malipo_tests::root().join("tests/fixtures/fuzz-regressions.txt");
    path.to_str().unwrap().to_owned().leak()
}

fn cases() -> u32 {
    std::env::var("MALIPO_FUZZ_CASES").map_or(20_000, |text| text.parse().unwrap())
}

/// So many percent of all cases.
pub(crate) fn share(percent: u32) -> ProptestConfig {
    ProptestConfig {
        cases: (cases() / 100).max(1) * percent,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(regressions()))),
        ..ProptestConfig::default()
    }
}

fn samples() -> Vec<Vec<u8>> {
    let lines = include_str!("../fixtures/daraja-samples.jsonl").lines();
    lines
        .map(|line| {
            let sample: Value = serde_json::from_str(line).unwrap();
            let body = &sample["body"];
            body.as_str()
                .map_or_else(|| body.to_string(), str::to_owned)
                .into_bytes()
        })
        .collect()
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![3 => Just(200), 1 => prop::sample::select(&[0, 201, 204, 400, 403, 404, 429, 500, 503][..])]
}

/// The body as text, with `\u00xx` spelled out.
fn plain(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut parts = text.split("\\u00");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(u8::is_ascii_graphic) {
            Some(byte) => {
                plain.push(char::from(byte));
                plain.push_str(&part[2..]);
            }
            None => plain.push_str(&format!("\\u00{part}")),
        }
    }
    plain
}

/// Whether `key` stands somewhere with exactly the token `0` or `"0"`.
fn has_zero(body: &[u8], key: &str) -> bool {
    let text = plain(body);
    let key = format!("\"{key}\"");
    text.match_indices(&key).any(|(at, _)| {
        let Some(rest) = text[at + key.len()..].trim_start().strip_prefix(':') else {
            return false;
        };
        ["0", "\"0\""].iter().any(|zero| {
            let after = rest.trim_start().strip_prefix(zero);
            after.is_some_and(|after| after.trim_start().starts_with([',', '}']))
        })
    })
}

/// Whether some value of the body denotes exactly `shillings`.
fn has_amount(body: &[u8], shillings: u32) -> bool {
    let text = plain(body);
    values(text.as_bytes())
        .into_iter()
        .any(|(start, end)| denotes(&text[start..end], shillings))
}

/// A quoted text is digits and zeros after a point. A number is read with its exponent; beyond 15 digits
/// JSON's numbers are doubles, and so is this reading.
fn denotes(token: &str, shillings: u32) -> bool {
    let quoted = token.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    if quoted.is_none() {
        return token.parse::<f64>() == Ok(f64::from(shillings));
    }
    let text = quoted.unwrap_or_default().trim();
    let (whole, zeros) = text.split_once('.').unwrap_or((text, "0"));
    !zeros.is_empty()
        && zeros.bytes().all(|b| b == b'0')
        && !whole.is_empty()
        && whole.trim_start_matches('0') == shillings.to_string().trim_start_matches('0')
}

proptest! {
    #![proptest_config(share(40))]

    #[test]
    fn no_body_passes_for_money_that_it_does_not_name(body in bodies(samples()), status in status()) {
        if let Ok(callback) = StkCallback::decode(&body) {
            prop_assert!(!callback.code.is_success() || has_zero(&body, "ResultCode"));
            prop_assert!(callback.code.is_success() || callback.proof == Default::default());
            if let Some(PaidAmount::Whole(shillings)) = callback.proof.amount {
                prop_assert!(has_amount(&body, shillings));
            }
        }
        if let Ok(confirmation) = C2bConfirmation::decode(&body) {
            prop_assert!(plain(&body).contains(confirmation.receipt.as_str()));
            prop_assert!(confirmation.bill_ref.chars().count() <= 40);
            if let PaidAmount::Whole(shillings) = confirmation.amount {
                prop_assert!(has_amount(&body, shillings));
            }
        }
        if let Ok(result) = TransactionStatusResult::decode(&body) {
            let is_completed = result.status == ReceiptStatus::Completed;
            prop_assert!(!is_completed || has_zero(&body, "ResultCode"));
            prop_assert!(!is_completed || plain(&body).contains("Completed"));
            let shop = Shortcode::parse("174379").unwrap();
            prop_assert!(is_completed || !result.proves_payment_to(&shop));
            if let Some(PaidAmount::Whole(shillings)) = result.amount {
                prop_assert!(has_amount(&body, shillings));
            }
        }
        let asked = CheckoutRequestId::new("ws_CO_1");
        if let QueryAnswer::Verdict { code, .. } = decode_query_answer(status, &body, &asked) {
            prop_assert!(status == 200);
            let json: Value = serde_json::from_slice(&body).unwrap();
            prop_assert!(json.get("errorCode").is_none_or(|code| !code.is_string()));
            prop_assert!(!code.is_success() || has_zero(&body, "ResultCode"));
        }
        match decode_push_answer(status, &body) {
            PushAnswer::Accepted { checkout_request_id, .. } => {
                prop_assert!(status == 200 && has_zero(&body, "ResponseCode"));
                prop_assert!(!checkout_request_id.as_str().is_empty());
            }
            // "Not sent, for certain" is never made out of what cannot be read.
            PushAnswer::Refused(..) => {
                let is_json = serde_json::from_slice::<Value>(&body).is_ok();
                prop_assert!(is_json || matches!(status, 403 | 429));
            }
            PushAnswer::Unknown(_) => {}
        }
        if let MintAnswer::Minted(token) = decode_token(status, &body) {
            prop_assert!(status == 200 && plain(&body).contains(&token.value));
            prop_assert!(token.value.bytes().all(|b| b.is_ascii_graphic()));
        }
        let _ = decode_register_answer(status, &body);
        let _ = decode_status_ack(status, &body);
        match decode_reversal_ack(status, &body) {
            ReversalAck::Accepted { .. } => prop_assert!(status == 200 && has_zero(&body, "ResponseCode")),
            // It frees money: never made out of what cannot be read.
            ReversalAck::Refused(_) | ReversalAck::TokenRefused(_) => {
                let is_json = serde_json::from_slice::<Value>(&body).is_ok();
                prop_assert!(is_json || matches!(status, 403 | 429));
            }
            ReversalAck::Unknown(_) => {}
        }
        if let Ok(result) = ReversalResult::decode(&body) {
            prop_assert!(!(result.is_success() && result.is_failure()));
            prop_assert!(!result.is_success() || has_zero(&body, "ResultCode"));
        }
        let _ = decode_pull_register_answer(status, &body);
        if let Ok(PullPage { pulled, rows }) = decode_pull_answer(status, &body) {
            prop_assert!(status == 200 && pulled.len() <= rows);
        }
    }
}

proptest! {
    #![proptest_config(share(15))]

    #[test]
    fn one_token_alone_is_success(
        token in prop_oneof![
            literal().prop_map(str::to_owned),
            "-?[0-9]{1,3}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
            "\"[ 0-9E.+-]{0,4}\"",
        ],
        space in "[ \n\r\t]{0,3}",
    ) {
        let is_zero = token == "0" || token == "\"0\"" || token == "\"\\u0030\"";
        let code = format!("{space}\"ResultCode\"{space}:{space}{token}{space}");
        let callback = StkCallback::decode(format!("{{\"Body\":{{\"stkCallback\":{{{code}}}}}}}").as_bytes());
        prop_assert_eq!(callback.is_ok_and(|c| c.code.is_success()), is_zero);
        let answer = decode_query_answer(200, format!("{{{code}}}").as_bytes(), &CheckoutRequestId::new("ws_CO_1"));
        prop_assert_eq!(matches!(answer, QueryAnswer::Verdict { code, .. } if code.is_success()), is_zero);
        let state = r#""ResultParameters":{"ResultParameter":{"Key":"TransactionStatus","Value":"Completed"}}"#;
        let result = TransactionStatusResult::decode(format!("{{\"Result\":{{{code},{state}}}}}").as_bytes());
        prop_assert_eq!(result.is_ok_and(|r| r.status == ReceiptStatus::Completed), is_zero);
    }

    #[test]
    fn an_amount_is_whole_exactly_when_its_text_is(
        text in prop_oneof!["[0-9]{1,11}(\\.0{0,3})?", "[ +-]?[0-9.,eE]{0,6}", "[0-9]{1,5}\\.[0-9]{1,3}", "\\PC{0,4}"],
    ) {
        let body = serde_json::json!({"TransID": "RKL51ZDR4F", "TransAmount": text}).to_string();
        let amount = C2bConfirmation::decode(body.as_bytes()).unwrap().amount;
        let trimmed = text.trim();
        let (whole, zeros) = trimmed.split_once('.').unwrap_or((trimmed, "0"));
        let is_whole = !whole.is_empty() && !zeros.is_empty()
            && whole.bytes().all(|b| b.is_ascii_digit()) && zeros.bytes().all(|b| b == b'0');
        let expected = whole.parse::<u128>().ok().and_then(|n| u32::try_from(n).ok()).filter(|_| is_whole);
        match amount {
            PaidAmount::Whole(shillings) => prop_assert_eq!(Some(shillings), expected),
            PaidAmount::Other(_) => prop_assert_eq!(None, expected),
        }
    }

    #[test]
    fn a_number_is_kenyan_and_mobile_or_refused(
        text in prop_oneof![
            "\\PC{0,16}",
            "[+0-9() .-]{0,18}",
            "\\+?(254|0|00254|)[ -]?[17][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}[0-9]?",
        ],
    ) {
        if let Ok(msisdn) = Msisdn::parse(&text) {
            let digits = msisdn.as_str();
            prop_assert!(digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert!(digits.starts_with("2541") || digits.starts_with("2547"));
            let typed: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(!text.is_ascii() || typed.ends_with(&digits[3..]), "{} became {}", text, digits);
        }
    }

    #[test]
    fn an_amount_is_read_as_its_digits_stand(
        text in prop_oneof!["\\PC{0,10}", "(KES|Ksh\\.?|kes)? ?[0-9]{0,7}", "[0-9]{1,3}(,[0-9]{2,4}){0,3}", "[0-9,. +-]{0,10}"],
    ) {
        if let Ok(amount) = Kes::parse(&text) {
            prop_assert!((Kes::MIN..=Kes::MAX).contains(&amount));
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.trim_start_matches('0'), amount.shillings().to_string());
            prop_assert!(!text.contains(['-', '+']));
        }
    }
}

proptest! {
    #![proptest_config(share(5))]

    #[test]
    fn no_mask_of_a_number_contradicts_it(
        number in "254[17][0-9]{8}", first in 0..8usize, last in 0..5usize, stars in "[ ]?\\*{1,9}[ ]?",
    ) {
        let msisdn = Msisdn::parse(&number).unwrap();
        let mask = format!("{}{stars}{}", &number[..first], &number[12 - last..]);
        let hint = PayerHint::read(&mask);
        prop_assert!(!hint.contradicts(&msisdn), "{}", mask);
        let other = Msisdn::parse(&format!("254{}{}", if &number[3..4] == "7" { 1 } else { 7 }, &number[4..])).unwrap();
        prop_assert_eq!(hint.contradicts(&other), first > 3, "{}", mask);
    }

    #[test]
    fn a_hint_survives_the_journal_and_is_never_shown_whole(
        text in prop_oneof!["\\PC{0,20}", "[+]?[0-9]{0,12}", "[+]?[0-9]{0,12}[ *]{1,9}[0-9]{0,12}", "[0-9a-fA-F]{30,34} ?\\*{0,5} ?[0-9a-f]{25,34}"],
    ) {
        let hint = PayerHint::read(&text);
        let journalled = serde_json::to_string(&hint).unwrap();
        prop_assert_eq!(&serde_json::from_str::<PayerHint>(&journalled).unwrap(), &hint);
        let digits = format!("{hint:?}").chars().filter(char::is_ascii_digit).count();
        prop_assert!(digits <= 7, "{:?}", hint);
    }

    #[test]
    fn every_reference_is_found_again_however_it_is_typed(
        reference in prop_oneof!["[A-Z0-9]{1,14}", "M[0-9A-Z]{10}", "\\PC{0,20}"],
    ) {
        let link = LinkId::parse("main").unwrap();
        let made = signed_reference(&link, &reference).unwrap();
        let spaced: String = made.as_str().chars().flat_map(|c| [c, ' ']).collect();
        for typed in [made.as_str().to_owned(), made.as_str().to_lowercase(), spaced] {
            prop_assert_eq!(read_typed_reference(&typed), Some(made.clone()));
        }
        if made.as_str() != reference {
            let mistaken = made.as_str().replace('0', "o").replace('1', "l");
            prop_assert_eq!(read_typed_reference(&mistaken), Some(made));
        }
    }
}

/// A fifth of a million by default; `MALIPO_FUZZ_CASES=100000` is a million, within a minute.
#[test]
fn no_callback_path_holds_a_word_that_safaricom_refuses() {
    let master = MasterKey::new(&[7; 32]).unwrap();
    // Any sequence of distinct references will do; this one has no short period.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for _ in 0..u64::from(cases()) * 10 {
        let mut left = next();
        let len = (left % 12 + 1) as usize;
        let mut text = String::new();
        for _ in 0..len {
            left /= 31;
            text.push(char::from(alphabet[(left % 36) as usize]));
        }
        let target = CallbackTarget {
            address: Address {
                env: "production".into(),
                link: LinkId::parse(&text.to_ascii_lowercase()).unwrap(),
                reference: AccountReference::parse(&text).unwrap(),
            },
            attempt: (next() % 1000) as u32,
        };
        let path = master.stk_callback_path(&target);
        assert!(!has_forbidden_word(&path), "{path}");
        // Why it can't: each refused word has a letter that is no hex digit, and no `/`.
        let is_safe = |part: &str| {
            matches!(part, "" | "hooks" | "stk")
                || part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        assert!(path.split('/').all(is_safe), "{path}");
    }
}
