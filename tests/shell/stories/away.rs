//! Stories of what is away for long: the ledger, a roster, an object, M-PESA's patience; and of clocks that differ.

use super::story::{PAYBILL, Story};
use crate::host::edge;
use crate::host::fate::Fault;
use crate::world::mpesa::BASE_URL;
use crate::world::plan::{Answer, Confirmation, Plan};
use crate::world::setting::{ADMIN_KEY, Setting};
use crate::world::town::World;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::json;
use std::rc::Rc;

/// Numbers of nobody's.
const PHONES: [&str; 4] = [
    "254700000123",
    "254711000456",
    "254112000789",
    "254722000111",
];
const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Four questions a minute: fewer than four customers would ask.
const FEW_QUESTIONS: Setting = Setting {
    queries_per_minute: 4,
    ..PAYBILL
};

pub(super) const ALL: &[Story] = &[
    Story {
        name: "the ledger is away for a day",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: ledger_away,
    },
    Story {
        name: "the ledger has lost its rows, and a roster does not answer",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: rows_lost,
    },
    Story {
        name: "an object is away for four days, and a callback waits for it",
        setting: PAYBILL,
        is_long: true,
        plans: Vec::new,
        begins: object_away,
    },
    Story {
        name: "who looks for a receipt is away, and another is named by it",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: seeker_away,
    },
    Story {
        name: "a receipt is typed whose object is away",
        setting: PAYBILL,
        is_long: false,
        plans: declined_twice,
        begins: receipt_away,
    },
    Story {
        name: "another merchant's confirmation waits in the inbox",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: of_another_merchant,
    },
    Story {
        name: "only a question tells of a push, and four others are asked about",
        setting: FEW_QUESTIONS,
        is_long: true,
        plans: four_silent,
        begins: one_of_five,
    },
    Story {
        name: "M-PESA hangs up while the payment's object is away",
        setting: PAYBILL,
        is_long: false,
        plans: Vec::new,
        begins: hangs_up,
    },
    Story {
        name: "our clock is behind the platform's",
        setting: PAYBILL,
        is_long: false,
        plans: one_unheard,
        begins: clock_behind,
    },
    Story {
        name: "M-PESA says the same six hundred times",
        setting: PAYBILL,
        is_long: true,
        plans: Vec::new,
        begins: said_again,
    },
];

fn declined_twice() -> Vec<Plan> {
    let declined = Plan {
        answer: Answer::Declines(5_000, "1032"),
        ..Plan::default()
    };
    vec![declined.clone(), declined]
}

/// A push whose callback is lost: only a question tells of it.
fn one_unheard() -> Vec<Plan> {
    vec![Plan {
        callback_ms: None,
        ..Plan::default()
    }]
}

/// The same after four of which nothing is ever heard.
fn four_silent() -> Vec<Plan> {
    let silent = Plan {
        answer: Answer::Silent,
        ..Plan::default()
    };
    [vec![silent; 4], one_unheard()].concat()
}

fn ledger_away(world: &Rc<World>) {
    world.begins(|world| async move {
        world.cloud.fate.set_rate(Fault::LedgerAway, 10_000);
        world.pays("tea", PHONES[0]).await;
        world.pass(24 * HOUR_MS).await;
        world.cloud.fate.set_rate(Fault::LedgerAway, 0);
        world.pass(20 * MINUTE_MS).await;
    });
}

/// As when the ledger is brought back from a copy of before.
fn rows_lost(world: &Rc<World>) {
    world.begins(|world| async move {
        world.pays("tea", PHONES[0]).await;
        world.pass(5 * MINUTE_MS).await;
        let yesterday = world
            .cloud
            .place_of(Class::Roster, "production:main:20260531");
        world.cloud.is_away_for(yesterday, HOUR_MS);
        let lost = ("DELETE FROM payments".to_owned(), vec![]);
        world.cloud.shelf.batch(&[lost]).unwrap();
        let _ = edge::sweep(&world.cloud).await;
        world.pass(MINUTE_MS).await;
        let count = (
            "SELECT CAST(count(*) AS TEXT) AS v FROM payments".to_owned(),
            vec![],
        );
        let count = world.cloud.shelf.texts(&count).unwrap();
        world.expects(count == ["1"] || !world.cloud.fate.is_calm(), || {
            format!("the ledger has {count:?} payments")
        });
    });
}

fn object_away(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.opens("tea", PHONES[0]).await;
        let place = world.cloud.place_of(Class::Payment, &paying.name());
        world.cloud.is_away_for(place, 96 * HOUR_MS);
        for _ in 0..60 {
            world.pass(2 * HOUR_MS).await;
            let _ = edge::sweep(&world.cloud).await;
        }
    });
}

