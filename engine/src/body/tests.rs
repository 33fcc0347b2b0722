//! What is understood of a body, and what is refused by its name.

use super::*;
use serde_json::json;

#[track_caller]
fn is_refused<T>(read: Result<T, ApiError>, param: &str, words: &[&str]) {
    let Err(error) = read else {
        panic!("`{param}` was taken");
    };
    assert_eq!(
        (error.code.status(), error.param.as_deref()),
        (422, Some(param))
    );
    for word in words.iter().chain([&param]) {
        assert!(error.message.contains(word), "{word}: {}", error.message);
    }
}

fn with(value: Value) -> Fields {
    Fields::from_iter([("x".to_owned(), value)])
}

#[test]
fn an_empty_body_has_no_fields() {
    for empty in ["", " \r\n\t", "{}", " { } "] {
        assert_eq!(read(empty.as_bytes()).unwrap(), Fields::new(), "{empty:?}");
    }
    for other in ["null", "[]", "0", "\"\"", "{", "x"] {
        let refused = read(other.as_bytes()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::MalformedJson, "{other}");
    }
}

#[test]
fn a_field_that_stands_twice_or_cannot_be_held_is_named() {
    is_refused(read(br#"{"a":1,"a":1}"#), "a", &["twice"]);
    is_refused(read(br#"{"o":{"a":1,"a":2}}"#), "a", &["twice"]);
    is_refused(read(br#"{"a":1e400}"#), "a", &["too large"]);
}

#[test]
fn only_known_fields_are_taken_and_the_known_ones_are_told() {
    let known = ["receipt", "amount_kes"];
    let fields = |text: &str| read(text.as_bytes()).unwrap();
    only(&fields(r#"{"amount_kes":1}"#), &known).unwrap();
    only(&fields("{}"), &[]).unwrap();
    let strange = fields(r#"{"receipt":"R","amount":10}"#);
    is_refused(only(&strange, &known), "amount", &["receipt, amount_kes"]);
    for other_case in ["Amount_kes", "AMOUNT_KES", "amount_Kes"] {
        let strange = fields(&format!(r#"{{"{other_case}":10}}"#));
        is_refused(only(&strange, &known), other_case, &["Write `amount_kes`"]);
    }
    for odd in ["amount_kes ", "", "amount-kes", "amоunt_kes"] {
        let strange = fields(&format!(r#"{{"{odd}":10}}"#));
        is_refused(only(&strange, &known), odd, &["Known are"]);
    }
    is_refused(only(&strange, &[]), "amount", &["takes none"]);
}

#[test]
fn a_whole_number_is_one_however_json_writes_it() {
    let read = |text: &str| whole_number(&serde_json::from_str(text).unwrap());
    for (text, expected) in [
        ("0", Some(0)),
        ("1500", Some(1500)),
        ("1500.0", Some(1500)),
        ("1500.00", Some(1500)),
        ("1.5e3", Some(1500)),
        ("15E+2", Some(1500)),
        ("18446744073709551615", Some(u64::MAX)),
        ("1795640400000.0", Some(1_795_640_400_000)),
        ("8796093022207.0", Some(8_796_093_022_207)),
        ("1500.5", None),
        ("0.1", None),
        ("-0", None),
        ("-0.0", None),
        ("-1", None),
        ("-1500.0", None),
        ("8796093022208.0", None),
        ("9007199254740993.0", None),
        ("1e30", None),
        ("18446744073709551616", None),
        ("\"1500\"", None),
        ("true", None),
        ("null", None),
        ("[1500]", None),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn a_value_of_another_type_is_refused_with_the_type_that_is_wanted() {
    assert_eq!(text(&with(json!("a")), "x"), Ok(Some("a")));
    assert_eq!(flag(&with(json!(false)), "x"), Ok(Some(false)));
    assert_eq!(whole(&with(json!(7.0)), "x", 1..=9), Ok(Some(7)));
    for none in [Fields::new(), with(Value::Null)] {
        assert_eq!(text(&none, "x"), Ok(None));
        assert_eq!(flag(&none, "x"), Ok(None));
        assert_eq!(whole(&none, "x", 1..=9), Ok(None));
    }
    for (value, kind) in [
        (json!(true), "true or false"),
        (json!(4711), "a number"),
        (json!("7"), "a text"),
        (json!(["a"]), "a list"),
        (json!({"a": 1}), "an object"),
    ] {
        let fields = with(value.clone());
        if !value.is_string() {
            is_refused(text(&fields, "x"), "x", &["text in quotes", kind]);
        }
        if !value.is_boolean() {
            is_refused(flag(&fields, "x"), "x", &["true or false", kind]);
        }
        if !value.is_number() {
            is_refused(whole(&fields, "x", 1..=9), "x", &["from 1 to 9", kind]);
        }
    }
    for outside in [json!(0), json!(10), json!(7.5), json!(-7)] {
        is_refused(whole(&with(outside), "x", 1..=9), "x", &["from 1 to 9"]);
    }
}
