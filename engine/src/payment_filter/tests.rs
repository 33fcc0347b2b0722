//! What a search takes, and what it says of the rest.

use super::*;
use malipo_shared::api::ErrorCode;

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    query.iter().map(owned).collect()
}

#[track_caller]
fn good(query: &[(&str, &str)]) -> PaymentFilter {
    PaymentFilter::parse(&pairs(query)).unwrap()
}

#[track_caller]
fn check_is_refused(query: &[(&str, &str)], param: &str, why: &str) {
    let refused = PaymentFilter::parse(&pairs(query)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::ValidationError);
    assert_eq!(refused.param.as_deref(), Some(param), "{}", refused.message);
    assert!(refused.message.contains(why), "{}", refused.message);
}

#[test]
fn nothing_asked_is_everything_newest_first() {
    let search = good(&[("state", ""), ("after", ""), ("receipt", " ")]);
    assert_eq!(search, good(&[]));
    assert_eq!((search.by.clone(), search.limit), (By::Time, LIMIT));
    assert_eq!(search.begin(), (EVER_MS - 1, ""));
}

#[test]
fn every_filter_is_read() {
    let search = good(&[
        ("state", "part_paid"),
        ("origin", "server"),
        ("item", "tea"),
        ("review", "1"),
        ("disputed", "0"),
        ("from_ms", "5"),
        ("to_ms", "10"),
        ("limit", "100"),
        ("after", "7.INV12A"),
        ("phone_end", "126"),
    ]);
    assert_eq!(search.state, Some(State::PartPaid));
    assert_eq!(search.origin, Some(OriginWord::Server));
    assert_eq!(search.item.as_ref().map(ItemId::as_str), Some("tea"));
    assert!(search.is_in_review && !search.is_disputed);
    assert_eq!((search.from_ms, search.to_ms, search.limit), (5, 10, 100));
    assert_eq!(search.begin(), (7, "INV12A"));
    assert_eq!(search.by, By::PhoneEnd("126".into()));
}

#[test]
fn names_are_read_as_people_type_them_and_a_shops_own_to_the_letter() {
    let reference = good(&[("account_reference", "moil 3456 abc")]).by;
    let meant = AccountReference::parse("M0113456ABC").unwrap();
    assert_eq!(reference, By::AccountReference(meant));
    let own = good(&[("reference", "order #5")]).by;
    assert_eq!(own, By::Reference("order #5".into()));
    let receipt = good(&[("receipt", "qab1cd2ef3")]).by;
    assert!(matches!(receipt, By::Receipt(number) if number.to_string() == "QAB1CD2EF3"));
}

#[test]
fn what_cannot_be_asked_is_named() {
    check_is_refused(&[("colour", "red")], "colour", "not known");
    check_is_refused(&[("state", "ready"), ("state", "paid")], "state", "twice");
    check_is_refused(&[("state", "PAID")], "state", "part_paid");
    check_is_refused(&[("origin", "page")], "origin", "server");
    check_is_refused(&[("item", "a b")], "item", "item");
    check_is_refused(&[("review", "yes")], "review", "1 or 0");
    check_is_refused(&[("from_ms", "-1")], "from_ms", "milliseconds");
    check_is_refused(&[("to_ms", "9007199254740993")], "to_ms", "milliseconds");
    check_is_refused(&[("from_ms", "9"), ("to_ms", "9")], "to_ms", "later");
    for limit in ["0", "101", "ten", "1.5"] {
        check_is_refused(&[("limit", limit)], "limit", "1 to 100");
    }
    for after in ["x", "7", "7.", "7.inv", "7.A.0", "7.A.x", "7.A.1.1", "-7.A"] {
        check_is_refused(&[("after", after)], "after", "`next`");
    }
    check_is_refused(&[("phone_end", "0126")], "phone_end", "three");
    check_is_refused(&[("receipt", "no!")], "receipt", "M-PESA");
    check_is_refused(&[("account_reference", "--")], "account_reference", "12");
    check_is_refused(
        &[("receipt", "QAB1CD2EF3"), ("phone_end", "126")],
        "phone_end",
        "alone",
    );
}

#[test]
fn a_cursor_reads_back() {
    for text in [
        "0.A",
        "1780342564007.M0123456ABC",
        "7.A.1",
        "7.A.4294967295",
    ] {
        assert_eq!(Cursor::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn a_cursor_beyond_the_time_asked_for_begins_where_that_time_ends() {
    let search = good(&[("to_ms", "10"), ("after", "10.A")]);
    assert_eq!(search.begin(), (9, ""));
}
