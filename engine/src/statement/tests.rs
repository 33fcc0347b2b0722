//! Statements as the portal and people's spreadsheets write them.

use super::*;
use crate::cents::Cents;
use crate::reconcile::{Reversal, Theirs};
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
        unknown_kind: None,
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
            paid("UKK4A1B2C7", 70, ""),
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
    assert_eq!((statement.others, statement.unlinked), (2, 1));
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
fn the_short_code_is_found_wherever_it_stands() {
    let row = "Receipt No.,Completion Time,Paid In,Withdrawn\nUKK4A1B2C3,2026-11-20 14:03:11,5.00,";
    for (above, expected) in [
        ("Short Code:,600426", Some("600426")),
        ("Shortcode: 600426", Some("600426")),
        (
            "Account Holder:,A SHOP,Organization Short Code:,,600426 - A SHOP",
            Some("600426"),
        ),
        ("Business Short Code,600426", Some("600426")),
        ("Short Code:,", None),
        ("Account:,Utility Account", None),
    ] {
        let statement = read(&format!("{above}\n{row}")).unwrap();
        assert_eq!(statement.shortcode.as_deref(), expected, "{above}");
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
    for (status, payments) in [
        ("Completed", 1),
        ("COMPLETED", 1),
        ("", 1),
        ("Settled", 1),
        ("Failed", 0),
        ("Cancelled", 0),
        ("Pending", 0),
    ] {
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

#[test]
fn every_row_is_told_by_its_kind() {
    let text = [
        HEADER.to_owned(),
        line("UKK4A1B2C3", "Pay Utility", "5.00", "", ["", "A"]),
        line("UKK4A1B2C3", "Pay Bill Charge", "", "-0.55", ["", ""]),
        line("UKK4A1B2C4", "Salary Payment", "500.00", "", ["", ""]),
        line("UKK4A1B2C5", "Working to Bonus", "70.00", "", ["", ""]),
        line("UKK4A1B2C5", "Working to Bonus", "", "-70.00", ["", ""]),
        line("UKK4A1B2C6", "Airtime", "", "-20.00", ["", ""]),
        line("UKK4A1B2C7", "Pay Utility", "9.00", "", ["", "A"]).replace("Completed", "Failed"),
    ]
    .map(|line| line.replace(",x,", ",,"))
    .join("\n");
    let statement = read(&text).unwrap();
    let kinds: Vec<_> = statement
        .kinds
        .iter()
        .map(|kind| (kind.kind.as_str(), kind.read_as, kind.rows, kind.kes))
        .collect();
    assert_eq!(
        kinds,
        [
            ("Pay Utility", Reading::Payment, 1, 5),
            ("Pay Bill Charge", Reading::Charge, 1, 0),
            ("Working to Bonus", Reading::MoneyOut, 1, 70),
            ("Airtime", Reading::MoneyOut, 1, 20),
            ("Pay Utility", Reading::NotCompleted, 1, 9),
            ("Salary Payment", Reading::UnknownMoneyIn, 1, 500),
            ("Working to Bonus", Reading::OwnTransfer, 1, 70),
        ]
    );
    let salary = Theirs {
        unknown_kind: Some("Salary Payment".into()),
        ..paid("UKK4A1B2C4", 500, "")
    };
    assert_eq!(statement.payments, [paid("UKK4A1B2C3", 5, "A"), salary]);
    // What was not completed is not in the file; all else is.
    let mentioned: Vec<&str> = statement
        .mentioned
        .iter()
        .map(MpesaReceipt::as_str)
        .collect();
    assert_eq!(
        mentioned,
        ["UKK4A1B2C3", "UKK4A1B2C5", "UKK4A1B2C6", "UKK4A1B2C5"]
    );
}

#[test]
fn words_that_are_not_known_are_shown_without_what_nobody_sees_and_repeated_rows_count_once() {
    let row = line(
        "UKK4A1B2C4",
        "Salary\u{202e} Pay\u{1b}ment",
        "500.00",
        "",
        ["", ""],
    );
    let row = row.replace(",x,", ",,");
    let statement = read(&[HEADER, &row, &row].join("\n")).unwrap();
    let payment = &statement.payments[0];
    assert_eq!(payment.unknown_kind.as_deref(), Some("Salary Pay ment"));
    let kind = &statement.kinds[0];
    assert_eq!(
        (kind.kind.as_str(), kind.rows, kind.kes),
        ("Salary Pay ment", 1, 500)
    );
    let row = line("UKK4A1B2C4", "Pay Utility", "5\u{202e}0.00", "", ["", ""]);
    let refused = read(&[HEADER, &row].join("\n")).unwrap_err().to_string();
    assert!(!refused.contains('\u{202e}'), "{refused}");
}

#[test]
fn a_quotation_mark_in_a_name_does_not_swallow_the_rows_below() {
    let named = |name: &str| line("UKK4A1B2C3", "Pay Utility", "5.00", "", ["", name]);
    let next = line("UKK4A1B2C4", "Pay Utility", "9.00", "", ["", "B"]);
    let whole = read(&[HEADER, &named("\"Duka\nla Mtaa\""), &next].join("\n")).unwrap();
    assert_eq!(whole.payments.len(), 2, "a name of two lines");
    let quoted = read(&[HEADER, &named("\"Duka\" la Mtaa"), &next].join("\n")).unwrap();
    assert_eq!(quoted.payments.len(), 2);
    let swallowed = read(&[HEADER, &named("\"Duka"), &next, &next].join("\n"));
    assert!(
        matches!(swallowed, Err(BadStatement::Short { line: 2 })),
        "{swallowed:?}"
    );
}

#[test]
fn a_transfer_between_organisations_is_money_in() {
    let text = "Short Code:,174379\nTime Period:,From,30-11-2026 00:00:00,To,30-11-2026 23:59:59\nReceipt No.,Completion Time,\
        Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,\
        Linked Transaction ID,A/C No.,Currency\nUKTO2O0001,30-11-2026 00:12:00,30-11-2026 00:12:00,Organization To Organization \
        Transfer from 112233 - A BANK Acc. M0123456ABC,Completed,510.0,,1000,true,Organization To Organization Transfer,112233 - A \
        BANK,,M0123456ABC,KES\n";
    let statement = read(text).unwrap();
    let [payment] = statement.payments.as_slice() else {
        panic!("{statement:?}");
    };
    assert_eq!(
        (payment.receipt.as_str(), payment.amount),
        ("UKTO2O0001", Cents::from_kes(510))
    );
    assert_eq!(
        (payment.bill_ref.as_str(), &payment.unknown_kind),
        ("M0123456ABC", &None)
    );
    assert_eq!(statement.shortcode.as_deref(), Some("174379"));
}

#[test]
fn lines_of_totals_and_remarks_are_no_rows_and_money_without_a_number_is_refused() {
    let good = line("UKK4A1B2C3", "Pay Utility", "5.00", "", ["", "A"]);
    for remark in [
        "Total:,,,,,\"1,384.00\",,,,,,,",
        ",,,,,\"1,384.00\",,,,,,,",
        "Disclaimer: this record is produced for your personal use",
    ] {
        let statement = read(&[HEADER, &good, remark].join("\n")).unwrap();
        assert_eq!(
            (statement.payments.len(), statement.others),
            (1, 0),
            "{remark}"
        );
    }
    check_refused(
        [HEADER, &good.replace("UKK4A1B2C3", "")]
            .join("\n")
            .as_bytes(),
        "Line 2: `Receipt No.`",
    );
    check_refused(
        [HEADER, &good, "UKK4A1"].join("\n").as_bytes(),
        "Line 3 has too few cells",
    );
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
