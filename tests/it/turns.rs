//! A payment's object writes in turns alone, and what a turn leaves to be done is carried out by one function. The types
//! say so inside `shell/src/objects/payment/turn`; this holds the doors beside them shut.

use std::fs;
use std::path::{Path, PathBuf};

/// Words, and the files of the payment's object in which they may stand.
const DOORS: [(&str, &[&str], &str); 5] = [
    (
        "Store::of(",
        &["inner.rs", "faults.rs", "turn/look.rs"],
        "look, or take a turn",
    ),
    (
        ".set_mark(",
        &["faults.rs", "store.rs", "store/forget.rs", "turn.rs"],
        "a turn writes: give it a method that says what",
    ),
    (
        ".flush(",
        &["faults.rs", "turn.rs"],
        "a turn writes all that it changes at its end",
    ),
    (
        "home.write(",
        &["payment.rs", "faults.rs", "store.rs"],
        "rows and alarm belong to the turn that needs them",
    ),
    (
        "home.erase(",
        &["turn/carry.rs"],
        "only what nobody tried to pay goes: `end_due`",
    ),
];

/// The parts of a turn that nobody outside may have: an item without `pub` is seen in its own module alone.
const PRIVATE: [&str; 3] = ["struct Left {", "fn take(", "fn carry_out("];

fn object() -> PathBuf {
    malipo_tests::root().join("shell/src/objects/payment")
}

fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The files of the payment's object, and their names below it.
fn files() -> Vec<(String, String)> {
    let head = object().with_extension("rs");
    let mut found = vec![("payment.rs".to_owned(), code_of(&head))];
    let mut left = vec![object()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(object()).unwrap().display().to_string();
                found.push((name, code_of(&path)));
            }
        }
    }
    found
}

#[test]
fn only_a_turn_writes_and_only_one_function_sets_the_alarm() {
    for (name, code) in files() {
        for (word, may, instead) in DOORS {
            assert!(
                may.contains(&name.as_str()) || !code.contains(word),
                "{name} holds `{word}`: {instead}"
            );
        }
    }
}

#[test]
fn what_a_turn_leaves_is_seen_by_nobody_else() {
    let files = files();
    let of_turns = |name: &str| name.starts_with("turn");
    let turns = files.iter().filter(|(name, _)| of_turns(name));
    let code: String = turns.map(|(_, code)| code.as_str()).collect();
    for word in PRIVATE {
        let lines: Vec<&str> = code.lines().filter(|line| line.contains(word)).collect();
        assert!(!lines.is_empty(), "no `{word}` any more: what is it now?");
        for line in lines {
            assert!(!line.contains("pub"), "`{line}` can be forgotten by others");
        }
    }
    let times = |word: &str| code.matches(word).count();
    assert_eq!(
        times("let left = self.take("),
        times("self.carry_out(left, "),
        "each turn is carried out"
    );
    assert_eq!(times("self.take("), times("let left = self.take("));
    let left = code.split_once("struct Left {").unwrap().1;
    let fields = left.split_once("\n}").unwrap().0;
    assert!(!fields.contains("pub"), "{fields}");
    let before = code.split_once("struct Left {").unwrap().0;
    assert!(
        before.trim_end().ends_with(r#"begun"]"#) && before.contains("#[must_use"),
        "a turn's rest must be used"
    );
}
