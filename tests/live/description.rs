//! The API's description itself: it is served whole, notices what differs, and tells no parameter that is not taken.

use crate::described::{check, document};
use crate::http::{Reply, at, unchecked};
use serde_json::Value;

#[test]
fn the_description_is_public_and_of_the_newest_standard() {
    assert_eq!(document()["openapi"], "3.1.0");
    let strange = unchecked(
        "GET",
        &format!("{}/v1/openapi.json", at("MALIPO_URL")),
        &[("Origin", "https://docs.example")],
        &[],
    );
    assert_eq!(strange.status, 200);
    let kind = strange.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/json"), "{kind}");
}

#[test]
fn what_is_not_as_described_is_noticed() {
    let refused = Reply {
        status: 200,
        headers: vec![],
        text: r#"{"payments":[],"next":null,"total":7}"#.to_owned(),
    };
    let is_noticed = std::panic::catch_unwind(|| {
        check("GET", "http://127.0.0.1/v1/merchant/payments", &refused);
    });
    assert!(is_noticed.is_err(), "`total` is not described");
}

/// Good values of a described parameter.
fn values(parameter: &Value) -> Vec<String> {
    let schema = &parameter["schema"];
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .map(|w| w.as_str().unwrap().to_owned())
            .collect();
    }
    let bounds = ["minimum", "maximum"].map(|bound| schema[bound].as_u64());
    if schema["type"] == "integer" {
        // A page that ends before it begins is refused, with reason.
        let is_end = parameter["name"] == "to_ms";
        let bounds = bounds.into_iter().flatten();
        return bounds
            .map(|n| if is_end { 1 } else { n }.to_string())
            .collect();
    }
    let sample = match parameter["name"].as_str().unwrap() {
        "after" => "1.QAB1CD2EF3",
        "receipt" => "QAB1CD2EF3",
        "phone_end" => "126",
        _ => "tea",
    };
    vec![sample.to_owned()]
}

#[test]
fn every_described_parameter_is_taken() {
    let paths = document()["paths"].as_object().unwrap();
    let mut asked = 0;
    for (path, methods) in paths {
        let operation = &methods["get"];
        if operation.is_null() || path.contains('{') {
            continue;
        }
        // What a page asks has tests of its own: its parameters need each other.
        let Some(path) = path.strip_prefix("/v1/merchant/") else {
            continue;
        };
        for parameter in operation["parameters"].as_array().unwrap() {
            for value in values(parameter) {
                let query = format!("{path}?{}={value}", parameter["name"].as_str().unwrap());
                let reply = crate::operator::get(&at("MALIPO_URL"), &query);
                assert_eq!(reply.status, 200, "{query}: {}", reply.text);
                asked += 1;
            }
        }
    }
    assert!(asked > 50, "{asked}");
}
