//! What is promised of the clock, chance, variables, isolates, KV, D1 and the limiter.

use super::case::cases;
use super::ground::Ground;
use crate::host::fate::Fault;
use malipo_shell::platform::host::Given;
use malipo_shell::platform::sql::SqlValue;
use malipo_shell::platform::{random, within};

cases![
    the_clock_goes_on_by_what_is_waited_for,
    whoever_waits_in_vain_goes_on,
    chance_is_not_the_same_twice,
    a_variable_is_given_as_it_stands,
    an_isolate_remembers_by_type,
    kv_gives_what_it_was_given,
    kv_forgets_in_time,
    kv_may_tell_what_was,
    kv_that_is_away_gives_nothing,
    d1_takes_a_batch_whole_or_not_at_all,
    d1_answers_with_the_column_v,
    d1_that_is_away_says_so,
    the_limiter_counts_by_key,
];

async fn the_clock_goes_on_by_what_is_waited_for(on: Ground) {
    let beside = on.beside();
    let began_ms = beside.now_ms();
    beside.sleep(1_234).await;
    assert_eq!(beside.now_ms() - began_ms, 1_234);
}

async fn whoever_waits_in_vain_goes_on(on: Ground) {
    let beside = on.beside();
    assert!(
        within(beside.as_ref(), 500, std::future::pending::<()>())
            .await
            .is_none()
    );
    assert!(
        within(beside.as_ref(), 500, beside.sleep(400))
            .await
            .is_some()
    );
}

async fn chance_is_not_the_same_twice(on: Ground) {
    let beside = on.beside();
    assert_ne!(random::<32>(beside.as_ref()), random::<32>(beside.as_ref()));
}

async fn a_variable_is_given_as_it_stands(on: Ground) {
    let beside = on.beside();
    assert!(matches!(beside.given("A_TEXT"), Some(Given::Text(text)) if text == "text"));
    assert!(beside.given("NOTHING").is_none());
}

async fn an_isolate_remembers_by_type(on: Ground) {
    let beside = on.beside();
    *beside.isolate().of::<u32>().borrow_mut() = 7;
    *beside.isolate().of::<String>().borrow_mut() = "seven".to_owned();
    assert_eq!(*beside.isolate().of::<u32>().borrow(), 7);
}

async fn kv_gives_what_it_was_given(on: Ground) {
    let beside = on.beside();
    assert_eq!(beside.kv_get("k").await, None);
    assert!(beside.kv_put("k", "v".to_owned(), 600).await);
    assert_eq!(beside.kv_get("k").await.as_deref(), Some("v"));
    assert!(beside.kv_answers().await);
}

async fn kv_forgets_in_time(on: Ground) {
    let beside = on.beside();
    assert!(beside.kv_put("k", "v".to_owned(), 60).await);
    on.pass(61_000).await;
    assert_eq!(beside.kv_get("k").await, None);
}

async fn kv_may_tell_what_was(on: Ground) {
    let beside = on.beside();
    assert!(beside.kv_put("k", "v".to_owned(), 600).await);
    on.plan(Fault::KvStale);
    assert_eq!(
        beside.kv_get("k").await,
        None,
        "an absence may be a minute old"
    );
    on.pass(90_000).await;
    assert_eq!(beside.kv_get("k").await.as_deref(), Some("v"));
}

async fn kv_that_is_away_gives_nothing(on: Ground) {
    let beside = on.beside();
    on.plan(Fault::KvAway);
    assert_eq!(beside.kv_get("k").await, None);
    on.plan(Fault::KvAway);
    assert!(!beside.kv_put("k", "v".to_owned(), 60).await);
}

const PUT: &str = "INSERT INTO sweeps (env, link, next) VALUES (?1, ?2, ?3)";

async fn d1_takes_a_batch_whole_or_not_at_all(on: Ground) {
    let beside = on.beside();
    let row = [
        SqlValue::Text("e"),
        SqlValue::Text("l"),
        SqlValue::Text("n"),
    ];
    let twice: [(&str, &[SqlValue<'_>]); 2] = [(PUT, &row), (PUT, &row)];
    assert!(beside.d1_batch(&twice).await.is_err());
    let count = beside
        .d1_texts("SELECT count(*) AS v FROM sweeps", &[])
        .await;
    assert_eq!(count.unwrap(), ["0"]);
}

async fn d1_answers_with_the_column_v(on: Ground) {
    let beside = on.beside();
    let row = [
        SqlValue::Text("e"),
        SqlValue::Text("l"),
        SqlValue::Text("n"),
    ];
    assert!(beside.d1_batch(&[(PUT, &row)]).await.unwrap());
    let found = beside.d1_texts(
        "SELECT next AS v, env FROM sweeps WHERE link = ?1",
        &[SqlValue::Text("l")],
    );
    assert_eq!(found.await.unwrap(), ["n"]);
}

async fn d1_that_is_away_says_so(on: Ground) {
    let beside = on.beside();
    on.plan(Fault::LedgerAway);
    assert!(beside.d1_texts("SELECT 1 AS v", &[]).await.is_err());
}

async fn the_limiter_counts_by_key(on: Ground) {
    let beside = on.beside();
    for _ in 0..60 {
        assert!(beside.is_within("one".to_owned()).await.unwrap());
    }
    assert!(!beside.is_within("one".to_owned()).await.unwrap());
    assert!(beside.is_within("two".to_owned()).await.unwrap());
}
