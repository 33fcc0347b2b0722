//! What is promised of alarms.

use crate::case::cases;
use crate::ground::{On, batch, inside, rang, rings_by};
use malipo_shell::platform::home::{Alarm, Batch};
use malipo_shell::platform::rows::Key;

cases![
    an_alarm_rings_once_and_not_before_its_time,
    an_alarm_that_was_moved_rings_then,
    an_alarm_that_was_taken_off_does_not_ring,
    a_write_that_leaves_the_alarm_leaves_it,
    an_alarm_that_is_set_while_it_rings_rings_again,
    an_alarm_whose_handler_fails_rings_again,
    an_alarm_in_the_past_rings_at_once,
];

/// Longer than any of these alarms is late, in milliseconds.
const PATIENCE_MS: u64 = 25_000;

async fn rings_in(on: &On, ms: u64) {
    inside(on, move |env, home| async move {
        let at_ms = env.now_ms() + ms;
        let rows = batch(&[(Key::new(1, 0), "x")]);
        home.write(&rows, Alarm::At(at_ms)).unwrap();
    })
    .await
    .unwrap();
}

/// Waits until it has rung so often.
async fn until_rang(on: &On, times: u32) {
    let beside = on.beside();
    let ends_at_ms = beside.now_ms() + PATIENCE_MS;
    while rang(on).await < times {
        assert!(
            beside.now_ms() < ends_at_ms,
            "it has not rung {times} times"
        );
        beside.sleep(200).await;
    }
}

async fn an_alarm_rings_once_and_not_before_its_time(on: On) {
    rings_in(&on, 3_000).await;
    on.beside().sleep(1_000).await;
    assert_eq!(rang(&on).await, 0);
    until_rang(&on, 1).await;
    on.beside().sleep(3_000).await;
    assert_eq!(rang(&on).await, 1);
}

async fn an_alarm_that_was_moved_rings_then(on: On) {
    rings_in(&on, 1_000).await;
    rings_in(&on, 6_000).await;
    on.beside().sleep(3_000).await;
    assert_eq!(rang(&on).await, 0);
    until_rang(&on, 1).await;
}

async fn an_alarm_that_was_taken_off_does_not_ring(on: On) {
    rings_in(&on, 1_500).await;
    inside(&on, |_, home| async move {
        home.write(&Batch::default(), Alarm::Off).unwrap()
    })
    .await
    .unwrap();
    on.beside().sleep(4_000).await;
    assert_eq!(rang(&on).await, 0);
}

async fn a_write_that_leaves_the_alarm_leaves_it(on: On) {
    rings_in(&on, 1_000).await;
    inside(&on, |_, home| async move {
        home.write(&batch(&[(Key::new(1, 1), "y")]), Alarm::Leave)
            .unwrap();
    })
    .await
    .unwrap();
    until_rang(&on, 1).await;
}

async fn an_alarm_that_is_set_while_it_rings_rings_again(on: On) {
    rings_by(&on, "again").await;
    rings_in(&on, 500).await;
    until_rang(&on, 3).await;
}

async fn an_alarm_whose_handler_fails_rings_again(on: On) {
    rings_by(&on, "fails once").await;
    rings_in(&on, 500).await;
    until_rang(&on, 1).await;
}

async fn an_alarm_in_the_past_rings_at_once(on: On) {
    inside(&on, |env, home| async move {
        let at_ms = env.now_ms() - 60_000;
        let rows = batch(&[(Key::new(1, 0), "x")]);
        home.write(&rows, Alarm::At(at_ms)).unwrap();
    })
    .await
    .unwrap();
    until_rang(&on, 1).await;
}
