//! No log line holds a secret, a callback's address or a whole phone number.

use crate::house::Payment;
use crate::http::at;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn the_log_tells_no_secret_and_no_number() {
    // Stories that make the Worker complain.
    for ending in ["0403", "2028", "1001"] {
        Payment::pushed(ending).until_state("declined");
    }
    Payment::pushed("0503").until_state("confirming");
    let log = fs::read_to_string(at("MALIPO_LOG")).unwrap();
    assert!(
        log.contains(r#""payment":"emulator:main:M"#),
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

/// Every line that any Worker of this run has printed so far and that is one of ours.
fn lines() -> Vec<String> {
    let log = at("MALIPO_LOG");
    let logs = fs::read_dir(Path::new(&log).parent().unwrap()).unwrap();
    let logs = logs.map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        path.is_file()
            && name.ends_with(".log")
            && !["emulator.log", "wrangler.log"].contains(&&*name)
    });
    let text: String = logs.map(|path| fs::read_to_string(path).unwrap()).collect();
    // The last line may be half written.
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let ours = whole.map(str::trim).filter(|line| line.starts_with('{'));
    ours.map(str::to_owned).collect()
}

#[test]
fn every_line_of_the_log_has_a_name_from_the_list() {
    Payment::pushed("1001").until_state("declined");
    let list = fs::read_to_string(malipo_tests::root().join("shell/src/platform/log.rs"));
    let list = list.unwrap();
    let lines = lines();
    for line in &lines {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}"));
        let said = said.as_object().unwrap();
        let what = said["what"].as_str().unwrap();
        assert!(list.contains(&format!(" \"{what}\",\n")), "{line}");
        for (name, value) in said {
            let known = ["level", "what", "payment", "receipt", "merchant", "why"];
            assert!(
                known.contains(&name.as_str()) && value.is_string(),
                "{line}"
            );
        }
    }
    let is_refusal = |line: &String| line.contains(r#""level":"warn","what":"push_not_sent""#);
    assert!(lines.iter().any(is_refusal), "{lines:#?}");
}
