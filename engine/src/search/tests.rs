//! What each text may mean, and what it may not.

use super::*;
use malipo_shared::ItemId;

fn code(text: &str) -> Reading {
    Reading::MpesaCode(MpesaReceipt::parse(text).unwrap())
}

fn account(text: &str) -> Reading {
    Reading::AccountNumber(AccountReference::parse(text).unwrap())
}

fn named(typed: &str, key: &str) -> Reading {
    Reading::Reference {
        typed: typed.to_owned(),
        key: key.to_owned(),
        is_beginning: key.chars().count() >= 4,
    }
}

fn meant(words: &[&str]) -> Reading {
    Reading::Words(words.iter().map(|word| (*word).to_owned()).collect())
}

fn phone(end: &str) -> Reading {
    Reading::Phone(end.to_owned())
}

fn end(digits: &str) -> Reading {
    Reading::PhoneEnd(digits.to_owned())
}

#[track_caller]
fn check(q: &str, expected: &[Reading]) {
    assert_eq!(readings(q), expected, "{q}");
}

/// Whether the text is read so at all.
fn is_read_as(q: &str, name: ReadAs) -> bool {
    readings(q).iter().any(|reading| reading.read_as() == name)
}

#[test]
fn a_code_has_ten_letters_and_digits_and_not_digits_alone() {
    for q in [
        "SFB1A2C3D4",
        "sfb1a2c3d4",
        " SFB1A 2C3D4 ",
        "sfb1\u{200b}a2c3d4",
    ] {
        assert_eq!(readings(q).first(), Some(&code("SFB1A2C3D4")), "{q}");
    }
    for q in [
        "0712345678",
        "SFB1A2C3D",
        "SFB1A2C3D45",
        "SFB1A2C3D-",
        "SFB-1A2C3D4",
    ] {
        assert!(!is_read_as(q, ReadAs::MpesaCode), "{q}");
    }
    assert!(
        is_read_as("NPYLLLBHXV", ReadAs::MpesaCode),
        "few have no digit"
    );
}

#[test]
fn a_text_that_fits_several_readings_has_them_all_in_order() {
    check(
        "SFB1A2C3D4",
        &[
            code("SFB1A2C3D4"),
            account("SFB1A2C3D4"),
            named("SFB1A2C3D4", "SFB1A2C3D4"),
            meant(&["sfb1a2c3d4"]),
        ],
    );
    check(
        "150",
        &[
            account("150"),
            named("150", "150"),
            end("150"),
            Reading::Amount(150),
        ],
    );
    check("012", &[account("012"), named("012", "012"), end("012")]);
    check(
        "2041",
        &[
            account("2041"),
            named("2041", "2041"),
            Reading::Amount(2041),
        ],
    );
    check(
        "254712345678",
        &[
            account("254712345678"),
            named("254712345678", "254712345678"),
            phone("678"),
        ],
    );
    check(
        "KES 150.00",
        &[
            account("KES15000"),
            named("KES 150.00", "KES15000"),
            Reading::Amount(150),
            meant(&["kes", "150", "00"]),
        ],
    );
    check(
        "tea",
        &[account("TEA"), named("tea", "TEA"), meant(&["tea"])],
    );
    check(
        "Kenyan tea, 500 g",
        &[
            named("Kenyan tea, 500 g", "KENYANTEA500G"),
            meant(&["kenyan", "tea", "500", "g"]),
        ],
    );
}

#[test]
fn a_text_without_letters_and_digits_means_nothing() {
    for q in [
        "", " ", "-", "!!!", "—", "+", "/-", "kes", "☕", "\u{200b}", ".", ",,",
    ] {
        let is_word = q == "kes";
        assert_eq!(readings(q).is_empty(), !is_word, "{q}: {:?}", readings(q));
    }
}

#[test]
fn an_account_number_is_read_in_any_spelling() {
    for q in ["M0123456ABC", "m0123-456-abc", "MO123456ABC"] {
        assert!(readings(q).contains(&account("M0123456ABC")), "{q}");
    }
    assert!(!is_read_as("INVOICE-2026-2041", ReadAs::AccountNumber));
}

