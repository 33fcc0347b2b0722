//! Bodies that M-PESA posts to a secret path: read as JSON where that is beyond doubt, else looked through for the receipt.
//! What cannot be read is nobody's verdict, and is kept for a person.

use crate::eat::Day;
use malipo_shared::{LinkId, MpesaReceipt};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A body as a text that loses no byte: what is no UTF-8 stands as U+F700 and its value, in Unicode's private use.
pub fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let kept = |byte: &u8| char::from_u32(0xf700 + u32::from(*byte));
        text.extend(chunk.invalid().iter().filter_map(kept));
    }
    text
}

/// The JSON of a body: strictly, or with its one common fault mended, control characters that stand raw in a text. A byte order
/// mark before it means nothing. None where a key stands twice in one object: which of the two is meant?
pub(super) fn read(body: &[u8]) -> Option<Value> {
    let text = text_of(body);
    let Plain { json, keys } = plain(text.trim_start_matches('\u{feff}'));
    let value: Value = serde_json::from_slice(json.as_bytes()).ok()?;
    (count_keys(&value) == keys).then_some(value)
}

/// A text whose strings hold no raw control character, and how many keys it has.
struct Plain {
    json: String,
    keys: usize,
}

fn plain(text: &str) -> Plain {
    let (mut is_string, mut is_escaped) = (false, false);
    let (mut json, mut keys) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        match c {
            c if is_string && c < ' ' => {
                json.push_str(&format!("\\u{:04x}", u32::from(c)));
                is_escaped = false;
                continue;
            }
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            ':' if !is_string => keys += 1,
            _ => {}
        }
        json.push(c);
    }
    Plain { json, keys }
}

fn count_keys(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.len() + fields.values().map(count_keys).sum::<usize>(),
        Value::Array(items) => items.iter().map(count_keys).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// What stands before a receipt number in a confirmation, a callback and a result, in small letters.
const NAMES: [&str; 4] = [
    "transid",
    "mpesareceiptnumber",
    "receiptno",
    "transactionid",
];
/// Quotes, colons and the like between the name and the number: `%22%3A%22`, `","Value":"`.
const BETWEEN_MAX: usize = 40;
/// As long as every receipt that M-PESA has shown so far.
const RECEIPT_LEN: usize = 10;

/// The receipts that a text names, whatever else it is: each once, in their order, six at most.
pub fn receipts_in(text: &str) -> Vec<MpesaReceipt> {
    let lower = text.to_ascii_lowercase();
    let places = NAMES.iter().flat_map(|name| {
        let found = lower.match_indices(name);
        found.map(|(at, name)| at + name.len())
    });
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    let mut found = Vec::new();
    for receipt in places
        .iter()
        .filter_map(|at| number_after(text.get(*at..)?))
    {
        if !found.contains(&receipt) && found.len() < 6 {
            found.push(receipt);
        }
    }
    found
}

/// The number at the beginning, behind signs, escapes of addresses and the word `Value`.
fn number_after(text: &str) -> Option<MpesaReceipt> {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '%' => 3,
            _ if rest.len() > 5
                && rest.is_char_boundary(5)
                && rest[..5].eq_ignore_ascii_case("value") =>
            {
                5
            }
            c if c.is_ascii_alphanumeric() => break,
            c => c.len_utf8(),
        };
        rest = rest.get(skipped..)?;
        if text.len() - rest.len() > BETWEEN_MAX {
            return None;
        }
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
    let number = MpesaReceipt::parse(&rest[..end.unwrap_or(rest.len())]).ok()?;
    // A word in capitals is no receipt, unless it is as long as one: one in ten real ones has no digit.
    let has = |is: fn(&u8) -> bool| number.as_str().as_bytes().iter().any(is);
    let is_one = has(u8::is_ascii_digit) || number.as_str().len() == RECEIPT_LEN;
    (is_one && has(u8::is_ascii_uppercase)).then_some(number)
}

/// What a body is listed by that names no receipt: no number of M-PESA's begins so. The same body that comes to the same merchant
/// on one day has the same name.
pub fn unread_name(link: &LinkId, day: Day, body: &str) -> Option<MpesaReceipt> {
    let digest = Sha256::digest(format!("{link} {day} {body}"));
    let name = format!("{UNREAD}{}", hex::encode_upper(&digest[..4]));
    MpesaReceipt::parse(&name).ok()
}

/// Whether it is the name of such a body, and no receipt.
pub fn is_unread_name(receipt: &MpesaReceipt) -> bool {
    receipt.as_str().len() == UNREAD.len() + 8 && receipt.as_str().starts_with(UNREAD)
}

