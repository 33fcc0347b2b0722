//! The one search's statements: each reading finds what it names by an index, nothing else, and nothing of another shop.

mod plans;
mod shop;

use super::readings_sql::{self, Wanted};
use super::search_sql::Statement;
use super::shelf::Shelf;
use malipo_engine::order::Item;
use malipo_engine::search::{Reading, items_of, readings};
use malipo_shared::{ItemId, Kes};
use shop::{NOW_MS, PAYING, Paying, fill, filled, opened};

/// What is found: account numbers, receipts of money that nobody has claimed, ids of differences.
type Found = [Vec<String>; 3];

fn items() -> Vec<Item> {
    let item = |(id, description): (&str, &str)| Item {
        id: ItemId::parse(id).unwrap(),
        amount_kes: Kes::new(150).unwrap(),
        description: description.to_owned(),
    };
    [("tea", "Kenyan tea"), ("kiondo", "Kiondo basket")]
        .map(item)
        .to_vec()
}

/// The three statements of a text, those that there are.
fn statements(env: &str, link: &str, readings: &[Reading]) -> [Option<Statement>; 3] {
    let items = items();
    let items: Vec<&ItemId> = items_of(readings, &items)
        .iter()
        .map(|item| &item.id)
        .collect();
    let wanted = Wanted {
        env,
        link,
        now_ms: NOW_MS,
        readings,
        items: &items,
    };
    [
        readings_sql::payments(&wanted),
        readings_sql::unmatched(&wanted),
        readings_sql::differences(&wanted),
    ]
}

fn found_in(shelf: &Shelf, env: &str, link: &str, q: &str) -> Found {
    let statements = statements(env, link, &readings(q));
    let names = ["account_reference", "receipt", "id"];
    let mut names = names.into_iter();
    statements.map(|statement| {
        let name = names.next().unwrap();
        let rows = statement.map_or_else(Vec::new, |statement| shelf.entries(&statement));
        rows.iter()
            .map(|row| row[name].as_str().unwrap().to_owned())
            .collect()
    })
}
/// What a text finds: payments, money without an order, differences.
const CASES: [(&str, [&[&str]; 3]); 37] = [
    // M-PESA's codes.
    (
        "sfb1a2c3d4",
        [&["MTEA"], &[], &["amount_differs.SFB1A2C3D4"]],
    ),
    ("SFC1A2C3D4", [&["MPARTS"], &[], &[]]),
    ("SFE1A2C3D4", [&["MMORE"], &[], &[]]),
    ("SRV1A2C3D4", [&["MMORE"], &[], &[]]),
    ("SFU1A2C3D4", [&[], &["SFU1A2C3D4"], &[]]),
    ("SFW1A2C3D4", [&[], &[], &[]]),
    ("SFX1A2C3D4", [&[], &[], &[]]),
    ("SFZ1A2C3D4", [&[], &[], &["missing_here.SFZ1A2C3D4"]]),
    ("SFQ1A2C3D4", [&[], &[], &[]]),
    // Account numbers.
    ("m-tea", [&["MTEA"], &[], &["amount_differs.SFB1A2C3D4"]]),
    ("MTE", [&[], &[], &[]]),
    ("m150", [&["M150"], &[], &[]]),
    // References: the exact one first, then those that begin so; and money for that account number.
    (
        "inv 2041",
        [
            &["INV2041", "MPARTS"],
            &["SFV1A2C3D4", "SFU1A2C3D4", "SFY1A2C3D4"],
            &[],
        ],
    ),
    ("inv-204", [&["MMORE", "MPARTS", "INV2041"], &[], &[]]),
    ("INV2", [&["MPARTS", "MMORE", "INV2041"], &[], &[]]),
    ("INV", [&[], &[], &[]]),
    ("INV-20415", [&["MPARTS"], &[], &[]]),
    ("NV2041", [&[], &[], &[]]),
    ("Öl 7/2", [&["MOLD"], &[], &[]]),
    ("Öl 7", [&[], &[], &[]]),
    // Telephone numbers, and their ends.
    (
        "0712 000 345",
        [
            &["MTEA", "MMORE"],
            &["SFV1A2C3D4", "SFU1A2C3D4", "SFY1A2C3D4"],
            &[],
        ],
    ),
    ("+254712000678", [&["INV2041"], &[], &[]]),
    ("111", [&["MMORE"], &[], &[]]),
    (
        "345",
        [
            &["MTEA", "MMORE"],
            &["SFV1A2C3D4", "SFU1A2C3D4", "SFY1A2C3D4"],
            &[],
        ],
    ),
    ("999", [&[], &[], &[]]),
    // Amounts: due, received, a receipt's.
    (
        "150",
        [
            &["M150", "MTEA"],
            &["SFU1A2C3D4"],
            &["missing_here.SFZ1A2C3D4", "amount_differs.SFB1A2C3D4"],
        ],
    ),
    ("KES 1,500.00", [&["INV2041"], &[], &[]]),
    ("700", [&["MPARTS"], &[], &[]]),
    ("300", [&["MPARTS"], &[], &[]]),
    ("650", [&["MMORE"], &[], &[]]),
    ("500", [&["MMORE"], &[], &[]]),
    ("60,840", [&[], &["SFV1A2C3D4"], &[]]),
    ("160", [&[], &[], &["amount_differs.SFB1A2C3D4"]]),
    // What is older than a quarter is not found by its amount, unless it was paid since.
    ("3000", [&["MLATE"], &[], &[]]),
    ("2900", [&[], &[], &[]]),
    // Words.
    ("Tea", [&["MTEA"], &[], &[]]),
    ("basket kiondo", [&["MLATE", "MPAST"], &[], &[]]),
];

