//! CBOR: the examples of RFC 8949, Appendix A that have a strict form, and everything that has none.

use super::*;
use Item::{Array, Bool, Bytes, Integer, Text};

#[track_caller]
fn check_is_read(hex: &str, expected: &Item<'_>) {
    let bytes = hex::decode(hex).unwrap();
    assert_eq!(whole(&bytes).as_ref(), Some(expected), "{hex}");
    for len in 0..bytes.len() {
        assert_eq!(whole(&bytes[..len]), None, "{hex}, {len} bytes of it");
    }
    let more = [bytes.as_slice(), &[0]].concat();
    assert_eq!(whole(&more), None, "{hex} and more");
    assert_eq!(first(&more), whole(&bytes).map(|item| (item, &[0][..])));
}

#[track_caller]
fn check_is_refused(hex: &str, why: &str) {
    let bytes = hex::decode(hex).unwrap();
    assert_eq!(whole(&bytes), None, "{hex}: {why}");
}

fn map<'b>(entries: Vec<(Item<'b>, Item<'b>)>) -> Item<'b> {
    Item::Map(Map(entries))
}

// RFC 8949, Appendix A, "Examples of Encoded CBOR Data Items".
#[test]
fn values_in_their_one_form_are_read() {
    for (hex, integer) in [
        ("00", 0),
        ("01", 1),
        ("0a", 10),
        ("17", 23),
        ("1818", 24),
        ("1819", 25),
        ("1864", 100),
        ("1903e8", 1000),
        ("1a000f4240", 1_000_000),
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("1bffffffffffffffff", i128::from(u64::MAX)),
        ("20", -1),
        ("29", -10),
        ("3863", -100),
        ("3903e7", -1000),
        ("3bffffffffffffffff", -1 - i128::from(u64::MAX)),
    ] {
        check_is_read(hex, &Integer(integer));
    }
    check_is_read("f4", &Bool(false));
    check_is_read("f5", &Bool(true));
    check_is_read("40", &Bytes(b""));
    check_is_read("4401020304", &Bytes(&[1, 2, 3, 4]));
    check_is_read("60", &Text(""));
    check_is_read("6449455446", &Text("IETF"));
    check_is_read("62c3bc", &Text("\u{fc}"));
    let pair = || Array(vec![Integer(2), Integer(3)]);
    check_is_read("80", &Array(vec![]));
    check_is_read(
        "8301820203820405",
        &Array(vec![
            Integer(1),
            pair(),
            Array(vec![Integer(4), Integer(5)]),
        ]),
    );
    check_is_read("a0", &map(vec![]));
    check_is_read(
        "a201020304",
        &map(vec![(Integer(1), Integer(2)), (Integer(3), Integer(4))]),
    );
    check_is_read(
        "a26161016162820203",
        &map(vec![(Text("a"), Integer(1)), (Text("b"), pair())]),
    );
    let long = format!("9818{}", "00".repeat(24));
    check_is_read(&long, &Array((0..24).map(|_| Integer(0)).collect()));
}

#[test]
fn another_form_is_refused() {
    for (hex, why) in [
        ("", "nothing"),
        ("1817", "23 in two bytes"),
        ("1900ff", "255 in three bytes"),
        ("1a0000ffff", "65,535 in five bytes"),
        ("1b00000000ffffffff", "4,294,967,295 in nine bytes"),
        ("3817", "-24 in two bytes"),
        ("5800", "a long length of bytes"),
        ("7801e0", "a long length of text"),
        ("9800", "a long count"),
        ("b800", "a long count"),
        ("1c", "reserved"),
        ("1d", "reserved"),
        ("1e", "reserved"),
        ("1f", "reserved"),
        ("5f42010243030405ff", "bytes in pieces"),
        ("7f657374726561646d696e67ff", "text in pieces"),
        ("9fff", "an open array"),
        ("bfff", "an open map"),
        ("ff", "an end of nothing"),
        ("c11a514b67b0", "a tag"),
        ("d818456449455446", "a tag"),
        ("f90000", "a half float"),
        ("fa47c35000", "a float"),
        ("fb3ff199999999999a", "a double"),
        ("f6", "null"),
        ("f7", "undefined"),
        ("f0", "a simple value"),
        ("f814", "false in two bytes"),
        ("f820", "a simple value"),
        ("61ff", "text that is no UTF-8"),
        ("5bffffffffffffffff", "more bytes than there are"),
        ("9bffffffffffffffff00", "more items than there are"),
        ("bbffffffffffffffff0000", "more entries than there are"),
    ] {
        check_is_refused(hex, why);
    }
}

#[test]
fn a_key_is_simple_and_stands_once() {
    check_is_read(
        "a201002000",
        &map(vec![(Integer(1), Integer(0)), (Integer(-1), Integer(0))]),
    );
    check_is_read(
        "a2416100616100",
        &map(vec![(Bytes(b"a"), Integer(0)), (Text("a"), Integer(0))]),
    );
    for (hex, why) in [
        ("a201000101", "1 twice"),
        ("a3010002000100", "1 twice, not side by side"),
        ("a2616100616101", "a text twice"),
        ("a2416100416100", "bytes twice, and what stands there"),
        ("81a1000000", "goes on"),
        ("81a200000000", "0 twice, deeper"),
        ("a18000", "an array as a key"),
        ("a1a000", "a map as a key"),
        ("a1f400", "false as a key"),
        ("a101", "a key with nothing there"),
    ] {
        check_is_refused(hex, why);
    }
}

#[test]
fn four_levels_are_read_and_five_refused() {
    assert!(whole(&hex::decode("8181818100").unwrap()).is_some());
    assert!(whole(&hex::decode("a100a100a100a10000").unwrap()).is_some());
    check_is_refused("818181818100", "five arrays");
    check_is_refused("8181818180", "five arrays, one empty");
    check_is_refused("a100a100a100a100a0", "five maps");
    check_is_refused("81a10081a10080", "five of both");
    // As deep as it gets: refused before the stack ends.
    assert_eq!(whole(&[0x81; 4096]), None);
}
