//! No log line holds a secret, a callback's address or a whole phone number.

use crate::house::Payment;
use crate::http::at;
use std::fs;

#[test]
fn the_log_tells_no_secret_and_no_number() {
    // Stories that make the Worker complain.
    for ending in ["0403", "2028", "1001"] {
        Payment::pushed(ending).until_state("declined");
    }
    Payment::pushed("0503").until_state("confirming");
    let log = fs::read_to_string(at("MALIPO_LOG")).unwrap();
    assert!(
        log.contains("payment emulator:main:M"),
        "the log says which payment: {log}"
    );
    let secrets = fs::read_to_string(at("MALIPO_SECRETS")).unwrap();
    let values = secrets
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(_, value)| value.trim_matches('"'));
    for secret in values.filter(|value| !value.is_empty()) {
        assert!(!log.contains(secret), "the log holds a secret");
    }
    for word in ["25470", "0700 0", "/hooks/", "Bearer "] {
        assert!(!log.contains(word), "the log holds `{word}`");
    }
}