#[test]
fn a_reference_is_its_letters_and_digits_and_four_of_them_begin_it() {
    for q in ["INV 2041", "inv-2041", "Inv/2041."] {
        assert!(readings(q).contains(&named(q, "INV2041")), "{q}");
    }
    let begins = |q: &str| {
        readings(q).into_iter().find_map(|reading| {
            if let Reading::Reference { is_beginning, .. } = reading {
                Some(is_beginning)
            } else {
                None
            }
        })
    };
    assert_eq!(begins("inv"), Some(false));
    assert_eq!(begins("in-v"), Some(false));
    assert_eq!(begins("inv-2"), Some(true));
    assert_eq!(begins("Öl-7"), Some(false));
    assert_eq!(begins("Öl-77"), Some(true));
    assert_eq!(begins("日本 7"), Some(false));
}

#[test]
fn a_telephone_number_is_known_by_its_last_three_digits() {
    for q in [
        "712345678",
        "0712345678",
        "0712 345 678",
        "0712-345-678",
        "254712345678",
        "+254712345678",
        "+254 712 345678",
        "(0712) 345678",
    ] {
        assert!(readings(q).contains(&phone("678")), "{q}");
        assert!(!is_read_as(q, ReadAs::Amount), "{q}");
        assert!(!is_read_as(q, ReadAs::PhoneEnd), "{q}");
    }
    for q in [
        "12345678",
        "2547123456789",
        "+255712345678",
        "+0712345678",
        "0712.345.678",
        "07123456७८",
    ] {
        assert!(!is_read_as(q, ReadAs::Phone), "{q}");
    }
}

#[test]
fn three_digits_end_a_number_and_are_an_amount() {
    assert!(is_read_as("345", ReadAs::PhoneEnd) && is_read_as("345", ReadAs::Amount));
    for q in ["34", "3456", "3 45", "a45", "३४५", "345.00"] {
        assert!(!is_read_as(q, ReadAs::PhoneEnd), "{q}");
    }
}

#[test]
fn an_amount_is_whole_shillings_as_people_write_them() {
    for (q, kes) in [
        ("150", 150),
        ("1,500", 1500),
        ("1500.00", 1500),
        ("KES 150.00", 150),
        ("kes150", 150),
        ("Ksh 1,500", 1500),
        ("Ksh. 1,500/-", 1500),
        ("KSHS 70/=", 70),
        ("1,234,567", 1_234_567),
        ("99999999", 99_999_999),
    ] {
        assert!(
            readings(q).contains(&Reading::Amount(kes)),
            "{q}: {:?}",
            readings(q)
        );
    }
    for q in [
        "0",
        "00150",
        "0.50",
        "150.50",
        "-150",
        "1,50",
        "15,00",
        "1 500",
        "100000000",
        "712345678",
        "1e3",
        "150 KES",
        "KES",
        "KES -5",
        "150.",
        ".5",
        "99999999999999999999",
        "kesho 5",
        "１５０",
    ] {
        assert!(!is_read_as(q, ReadAs::Amount), "{q}");
    }
}

#[test]
fn words_find_the_items_that_hold_them_all() {
    let item = |(id, description): (&str, &str)| Item {
        id: ItemId::parse(id).unwrap(),
        amount_kes: malipo_shared::Kes::new(150).unwrap(),
        description: description.to_owned(),
    };
    let items = [
        ("tea", "Kenyan tea, 500 g"),
        ("green", "Green TEA"),
        ("steak", "Steak"),
    ]
    .map(item);
    let found = |q: &str| {
        let found = items_of(&readings(q), &items);
        let ids = found.iter().map(|item| item.id.to_string());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(found("tea"), ["tea", "green"]);
    assert_eq!(found("Tea kenyan"), ["tea"]);
    assert_eq!(found("ken"), ["tea"], "the beginning of a word");
    assert_eq!(found("500g"), [""; 0]);
    assert_eq!(found("tea coffee"), [""; 0], "all of them");
    assert_eq!(found("500"), [""; 0], "digits alone are no words");
    let many: Vec<Item> = (0..50).map(|n| item((&format!("tea{n}"), "Tea"))).collect();
    assert_eq!(items_of(&readings("tea"), &many).len(), ITEMS_MAX);
}

#[test]
fn a_reading_has_one_name_in_answers() {
    let names: Vec<String> = ["SFB1A2C3D4", "0712345678", "150"]
        .into_iter()
        .flat_map(readings)
        .map(|reading| serde_json::to_string(&reading.read_as()).unwrap())
        .collect();
    for name in [
        "mpesa_code",
        "account_number",
        "reference",
        "phone",
        "phone_end",
        "amount",
        "item",
    ] {
        assert!(names.contains(&format!("\"{name}\"")), "{name}");
    }
}
