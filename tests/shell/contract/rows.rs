//! What is promised of rows and tables when a write fails or an instance ends.

use super::case::cases;
use super::ground::{Ground, batch};
use malipo_shell::platform::home::Alarm;
use malipo_shell::platform::rows::Key;
use malipo_shell::platform::sql::SqlValue;

cases![
    what_is_not_written_leaves_all_as_it_was,
    own_tables_are_kept_beside_the_rows,
];

fn key(n: u32) -> Key {
    Key::new(1, n)
}

async fn what_is_not_written_leaves_all_as_it_was(on: Ground) {
    on.inside(|_, home| async move {
        home.write(&batch(&[(key(1), "old")]), Alarm::Leave)
            .unwrap()
    })
    .await;
    on.plan(crate::host::fate::Fault::NotWritten);
    on.inside(|env, home| async move {
        let soon_ms = env.now_ms() + 1_000;
        assert!(
            home.write(&batch(&[(key(1), "new")]), Alarm::At(soon_ms))
                .is_err()
        );
        assert_eq!(
            home.rows((key(1), key(1))).unwrap().unwrap(),
            [(key(1), "old".to_owned())]
        );
    })
    .await
    .unwrap();
    on.pass(10_000).await;
    assert_eq!(on.rang(), 0);
}

async fn own_tables_are_kept_beside_the_rows(on: Ground) {
    on.inside(|_, home| async move {
        home.sql("CREATE TABLE t (n INTEGER, s TEXT) STRICT", &[])
            .unwrap();
        let values = [SqlValue::Number(7), SqlValue::Text("seven")];
        home.sql("INSERT INTO t (n, s) VALUES (?1, ?2)", &values)
            .unwrap();
    })
    .await
    .unwrap();
    on.pass(1_000).await;
    on.crash(false);
    on.inside(|_, home| async move {
        let found = home.sql("SELECT s AS v FROM t WHERE n = ?", &[SqlValue::Number(7)]);
        assert_eq!(found.unwrap(), ["seven"]);
        assert_eq!(home.rows(Key::span(0, 9)).unwrap(), None);
    })
    .await
    .unwrap();
}
