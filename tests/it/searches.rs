//! Every text that anyone can type into the search: it is read without fear, and each reading has its own form.

use malipo_engine::search::{Reading, readings};
use proptest::prelude::*;

/// Texts of all kinds, and such as are nearly something.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ +()0-9-]{0,16}",
        "(KES|Ksh\\.?|kshs)? ?[0-9,.]{0,14}(/-|/=)?",
        "[A-Za-z0-9 ]{8,12}",
        "[A-Za-z]{0,4}[ /-][0-9]{0,6}",
        "[\\PC\u{200b}\u{202e}]{0,30}",
    ]
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn every_text_is_read_and_each_reading_has_its_form(q in texts()) {
        let all = readings(&q);
        for reading in &all {
            match reading {
                Reading::MpesaCode(code) => prop_assert!(code.as_str().len() == 10 && !is_digits(code.as_str())),
                Reading::AccountNumber(account) => prop_assert!((1..=12).contains(&account.as_str().len())),
                Reading::Reference { key, is_beginning, .. } => {
                    prop_assert_eq!(*is_beginning, key.chars().count() >= 4);
                    let again = malipo_shared::text::reading(key);
                    prop_assert_eq!(again.as_ref(), Some(key), "read again it is the same");
                }
                Reading::Phone(end) | Reading::PhoneEnd(end) => prop_assert!(end.len() == 3 && is_digits(end)),
                Reading::Amount(kes) => prop_assert!((1..100_000_000).contains(kes)),
                Reading::Words(words) => prop_assert!(!words.is_empty() && words.iter().all(|word| !word.is_empty())),
            }
        }
        // In the order of the answer, each once.
        let order = |reading: &Reading| reading.read_as() as u8;
        prop_assert!(all.is_sorted_by(|a, b| order(a) < order(b)), "{:?}", all);
        prop_assert_eq!(readings(&format!(" {q} ")), all, "blanks around it say nothing");
    }
}
