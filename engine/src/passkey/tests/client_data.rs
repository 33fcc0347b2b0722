//! `clientDataJSON` in both acts: each field changed, missing, twice.

use super::made::{EXPECTED, Made};
use crate::passkey::Refused;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// In both acts.
#[track_caller]
fn check(change: impl Fn(&mut Made), expected: Result<(), Refused>) {
    let made = Made::registration().with(&change);
    assert_eq!(made.register().map(|_| ()), expected, "{}", made.client);
    let made = Made::assertion().with(&change);
    assert_eq!(made.assert().map(|_| ()), expected, "{}", made.client);
}

#[track_caller]
fn check_field(name: &str, value: impl Into<Value>, expected: Result<(), Refused>) {
    let value = value.into();
    check(|made| made.client[name] = value.clone(), expected);
}

#[track_caller]
fn check_missing(name: &str, expected: Result<(), Refused>) {
    let remove = |made: &mut Made| {
        made.client.as_object_mut().unwrap().remove(name).unwrap();
    };
    check(remove, expected);
}

#[test]
fn each_act_has_its_own_type() {
    let swapped = Made::new("webauthn.get", 0x45);
    assert_eq!(swapped.register().unwrap_err(), Refused::Type);
    let swapped = Made::new("webauthn.create", 0x05);
    assert_eq!(swapped.assert().unwrap_err(), Refused::Type);
    for wrong in [
        json!(""),
        json!("webauthn.create "),
        json!("Webauthn.get"),
        json!(1),
        json!(null),
    ] {
        check_field("type", wrong, Err(Refused::Type));
    }
    check_missing("type", Err(Refused::Type));
}

#[test]
fn the_challenge_is_the_one_that_was_given() {
    let of = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let longer = [EXPECTED.challenge, b"!"].concat();
    for wrong in [
        of(b""),
        of(b"a challenge of that act"),
        of(&EXPECTED.challenge[1..]),
        of(&longer),
        format!("{}=", of(EXPECTED.challenge)),
        format!(" {}", of(EXPECTED.challenge)),
        String::from_utf8(EXPECTED.challenge.to_vec()).unwrap(),
    ] {
        check_field("challenge", wrong, Err(Refused::Challenge));
    }
    check_field("challenge", json!([1, 2]), Err(Refused::Challenge));
    check_missing("challenge", Err(Refused::Challenge));
}

#[test]
fn a_challenge_is_spelled_in_the_alphabet_of_addresses() {
    // Where the two alphabets differ: `-_` and `+/`.
    let challenge = [0xFB, 0xEF, 0xFF];
    assert_eq!(URL_SAFE_NO_PAD.encode(challenge), "--__");
    assert_eq!(STANDARD.encode(challenge), "++//");
    let check = |spelled: &str| {
        let json = json!({"type": "t", "challenge": spelled, "origin": "o"}).to_string();
        crate::passkey::client_data::check(json.as_bytes(), "t", &challenge, "o")
    };
    assert_eq!(check("--__"), Ok(()));
    assert_eq!(check("++//"), Err(Refused::Challenge));
}

#[test]
fn the_origin_is_ours_to_the_letter() {
    for wrong in [
        "https://pay.example.evil",
        "https://evil.pay.example",
        "https://pay.example/",
        "https://pay.example:443",
        "https://pay.example:8443",
        "http://pay.example",
        "https://Pay.example",
        "https://pay.example.",
        "pay.example",
        "null",
        "",
    ] {
        check_field("origin", wrong, Err(Refused::Origin));
    }
    check_field(
        "origin",
        json!(["https://pay.example"]),
        Err(Refused::Origin),
    );
    check_missing("origin", Err(Refused::Origin));
}

#[test]
fn a_page_in_a_frame_is_refused() {
    check_missing("crossOrigin", Ok(()));
    for wrong in [json!(true), json!(null), json!("false"), json!(0)] {
        check_field("crossOrigin", wrong, Err(Refused::Framed));
    }
    for top in [
        json!("https://evil.example"),
        json!(EXPECTED.origin),
        json!(null),
    ] {
        check_field("topOrigin", top, Err(Refused::Framed));
    }
}

#[test]
fn a_browser_may_say_more() {
    check_field("other_keys_can_be_added_here", "do not compare", Ok(()));
    check_field("tokenBinding", json!({"status": "supported"}), Ok(()));
}

#[test]
fn what_is_no_object_with_each_name_once_is_refused() {
    let good = Made::assertion().client.to_string();
    let as_text = |text: &str| {
        let change = |made: &mut Made| made.client_text = Some(text.to_owned());
        let read = Made::assertion().with(change).assert();
        read.map(|_| ())
    };
    assert_eq!(as_text(&good), Ok(()));
    assert_eq!(as_text(&format!(" {good}\n")), Ok(()));
    for len in 0..good.len() {
        assert_eq!(as_text(&good[..len]), Err(Refused::ClientData), "{len}");
    }
    let inner = good.trim_start_matches('{');
    for wrong in [
        format!("[{good}]"),
        format!("{good}{good}"),
        format!("\u{feff}{good}"),
        format!("{{\"type\":\"webauthn.create\",{inner}"),
        format!("{{\"origin\":\"https://evil.example\",{inner}"),
        format!("{{\"typ\\u0065\":\"webauthn.get\",{inner}"),
        format!("{{\"more\":{{\"a\":1,\"a\":1}},{inner}"),
    ] {
        assert_eq!(as_text(&wrong), Err(Refused::ClientData), "{wrong}");
    }
}

#[test]
fn two_kilobytes_are_read_and_no_more() {
    let padded = |len: usize| {
        let good = Made::assertion().client.to_string();
        let text = format!("{good}{}", " ".repeat(len - good.len()));
        let change = |made: &mut Made| made.client_text = Some(text.clone());
        Made::assertion().with(change).assert().map(|_| ())
    };
    assert_eq!(padded(2048), Ok(()));
    assert_eq!(padded(2049), Err(Refused::ClientData));
}