const UNREAD: &str = "UNREAD";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daraja::C2bConfirmation;

    #[track_caller]
    fn names(text: &str, expected: &[&str]) {
        let found: Vec<String> = receipts_in(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_raw_control_character_in_a_name_costs_nobody_a_payment() {
        for c in (0..0x20_u32).filter_map(char::from_u32) {
            let body = format!(
                r#"{{"TransID":"UKTRAWTAB1","TransAmount":"90.00","BillRefNumber":"M0123456789","FirstName":"A{c}IB"}}"#
            );
            let told = C2bConfirmation::decode(body.as_bytes()).unwrap();
            assert_eq!(told.amount.kes(), Some(90), "U+{:04X}", u32::from(c));
            assert_eq!(told.bill_ref, "M0123456789");
        }
        let marked = "\u{feff}{\"TransID\":\"UKTRAWTAB1\",\n\t\"TransAmount\":\"90\"}";
        assert!(C2bConfirmation::decode(marked.as_bytes()).is_ok());
        let latin =
            b"{\"TransID\":\"UKTRAWTAB1\",\"TransAmount\":\"90\",\"FirstName\":\"JOS\xc9\"}";
        assert!(C2bConfirmation::decode(latin).is_ok());
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for body in [
            r#"{"TransID":"UKTRAWTAB1","TransID":"UKTRAWTAB2","TransAmount":"90"}"#,
            r#"{"TransID":"UKTRAWTAB1","TransAmount":"90","TransAmount":"9"}"#,
            r#"{"TransID":"UKTRAWTAB1","TransAmount":"90",}"#,
            r#"{'TransID':'UKTRAWTAB1','TransAmount':'90'}"#,
            r#"{"TransID":"UKTRAWTAB1","TransAmount":NaN}"#,
            r#"{"TransID":"UKTRAWTAB1","TransAm"#,
            "TransID=UKTRAWTAB1&TransAmount=90",
            "[]",
            "",
        ] {
            assert!(C2bConfirmation::decode(body.as_bytes()).is_err(), "{body}");
        }
        // A colon within a text is no key.
        let timed = r#"{"TransID":"UKTRAWTAB1","FirstName":"a:\"b\":c\\","X":{"Y":[{"Z":1}]}}"#;
        assert!(read(timed.as_bytes()).is_some());
    }

    #[test]
    fn a_receipt_is_found_in_any_text_that_names_it() {
        names(r#"{'TransID': 'UKTRAWTAB1',}"#, &["UKTRAWTAB1"]);
        names("TransID=UKTRAWTAB1&TransAmount=90", &["UKTRAWTAB1"]);
        names("%7B%22TransID%22%3A%22UKTRAWTAB1%22%7D", &["UKTRAWTAB1"]);
        names("<TransID>UKTRAWTAB1</TransID>", &["UKTRAWTAB1"]);
        names(r#"{"TransID":"SUHWAJMESV","#, &["SUHWAJMESV"]); // one in ten has no digit
        names(r#"{"TransID":"UKTRAWTAB1","TransAm"#, &["UKTRAWTAB1"]);
        names(
            r#"{"Name":"MpesaReceiptNumber","Value":"UKTRAWTAB2"},{"Key":"ReceiptNo","Value":"UKTRAWTAB3"}"#,
            &["UKTRAWTAB2", "UKTRAWTAB3"],
        );
        names(
            r#"{"TransID":"UKTRAWTAB1","TransID":"UKTRAWTAB2","TransID":"UKTRAWTAB1"}"#,
            &["UKTRAWTAB1", "UKTRAWTAB2"],
        );
        for nothing in [
            "",
            "TransID",
            "TransID:",
            "\"TransID\":null",
            "TransID TransID",
            "TransID=\u{e9}\u{e9}",
            "TransID%",
        ] {
            names(nothing, &[]);
        }
    }

    #[test]
    fn no_byte_of_a_body_is_lost() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(text_of(&all).chars().count(), 256);
        assert_eq!(text_of(b"a\xff"), "a\u{f7ff}");
        assert_eq!(text_of("Wanjirũ".as_bytes()), "Wanjirũ");
    }

    #[test]
    fn what_names_no_receipt_has_a_name_of_its_own() {
        let (main, day) = (LinkId::parse("main").unwrap(), Day::of(0));
        let name = unread_name(&main, day, "<html>").unwrap();
        assert!(is_unread_name(&name));
        assert_eq!(unread_name(&main, day, "<html>"), Some(name.clone()));
        // What came to another merchant, or on another day, is listed beside it.
        let duka = LinkId::parse("duka").unwrap();
        for other in [
            unread_name(&main, day, ""),
            unread_name(&duka, day, "<html>"),
            unread_name(&main, Day::of(86_400_000), "<html>"),
        ] {
            assert_ne!(other, Some(name.clone()));
        }
        assert!(!is_unread_name(&MpesaReceipt::parse("UKTRAWTAB1").unwrap()));
    }
}
