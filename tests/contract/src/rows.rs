//! What is promised of an object's rows and tables.

use crate::case::cases;
use crate::ground::{On, batch, inside, rang, read};
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Batch};
use malipo_shell::platform::rows::Key;
use malipo_shell::platform::sql::SqlValue;

cases![
    an_object_in_which_nothing_was_written_has_no_rows,
    what_was_written_is_read_in_the_order_of_keys,
    a_span_holds_both_its_ends_and_no_other_kind,
    a_row_takes_the_place_of_one_of_its_key,
    what_is_dropped_goes_before_what_is_put,
    erasing_leaves_nothing_and_the_object_can_begin_anew,
    own_tables_are_kept_beside_the_rows,
    a_statement_that_fails_says_so,
    a_number_is_no_text,
    a_transaction_that_fails_has_written_nothing,
    a_transaction_that_ends_well_has_written_all,
];

fn key(n: u32) -> Key {
    Key::new(1, n)
}

async fn an_object_in_which_nothing_was_written_has_no_rows(on: On) {
    inside(&on, |_, home| async move {
        assert_eq!(home.rows(Key::span(0, 9)).unwrap(), None);
        assert_eq!(
            home.rows(Key::span(0, 9)).unwrap(),
            None,
            "reading creates nothing"
        );
    })
    .await
    .unwrap();
}

async fn what_was_written_is_read_in_the_order_of_keys(on: On) {
    inside(&on, |_, home| async move {
        home.write(
            &batch(&[(key(2), "b"), (key(10), "c"), (key(1), "a")]),
            Alarm::Leave,
        )
        .unwrap();
        let rows = home.rows(Key::span(1, 1)).unwrap().unwrap();
        let texts: Vec<&str> = rows.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    })
    .await
    .unwrap();
}

async fn a_span_holds_both_its_ends_and_no_other_kind(on: On) {
    inside(&on, |_, home| async move {
        let rows = [
            (Key::new(0, u32::MAX), "before"),
            (key(0), "first"),
            (key(u32::MAX), "last"),
            (Key::new(2, 0), "after"),
        ];
        home.write(&batch(&rows), Alarm::Leave).unwrap();
        assert_eq!(home.rows(Key::span(1, 1)).unwrap().unwrap().len(), 2);
        assert_eq!(home.rows((key(1), key(1))).unwrap(), Some(vec![]));
    })
    .await
    .unwrap();
}

async fn a_row_takes_the_place_of_one_of_its_key(on: On) {
    inside(&on, |_, home| async move {
        home.write(&batch(&[(key(1), "old")]), Alarm::Leave)
            .unwrap();
        home.write(&batch(&[(key(1), "new")]), Alarm::Leave)
            .unwrap();
        assert_eq!(
            home.rows((key(1), key(1))).unwrap().unwrap(),
            [(key(1), "new".to_owned())]
        );
    })
    .await
    .unwrap();
}

async fn what_is_dropped_goes_before_what_is_put(on: On) {
    inside(&on, |_, home| async move {
        home.write(&batch(&[(key(1), "a"), (key(2), "b")]), Alarm::Leave)
            .unwrap();
        let anew = Batch {
            drop: vec![Key::span(1, 1)],
            put: vec![(key(2), "c".to_owned())],
        };
        home.write(&anew, Alarm::Leave).unwrap();
        assert_eq!(
            home.rows(Key::span(1, 1)).unwrap().unwrap(),
            [(key(2), "c".to_owned())]
        );
    })
    .await
    .unwrap();
}

async fn erasing_leaves_nothing_and_the_object_can_begin_anew(on: On) {
    inside(&on, |env, home| async move {
        home.write(&batch(&[(key(1), "a")]), Alarm::At(env.now_ms() + 1_000))
            .unwrap();
        home.erase().unwrap();
        assert_eq!(home.rows(Key::span(0, 9)).unwrap(), None);
    })
    .await
    .unwrap();
    on.beside().sleep(3_000).await;
    assert_eq!(rang(&on).await, 0, "its alarm goes too");
    inside(&on, |_, home| async move {
        home.write(&batch(&[(key(1), "b")]), Alarm::Leave).unwrap()
    })
    .await;
    on.beside().sleep(1_000).await;
    assert_eq!(read(&on, key(1)).await.as_deref(), Some("b"));
}

async fn own_tables_are_kept_beside_the_rows(on: On) {
    inside(&on, |_, home| async move {
        home.sql("CREATE TABLE t (n INTEGER, s TEXT) STRICT", &[])
            .unwrap();
        let values = [SqlValue::Number(7), SqlValue::Text("seven")];
        home.sql("INSERT INTO t (n, s) VALUES (?1, ?2)", &values)
            .unwrap();
    })
    .await
    .unwrap();
    on.beside().sleep(1_000).await;
    inside(&on, |_, home| async move {
        let found = home.sql("SELECT s AS v FROM t WHERE n = ?", &[SqlValue::Number(7)]);
        assert_eq!(found.unwrap(), ["seven"]);
        assert_eq!(home.rows(Key::span(0, 9)).unwrap(), None);
    })
    .await
    .unwrap();
}

async fn a_statement_that_fails_says_so(on: On) {
    inside(&on, |_, home| async move {
        assert!(home.sql("SELECT v FROM nowhere", &[]).is_err())
    })
    .await
    .unwrap();
}

async fn a_number_is_no_text(on: On) {
    inside(&on, |_, home| async move {
        assert_eq!(home.sql("SELECT '1' AS v", &[]).unwrap(), ["1"]);
        assert!(home.sql("SELECT 1 AS v", &[]).is_err());
        assert!(home.sql("SELECT NULL AS v", &[]).is_err());
    })
    .await
    .unwrap();
}

async fn a_transaction_that_fails_has_written_nothing(on: On) {
    inside(&on, |_, home| async move {
        home.sql("CREATE TABLE t (n INTEGER) STRICT", &[]).unwrap();
        let done: Result<()> = home.transaction(&mut || {
            home.sql("INSERT INTO t (n) VALUES (1)", &[])?;
            Err(Error::new("no"))
        });
        assert!(done.is_err());
        assert_eq!(
            home.sql("SELECT CAST(count(*) AS TEXT) AS v FROM t", &[])
                .unwrap(),
            ["0"]
        );
    })
    .await
    .unwrap();
}

async fn a_transaction_that_ends_well_has_written_all(on: On) {
    inside(&on, |_, home| async move {
        home.transaction(&mut || {
            home.sql("CREATE TABLE t (n INTEGER) STRICT", &[])?;
            home.sql("INSERT INTO t (n) VALUES (1)", &[]).map(drop)
        })
        .unwrap();
        assert_eq!(
            home.sql("SELECT CAST(count(*) AS TEXT) AS v FROM t", &[])
                .unwrap(),
            ["1"]
        );
    })
    .await
    .unwrap();
}
