//! HTTP by RFC 9110, on every kind of path: methods, heads, keys, paths, conditions, and the headers of every answer.

use crate::deployment::deployment;
use crate::house::{Payment, by_hand, fresh_key};
use crate::http::{Reply, get, unchecked};
use crate::operator::secret;
use serde_json::{Value, json};

fn bearer() -> String {
    format!("Bearer {}", secret("API_KEY"))
}

#[track_caller]
fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    unchecked(method, &format!("{}{path}", by_hand()), headers, b"")
}

#[track_caller]
fn ask_as_shop(method: &str, path: &str) -> Reply {
    let bearer = bearer();
    ask(method, path, &[("Authorization", bearer.as_str())])
}

/// A file of the widget's.
fn asset() -> String {
    let loader = get(&format!("{}/malipo.js", by_hand())).text;
    let start = loader.find("/a/").expect("the loader names its files");
    format!("{}/checkout.js", &loader[start..start + 19])
}

/// Paths of every kind that answer `GET`, each with its `Allow`.
fn readable() -> Vec<(String, &'static str)> {
    let payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let reference = payment.view["account_reference"].as_str().unwrap();
    let mut paths = vec![
        (
            format!("/v1/payments/{}", payment.id()),
            "GET, HEAD, OPTIONS",
        ),
        ("/pay/tea".to_owned(), "GET, HEAD, POST"),
        (format!("/pay/p/{}", payment.id()), "GET, HEAD, POST"),
        ("/healthz".to_owned(), "GET, HEAD"),
        ("/dashboard".to_owned(), "GET, HEAD"),
        ("/dashboard/session".to_owned(), "GET, HEAD, POST, DELETE"),
        (asset(), "GET, HEAD"),
        ("/m/main/malipo.js".to_owned(), "GET, HEAD"),
        ("/m/main/embed.json".to_owned(), "GET, HEAD"),
        ("/v1/merchant/payments".to_owned(), "GET, HEAD, POST"),
        (format!("/v1/merchant/payments/{reference}"), "GET, HEAD"),
    ];
    for list in [
        "payments.csv",
        "deliveries",
        "summary",
        "items",
        "unmatched",
        "ledger",
        "differences",
        "checks",
    ] {
        paths.push((format!("/v1/merchant/{list}"), "GET, HEAD"));
    }
    paths
}

#[test]
fn what_can_be_read_has_a_head() {
    for (path, _) in readable() {
        let (whole, head) = (ask_as_shop("GET", &path), ask_as_shop("HEAD", &path));
        assert_eq!((whole.status, head.status), (200, 200), "{path}");
        assert_eq!(head.text, "", "{path}");
        for name in [
            "content-type",
            "cache-control",
            "etag",
            "content-disposition",
            "content-security-policy",
        ] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
    }
    for path in [
        "/v1/payments/x",
        "/v1/merchant/payments/M0000000000",
        "/a/0/x.js",
        "/nothing",
    ] {
        let head = ask_as_shop("HEAD", path);
        assert_eq!((head.status, head.text.as_str()), (404, ""), "{path}");
    }
    assert_eq!(ask("HEAD", "/v1/merchant/payments", &[]).status, 401);
    assert_eq!(ask_as_shop("HEAD", "/v1/merchant/sweep").status, 405);
}

#[test]
fn a_method_that_a_path_does_not_take_is_told_those_that_it_does() {
    let mut paths = readable();
    for (path, allow) in [
        ("/v1/payments", "POST, OPTIONS"),
        ("/v1/payments/x/attempts", "POST, OPTIONS"),
        ("/v1/merchant/sweep", "POST"),
        ("/v1/merchant/statements", "POST"),
        ("/v1/merchant/payments/M0000000000/refunds", "POST"),
    ] {
        paths.push((path.to_owned(), allow));
    }
    for (path, allow) in paths {
        for method in ["PURGE", "PROPFIND", "MKCOL", "SEARCH", "PATCH", "PUT"] {
            let refused = ask_as_shop(method, &path);
            assert_eq!(refused.status, 405, "{method} {path}: {}", refused.text);
            assert_eq!(refused.header("allow"), Some(allow), "{method} {path}");
        }
    }
    for path in [
        "/v1/nothing",
        "/v1/merchant/nothing",
        "/dashboard/nothing",
        "/v1/merchant/payments/a/b/c",
    ] {
        assert_eq!(ask_as_shop("PURGE", path).status, 404, "{path}");
    }
}

