//! Statements as the portal and people's spreadsheets write them.

use super::*;
use crate::cents::Cents;
use malipo_shared::MpesaReceipt;

const HEADER: &str = "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,\
Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.";
/// 2026-11-20 14:03:11 in Nairobi.
const AT_MS: u64 = 1_795_172_591_000;

fn read(text: &str) -> Result<Statement, BadStatement> {
    Statement::read(text.as_bytes())
}

fn paid(receipt: &str, kes: u32, bill_ref: &str) -> Theirs {
    Theirs {
        receipt: MpesaReceipt::parse(receipt).unwrap(),
        amount: Cents::from_kes(kes),
        paid_at_ms: AT_MS,
        bill_ref: bill_ref.to_owned(),
    }
}

/// One line of the portal's, all at the same moment.
fn line(receipt: &str, reason: &str, paid_in: &str, withdrawn: &str, more: [&str; 2]) -> String {
    let [linked, account] = more;
    format!(
        "{receipt},2026-11-20 14:03:11,2026-11-20 14:03:10,x,Completed,{paid_in},{withdrawn},\"10,000.00\",true,{reason},\
         254700000126 - A CUSTOMER,{linked},{account}"
    )
}

#[test]
fn a_statement_of_the_portal_is_read() {
    let text = [
        "Short Code:,600426,,",
        "Account:,Utility Account",
        "Time Period:,From 2026-11-20 00:00:00 To 2026-11-21 23:59:59",
        "",
        HEADER,
        &line(
            "UKK4A1B2C3",
            "Pay Utility",
            "\"1,234.00\"",
            "",
            ["", "inv 12a"],
        ),
        &line("UKK4A1B2C3", "Pay Bill Charge", "", "-5.50", ["", ""]),
        &line(
            "UKK4A1B2C4",
            "Pay Bill Online",
            "150.00",
            "0.00",
            ["", "M0123456ABC"],
        ),
        &line(
            "UKK4A1B2C5",
            "Organization Settlement",
            "",
            "\"-1,000.00\"",
            ["", ""],
        ),
        &line(
            "UKK4A1B2C6",
            "Pay Bill Reversal",
            "",
            "-150.00",
            ["UKK4A1B2C4", ""],
        ),
        &line(
            "UKK4A1B2C7",
            "Organization to Organization Transfer",
            "70.00",
            "",
            ["", ""],
        ),
        &line("UKK4A1B2C8", "Transaction Reversal", "", "-70.00", ["", ""]),
        "",
        ",,,,,\"1,384.00\",,,,,,,",
    ]
    .join("\r\n");
    let statement = read(&format!("\u{FEFF}{text}\r\n")).unwrap();
    assert_eq!(statement.shortcode.as_deref(), Some("600426"));
    assert_eq!(
        statement.period.to_ms - statement.period.from_ms,
        2 * 86_400_000 - 1_000
    );
    assert_eq!(
        statement.payments,
        [
            paid("UKK4A1B2C3", 1_234, "inv 12a"),
            paid("UKK4A1B2C4", 150, "M0123456ABC"),
        ]
    );
    assert_eq!(
        statement.reversals,
        [Reversal {
            of: MpesaReceipt::parse("UKK4A1B2C4").unwrap(),
            amount: Cents::from_kes(150),
            at_ms: AT_MS,
        }]
    );
    assert_eq!((statement.others, statement.unlinked), (3, 1));
}

#[test]
fn columns_are_found_by_name_whatever_else_there_is() {
    let expected = [paid("UKK4A1B2C3", 1_234, "M0123456ABC")];
    for text in [
        "PAID IN,Withdrawn,receipt no,A/C No.,Completion Time\n1234,,UKK4A1B2C3,M0123456ABC,20-11-2026 14:03:11",
        "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)\nUKK4A1B2C3,20/11/2026 14:03:11,Pay Bill from 2547****126 - A Acc. M0123456ABC,Completed,\"1,234.00\",0.00,\"1,234.00\"",
        "Withdrawn;Paid In;Receipt No.;Completion Time;Details\n;\"1,234.00\";UKK4A1B2C3;20/11/2026 14:03:11;Pay Bill from 2547000 - A Acc. M0123456ABC",
        "Receipt No.\tCompletion Time\tPaid In\tWithdrawn\tAccount No\nUKK4A1B2C3\t2026-11-20 14:03:11\t1,234.0\t\t M0123456ABC ",
    ] {
        let statement = read(text).unwrap();
        assert_eq!(statement.payments, expected, "{text}");
        assert_eq!(
            (statement.period.from_ms, statement.period.to_ms),
            (AT_MS, AT_MS)
        );
        assert_eq!(statement.shortcode, None);
    }
}

