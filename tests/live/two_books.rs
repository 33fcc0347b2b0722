//! Two merchants of one deployment reconcile side by side: each its own statement, and each sees its own differences.

use crate::deployment::{ask, deployment, duka, is_refused};
use crate::house::{emulator, phone_ending};
use crate::http::{self, Reply};
use crate::operator::secret;
use crate::reconcile::{HOUR_MS, listed, some_hours};
use serde_json::{Value, json};

/// A merchant that compares its books: its key and its number.
struct Bookkeeper {
    key: String,
    number: &'static str,
}

impl Bookkeeper {
    /// Money that M-PESA never told of; the receipt.
    #[track_caller]
    fn missed(&self, amount_kes: u64, at_ms: u64) -> String {
        let body = json!({
            "msisdn": phone_ending("4242"), "shortcode": self.number, "account_reference": "nobody's",
            "amount_kes": amount_kes, "at_ms": at_ms, "confirm": {"copies": 0},
        });
        let paid = http::post(&emulator("pay"), &body);
        assert_eq!(paid.status, 200, "{}", paid.text);
        paid.json()["receipt"].as_str().unwrap().to_owned()
    }

    /// What the organisation portal exports.
    #[track_caller]
    fn statement(&self, from_ms: u64, to_ms: u64) -> String {
        let number = self.number;
        let query = format!("statement.csv?shortcode={number}&from_ms={from_ms}&to_ms={to_ms}");
        let exported = http::get(&emulator(&query));
        assert_eq!(exported.status, 200, "{}", exported.text);
        exported.text
    }

    fn import(&self, csv: &str) -> Reply {
        self.import_at("statements", csv)
    }

    fn import_at(&self, path: &str, csv: &str) -> Reply {
        let bearer = format!("Bearer {}", self.key);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "text/csv"),
        ];
        let url = format!("{}/v1/merchant/{path}", deployment());
        http::send("POST", &url, &headers, csv)
    }

    fn differences(&self) -> Reply {
        ask(&self.key, "GET", "differences", &Value::Null)
    }
}

#[test]
fn each_merchant_reconciles_its_own_statement_and_sees_its_own_differences() {
    let main = Bookkeeper {
        key: secret("API_KEY"),
        number: "174379",
    };
    let duka = Bookkeeper {
        key: duka().key.clone(),
        number: "600777",
    };
    let (from_ms, to_ms) = some_hours();
    let at_ms = from_ms + HOUR_MS;
    let mains = main.missed(2_500, at_ms);
    let dukas = duka.missed(3_500, at_ms);
    let statements = [&main, &duka].map(|shop| shop.statement(from_ms, to_ms));
    assert!(!statements[0].contains(&dukas) && !statements[1].contains(&mains));

    // Another's statement is refused, and nothing of it is kept.
    is_refused(&duka.import(&statements[0]), 422, "VALIDATION_ERROR");
    let refused = main.import(&statements[1]);
    is_refused(&refused, 422, "VALIDATION_ERROR");
    assert!(
        refused.text.contains("the statement of 600777"),
        "{}",
        refused.text
    );
    for (shop, receipt) in [(&main, &mains), (&duka, &dukas)] {
        assert!(!shop.differences().text.contains(receipt.as_str()));
    }

    for (shop, statement) in [&main, &duka].into_iter().zip(&statements) {
        // None of its money is known here.
        is_refused(&shop.import(statement), 422, "VALIDATION_ERROR");
        let report = shop.import_at("statements?anyway=1", statement);
        assert_eq!(report.status, 200, "{}", report.text);
        assert_eq!(
            report.json()["differences"]["missing_here"],
            1,
            "{}",
            report.text
        );
    }
    for (shop, own, other, kes) in [
        (&main, &mains, &dukas, 2_500),
        (&duka, &dukas, &mains, 3_500),
    ] {
        let shown = shop.differences();
        let row = listed(&shown, &format!("missing_here.{own}"));
        let row = row.unwrap_or_else(|| panic!("{own}: {}", shown.text));
        assert_eq!(row["theirs_kes"], kes, "{row}");
        assert!(!shown.text.contains(other.as_str()), "{}", shown.text);
        let settle = format!("differences/missing_here.{other}/settle");
        is_refused(
            &ask(&shop.key, "POST", &settle, &json!({})),
            404,
            "NOT_FOUND",
        );
    }
    let settle = format!("differences/missing_here.{dukas}/settle");
    let settled = ask(&duka.key, "POST", &settle, &json!({})).json();
    assert_eq!(settled["difference"]["settled_by"], "shop", "{settled}");
}
