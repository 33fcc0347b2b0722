//! `GET /_emulator/statement.csv?shortcode=`: what the M-PESA organisation portal exports, and `POST /_emulator/withdraw`.
//!
//! The form is that of the exports which public importers are tested with: a preamble of labels and values, the column
//! headers, the newest row first, and each payment as two rows with one receipt, its charge and itself; `form=new` is
//! the newer one, seven columns without a preamble. Seen in the fixtures of the importer of `frappe_mpsa_payments`,
//! which say that they mirror real exports.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    clock::in_nairobi,
    emulation::Shared,
    options::Merchant,
    people::handset::problem,
    world::{
        ledger::Withdrawal,
        movements::{Row, rows, shillings},
    },
};

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_emulator/statement.csv", get(statement))
        .route("/_emulator/withdraw", post(withdraw))
}

#[derive(Deserialize)]
struct Asked {
    shortcode: String,
    from_ms: Option<u64>,
    to_ms: Option<u64>,
    #[serde(default)]
    form: Form,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// With a preamble.
    #[default]
    Old,
    New,
}

async fn statement(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    let Some(merchant) = shared.merchant(&asked.shortcode) else {
        return problem(StatusCode::NOT_FOUND, "shortcode: no such Pay Bill or till");
    };
    let mut rows = rows(&shared.world(), merchant);
    let to_ms = asked.to_ms.unwrap_or_else(|| shared.clock.now_ms());
    let oldest_ms = rows.first().map_or(to_ms, |row| row.at_ms);
    let from_ms = asked.from_ms.unwrap_or(oldest_ms);
    let opening_cents = rows.iter().filter(|row| row.at_ms < from_ms);
    let opening_cents = opening_cents.map(|row| row.cents).sum();
    rows.retain(|row| (from_ms..=to_ms).contains(&row.at_ms));
    let text = match asked.form {
        Form::Old => old(&rows, merchant, opening_cents, (from_ms, to_ms)),
        Form::New => new(&rows, opening_cents),
    };
    ([(header::CONTENT_TYPE, "text/csv")], text).into_response()
}

const OLD_HEADERS: [&str; 14] = [
    "Receipt No.",
    "Completion Time",
    "Initiation Time",
    "Details",
    "Transaction Status",
    "Paid In",
    "Withdrawn",
    "Balance",
    "Balance Confirmed",
    "Reason Type",
    "Other Party Info",
    "Linked Transaction ID",
    "A/C No.",
    "Currency",
];

fn old(
    rows: &[Row],
    merchant: &Merchant,
    opening_cents: i64,
    (from_ms, to_ms): (u64, u64),
) -> String {
    let time = |at_ms| in_nairobi(at_ms).strftime("%d-%m-%Y %H:%M:%S").to_string();
    let plain = |cents: i64| shillings(cents, false);
    let (mut paid_in, mut withdrawn) = (0, 0);
    let mut balance = opening_cents;
    let mut lines = Vec::new();
    for row in rows {
        balance += row.cents;
        let (credit, debit) = if row.cents < 0 {
            withdrawn += row.cents;
            (String::new(), plain(row.cents))
        } else {
            paid_in += row.cents;
            (plain(row.cents), String::new())
        };
        lines.push(line(&[
            &row.receipt,
            &time(row.at_ms),
            &time(row.at_ms),
            &row.details,
            "Completed",
            &credit,
            &debit,
            &plain(balance),
            "true",
            row.reason_type,
            &row.other_party,
            &row.linked,
            &row.account,
            "KES",
        ]));
    }
    let (name, from, to) = (&merchant.name, time(from_ms), time(to_ms));
    let preamble = [
        line(&["Account Holder:", name]),
        line(&["Short Code:", merchant.payee.party_b()]),
        line(&["Account:", "Utility Account"]),
        line(&["Time Period:", "From", &from, "To", &to]),
        line(&[
            "Operator:",
            "emulator",
            "Organization:",
            name,
            "Date of Report:",
            &to,
        ]),
        line(&[
            "Opening Balance:",
            &plain(opening_cents),
            "Closing Balance:",
            &plain(balance),
            "Available Balance:",
            "",
            "Total Paid In:",
            &plain(paid_in),
            "Total Withdrawn:",
            &plain(withdrawn),
        ]),
        line(&OLD_HEADERS),
    ];
    preamble
        .into_iter()
        .chain(lines.into_iter().rev())
        .collect()
}

fn new(rows: &[Row], opening_cents: i64) -> String {
    let grouped = |cents: i64| shillings(cents, true);
    let mut balance = opening_cents;
    let mut lines = Vec::new();
    for row in rows {
        balance += row.cents;
        lines.push(line(&[
            &row.receipt,
            &in_nairobi(row.at_ms)
                .strftime("%d/%m/%Y %H:%M:%S")
                .to_string(),
            &row.details,
            "Completed",
            &grouped(row.cents.max(0)),
            &grouped(row.cents.min(0)),
            &grouped(balance),
        ]));
    }
    let headers = line(&[
        "Receipt No",
        "Completion Time",
        "Details",
        "Transaction Status",
        "Paid In (KSHs)",
        "Withdrawn (KSHs)",
        "Balance (KSHs)",
    ]);
    std::iter::once(headers)
        .chain(lines.into_iter().rev())
        .collect()
}

/// RFC 4180.
fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    shortcode: String,
    amount_kes: u64,
}

/// The merchant takes money to its bank: what is gone cannot be reversed.
async fn withdraw(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Withdrawn {
        shortcode,
        amount_kes,
    } = match serde_json::from_slice(&body) {
        Ok(withdrawn) => withdrawn,
        Err(error) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let Some(merchant) = shared.merchant(&shortcode) else {
        return problem(StatusCode::NOT_FOUND, "shortcode: no such Pay Bill or till");
    };
    let party_b = merchant.payee.party_b();
    let at_ms = shared.clock.now_ms();
    let receipt = shared.change(|world| {
        if amount_kes == 0 || world.utility_kes(party_b) < amount_kes {
            return None;
        }
        let receipt = world.ids.receipt();
        world.memory.withdrawals.push(Withdrawal {
            receipt: receipt.clone(),
            amount_kes,
            shortcode: party_b.to_owned(),
            at_ms,
        });
        Some(receipt)
    });
    match receipt {
        Some(receipt) => Json(json!({"receipt": receipt})).into_response(),
        None => problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "amount_kes: more than there is",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_cells_are_written_as_the_portal_does() {
        assert_eq!(shillings(-123_456_750, true), "-1,234,567.50");
        assert_eq!(shillings(-123_456_750, false), "-1234567.50");
        assert_eq!(shillings(5, true), "0.05");
        assert_eq!(
            line(&["a,b", "say \"no\"", ""]),
            "\"a,b\",\"say \"\"no\"\"\",\r\n"
        );
    }
}
