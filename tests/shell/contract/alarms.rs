//! What is promised of alarms.

use super::case::cases;
use super::ground::{Ground, batch};
use malipo_shell::platform::home::{Alarm, Batch};
use malipo_shell::platform::rows::Key;

cases![
    an_alarm_rings_once_and_not_before_its_time,
    an_alarm_that_was_moved_rings_then,
    an_alarm_that_was_taken_off_does_not_ring,
    a_write_that_leaves_the_alarm_leaves_it,
    an_alarm_wakes_an_object_that_has_left_memory,
    an_alarm_that_is_set_while_it_rings_rings_again,
    an_alarm_whose_instance_ends_rings_again,
    an_alarm_whose_handler_fails_rings_again,
    rows_and_alarm_are_kept_or_lost_together,
    an_alarm_in_the_past_rings_at_once,
];

async fn rings_in(on: &Ground, ms: u64) {
    on.inside(move |env, home| async move {
        let at_ms = env.now_ms() + ms;
        home.write(&batch(&[(Key::new(1, 0), "x")]), Alarm::At(at_ms))
            .unwrap();
    })
    .await
    .unwrap();
}

async fn an_alarm_rings_once_and_not_before_its_time(on: Ground) {
    rings_in(&on, 5_000).await;
    on.pass(4_900).await;
    assert_eq!(on.rang(), 0);
    on.pass(1_000).await;
    assert_eq!(on.rang(), 1);
    on.pass(100_000).await;
    assert_eq!(on.rang(), 1);
}

async fn an_alarm_that_was_moved_rings_then(on: Ground) {
    rings_in(&on, 5_000).await;
    rings_in(&on, 50_000).await;
    on.pass(40_000).await;
    assert_eq!(on.rang(), 0);
    on.pass(20_000).await;
    assert_eq!(on.rang(), 1);
}

async fn an_alarm_that_was_taken_off_does_not_ring(on: Ground) {
    rings_in(&on, 5_000).await;
    on.inside(|_, home| async move { home.write(&Batch::default(), Alarm::Off).unwrap() })
        .await;
    on.pass(60_000).await;
    assert_eq!(on.rang(), 0);
}

async fn a_write_that_leaves_the_alarm_leaves_it(on: Ground) {
    rings_in(&on, 5_000).await;
    on.inside(|_, home| async move {
        home.write(&batch(&[(Key::new(1, 1), "y")]), Alarm::Leave)
            .unwrap()
    })
    .await;
    on.pass(6_000).await;
    assert_eq!(on.rang(), 1);
}

async fn an_alarm_wakes_an_object_that_has_left_memory(on: Ground) {
    rings_in(&on, 300_000).await;
    on.pass(1_000).await;
    on.crash(true);
    on.pass(300_000).await;
    assert_eq!(on.rang(), 1);
}

async fn an_alarm_that_is_set_while_it_rings_rings_again(on: Ground) {
    on.rings_by("again").await;
    rings_in(&on, 1_000).await;
    on.pass(10_000).await;
    assert_eq!(on.rang(), 3);
}

async fn an_alarm_whose_instance_ends_rings_again(on: Ground) {
    on.rings_by("sleeps").await;
    rings_in(&on, 1_000).await;
    on.pass(5_000).await;
    on.crash(true);
    on.rings_by("well").await;
    on.pass(20_000).await;
    assert_eq!(on.rang(), 1);
}

async fn an_alarm_whose_handler_fails_rings_again(on: Ground) {
    on.rings_by("fails once").await;
    rings_in(&on, 1_000).await;
    on.pass(20_000).await;
    assert_eq!(on.rang(), 1);
}

async fn rows_and_alarm_are_kept_or_lost_together(on: Ground) {
    for is_kept in [false, true] {
        on.plan(crate::host::fate::Fault::Slow);
        rings_in(&on, 5_000).await;
        assert_eq!(on.durable(Key::new(1, 0)), None);
        on.crash(is_kept);
        assert_eq!(on.durable(Key::new(1, 0)).is_some(), is_kept);
        on.pass(10_000).await;
        assert_eq!(on.rang() > 0, is_kept);
    }
}

async fn an_alarm_in_the_past_rings_at_once(on: Ground) {
    on.inside(|env, home| async move {
        let at_ms = env.now_ms() - 60_000;
        home.write(&batch(&[(Key::new(1, 0), "x")]), Alarm::At(at_ms))
            .unwrap();
    })
    .await
    .unwrap();
    on.pass(1_000).await;
    assert_eq!(on.rang(), 1);
}