fn seeker_away(world: &Rc<World>) {
    world.mpesa.truth.borrow_mut().confirms = false;
    world.begins(|world| async move {
        let named = world.opens("tea", PHONES[0]).await;
        let seeker = world.opens("card", PHONES[1]).await;
        world.pass(20_000).await;
        let account = named.reference();
        let money = world
            .mpesa
            .is_paid_by_hand(PHONES[2], 150, &account, Some(named.name()));
        let number = world.last_number().unwrap();
        world.types(&seeker, &number).await;
        let place = world.cloud.place_of(Class::Payment, &seeker.name());
        world.cloud.is_away_for(place, 5 * HOUR_MS);
        // By now it is told ever more seldom.
        world.pass(45 * MINUTE_MS).await;
        world.mpesa.truth.borrow_mut().confirms = true;
        world.mpesa.confirms(money, Confirmation::after(0));
        world.pass(20_000).await;
        let shown = world.shown(&named).await;
        let is_good = shown["state"] == "paid" || !world.cloud.fate.is_calm();
        world.expects(is_good, || format!("it is told too late: {shown}"));
    });
}

fn receipt_away(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.opens("tea", PHONES[0]).await;
        world.pass(20_000).await;
        let place = world
            .cloud
            .place_of(Class::Receipt, "production:TYPED00001");
        world.cloud.is_away_for(place, 5 * HOUR_MS);
        world.types(&paying, "TYPED00001").await;
        world.pass(6 * HOUR_MS).await;
    });
}

fn of_another_merchant(world: &Rc<World>) {
    world.begins(|world| async move {
        let secret = "a".repeat(32);
        let settings = json!({"LINK_ID": "kiosk", "SHOP_NAME": "Kiosk", "SHOP_CONTACT": "the kiosk", "MERCHANT_ORIGINS": "https://kiosk.example",
            "PAYBILL": "600111", "DARAJA_CONSUMER_KEY": "key2", "DARAJA_CONSUMER_SECRET": "secret2", "DARAJA_PASSKEY": "passkey2",
            "ITEMS": [{"id": "soap", "amount_kes": 80, "description": "Soap"}], "C2B_SECRET": secret, "C2B_REGISTERED": "true"});
        let bearer = format!("Bearer {ADMIN_KEY}");
        let headers = [("Authorization", bearer.as_str())];
        let path = "/v1/admin/merchants";
        let made = world.insist(Method::Post, path, &headers, &settings).await;
        world.expects([0, 200, 409].contains(&made.status), || {
            format!("making a merchant says {} {}", made.status, made.text)
        });
        let place = world.cloud.place_of(Class::Receipt, "production:K000000001");
        world.cloud.is_away_for(place, 2 * MINUTE_MS);
        let body = json!({"TransactionType": "Pay Bill", "TransID": "K000000001", "TransTime": "20260601104700", "TransAmount": "80.00",
            "BusinessShortCode": "600111", "BillRefNumber": "soap", "MSISDN": "2547 ***** 123", "FirstName": "A"});
        let url = format!("{BASE_URL}/hooks/c2b/600111/{secret}/confirm");
        world.mpesa.posts(url, body.to_string(), |_| ());
        world.pass(3 * MINUTE_MS).await;
    });
}

fn one_of_five(world: &Rc<World>) {
    for phone in PHONES {
        world.begins(move |world| async move {
            let mut paying = world.opens("tea", phone).await;
            world.watches(&mut paying, |_| false).await;
        });
    }
    world.begins(|world| async move {
        world.pass(MINUTE_MS).await;
        let mut paying = world.opens("card", "254733000222").await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        let is_good = paying.state() == "paid" || !world.cloud.fate.is_calm();
        world.expects(is_good, || format!("it ends as {}", paying.view));
    });
}

fn hangs_up(world: &Rc<World>) {
    world.begins(|world| async move {
        let paying = world.opens("tea", PHONES[0]).await;
        world.pass(3_000).await;
        let place = world.cloud.place_of(Class::Payment, &paying.name());
        world.cloud.is_away_for(place, MINUTE_MS);
        world.cloud.fate.set_rate(Fault::ClientLeft, 10_000);
        world.pass(5_000).await;
        world.cloud.fate.set_rate(Fault::ClientLeft, 0);
        world.pass(MINUTE_MS).await;
    });
}

fn clock_behind(world: &Rc<World>) {
    world.cloud.shelf.ahead_ms.set(-2_900);
    world.begins(|world| async move {
        let mut paying = world.opens("tea", PHONES[0]).await;
        world
            .watches(&mut paying, |paying| paying.state() == "paid")
            .await;
        world.pass(10 * MINUTE_MS).await;
    });
}

fn said_again(world: &Rc<World>) {
    world.begins(|world| async move {
        world.pays("tea", PHONES[0]).await;
        let (url, id) = {
            let truth = world.mpesa.truth.borrow();
            let Some(push) = truth.pushes.first() else {
                return;
            };
            (push.url.clone(), push.id.clone())
        };
        for n in 0..600 {
            let code = bodies::DECLINES[n % bodies::DECLINES.len()];
            // The first ones are long, and only so much of them is kept.
            let length = if n < 40 { 200_000 } else { 0 };
            let text = format!(r#""ResultDesc":"{}""#, "x".repeat(length));
            let body = bodies::declined(&id, code).replace(r#""ResultDesc":"""#, &text);
            world.mpesa.posts(url.clone(), body, |_| ());
            world.pass(500).await;
        }
    });
}
