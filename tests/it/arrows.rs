//! Imports only go down: from room to room of the shell and of the emulator, and nowhere in a circle.

use crate::imports::{Crate, Module, circle};
use crate::tidy::{crates, files, shown};
use std::path::PathBuf;

/// The rooms of the shell, each with what it may import. Nobody imports `edge` or `objects`.
const SHELL: [(&str, &[&str]); 9] = [
    ("platform", &[]),
    ("config", &["platform"]),
    ("calls", &["config", "platform"]),
    ("ledger", &["config", "platform"]),
    ("outbound", &["calls", "config", "platform"]),
    ("intake", &["ledger", "calls", "config", "platform"]),
    (
        "objects",
        &["outbound", "ledger", "calls", "config", "platform"],
    ),
    (
        "schedule",
        &[
            "intake", "outbound", "ledger", "calls", "config", "platform",
        ],
    ),
    (
        "edge",
        &[
            "schedule", "intake", "outbound", "ledger", "calls", "config", "platform",
        ],
    ),
];

/// The rooms of the emulator, in the same way: what is remembered knows of nobody, and the merchant is told of what is remembered.
const EMULATOR: [(&str, &[&str]); 12] = [
    ("options", &[]),
    ("clock", &[]),
    ("certificate", &[]),
    ("result_codes", &[]),
    ("world", &["clock", "options"]),
    ("emulation", &["world", "certificate", "clock", "options"]),
    (
        "notices",
        &["emulation", "world", "result_codes", "clock", "options"],
    ),
    (
        "people",
        &[
            "notices",
            "emulation",
            "world",
            "result_codes",
            "clock",
            "options",
        ],
    ),
    (
        "daraja",
        &[
            "people",
            "notices",
            "emulation",
            "world",
            "result_codes",
            "clock",
            "options",
        ],
    ),
    ("routes", &["daraja", "people", "emulation", "world"]),
    ("server", &["routes", "daraja", "emulation", "options"]),
    ("lib", &["server", "options", "world"]),
];

#[track_caller]
fn only_down(root: &str, rooms: &[(&str, &[&str])]) {
    let read = Crate::read(&malipo_tests::root().join(root));
    for (file, to) in read.rooms() {
        let place = shown(&read.places[&file]);
        let from = file.first().map_or("lib", String::as_str);
        let Some((_, may)) = rooms.iter().find(|(room, _)| *room == from) else {
            assert_eq!(from, "lib", "{place}: say here what `{from}` may import");
            continue;
        };
        assert!(
            from == to || may.contains(&to.as_str()),
            "{place} imports `{to}`, which `{from}` may not: move what it needs down, or what needs it up"
        );
    }
}

#[test]
fn the_shells_rooms_import_downwards_only() {
    only_down("shell/src/lib.rs", &SHELL);
}

#[test]
fn the_emulators_rooms_import_downwards_only() {
    only_down("emulator/src/lib.rs", &EMULATOR);
}

/// The roots of all our crates: libraries, programs, and tests that are crates of their own.
fn roots() -> Vec<PathBuf> {
    let all = crates().into_iter().flat_map(|dir| files(dir, &[".rs"]));
    let is_root = |path: &PathBuf| path.ends_with("lib.rs") || path.ends_with("main.rs");
    all.filter(is_root).collect()
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut seen = 0;
    for root in roots() {
        let read = Crate::read(&root);
        seen += read.places.len();
        if let Some(circle) = circle(&read.edges()) {
            panic!("a circle in {}:{circle}", shown(&root));
        }
    }
    let all = crates().into_iter().flat_map(|dir| files(dir, &[".rs"]));
    let tests = |path: &PathBuf| shown(path).contains("tests");
    let product = all.filter(|path| !tests(path)).count();
    assert!(seen > product, "{seen} files of {product} were read");
}

#[test]
fn a_room_is_where_it_says() {
    let read = Crate::read(&malipo_tests::root().join("shell/src/lib.rs"));
    let rooms: Vec<&Module> = read.places.keys().filter(|file| file.len() == 1).collect();
    let rooms: Vec<&str> = rooms.iter().map(|room| room[0].as_str()).collect();
    let mut named = SHELL.map(|(room, _)| room);
    named.sort_unstable();
    assert_eq!(rooms, named);
}
