//! Statements in every dress: what is written is read, and compared with itself differs in nothing.

use malipo_engine::reconcile::{Kind, Ours, Source, compare};
use malipo_engine::statement::Statement;
use malipo_engine::wall_time::WallTime;
use proptest::prelude::*;

/// A line of a statement, as somebody's spreadsheet may write it.
#[derive(Debug, Clone)]
struct Line {
    kes: u32,
    at_secs: u64,
    account: String,
    is_charge: bool,
}

/// How the file is written.
#[derive(Debug, Clone)]
struct Dress {
    separator: char,
    end: &'static str,
    has_mark: bool,
    is_quoted: bool,
    is_grouped: bool,
    has_preamble: bool,
    order: Vec<usize>,
}

const NAMES: [&str; 6] = [
    "Receipt No.",
    "Completion Time",
    "Details",
    "Paid In",
    "Withdrawn",
    "A/C No.",
];

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        1..250_000_u32,
        0..80_000_u64,
        "[A-Za-z0-9 #;,\"-]{0,12}",
        any::<bool>(),
    );
    let line = line.prop_map(|(kes, at_secs, account, is_charge)| Line {
        kes,
        at_secs,
        account,
        is_charge,
    });
    prop::collection::vec(line, 1..12)
}

fn dress() -> impl Strategy<Value = Dress> {
    (
        prop::sample::select(vec![',', ';', '\t']),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<[bool; 4]>(),
        Just((0..NAMES.len()).collect::<Vec<_>>()).prop_shuffle(),
    )
        .prop_map(|(separator, end, flags, order)| Dress {
            separator,
            end,
            has_mark: flags[0],
            is_quoted: flags[1],
            is_grouped: flags[2],
            has_preamble: flags[3],
            order,
        })
}

/// 2026-11-20 00:00:00 in Nairobi.
const DAY_MS: u64 = 1_795_122_000_000;

fn receipt(n: usize) -> String {
    format!("UKK{n:07}")
}

fn amount(kes: u32, is_grouped: bool) -> String {
    match kes.checked_div(1000) {
        Some(thousands @ 1..) if is_grouped => format!("{thousands},{:03}.00", kes % 1000),
        _ => format!("{kes}.00"),
    }
}

fn written(lines: &[Line], dress: &Dress) -> String {
    let row = |cells: Vec<String>| {
        let cells = dress.order.iter().map(|at| {
            let cell = &cells[*at];
            let needs_quotes = cell.contains([dress.separator, '"']) || dress.is_quoted;
            if needs_quotes {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        });
        cells.collect::<Vec<_>>().join(&dress.separator.to_string())
    };
    let mut rows = Vec::new();
    if dress.has_preamble {
        rows.extend(["Account Holder:,A Shop".to_owned(), String::new()]);
    }
    rows.push(row(NAMES.map(str::to_owned).to_vec()));
    for (n, line) in lines.iter().enumerate() {
        let time = WallTime::in_nairobi(DAY_MS + line.at_secs * 1000).text();
        let paid_in = amount(line.kes, dress.is_grouped);
        let details = "Pay Bill from 2547****126 - A".to_owned();
        rows.push(row(vec![
            receipt(n),
            time.clone(),
            details,
            paid_in,
            String::new(),
            line.account.clone(),
        ]));
        if line.is_charge {
            let charge = "Pay Bill Charge".to_owned();
            rows.push(row(vec![
                receipt(n),
                time,
                charge,
                String::new(),
                "-0.55".to_owned(),
                String::new(),
            ]));
        }
    }
    let mark = if dress.has_mark { "\u{FEFF}" } else { "" };
    format!("{mark}{}{}", rows.join(dress.end), dress.end)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn a_statement_is_read_as_it_was_written_and_agrees_with_itself(lines in lines(), dress in dress()) {
        let text = written(&lines, &dress);
        let statement = Statement::read(text.as_bytes()).map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
        prop_assert_eq!(statement.others, lines.iter().filter(|line| line.is_charge).count());
        prop_assert_eq!(statement.payments.len(), lines.len());
        for (n, (line, paid)) in lines.iter().zip(&statement.payments).enumerate() {
            prop_assert_eq!(paid.receipt.as_str(), receipt(n));
            prop_assert_eq!(paid.amount.whole_kes(), Some(line.kes));
            prop_assert_eq!(paid.paid_at_ms, DAY_MS + line.at_secs * 1000);
            prop_assert_eq!(&paid.bill_ref, line.account.trim());
        }
        let ours = |n: usize| Ours {
            receipt: Some(statement.payments[n].receipt.clone()),
            amount_kes: lines[n].kes,
            said: None,
            refunded_kes: 0,
            account_reference: Some("A".to_owned()),
            paid_at_ms: statement.payments[n].paid_at_ms,
            is_pushed: n.is_multiple_of(2),
            is_shown: !n.is_multiple_of(3),
        };
        let all: Vec<Ours> = (0..lines.len()).map(ours).collect();
        for source in [Source::Pull, Source::Statement] {
            prop_assert_eq!(&compare(source, statement.period, &statement.payments, &[], &statement.mentioned, &all), &[]);
            let found = compare(source, statement.period, &statement.payments, &[], &statement.mentioned, &all[1..]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!((found[0].kind, found[0].receipt.as_ref()), (Kind::MissingHere, all[0].receipt.as_ref()));
        }
    }

    #[test]
    fn no_file_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0..400_usize, lines in lines(), dress in dress()) {
        let _whatever = Statement::read(&bytes);
        let text = written(&lines, &dress).into_bytes();
        let _cut_off = Statement::read(&text[..cut.min(text.len())]);
        let mixed = [&text[..cut.min(text.len())], &bytes].concat();
        let _spoilt = Statement::read(&mixed);
    }
}
