//! The default merchant's settings in the dashboard: made, changed, copied from the variables and back, each in effect everywhere within
//! half a minute, and never two sources at once.

use crate::world::setting::Setting;
use crate::world::town::{KNOWN_MS, World};
use crate::world::truth::HOUR;
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::future::Future;
use std::rc::Rc;

/// A number of nobody's.
const PHONE: &str = "254700000123";

/// What somebody does in a world of this kind, to its end.
pub(crate) fn done<F: Future<Output = ()> + 'static>(
    setting: Setting,
    acts: impl FnOnce(Rc<World>) -> F,
) {
    let world = World::new(1, true, setting);
    world.begins(acts);
    let is_over = world.live(48 * HOUR);
    let wrong = world.wrong.borrow().clone();
    let broken = world.mpesa.truth.borrow().broken.clone();
    let story = world.cloud.story().join("\n");
    assert_eq!((wrong, broken, is_over), (None, None, true), "{story}");
    world.ends();
}

async fn get(world: &World, path: &str) -> (u16, Value) {
    let said = world.ask(Method::Get, path, &[], &Value::Null).await;
    let said = said.expect("an answer");
    (
        said.status,
        serde_json::from_str(&said.text).unwrap_or_default(),
    )
}

async fn price(world: &World) -> Value {
    get(world, "/v1/quote?item=tea").await.1["payment"]["due_kes"].clone()
}

#[test]
fn a_shop_opens_when_its_settings_are_made_and_they_hold_everywhere_within_half_a_minute() {
    done(Setting::DASHBOARD, |world| async move {
        let (status, said) = get(&world, "/healthz").await;
        assert_eq!(status, 503, "{said}");
        assert!(said["wrong"][0].as_str().unwrap().contains("not set up"));
        let (status, said) = get(&world, "/v1/quote?item=tea").await;
        assert_eq!(
            (status, &said["error"]["code"]),
            (503, &json!("MISCONFIGURED")),
            "{said}"
        );
        world.sets_up().await;
        assert_eq!(get(&world, "/healthz").await.0, 200);
        let paying = world.pays("tea", PHONE).await;
        assert_eq!(paying.state(), "paid", "{}", paying.view);
        assert_eq!(price(&world).await, 150);
        let dearer =
            json!({"ITEMS": [{"id": "tea", "amount_kes": 160, "description": "Kenyan tea"}]});
        let (status, said) = world.operator(Method::Post, "/main", &dearer).await;
        assert_eq!(
            (status, &said["merchant"]["version"]),
            (200, &json!(2)),
            "{said}"
        );
        world.pass(KNOWN_MS).await;
        for _ in 0..12 {
            assert_eq!(price(&world).await, 160, "in every isolate");
        }
    });
}

#[test]
fn what_was_changed_is_told_by_name_and_no_secret_with_it() {
    done(Setting::DASHBOARD, |world| async move {
        world.sets_up().await;
        let change =
            json!({"SHOP_CONTACT": "0700 000 000", "DARAJA_PASSKEY": "another-passkey-of-ours"});
        world.operator(Method::Post, "/main", &change).await;
        let (status, said) = world
            .operator(Method::Get, "/main/history", &Value::Null)
            .await;
        assert_eq!(status, 200, "{said}");
        let newest = &said["versions"][0];
        let expected = json!([
            {"name": "DARAJA_PASSKEY"},
            {"name": "SHOP_CONTACT", "from": "the shop at the market gate", "to": "0700 000 000"},
        ]);
        assert_eq!(
            (&newest["version"], &newest["changed"]),
            (&json!(2), &expected),
            "{said}"
        );
        assert!(
            !said.to_string().contains("another-passkey-of-ours"),
            "{said}"
        );
        let second = "/main/history?after=2";
        let (_, page) = world.operator(Method::Get, second, &Value::Null).await;
        assert_eq!(page["versions"][0]["version"], 1, "{page}");
        assert_eq!(
            (page["versions"].as_array().map(Vec::len), &page["next"]),
            (Some(1), &Value::Null)
        );
        let (status, said) = world
            .operator(Method::Get, "/main/history?afte=2", &Value::Null)
            .await;
        assert_eq!((status, &said["error"]["param"]), (422, &json!("afte")));
        let (_, shown) = world.operator(Method::Get, "/main", &Value::Null).await;
        assert_eq!(shown["settings"]["DARAJA_PASSKEY"], "(set)", "{shown}");
    });
}