#[test]
fn what_a_page_may_ask_is_told_by_path() {
    let origin = by_hand();
    let preflight = |path: &str| ask("OPTIONS", path, &[("Origin", origin.as_str())]);
    for (path, methods) in [
        ("/v1/payments", "POST, OPTIONS"),
        ("/v1/payments/x", "GET, HEAD, OPTIONS"),
        ("/v1/payments/x/receipts", "POST, OPTIONS"),
    ] {
        let told = preflight(path);
        assert_eq!(told.status, 204, "{path}");
        for name in ["allow", "access-control-allow-methods"] {
            assert_eq!(told.header(name), Some(methods), "{path}: {name}");
        }
    }
    assert_eq!(preflight("/v1/nothing").status, 404);
    let shops = ask_as_shop("OPTIONS", "/v1/merchant/payments");
    assert_eq!(shops.status, 405);
    assert_eq!(shops.header("access-control-allow-origin"), None);
}

#[test]
fn a_key_opens_however_its_scheme_is_written_and_two_keys_open_nothing() {
    let key = secret("API_KEY");
    let path = "/v1/merchant/items";
    for scheme in ["bearer ", "BEARER ", "Bearer  ", "bEaReR   "] {
        let value = format!("{scheme}{key}");
        let opened = ask("GET", path, &[("Authorization", &value)]);
        assert_eq!(opened.status, 200, "{scheme:?}: {}", opened.text);
    }
    let admin = format!("bearer {}", secret("ADMIN_KEY"));
    let url = format!("{}/v1/admin/merchants", deployment());
    let opened = unchecked("GET", &url, &[("Authorization", &admin)], b"");
    assert_eq!(opened.status, 200, "{}", opened.text);
    let bearer = bearer();
    let both = |apikey: &str| {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("apikey", apikey),
            ("linkid", "main"),
        ];
        ask("GET", path, &headers)
    };
    assert_eq!(both(&key).status, 200);
    let refused = both("another");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"]["code"], "INVALID_API_KEY");
    for value in [
        format!("Bearer\t{key}"),
        format!("Basic {key}"),
        key.clone(),
    ] {
        let refused = ask("GET", path, &[("Authorization", &value)]);
        assert_eq!(refused.status, 401, "{value}");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
    let twice = ask_as_shop("GET", "/v1/merchant/items?linkid=main&linkid=other");
    assert_eq!(twice.status, 401, "{}", twice.text);
}

#[test]
fn a_path_is_one_path_however_it_is_written() {
    for path in ["/v1/merchant/%69tems", "/v1/merchant/items"] {
        assert_eq!(ask_as_shop("GET", path).status, 200, "{path}");
    }
    for path in [
        "/v1/merchant/items/",
        "/v1/merchant//items",
        "//v1/merchant/items",
        "/v1//merchant/items",
        "/v1/merchant/payments/",
        "/v1/payments/",
        "/v1/merchant/items%2F",
        "/v1/Merchant/items",
        "/pay//tea",
        "/healthz/",
    ] {
        assert_eq!(ask_as_shop("GET", path).status, 404, "{path}");
    }
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let path = asset();
    let first = ask("GET", &path, &[("Accept-Encoding", "identity")]);
    let tag = first.header("etag").unwrap();
    for known in [
        tag.to_owned(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let headers = [
            ("Accept-Encoding", "identity"),
            ("If-None-Match", known.as_str()),
        ];
        let again = ask("GET", &path, &headers);
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{known}");
        assert_eq!(again.header("etag"), Some(tag));
    }
    let part = ask(
        "GET",
        &path,
        &[("Accept-Encoding", "identity"), ("Range", "bytes=0-9")],
    );
    assert_eq!((part.status, part.text == first.text), (200, true));
}

#[test]
fn every_answer_has_the_same_headers() {
    let mut answers = vec![
        ask("GET", "/v1/nothing", &[]),
        ask("GET", "/pay/nothing", &[]),
        ask("GET", "/a/0000000000000000/checkout.js", &[]),
        ask("GET", "/v1/merchant/payments", &[]),
        ask("PURGE", "/pay/tea", &[]),
        ask("OPTIONS", "/v1/payments", &[]),
        ask("GET", "/hooks/nothing", &[]),
        ask("GET", "/malipo.js", &[]),
        ask("GET", "/pay.css", &[]),
        ask("GET", "/v1/openapi.json", &[]),
        ask("GET", "/", &[]),
    ];
    answers.extend(readable().iter().map(|(path, _)| ask_as_shop("GET", path)));
    let is_https_only = |answer: &Reply| answer.header("strict-transport-security").is_some();
    for answer in &answers {
        let sniffing = answer.header("x-content-type-options");
        assert_eq!(sniffing, Some("nosniff"), "{answer:?}");
        // This Worker's address is plain HTTP. Its files are the same everywhere, and browsers pass over theirs here.
        let is_file = answer.header("cf-cache-status").is_some() || answer.header("etag").is_some();
        assert!(is_file || !is_https_only(answer), "{answer:?}");
    }
    assert_eq!(answers[0].json()["error"]["code"], Value::from("NOT_FOUND"));
    assert!(is_https_only(&ask("GET", "/malipo.js", &[])));
}
