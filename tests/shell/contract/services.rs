//! What is promised of KV and D1 that are late or away, and of the limiter.

use super::case::cases;
use super::ground::Ground;
use crate::host::fate::Fault;

cases![
    kv_forgets_in_time,
    kv_may_tell_what_was,
    kv_that_is_away_gives_nothing,
    d1_that_is_away_says_so,
    the_limiter_counts_by_key,
];

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
