//! A statement is understood before it is compared: whose it is, which time it spans, what its rows are.

use crate::house::by_hand;
use crate::http;
use crate::ledger::{entry, reference};
use crate::operator::{get, post, register_c2b, secret};
use crate::reconcile::{
    HOUR_MS, import, import_anyway, import_at, listed, ordered, paid, some_hours,
};
use malipo_engine::wall_time::WallTime;
use serde_json::{Value, json};

/// A row of the portal's, with a kind of our choice.
fn row(receipt: &str, at_ms: u64, kind: &str, account: &str, kes: u64) -> String {
    let time = WallTime::in_nairobi(at_ms).text();
    format!(
        "{receipt},{time},{time},{kind} from 112233 - A BANK Acc. {account},Completed,{kes}.0,,1000,true,{kind},112233 - A BANK,,{account},KES"
    )
}

fn with_header(rows: &[String]) -> String {
    let header = "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,\
                  Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency";
    format!("Short Code:,600426\n{header}\n{}\n", rows.join("\n"))
}

#[test]
fn what_mpesa_has_shown_is_never_missing_there_whatever_the_file_calls_it() {
    let worker = by_hand();
    register_c2b();
    let (from_ms, _) = some_hours();
    let at_ms = from_ms + HOUR_MS;
    let counted = |ms: u64| {
        let mut payment = ordered(&worker);
        let receipt = paid(reference(&payment), 150, ms, true);
        payment.until_state("paid").agrees();
        entry(&payment, "paid");
        (receipt, reference(&payment).to_owned())
    };
    let (o2o, strange) = (counted(at_ms), counted(at_ms + 600_000));
    let (gone, _) = counted(at_ms + 1_200_000);
    let rows = [
        row(
            &o2o.0,
            at_ms,
            "Organization To Organization Transfer",
            &o2o.1,
            150,
        ),
        row(
            &strange.0,
            at_ms + 600_000,
            "Some New Way To Send",
            &strange.1,
            150,
        ),
        row(
            "UKTNEWWAY1",
            at_ms + 2_400_000,
            "Some New Way To Send",
            "rent",
            70,
        ),
    ];
    let report = import(&worker, &with_header(&rows)).json();
    let found = &report["differences"];
    assert_eq!(found["missing_there"], 0, "{report}");
    assert_eq!(
        (&found["missing_here"], &found["not_listed"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    assert_eq!(
        (
            &report["statement"]["receipts"],
            &report["statement"]["known"]
        ),
        (&json!(3), &json!(2)),
        "{report}"
    );
    assert_eq!(report["kinds"].as_array().unwrap().len(), 2, "{report}");
    let open = get(&worker, "differences?open=1");
    let missing = listed(&open, "missing_here.UKTNEWWAY1").unwrap();
    assert_eq!(missing["unknown_kind"], "Some New Way To Send", "{missing}");
    let not_listed = listed(&open, &format!("not_listed.{gone}")).unwrap();
    let said = not_listed["what_to_do"].as_str().unwrap();
    assert!(
        said.contains("not in this file") && said.contains("confirmed"),
        "{said}"
    );
    for receipt in [&o2o.0, &strange.0] {
        assert!(!open.text.contains(receipt.as_str()), "{}", open.text);
    }
}

/// Anyone who knows the address may have posted it, and a person has believed it.
#[test]
fn what_only_a_stranger_has_confirmed_is_missing_there_whoever_assigned_it() {
    let worker = by_hand();
    register_c2b();
    let (from_ms, _) = some_hours();
    let at_ms = from_ms + HOUR_MS;
    let mut known = ordered(&worker);
    let shown = paid(reference(&known), 150, at_ms, true);
    known.until_state("paid");
    let (mut order, forged) = (ordered(&worker), "UKTFORGED1");
    let time = WallTime::in_nairobi(at_ms + HOUR_MS / 2).text();
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    let body = json!({
        "TransactionType": "Pay Bill", "TransID": forged, "TransTime": digits, "TransAmount": "150.00",
        "BusinessShortCode": "600426", "BillRefNumber": "rent", "MSISDN": "2547 ***** 126",
    });
    let secret = secret("C2B_SECRET");
    let url = format!("{worker}/hooks/c2b/600426/{secret}/confirm");
    let elsewhere = [("CF-Connecting-IP", "203.0.113.9")];
    let told = http::send("POST", &url, &elsewhere, &body.to_string());
    assert_eq!(told.status, 200, "{}", told.text);
    let claim = json!({"account_reference": reference(&order), "expect_kes": 150});
    let claimed = post(&worker, &format!("receipts/{forged}/claim"), &claim);
    assert_eq!(claimed.status, 200, "{}", claimed.text);
    order.until_receipt();
    entry(&order, "paid");
    let file = with_header(&[
        row(&shown, at_ms, "Pay Bill Online", reference(&known), 150),
        row("UKTLATER01", at_ms + HOUR_MS, "Pay Bill Online", "rent", 70),
    ]);
    let report = import(&worker, &file).json();
    let open = get(&worker, "differences?open=1");
    let missing = listed(&open, &format!("missing_there.{forged}"));
    assert!(missing.is_some(), "{report}: {}", open.text);
}

#[test]
fn a_strangers_statement_is_refused_with_what_was_found_and_nothing_is_written() {
    let worker = by_hand();
    register_c2b();
    let (from_ms, _) = some_hours();
    let at_ms = from_ms + HOUR_MS;
    let mut payment = ordered(&worker);
    let known = paid(reference(&payment), 150, at_ms, true);
    payment.until_state("paid").agrees();
    entry(&payment, "paid");
    let row = |receipt: &str, ms: u64| {
        let time = WallTime::in_nairobi(ms).text();
        format!(
            "{receipt},{time},Merchant Payment from 2547****280 - SOMEBODY,Completed,150.00,0.00,150.00"
        )
    };
    let file = |rows: &[String]| {
        let header = "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)";
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let strangers = file(&[
        row("UZZTILL000", at_ms - HOUR_MS / 2),
        row("UZZTILL001", at_ms + HOUR_MS / 2),
    ]);
    let in_utc = file(&[row(&known, at_ms - 3 * HOUR_MS)]);
    let of_another = format!("Short Code:,600427\n{}", file(&[row(&known, at_ms)]));
    for (csv, said) in [
        (
            &strangers,
            "2 receipts of money, of which this shop knows 0; this shop counts 1 payments",
        ),
        (&in_utc, "Its times are 3 h 0 min earlier"),
        (&of_another, "the statement of 600427"),
    ] {
        let refused = import(&worker, csv);
        assert_eq!(refused.status, 422, "{}", refused.text);
        let error = &refused.json()["error"];
        let message = error["message"].as_str().unwrap();
        assert_eq!(error["param"], "statement");
        assert!(
            message.contains(said) && message.contains("anyway"),
            "{message}"
        );
        assert!(message.contains("Nothing was changed"), "{message}");
    }
    let page = get(&worker, "differences");
    assert!(!page.text.contains("UZZTILL00"), "{}", page.text);
    let runs = page.json()["runs"].clone();
    let spans: Vec<&Value> = runs
        .as_array()
        .unwrap()
        .iter()
        .map(|run| &run["from_ms"])
        .collect();
    for from_ms in [at_ms - HOUR_MS / 2, at_ms - 3 * HOUR_MS, at_ms] {
        assert!(!spans.contains(&&json!(from_ms / 1000 * 1000)), "{runs}");
    }
    let wrong = import_at(&worker, "statements?anyway=yes", &strangers);
    assert_eq!(wrong.json()["error"]["param"], "anyway", "{}", wrong.text);

    let insisted = import_anyway(&worker, &strangers).json();
    assert_eq!(insisted["differences"]["missing_here"], 2, "{insisted}");
    assert!(
        insisted["statement"]["doubt"]
            .as_str()
            .unwrap()
            .contains("knows 0"),
        "{insisted}"
    );
    // By the other clock its ends are not known: nothing is missed there.
    let insisted = import_anyway(&worker, &in_utc).json();
    assert_eq!(insisted["differences"]["not_listed"], 0, "{insisted}");
    assert_eq!(insisted["statement"]["ahead_secs"], -3 * 3600, "{insisted}");
}
