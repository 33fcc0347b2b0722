//! What is promised of alarms to the millisecond, and of those whose instance ends.

use super::case::cases;
use super::ground::{Ground, batch};
use malipo_shell::platform::home::Alarm;
use malipo_shell::platform::rows::Key;

cases![
    an_alarm_rings_once_and_not_before_its_time,
    an_alarm_wakes_an_object_that_has_left_memory,
    an_alarm_whose_instance_ends_rings_again,
    rows_and_alarm_are_kept_or_lost_together,
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

async fn an_alarm_wakes_an_object_that_has_left_memory(on: Ground) {
    rings_in(&on, 300_000).await;
    on.pass(1_000).await;
    on.crash(true);
    on.pass(300_000).await;
    assert_eq!(on.rang(), 1);
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
