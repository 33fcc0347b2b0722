//! What is understood besides a body's fields: amounts however they are written, the parameters of lists, the forms of the plain
//! pages.

use crate::described::document;
use crate::house::{Payment, by_hand, fresh_key};
use crate::http::{self, at};
use crate::operator::{self, secret};
use crate::strict::{other_case, send};
use serde_json::json;

#[test]
fn an_amount_may_have_a_point_where_nothing_follows_it() {
    let worker = at("MALIPO_TILL_URL");
    let create = |amount: &str, reference: &str| {
        let reference = reference.replace('R', &fresh_key());
        let body =
            format!(r#"{{"amount_kes":{amount},"reference":{reference},"description":"x"}}"#);
        send(
            "POST",
            &format!("{worker}/v1/merchant/payments"),
            &secret("API_KEY"),
            &fresh_key(),
            &body,
        )
    };
    for amount in ["1500", "1500.0", "1500.00", "1.5e3"] {
        let made = create(amount, "\"R\"");
        assert_eq!(made.status, 200, "{amount}: {}", made.text);
        assert_eq!(made.json()["payment"]["due_kes"], 1500);
    }
    for (amount, reference, param, wanted) in [
        (
            "\"1500\"",
            "\"R\"",
            "amount_kes",
            "whole number of shillings",
        ),
        ("1500.5", "\"R\"", "amount_kes", "whole number of shillings"),
        ("1e400", "\"R\"", "amount_kes", "too large"),
        ("-0", "\"R\"", "amount_kes", "whole number of shillings"),
        ("1e30", "\"R\"", "amount_kes", "whole number of shillings"),
        ("1500", "4711", "reference", "must be a text"),
    ] {
        let refused = create(amount, reference);
        assert_eq!(refused.status, 422, "{amount}: {}", refused.text);
        let error = &refused.json()["error"];
        assert_eq!(error["param"], param, "{error}");
        assert!(
            error["message"].as_str().unwrap().contains(wanted),
            "{error}"
        );
    }
    let url = format!("{worker}/v1/payments");
    for (amount, status) in [("50.0", 200), ("50.5", 422), ("-0.0", 422)] {
        let body = format!(r#"{{"amount":{amount},"key":"{}"}}"#, fresh_key());
        let opened = http::send("POST", &url, &[], &body);
        assert_eq!(opened.status, status, "{amount}: {}", opened.text);
    }
}

#[test]
fn a_parameter_that_is_not_known_shows_nothing() {
    let paths = document()["paths"].as_object().unwrap();
    let mut asked = 0;
    for (path, methods) in paths {
        let Some(path) = path.strip_prefix("/v1/merchant/") else {
            continue;
        };
        if methods["get"].is_null() || path.contains('{') {
            continue;
        }
        let parameters = methods["get"]["parameters"].as_array().unwrap();
        let names = parameters.iter().map(|p| {
            let is_required = p["required"] == json!(true);
            (p["name"].as_str().unwrap(), is_required)
        });
        let mut bad = vec![
            "surplus=1".to_owned(),
            "State=paid".to_owned(),
            "%20=1".to_owned(),
        ];
        for (name, is_required) in names {
            bad.push(format!("{name}=&{name}="));
            bad.push(format!("{}=", other_case(name)));
            let empty = operator::get(&by_hand(), &format!("{path}?{name}="));
            let expected = if is_required { 422 } else { 200 };
            assert_eq!(empty.status, expected, "{path}?{name}=: {}", empty.text);
        }
        for query in bad {
            let refused = operator::get(&by_hand(), &format!("{path}?{query}"));
            assert_eq!(refused.status, 422, "{path}?{query}: {}", refused.text);
            asked += 1;
        }
    }
    assert!(asked > 60, "{asked}");
    let one = operator::get(&by_hand(), "receipts/QAB1CD2EF3?surplus=1");
    assert_eq!(one.status, 422, "{}", one.text);
}

#[test]
fn a_form_says_one_thing_and_only_what_the_page_asks() {
    let page = |method: &str, query: &str, form: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let url = format!("{}/pay/{query}", by_hand());
        http::send(method, &url, &headers, form).status
    };
    let key = fresh_key();
    let good = format!("do=by_hand&key={key}&phone=");
    for form in [
        format!("{good}&phone=0700000126"),
        format!("{good}&do=push"),
        format!("{good}&amount=1"),
        format!("{good}&Phone=0700000126"),
        format!("do=give&key={key}"),
        "do=by_hand&key=short".to_owned(),
    ] {
        assert_eq!(page("POST", "tea", &form), 422, "{form}");
    }
    assert_eq!(page("POST", "tea", &good), 303);
    assert_eq!(page("GET", "?amount=10&amount=1000", ""), 422);
    // Messengers add their own to links that people share.
    assert_eq!(page("GET", "tea?utm_source=x&fbclid=y", ""), 200);
    let payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let status = |form: &str| page("POST", &format!("p/{}", payment.id()), form);
    for form in ["do=recipt&receipt=QAB1CD2EF3", "", "phone=0700000126"] {
        assert!([409, 422].contains(&status(form)), "{form}");
    }
    assert_eq!(payment.pushes(), 0);
}

#[test]
fn a_browsers_call_takes_no_parameter_that_it_does_not_read() {
    let payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let url = format!("{}/v1/payments", by_hand());
    let opened = http::post(
        &format!("{url}?amount=10"),
        &json!({"item": "tea", "key": fresh_key()}),
    );
    assert_eq!(opened.status, 422, "{}", opened.text);
    assert_eq!(opened.json()["error"]["param"], "amount");
    let read = http::get(&format!("{url}/{}?wat=1", payment.id()));
    assert_eq!(read.status, 422, "{}", read.text);
    let message = read.json()["error"]["message"].to_string();
    assert!(message.contains("after, wait"), "{message}");
}