#[test]
fn another_number_comes_with_its_credentials_and_an_open_payment_gets_no_push_for_it() {
    done(Setting::DASHBOARD, |world| async move {
        world.sets_up().await;
        let body = json!({"item": "tea", "key": world.key()});
        let opened = world.insist(Method::Post, "/v1/payments", &[], &body).await;
        let opened: Value = serde_json::from_str(&opened.text).unwrap();
        let alone = json!({"PAYBILL": "600000"});
        let (status, said) = world.operator(Method::Post, "/main", &alone).await;
        assert_eq!(
            (status, &said["error"]["param"]),
            (422, &json!("DARAJA_CONSUMER_KEY")),
            "{said}"
        );
        let whole = json!({"PAYBILL": "600000", "DARAJA_CONSUMER_KEY": "key2", "DARAJA_CONSUMER_SECRET": "secret2",
            "DARAJA_PASSKEY": "passkey2"});
        let (status, said) = world.operator(Method::Post, "/main", &whole).await;
        assert_eq!(status, 200, "{said}");
        world.pass(KNOWN_MS).await;
        let path = format!("/v1/payments/{}/attempts", opened["id"].as_str().unwrap());
        let body = json!({"key": world.key(), "phone": PHONE});
        let refused = world.insist(Method::Post, &path, &[], &body).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(
            refused.text.contains("another M-PESA number"),
            "{}",
            refused.text
        );
        assert!(world.mpesa.truth.borrow().pushes.is_empty());
    });
}

#[test]
fn a_copy_of_the_variables_means_nothing_until_it_is_deployed_and_the_way_back_is_told() {
    done(Setting::PAYBILL, |world| async move {
        let before = world.pays("tea", PHONE).await;
        let none = Value::Null;
        let (status, said) = world.operator(Method::Post, "/main/copy", &none).await;
        assert_eq!((status, &said["version"]), (200, &json!(1)), "{said}");
        let names = |list: &Value| {
            let names = list.as_array().unwrap().iter();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert!(
            names(&said["remove"]).contains(&"PAYBILL".to_owned()),
            "{said}"
        );
        assert!(
            names(&said["secrets"]).contains(&"API_KEY".to_owned()),
            "{said}"
        );
        let (_, again) = world.operator(Method::Post, "/main/copy", &none).await;
        assert_eq!(again, said, "the same answer");
        let (_, list) = world.operator(Method::Get, "", &none).await;
        assert_eq!(
            list["merchants"].as_array().map(Vec::len),
            Some(1),
            "{list}"
        );
        assert_eq!(list["merchants"][0]["is_of_variables"], true);
        assert_eq!(get(&world, "/healthz").await.1["degraded"], none);

        let mut left = Setting::DASHBOARD.variables();
        left.insert("DARAJA_PASSKEY", "passkey".to_owned());
        world.cloud.deploys(left);
        let (status, said) = get(&world, "/healthz").await;
        assert_eq!(status, 200, "{said}");
        assert!(
            said["degraded"][0]
                .as_str()
                .unwrap()
                .contains("DARAJA_PASSKEY")
        );
        assert_eq!(
            world.shown(&before).await["state"],
            "paid",
            "its API key stands"
        );
        let paying = world.pays("card", PHONE).await;
        assert_eq!(paying.state(), "paid", "{}", paying.view);

        world.cloud.deploys(Setting::PAYBILL.variables());
        let (status, said) = get(&world, "/healthz").await;
        assert_eq!(status, 200, "{said}");
        let missing = said["degraded"][0].as_str().unwrap();
        assert!(
            missing.starts_with("SHOP = \"dashboard\" is missing"),
            "{said}"
        );
        let (status, _) = world.operator(Method::Post, "/main/discard", &none).await;
        assert_eq!(status, 200);
        world.pass(KNOWN_MS).await;
        assert_eq!(get(&world, "/healthz").await.1["degraded"], none);
    });
}

#[test]
fn there_are_never_two_sources_at_once() {
    let mut both = Setting::PAYBILL.variables();
    both.insert("SHOP", "dashboard".to_owned());
    done(Setting::DASHBOARD, |world| async move {
        world.sets_up().await;
        world.cloud.deploys(both);
        let (status, said) = get(&world, "/healthz").await;
        assert_eq!(status, 503, "{said}");
        let wrong = said["wrong"].to_string();
        for name in ["PAYBILL", "SHOP_NAME", "ITEMS", "WEBHOOK_URL"] {
            assert!(wrong.contains(&format!("{name} stands beside")), "{wrong}");
        }
        assert!(
            !wrong.contains("DARAJA_PASSKEY"),
            "secrets go after the deploy: {wrong}"
        );
        let mut other = Setting::PAYBILL.variables();
        other.insert("SHOP", "variables".to_owned());
        world.cloud.deploys(other);
        let (status, said) = get(&world, "/healthz").await;
        assert_eq!(
            (status, &said["wrong"][0]),
            (503, &json!("SHOP is `variables`; it must be dashboard"))
        );
    });
}
