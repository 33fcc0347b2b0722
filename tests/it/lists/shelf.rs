//! A ledger of a hundred payments in memory, made by the Worker's migrations, and the same payments as plain rows.

use super::search_sql::{Given, Statement};
use malipo_engine::payment::HearingWord;
use malipo_engine::payment_filter::{By, PaymentFilter};
use malipo_engine::webhook::OriginWord;
use malipo_shared::api::State;
use rusqlite::limits::Limit;
use rusqlite::{Connection, StatementStatus, params_from_iter, types::Value as Sql};
use serde_json::Value;
use std::fs;

const COUNT: u64 = 100;
/// When the first was opened.
pub(super) const BEGAN_MS: u64 = 1_780_342_560_000;

/// One payment.
pub(super) struct Row {
    pub(super) n: u64,
    pub(super) reference: String,
    pub(super) own: Option<String>,
    pub(super) state: State,
    pub(super) origin: OriginWord,
    pub(super) is_tea: bool,
    pub(super) is_in_review: bool,
    pub(super) is_disputed: bool,
    pub(super) opened_at_ms: u64,
    pub(super) pushes: u64,
}

pub(super) struct Shelf {
    connection: Connection,
    rows: Vec<Row>,
}

impl Row {
    /// Payments of every kind; a few share each moment.
    fn numbered(n: u64) -> Row {
        let index = |count: usize| usize::try_from(n).unwrap() % count;
        let origin = OriginWord::ALL[index(4)];
        let is_named = matches!(origin, OriginWord::Signed | OriginWord::Server);
        Row {
            n,
            reference: format!("R{n}"),
            own: is_named.then(|| format!("order {n}")),
            state: [State::Paid, State::Declined, State::Paid, State::Ready][index(7) % 4],
            origin,
            is_tea: origin == OriginWord::Item && n % 8 == 1,
            is_in_review: n % 6 == 1,
            is_disputed: n % 12 == 1,
            opened_at_ms: BEGAN_MS + 10 * (n % 10),
            pushes: n % 3,
        }
    }

    pub(super) fn is_paid(&self) -> bool {
        self.state == State::Paid
    }

    pub(super) fn received_kes(&self) -> u64 {
        if self.is_paid() { 100 + self.n } else { 0 }
    }

    /// The last digits of each number that was prompted.
    fn phone_ends(&self) -> Vec<String> {
        let end = |push: u64| format!("{:03}", (self.n + push * (self.n % 2)) % 8);
        (0..self.pushes).map(end).collect()
    }

    pub(super) fn matches(&self, search: &PaymentFilter) -> bool {
        let is_named = match &search.by {
            By::Time => true,
            By::AccountReference(reference) => reference.as_str() == self.reference,
            By::Reference(own) => self.own.as_ref() == Some(own),
            By::Receipt(receipt) => {
                self.is_paid() && receipt.to_string() == format!("RECEIPT{:03}", self.n)
            }
            By::PhoneEnd(end) => self.phone_ends().contains(end),
        };
        let is_tea = |item: &malipo_shared::ItemId| item.as_str() == "tea" && self.is_tea;
        is_named
            && search.state.is_none_or(|state| state == self.state)
            && search.origin.is_none_or(|origin| origin == self.origin)
            && search.item.as_ref().is_none_or(is_tea)
            && (!search.is_in_review || self.is_in_review)
            && (!search.is_disputed || self.is_disputed)
            && (search.from_ms..search.to_ms).contains(&self.opened_at_ms)
    }

    fn deliveries(&self) -> Vec<(u64, HearingWord)> {
        let standing = |sequence: u64| HearingWord::ALL[((self.n + sequence) % 4) as usize];
        (1..=self.n % 3).map(|n| (n, standing(n))).collect()
    }
}

impl Shelf {
    pub(super) fn filled() -> Shelf {
        let connection = migrated();
        let mut rows: Vec<Row> = (0..COUNT).map(Row::numbered).collect();
        for row in &rows {
            enter(&connection, row);
        }
        rows.sort_by(|a, b| {
            let newest_first = b.opened_at_ms.cmp(&a.opened_at_ms);
            newest_first.then_with(|| a.reference.cmp(&b.reference))
        });
        Shelf { connection, rows }
    }

    /// Nothing but the tables.
    pub(super) fn empty() -> Shelf {
        Shelf {
            connection: migrated(),
            rows: Vec::new(),
        }
    }