#[test]
fn each_reading_finds_what_it_names_and_nothing_else() {
    let shelf = filled();
    for (q, expected) in CASES {
        let expected = expected.map(|names| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        });
        assert_eq!(found_in(&shelf, "emulator", "main", q), expected, "{q}");
    }
}

#[test]
fn a_payment_with_many_pushes_hides_no_other() {
    let shelf = Shelf::empty();
    for (name, phone_ends, opened_days) in
        [("MMANY", &["222"; 25][..], 1), ("MONCE", &["222"][..], 2)]
    {
        let paying = Paying {
            name,
            phone_ends,
            opened_days,
            ..PAYING
        };
        opened(&shelf, "emulator", "main", &paying);
    }
    let [payments, ..] = found_in(&shelf, "emulator", "main", "222");
    assert_eq!(payments, ["MMANY", "MONCE"]);
}

#[test]
fn another_shops_rows_are_never_found() {
    let shelf = Shelf::empty();
    fill(&shelf, "emulator", "main", '4');
    for (q, _) in CASES {
        for (env, link) in [("emulator", "other"), ("production", "main")] {
            assert_eq!(
                found_in(&shelf, env, link, q),
                Found::default(),
                "{env} {link} {q}"
            );
        }
    }
}

#[test]
fn a_row_is_as_in_its_own_list() {
    let shelf = filled();
    let [payments, unmatched, differences] = statements("emulator", "main", &readings("150"));
    let payment = shelf.entries(&payments.unwrap()).remove(1);
    let by_list = malipo_engine::payment_filter::PaymentFilter::parse(&[(
        "account_reference".to_owned(),
        "MTEA".to_owned(),
    )]);
    let listed = super::search_sql::payments("emulator", "main", &by_list.unwrap());
    assert_eq!(payment, shelf.entries(&listed).remove(0));
    assert_eq!(payment["receipts"][0]["receipt"], "SFB1A2C3D4");
    let money = shelf.entries(&unmatched.unwrap()).remove(0);
    assert_eq!(
        (&money["bill_ref"], &money["countable_kes"]),
        (&"inv-2041".into(), &150.into())
    );
    let difference = shelf.entries(&differences.unwrap()).remove(0);
    assert_eq!(
        (&difference["kind"], &difference["theirs_kes"]),
        (&"missing_here".into(), &150.into())
    );
}
