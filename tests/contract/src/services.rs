//! What is promised of the clock, chance, variables, isolates, KV and D1.

use crate::case::cases;
use crate::ground::On;
use malipo_shell::platform::host::{Given, Verifier};
use malipo_shell::platform::sql::SqlValue;
use malipo_shell::platform::{random, within};

cases![
    the_clock_goes_on_by_what_is_waited_for,
    whoever_waits_in_vain_goes_on,
    chance_is_not_the_same_twice,
    a_variable_is_given_as_it_stands,
    an_isolate_remembers_by_type,
    kv_gives_what_it_was_given,
    d1_takes_a_batch_whole_or_not_at_all,
    d1_answers_with_the_column_v,
    d1_takes_a_number_for_no_text,
    a_signature_is_right_only_for_its_key_and_what_was_signed,
];

const PUT: &str = "INSERT INTO sweeps (env, link, next) VALUES (?1, ?2, ?3)";

async fn the_clock_goes_on_by_what_is_waited_for(on: On) {
    let beside = on.beside();
    let began_ms = beside.now_ms();
    beside.sleep(1_234).await;
    assert!(beside.now_ms() - began_ms >= 1_230);
}

async fn whoever_waits_in_vain_goes_on(on: On) {
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

async fn chance_is_not_the_same_twice(on: On) {
    let beside = on.beside();
    assert_ne!(random::<32>(beside.as_ref()), random::<32>(beside.as_ref()));
}

async fn a_variable_is_given_as_it_stands(on: On) {
    let beside = on.beside();
    assert!(matches!(beside.given("A_TEXT"), Some(Given::Text(text)) if text == "text"));
    assert!(beside.given("NOTHING").is_none());
}

async fn an_isolate_remembers_by_type(on: On) {
    let beside = on.beside();
    *beside.isolate().of::<u32>().borrow_mut() = 7;
    *beside.isolate().of::<String>().borrow_mut() = "seven".to_owned();
    assert_eq!(*beside.isolate().of::<u32>().borrow(), 7);
}

async fn kv_gives_what_it_was_given(on: On) {
    let (beside, key) = (on.beside(), on.name());
    assert_eq!(beside.kv_get(&key).await, None);
    assert!(beside.kv_put(&key, "v".to_owned(), 600).await);
    assert_eq!(beside.kv_get(&key).await.as_deref(), Some("v"));
    assert!(beside.kv_answers().await);
}

async fn d1_takes_a_batch_whole_or_not_at_all(on: On) {
    let beside = on.beside();
    let name = on.name();
    let row = [
        SqlValue::Text(&name),
        SqlValue::Text("l"),
        SqlValue::Text("n"),
    ];
    let twice: [(&str, &[SqlValue<'_>]); 2] = [(PUT, &row), (PUT, &row)];
    assert!(beside.d1_batch(&twice).await.is_err());
    let asked = [SqlValue::Text(&name)];
    let count = beside
        .d1_texts(
            "SELECT CAST(count(*) AS TEXT) AS v FROM sweeps WHERE env = ?1",
            &asked,
        )
        .await;
    assert_eq!(count.unwrap(), ["0"]);
}

async fn d1_answers_with_the_column_v(on: On) {
    let beside = on.beside();
    let name = on.name();
    let row = [
        SqlValue::Text(&name),
        SqlValue::Text("l"),
        SqlValue::Text("n"),
    ];
    assert!(beside.d1_batch(&[(PUT, &row)]).await.unwrap());
    let found = beside.d1_texts(
        "SELECT next AS v, env FROM sweeps WHERE env = ?1",
        &row[..1],
    );
    assert_eq!(found.await.unwrap(), ["n"]);
}

async fn d1_takes_a_number_for_no_text(on: On) {
    let beside = on.beside();
    assert!(beside.d1_texts("SELECT 1 AS v", &[]).await.is_err());
    assert!(beside.d1_texts("SELECT NULL AS v", &[]).await.is_err());
}

/// A point on P-256, and what its key has signed of `a message` by ECDSA with SHA-256, `r ‖ s`.
const POINT: [u8; 65] = [
    4, 30, 24, 83, 47, 212, 117, 76, 2, 243, 4, 29, 156, 117, 206, 179, 59, 131, 255, 216, 26, 199,
    206, 79, 232, 130, 204, 177, 201, 139, 197, 137, 110, 164, 108, 49, 28, 78, 47, 244, 13, 217,
    106, 54, 83, 230, 228, 84, 69, 211, 45, 254, 72, 110, 206, 215, 92, 122, 144, 198, 161, 136,
    129, 192, 163,
];
const SIGNED: [u8; 64] = [
    144, 181, 11, 250, 226, 67, 222, 83, 126, 18, 73, 71, 88, 177, 5, 174, 184, 27, 33, 144, 223,
    137, 67, 51, 74, 53, 8, 40, 228, 40, 185, 54, 115, 138, 141, 209, 127, 207, 238, 178, 195, 118,
    112, 31, 222, 248, 103, 101, 204, 42, 210, 157, 144, 197, 83, 116, 44, 186, 150, 98, 36, 193,
    238, 66,
];

async fn a_signature_is_right_only_for_its_key_and_what_was_signed(on: On) {
    let beside = on.beside();
    let key = Verifier::Es256(&POINT);
    assert!(beside.takes_key(key).await);
    assert!(beside.has_signed(key, b"a message", &SIGNED).await);
    assert!(!beside.has_signed(key, b"a massage", &SIGNED).await);
    let mut altered = SIGNED;
    altered[40] ^= 1;
    assert!(!beside.has_signed(key, b"a message", &altered).await);
    let mut off_the_curve = POINT;
    off_the_curve[64] ^= 1;
    let key = Verifier::Es256(&off_the_curve);
    assert!(!beside.takes_key(key).await);
    assert!(!beside.has_signed(key, b"a message", &SIGNED).await);
}