    /// Newest first; those of one moment by their reference.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn deliveries(&self, standing: Option<HearingWord>) -> Vec<(String, u64)> {
        let all = self.rows().flat_map(|row| {
            let told = row.deliveries().into_iter();
            told.map(|(sequence, word)| (row.reference.clone(), sequence, word))
        });
        let is_asked = |word: HearingWord| standing.is_none_or(|asked| asked == word);
        all.filter(|(_, _, word)| is_asked(*word))
            .map(|(reference, sequence, _)| (reference, sequence))
            .collect()
    }

    pub(super) fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    /// How SQLite would carry a statement out.
    pub(super) fn plan(&self, statement: &Statement) -> Vec<String> {
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let mut prepared = self.connection.prepare(&sql).unwrap();
        let rows = prepared.query_map(params_from_iter(given(statement)), |row| row.get(3));
        rows.unwrap().map(Result::unwrap).collect()
    }

    pub(super) fn try_rows(&self, statement: &Statement) -> rusqlite::Result<Vec<String>> {
        let mut prepared = self.connection.prepare(&statement.sql)?;
        let rows = prepared.query_map(params_from_iter(given(statement)), |row| row.get(0))?;
        rows.collect()
    }

    /// How many steps a statement takes to its end.
    pub(super) fn steps(&self, statement: &Statement) -> i32 {
        let mut prepared = self.connection.prepare(&statement.sql).unwrap();
        let mut rows = prepared.query(params_from_iter(given(statement))).unwrap();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        prepared.get_status(StatementStatus::VmStep)
    }

    #[track_caller]
    pub(super) fn entries(&self, statement: &Statement) -> Vec<Value> {
        let rows = self.try_rows(statement).unwrap();
        rows.iter()
            .map(|row| serde_json::from_str(row).unwrap())
            .collect()
    }
}

/// A ledger by all migrations, with the limits that workerd sets.
fn migrated() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for (_, migration) in migrations() {
        connection.execute_batch(&migration).unwrap();
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    ] {
        connection.set_limit(limit, most).unwrap();
    }
    connection
}

/// The migrations in their order, by name.
pub(super) fn migrations() -> Vec<(String, String)> {
    let dir = malipo_tests::root().join("worker/migrations");
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let read = files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()));
    read.collect()
}

fn given(statement: &Statement) -> Vec<Sql> {
    let as_sql = |given: &Given| match given {
        Given::Text(text) => Sql::Text(text.clone()),
        // As D1 takes numbers: as doubles.
        Given::Number(number) => Sql::Real(*number as f64),
    };
    statement.given.iter().map(as_sql).collect()
}

fn enter(connection: &Connection, row: &Row) {
    let Row {
        reference,
        opened_at_ms,
        pushes,
        ..
    } = row;
    let text = |value: Option<&str>| value.map_or("NULL".to_owned(), |text| format!("'{text}'"));
    let counted_at_ms = BEGAN_MS + 500;
    let paid_at = row.is_paid().then_some(counted_at_ms);
    let paid_at = paid_at.map_or("NULL".to_owned(), |at_ms| at_ms.to_string());
    let review = if row.is_in_review { "[\"look\"]" } else { "[]" };
    connection
        .execute_batch(&format!(
            "INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, origin, item, description, \
             livemode, state, due_kes, received_kes, excess_kes, opened_at_ms, paid_at_ms, review, look_at_ms, pushes, \
             disputed) VALUES ('emulator', 'main', '{reference}', 1, 1, {}, '{}', {}, 'x', 0, '{}', 100, {}, 0, \
             {opened_at_ms}, {paid_at}, '{review}', 0, {pushes}, {})",
            text(row.own.as_deref()),
            row.origin.as_str(),
            text(row.is_tea.then_some("tea")),
            row.state.as_str(),
            row.received_kes(),
            u8::from(row.is_disputed),
        ))
        .unwrap();
    for (push, end) in row.phone_ends().iter().enumerate() {
        let code = text((row.state == State::Declined).then_some("1032"));
        connection
            .execute_batch(&format!(
                "INSERT INTO attempts (env, link, account_reference, n, outcome, code, amount_kes, phone_end, \
                 opened_at_ms) VALUES ('emulator', 'main', '{reference}', {}, 'x', {code}, 100, '{end}', {opened_at_ms})",
                push + 1
            ))
            .unwrap();
    }
    if row.is_paid() {
        connection
            .execute_batch(&format!(
                "INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, counted_at_ms) \
                 VALUES ('emulator', 'main', '{reference}', 0, 'RECEIPT{:03}', {}, 'stk_push', {counted_at_ms})",
                row.n,
                row.received_kes()
            ))
            .unwrap();
    }
    for (sequence, standing) in row.deliveries() {
        connection
            .execute_batch(&format!(
                "INSERT INTO deliveries (env, link, account_reference, sequence, type, at_ms, tries, standing) VALUES \
                 ('emulator', 'main', '{reference}', {sequence}, 'payment.paid', {opened_at_ms}, 1, '{}')",
                standing.as_str()
            ))
            .unwrap();
    }
}
