//! The one search of the merchant's API on what payments and money have really left in the ledger.

use crate::settings::done;
use crate::world::setting::Setting;
use crate::world::town::World;
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};

/// Numbers of nobody's.
const PHONE: &str = "254700000123";
const OTHER: &str = "254711000456";

async fn found(world: &World, q: &str) -> (u16, Value) {
    let encoded: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = format!("search?q={encoded}");
    world.shop(Method::Get, &path, &[], &Value::Null).await
}

/// What names the rows of a group.
fn names<'v>(found: &'v Value, group: &str, name: &str) -> Vec<&'v str> {
    let rows = found[group].as_array().unwrap().iter();
    rows.map(|row| row[name].as_str().unwrap()).collect()
}

#[test]
fn a_payment_is_found_by_each_of_its_names_and_money_by_its_own() {
    done(Setting::PAYBILL, |world| async move {
        let paid = world.pays("tea", PHONE).await;
        assert_eq!(paid.state(), "paid", "{}", paid.view);
        let signed = world.signs("INV-2041", 320, 0);
        let order = world.shows_order(&signed, None).await.unwrap();
        // A part of it by hand, and another.
        for kes in [100, 30] {
            let (account, name) = (order.reference(), order.name());
            world
                .mpesa
                .is_paid_by_hand(OTHER, kes, &account, Some(name));
        }
        let order = order.reference();
        world
            .mpesa
            .is_paid_by_hand(OTHER, 70, "something else", None);
        // Until the ledger has all of it.
        world.pass(120_000).await;
        let (account, receipt) = (paid.reference(), paid.view["receipt"].as_str().unwrap());
        for (q, read_as, expected) in [
            (receipt, "mpesa_code", &account),
            (account.as_str(), "account_number", &account),
            ("0700 000 123", "phone", &account),
            ("123", "phone_end", &account),
            ("KES 150.00", "amount", &account),
            ("tea", "item", &account),
            ("inv 2041", "reference", &order),
            ("INV2", "reference", &order),
            ("320", "amount", &order),
            ("100", "amount", &order),
            ("130", "amount", &order),
        ] {
            let (status, found) = found(&world, q).await;
            assert_eq!(status, 200, "{q}: {found}");
            let names_of_readings = found["read_as"].as_array().unwrap();
            assert!(names_of_readings.contains(&json!(read_as)), "{q}: {found}");
            assert_eq!(
                names(&found, "payments", "account_reference"),
                [expected],
                "{q}: {found}"
            );
            assert_eq!(found["unmatched"], json!([]), "{q}");
            assert_eq!(found["differences"], json!([]), "{q}");
        }
        let (_, list) = world
            .shop(Method::Get, "unmatched", &[], &Value::Null)
            .await;
        let money = &list["unmatched"][0];
        for q in [
            "70",
            "456",
            "0711000456",
            money["receipt"].as_str().unwrap(),
        ] {
            let (_, found) = found(&world, q).await;
            assert_eq!(found["unmatched"], json!([money]), "{q}: as in its list");
            assert_eq!(found["payments"], json!([]), "{q}");
        }
        let (_, nothing) = found(&world, "!!").await;
        assert_eq!(
            nothing,
            json!({"read_as": [], "payments": [], "unmatched": [], "differences": []})
        );
    });
}

#[test]
fn what_cannot_be_searched_for_is_refused_with_its_name() {
    done(Setting::PAYBILL, |world| async move {
        let long = "a".repeat(101);
        for (path, param) in [
            ("search", "q"),
            ("search?q=", "q"),
            ("search?q=%20+", "q"),
            (&format!("search?q={long}"), "q"),
            ("search?q=tea&limit=5", "limit"),
            ("search?q=tea&q=tea", "q"),
        ] {
            let (status, said) = world.shop(Method::Get, path, &[], &Value::Null).await;
            assert_eq!(status, 422, "{path}: {said}");
            let error = &said["error"];
            assert_eq!(
                (&error["code"], &error["param"]),
                (&json!("VALIDATION_ERROR"), &json!(param)),
                "{path}"
            );
        }
        let (status, _) = found(&world, &"é".repeat(100)).await;
        assert_eq!(status, 200, "characters are counted, not bytes");
        let (status, _) = world
            .shop(Method::Post, "search?q=tea", &[], &json!({}))
            .await;
        assert_eq!(status, 405);
    });
}