#[test]
fn what_a_customer_types_decides_nothing() {
    let header = "Receipt No.,Completion Time,Details,Paid In,Withdrawn";
    let row = |details: &str, paid_in: &str, withdrawn: &str| {
        let text =
            format!("{header}\nUKK4A1B2C3,2026-11-20 14:03:11,{details},{paid_in},{withdrawn}");
        let statement = read(&text).unwrap();
        (statement.payments.len(), statement.reversals.len())
    };
    assert_eq!(
        row("Pay Bill from 254700 - A Acc. reversal charge", "5", ""),
        (1, 0)
    );
    assert_eq!(row("Pay Bill Charge", "5", ""), (0, 0));
    assert_eq!(row("Reversal of UKK4A1B2C9 by A", "", "-5"), (0, 1));
    assert_eq!(
        row("Pay Bill Reversal UKK4A1B2C9 to 254700000126", "", "-5"),
        (0, 1)
    );
    assert_eq!(row("Pay Bill Reversal Charge UKK4A1B2C9", "", "-5"), (0, 0));
    assert_eq!(row("Withdrawal from UKK4A1B2C9", "", "-5"), (0, 0));
}

#[test]
fn what_was_not_completed_is_no_money() {
    let header = "Receipt No.,Completion Time,Transaction Status,Paid In,Withdrawn";
    for (status, payments) in [("Completed", 1), ("", 1), ("Failed", 0), ("Cancelled", 0)] {
        let text = format!("{header}\nUKK4A1B2C3,2026-11-20 14:03:11,{status},5.00,");
        assert_eq!(read(&text).unwrap().payments.len(), payments, "{status}");
    }
}

#[test]
fn repeated_rows_count_once_and_contradictions_not_at_all() {
    let row = |kes: &str| line("UKK4A1B2C3", "Pay Utility", kes, "", ["", "A"]);
    let twice = |second: &str| read(&[HEADER, &row("5.00"), &row(second)].join("\n"));
    assert_eq!(twice("5.00").unwrap().payments.len(), 1);
    assert!(matches!(
        twice("6.00"),
        Err(BadStatement::Twice { line: 3, .. })
    ));
}

#[track_caller]
fn check_refused(text: &[u8], said: &str) {
    let why = Statement::read(text).unwrap_err().to_string();
    assert!(why.contains(said), "{why}");
}

#[test]
fn another_kind_of_file_is_named() {
    check_refused(b"\xFF\xFER\0e\0c\0", "UTF-16");
    check_refused(b"R\0e\0c\0", "UTF-16");
    check_refused(b"PK\x03\x04xx", "Excel workbook");
    check_refused(b"\xD0\xCF\x11\xE0", "old Excel");
    check_refused(b"%PDF-1.7", "a PDF");
    check_refused(b" <html>", "a web page");
    check_refused(b"", "No line names the columns");
    check_refused(
        b"Receipt No.,Completion Time,Paid In\nA,B,C",
        "No line names the columns",
    );
    check_refused(HEADER.as_bytes(), "no row below");
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_shown() {
    let good = line("UKK4A1B2C3", "Pay Utility", "5.00", "", ["", "A"]);
    let check = |bad: &str, said: &str| {
        check_refused([HEADER, &good, "", bad, &good].join("\n").as_bytes(), said);
    };
    let row = |receipt, paid_in| line(receipt, "Pay Utility", paid_in, "", ["", "A"]);
    check(
        &row("UKK4A1B2C4", "1,234.00"),
        "Line 4 has more cells than the header",
    );
    check(
        &row("UKK4A1B2C4", "\"12,50\""),
        "Line 4: `Paid In` is `12,50`; an amount",
    );
    check(&row("ukk4", "5.00"), "Line 4: `Receipt No.` is `ukk4`");
    check(
        "UKK4A1B2C4,2026-11-20 14:03:11,x",
        "Line 4 has too few cells",
    );
    check(
        &row("UKK4A1B2C4", "5.00").replace("11-20", "20-11"),
        "Line 4: `Completion Time`",
    );
    check(
        &row("UKK4A1B2C4", "5.00").replace("14:03:11", "02:03 PM"),
        "Line 4: `Completion Time`",
    );
    // A quotation mark that is never closed swallows the rest.
    check(&format!("\"{}", row("UKK4A1B2C4", "5.00")), "Line 4");
}
