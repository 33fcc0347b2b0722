//! `/healthz`: what a probe finds, and what may not deceive it.

use crate::house::worker;
use crate::{http, operator};
use serde_json::json;

#[test]
fn an_order_of_any_name_leaves_the_probe_of_the_objects_alone() {
    for reference in ["HEALTH", "HEALTHPROBE", "health-probe", "HEALTHZ"] {
        let order = json!({"amount_kes": 10, "reference": reference, "description": "Any name"});
        let bearer = format!("Bearer {}", operator::secret("API_KEY"));
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", reference),
        ];
        let url = format!("{}/v1/merchant/payments", worker());
        let created = http::send("POST", &url, &headers, &order.to_string());
        assert_eq!(created.status, 200, "{reference}: {}", created.text);
        // Looked at anew by each call, while /healthz remembers for some seconds.
        let checks = operator::get(&worker(), "checks").json();
        assert_eq!(checks["objects"], true, "after an order {reference}");
    }
    assert_eq!(http::get(&format!("{}/healthz", worker())).status, 200);
}
