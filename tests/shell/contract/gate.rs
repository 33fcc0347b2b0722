//! What is promised of writes that are not durable yet, and of instances that end or are replaced.

use super::case::cases;
use super::ground::{Ground, batch};
use crate::host::fate::Fault;
use malipo_shell::platform::home::Alarm;
use malipo_shell::platform::host::{Call, Limit};
use malipo_shell::platform::http::Method;
use malipo_shell::platform::rows::Key;

cases![
    nothing_leaves_before_what_was_written_is_durable,
    what_follows_a_write_that_is_lost_has_not_left,
    what_follows_a_write_that_is_kept_leaves,
    an_answer_does_not_leave_before_what_was_written_is_durable,
    a_crash_loses_what_was_provisional_and_keeps_the_rest,
    memory_is_gone_with_its_instance,
    a_replaced_instance_can_neither_read_nor_write,
    what_a_replaced_instance_wrote_last_is_lost,
    what_a_replaced_instance_sends_after_a_write_that_is_lost_does_not_leave,
    a_replaced_instance_goes_on_with_what_touches_no_storage,
];

const ROW: Key = Key { kind: 1, n: 0 };

async fn posts(env: &malipo_shell::platform::Env, body: &str) -> bool {
    let call = Call {
        method: Method::Post,
        url: "https://server.example/",
        headers: &[],
        body: Some(body.to_owned()),
    };
    env.send(call, Limit::ms(30_000)).await.is_ok()
}

async fn nothing_leaves_before_what_was_written_is_durable(on: Ground) {
    on.inside(|env, home| async move {
        home.write(&batch(&[(ROW, "x")]), Alarm::Leave).unwrap();
        assert!(posts(&env, "after the write").await);
    })
    .await
    .unwrap();
    assert_eq!(on.server_heard(), ["after the write"]);
    assert_eq!(on.durable_rows_when_heard(), [1]);
}

async fn what_follows_a_write_that_is_lost_has_not_left(on: Ground) {
    on.plan(Fault::Slow);
    let writes = on.inside(|env, home| async move {
        home.write(&batch(&[(ROW, "x")]), Alarm::Leave).unwrap();
        posts(&env, "after the write").await;
    });
    let ends = async {
        on.pass(300).await;
        on.crash(false);
    };
    futures_util::future::join(writes, ends).await;
    on.pass(60_000).await;
    assert_eq!(on.durable(ROW), None);
    assert!(on.server_heard().is_empty());
}

async fn what_follows_a_write_that_is_kept_leaves(on: Ground) {
    on.inside(|env, home| async move {
        home.write(&batch(&[(ROW, "x")]), Alarm::Leave).unwrap();
        assert!(posts(&env, "one").await);
        assert!(posts(&env, "two").await);
    })
    .await
    .unwrap();
    assert_eq!(on.server_heard(), ["one", "two"]);
}

async fn an_answer_does_not_leave_before_what_was_written_is_durable(on: Ground) {
    let beside = on.beside();
    let said = on.says(&beside, "write it").await.unwrap();
    assert_eq!(
        (said.text.as_str(), on.durable(ROW).as_deref()),
        ("it", Some("it"))
    );
}

async fn a_crash_loses_what_was_provisional_and_keeps_the_rest(on: Ground) {
    on.inside(|_, home| async move { home.write(&batch(&[(ROW, "old")]), Alarm::Leave).unwrap() })
        .await;
    on.pass(1_000).await;
    on.plan(Fault::Slow);
    on.inside(|_, home| async move { home.write(&batch(&[(ROW, "new")]), Alarm::Leave).unwrap() })
        .await;
    on.crash(false);
    on.pass(10_000).await;
    let read =
        on.inside(|_, home| async move { home.rows((ROW, ROW)).unwrap().unwrap()[0].1.clone() });
    assert_eq!(read.await.as_deref(), Some("old"));
}

async fn memory_is_gone_with_its_instance(on: Ground) {
    let beside = on.beside();
    on.says(&beside, "count").await.unwrap();
    assert_eq!(on.says(&beside, "count").await.unwrap().text, "2");
    on.crash(true);
    assert_eq!(on.says(&beside, "count").await.unwrap().text, "1");
}

async fn a_replaced_instance_can_neither_read_nor_write(on: Ground) {
    let other = on.clone();
    on.inside(move |env, home| async move {
        other.replace();
        env.sleep(10).await;
        assert!(home.rows((ROW, ROW)).is_err());
        assert!(home.write(&batch(&[(ROW, "x")]), Alarm::Leave).is_err());
        assert!(home.erase().is_err());
        assert!(home.sql("SELECT 1 AS v", &[]).is_err());
    })
    .await
    .unwrap();
}

async fn what_a_replaced_instance_wrote_last_is_lost(on: Ground) {
    let other = on.clone();
    on.inside(move |_, home| async move {
        home.write(&batch(&[(ROW, "x")]), Alarm::Leave).unwrap();
        other.replace();
    })
    .await;
    on.pass(1_000).await;
    assert_eq!(on.durable(ROW), None);
}

async fn what_a_replaced_instance_sends_after_a_write_that_is_lost_does_not_leave(on: Ground) {
    let other = on.clone();
    let sends = on.inside(move |env, home| async move {
        home.write(&batch(&[(ROW, "x")]), Alarm::Leave).unwrap();
        other.replace();
        env.sleep(10).await;
        posts(&env, "after the write").await;
    });
    sends.await;
    on.pass(60_000).await;
    assert!(on.server_heard().is_empty());
}

async fn a_replaced_instance_goes_on_with_what_touches_no_storage(on: Ground) {
    let other = on.clone();
    on.inside(move |env, _| async move {
        other.replace();
        env.sleep(1_000).await;
        assert!(posts(&env, "from the old one").await);
    })
    .await
    .unwrap();
    assert_eq!(on.server_heard(), ["from the old one"]);
}
