//! What is promised of calls to objects and to servers, and of work that is kept.

use super::case::cases;
use super::ground::Ground;
use crate::host::fate::Fault;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::host::{Call, Limit, Whom};
use malipo_shell::platform::http::Method;
use malipo_shell::platform::rows::Key;
use malipo_shell::platform::within;

cases![
    an_object_hears_and_answers,
    one_name_is_one_object,
    another_name_or_class_is_another_object,
    a_refusal_is_an_answer,
    what_fails_in_an_object_is_not_known_outside,
    a_lost_call_is_not_done,
    a_lost_answer_is_done,
    a_late_call_is_done_when_nobody_waits,
    an_object_hears_another_while_it_waits,
    what_is_kept_goes_on_after_the_answer,
    any_status_of_a_server_is_an_answer,
    a_broken_connection_is_none,
    no_server_is_waited_for_longer_than_the_limit,
];

const ROW: Key = Key { kind: 1, n: 0 };

async fn an_object_hears_and_answers(on: Ground) {
    let said = on.says(&on.beside(), "echo a b").await.unwrap();
    assert_eq!((said.status, said.text.as_str()), (200, "a b"));
}

async fn one_name_is_one_object(on: Ground) {
    let beside = on.beside();
    on.says(&beside, "count").await.unwrap();
    assert_eq!(on.says(&beside, "count").await.unwrap().text, "2");
}

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

async fn a_refusal_is_an_answer(on: Ground) {
    assert_eq!(on.says(&on.beside(), "refuse").await.unwrap().status, 409);
}

async fn what_fails_in_an_object_is_not_known_outside(on: Ground) {
    assert!(on.says(&on.beside(), "nonsense").await.is_err());
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

async fn an_object_hears_another_while_it_waits(on: Ground) {
    let beside = on.beside();
    let waits = on.says(&beside, "wait 10000");
    let hears = async {
        on.pass(1_000).await;
        within(beside.as_ref(), 1_000, on.says(&beside, "echo x")).await
    };
    let (waited, heard) = futures_util::future::join(waits, hears).await;
    assert_eq!(heard.unwrap().unwrap().text, "x");
    assert_eq!(waited.unwrap().text, "waited");
}

async fn what_is_kept_goes_on_after_the_answer(on: Ground) {
    on.says(&on.beside(), "keep").await.unwrap();
    assert_eq!(on.durable(ROW), None);
    on.pass(6_000).await;
    assert_eq!(on.durable(ROW).as_deref(), Some("kept on"));
}

fn get(url: &str) -> Call<'_> {
    Call {
        method: Method::Get,
        url,
        headers: &[],
        body: None,
    }
}

async fn any_status_of_a_server_is_an_answer(on: Ground) {
    let beside = on.beside();
    let answer = beside
        .send(get("https://server.example/fails"), Limit::ms(1_000))
        .await;
    assert_eq!(answer.unwrap().status, 503);
}

async fn a_broken_connection_is_none(on: Ground) {
    let beside = on.beside();
    assert!(
        beside
            .send(get("https://server.example/broken"), Limit::ms(5_000))
            .await
            .is_err()
    );
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
