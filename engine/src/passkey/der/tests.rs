//! Signatures in DER: its one form, and everything near it.

use super::*;

/// An integer in DER, as its bytes are given.
fn der_integer(digits: &[u8]) -> Vec<u8> {
    [&[INTEGER, digits.len() as u8], digits].concat()
}

fn signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    let both = [der_integer(r), der_integer(s)].concat();
    [&[SEQUENCE, both.len() as u8], both.as_slice()].concat()
}

/// 33 bytes, the largest that stands there: 0 and 32 times 0xFF.
fn largest() -> Vec<u8> {
    [&[0], [0xFF; 32].as_slice()].concat()
}

#[test]
fn each_integer_is_padded_to_32_bytes() {
    for (digits, expected) in [
        (vec![1], 1_u8),
        (vec![0x7F], 0x7F),
        (vec![0, 0x80], 0x80),
        (vec![0, 0xFF], 0xFF),
    ] {
        let mut padded = [0; 32];
        padded[31] = expected;
        let raw = raw_signature(&signature(&digits, &largest())).unwrap();
        assert_eq!(raw[..32], padded, "{digits:02x?}");
        assert_eq!(raw[32..], [0xFF; 32]);
        let raw = raw_signature(&signature(&largest(), &digits)).unwrap();
        assert_eq!(raw[32..], padded, "{digits:02x?}");
    }
    let whole: Vec<u8> = (1..=32).collect();
    let raw = raw_signature(&signature(&whole, &whole[1..])).unwrap();
    assert_eq!(raw[..32], whole);
    assert_eq!(raw[32..], [&[0], &whole[1..]].concat());
}

#[test]
fn another_form_of_an_integer_is_refused() {
    let good = [0x11; 32];
    assert!(raw_signature(&signature(&good, &good)).is_some());
    for wrong in [
        vec![],                                 // no digit
        vec![0],                                // nothing
        vec![0, 0],                             // and padded
        vec![0x80],                             // below nothing
        vec![0xFF; 32],                         // below nothing
        vec![0, 0x7F],                          // padded
        [&[0], good.as_slice()].concat(),       // padded
        [&[0, 0], [0x80].as_slice()].concat(),  // padded
        vec![1; 33],                            // too long
        [&[0], [0xFF; 33].as_slice()].concat(), // too long
    ] {
        for der in [signature(&wrong, &good), signature(&good, &wrong)] {
            assert_eq!(raw_signature(&der), None, "{der:02x?}");
        }
    }
}

#[test]
fn another_form_of_the_sequence_is_refused() {
    let good = signature(&largest(), &largest());
    assert_eq!((good.len(), good[1]), (72, 70));
    assert!(raw_signature(&good).is_some());
    for len in 0..good.len() {
        assert_eq!(raw_signature(&good[..len]), None, "{len}");
    }
    let with = |at: usize, byte: u8| {
        let mut der = good.clone();
        der[at] = byte;
        der
    };
    let long = [&[SEQUENCE, 0x81, 70], &good[2..]].concat();
    let endless = [&[SEQUENCE, 0x80], &good[2..], &[0, 0]].concat();
    let three = [&good[2..], &der_integer(&[1])].concat();
    let three = [&[SEQUENCE, three.len() as u8], three.as_slice()].concat();
    for wrong in [
        [good.as_slice(), &[0]].concat(), // goes on
        with(0, 0x31),
        with(1, 69),
        with(1, 71),
        with(2, 3),
        with(3, 32),
        with(3, 34),
        with(37, 3),
        with(38, 34),
        long,
        endless,
        three,
        [7; 64].to_vec(), // `r ‖ s` already
    ] {
        assert_eq!(raw_signature(&wrong), None, "{wrong:02x?}");
    }
}
