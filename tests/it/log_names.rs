//! The names of the log's lines: each stands in docs/operate.md with what to do, and the Worker has no other.

use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(malipo_tests::root().join(path)).unwrap()
}

/// The names in the list of shell/src/platform/log.rs: `    AlarmUnset "alarm_unset",`.
fn listed(source: &str) -> Vec<String> {
    let list = source.split_once("\nnames! {\n").unwrap().1;
    let list = list.split_once("\n}").unwrap().0;
    let names = list.lines().map(|line| {
        let (variant, name) = line.trim().split_once(' ').unwrap();
        let name = name.trim_end_matches(',').trim_matches('"');
        let words: String = name.split('_').collect();
        assert_eq!(variant.to_lowercase(), words, "a name is its variant's");
        name.to_owned()
    });
    names.collect()
}

/// The names in the first column of the table below "The log".
fn documented(page: &str) -> Vec<String> {
    let section = page.split_once("\n## The log\n").unwrap().1;
    let section = section.split_once("\n## ").unwrap().0;
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.map(|row| {
        let (name, rest) = row.split_once('`').unwrap();
        let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(!cells[1].is_empty() && !cells[2].is_empty(), "{row}");
        name.to_owned()
    });
    names.collect()
}

#[test]
fn every_name_is_documented_with_what_to_do() {
    let listed = listed(&read("shell/src/platform/log.rs"));
    assert!(listed.len() > 30, "{listed:?}");
    assert_eq!(listed, documented(&read("docs/operate.md")));
    assert!(
        listed.is_sorted(),
        "by the alphabet, so that a name is found"
    );
}

#[test]
fn every_name_is_printed_somewhere() {
    let mut code = String::new();
    let mut left = ["shell/src", "worker/src"]
        .map(|dir| malipo_tests::root().join(dir))
        .to_vec();
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            match path.is_dir() {
                true => left.push(path),
                false => code += &fs::read_to_string(path).unwrap(),
            }
        }
    }
    for name in listed(&read("shell/src/platform/log.rs")) {
        let variant: String = name
            .split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        assert!(code.contains(&format!("What::{variant}")), "{name}");
    }
}
