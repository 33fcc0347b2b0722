//! The payment link that names no amount: `/pay/`.

use crate::house::worker;
use crate::http::{self, Reply, at};

fn till(query: &str) -> Reply {
    http::get(&format!("{}/pay/{query}", at("MALIPO_TILL_URL")))
}

#[track_caller]
fn says(reply: &Reply, status: u16, texts: &[&str]) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(
        reply.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    for text in texts {
        assert!(reply.text.contains(text), "{text}: {}", reply.text);
    }
}

#[test]
fn where_open_amounts_are_taken_it_asks_for_one() {
    let field = "name=\"amount\"";
    says(&till(""), 200, &[field, "from KES 10 to KES 1,000"]);
    says(
        &till("?lang=sw"),
        200,
        &[field, "kuanzia KES 10 hadi KES 1,000"],
    );
    for (query, typed) in [
        ("?amount=", ""),
        ("?amount=9", "9"),
        ("?amount=1%2C001", "1,001"),
        ("?amount=50.50", "50.50"),
        ("?amount=%22%3E%3Cb%3E", "&quot;&gt;&lt;b&gt;"),
    ] {
        let value = format!("value=\"{typed}\"");
        says(&till(query), 422, &[field, &value, "aria-invalid=\"true\""]);
    }
    says(
        &till("?amount=1%2C000&note=x"),
        200,
        &["KES 1,000", "name=\"phone\""],
    );
}

#[test]
fn elsewhere_it_says_that_the_link_cannot_be_used() {
    for query in ["", "?amount=100", "?amount="] {
        let page = http::get(&format!("{}/pay/{query}", worker()));
        says(
            &page,
            422,
            &[
                "This payment link cannot be used.",
                "the shop at the market gate",
            ],
        );
        assert!(!page.text.contains("name=\"phone\""), "{}", page.text);
    }
}
