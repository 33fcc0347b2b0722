//! What is promised of calls to objects and to servers, and of work that is kept.

use crate::case::cases;
use crate::ground::{On, read, says};
use crate::keys::ROW;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::host::{Call, Given, Limit, Whom};
use malipo_shell::platform::http::Method;
use malipo_shell::platform::within;

cases![
    an_object_hears_and_answers,
    one_name_is_one_object,
    another_name_is_another_object,
    a_refusal_is_an_answer,
    what_fails_in_an_object_is_not_known_outside,
    an_object_hears_another_while_it_waits,
    what_is_kept_goes_on_after_the_answer,
    any_status_of_a_server_is_an_answer,
    a_broken_connection_is_none,
    an_answer_does_not_leave_before_what_was_written_is_durable,
];

async fn an_object_hears_and_answers(on: On) {
    let said = says(&on, "echo a b").await.unwrap();
    assert_eq!((said.status, said.text.as_str()), (200, "a b"));
}

async fn one_name_is_one_object(on: On) {
    says(&on, "count").await.unwrap();
    assert_eq!(says(&on, "count").await.unwrap().text, "2");
}

async fn another_name_is_another_object(on: On) {
    says(&on, "write here").await.unwrap();
    let name = format!("another-{}", on.name());
    let (class, name) = (Class::Key, name.as_str());
    let counted = on.beside().call(Whom { class, name }, "count").await;
    assert_eq!(counted.unwrap().text, "1");
    assert_eq!(read(&on, ROW).await.as_deref(), Some("here"));
}

async fn a_refusal_is_an_answer(on: On) {
    assert_eq!(says(&on, "refuse").await.unwrap().status, 409);
}

async fn what_fails_in_an_object_is_not_known_outside(on: On) {
    assert!(says(&on, "nonsense").await.is_err());
}

async fn an_object_hears_another_while_it_waits(on: On) {
    let beside = on.beside();
    let waits = says(&on, "wait 3000");
    let hears = async {
        on.beside().sleep(1_000).await;
        within(beside.as_ref(), 1_000, says(&on, "echo x")).await
    };
    let (waited, heard) = futures_util::future::join(waits, hears).await;
    assert_eq!(heard.unwrap().unwrap().text, "x");
    assert_eq!(waited.unwrap().text, "waited");
}

async fn what_is_kept_goes_on_after_the_answer(on: On) {
    says(&on, "keep").await.unwrap();
    assert_eq!(read(&on, ROW).await, None);
    on.beside().sleep(4_000).await;
    assert_eq!(read(&on, ROW).await.as_deref(), Some("kept on"));
}

/// Asks the server of the contract.
async fn get(on: &On, path: &str) -> core::result::Result<u16, String> {
    let beside = on.beside();
    let Some(Given::Text(server)) = beside.given("CONTRACT_SERVER") else {
        panic!("CONTRACT_SERVER is the address of a server")
    };
    let url = format!("{server}{path}");
    let call = Call {
        method: Method::Get,
        url: &url,
        headers: &[],
        body: None,
    };
    let answer = beside.send(call, Limit::ms(5_000)).await;
    answer.map(|answer| answer.status)
}

async fn any_status_of_a_server_is_an_answer(on: On) {
    assert_eq!(get(&on, "/fails").await, Ok(503));
    assert_eq!(get(&on, "/").await, Ok(200));
}

async fn a_broken_connection_is_none(on: On) {
    assert!(get(&on, "/broken").await.is_err());
}

async fn an_answer_does_not_leave_before_what_was_written_is_durable(on: On) {
    let said = says(&on, "write it").await.unwrap();
    assert_eq!(
        (said.text.as_str(), read(&on, ROW).await.as_deref()),
        ("it", Some("it"))
    );
}
