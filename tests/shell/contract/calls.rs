//! What is promised of calls that are lost or late.

use super::case::cases;
use super::ground::Ground;
use crate::host::fate::Fault;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::host::{Call, Limit, Whom};
use malipo_shell::platform::http::Method;
use malipo_shell::platform::rows::Key;
use malipo_shell::platform::within;

cases![
    another_name_or_class_is_another_object,
    a_lost_call_is_not_done,
    a_lost_answer_is_done,
    a_late_call_is_done_when_nobody_waits,
    no_server_is_waited_for_longer_than_the_limit,
];

const ROW: Key = Key { kind: 1, n: 0 };

async fn another_name_or_class_is_another_object(on: Ground) {
    let beside = on.beside();
    on.says(&beside, "write here").await.unwrap();
    for whom in [
        Whom {
            class: Class::Key,
            name: "two",
        },
        Whom {
            class: Class::Quota,
            name: "one",
        },
    ] {
        assert_eq!(beside.call(whom, "count").await.unwrap().text, "1");
    }
    assert_eq!(on.durable(ROW).as_deref(), Some("here"));
}

async fn a_lost_call_is_not_done(on: Ground) {
    on.plan(Fault::CallLost);
    assert!(on.says(&on.beside(), "write x").await.is_err());
    on.pass(200_000).await;
    assert_eq!(on.durable(ROW), None);
}

async fn a_lost_answer_is_done(on: Ground) {
    on.plan(Fault::AnswerLost);
    assert!(on.says(&on.beside(), "write x").await.is_err());
    assert_eq!(on.durable(ROW).as_deref(), Some("x"));
}

async fn a_late_call_is_done_when_nobody_waits(on: Ground) {
    on.plan(Fault::Late);
    let beside = on.beside();
    let call = on.says(&beside, "write x");
    assert!(within(beside.as_ref(), 1_000, call).await.is_none());
    assert_eq!(on.durable(ROW), None);
    on.pass(100_000).await;
    assert_eq!(on.durable(ROW).as_deref(), Some("x"));
}

fn get(url: &str) -> Call<'_> {
    Call {
        method: Method::Get,
        url,
        headers: &[],
        body: None,
    }
}

async fn no_server_is_waited_for_longer_than_the_limit(on: Ground) {
    on.plan(Fault::Late);
    let beside = on.beside();
    let began_ms = beside.now_ms();
    assert!(
        beside
            .send(get("https://server.example/"), Limit::ms(2_000))
            .await
            .is_err()
    );
    assert_eq!(beside.now_ms() - began_ms, 2_000);
    on.pass(100_000).await;
    assert_eq!(on.server_heard().len(), 1, "it arrives all the same");
}
