//! The rules of the house that matter, each with what to do instead.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files below `dir` with one of these endings, without what is built.
fn files(dir: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root().join(dir)];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(&dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            let is_built = [
                "target",
                "node_modules",
                "dist",
                "build",
                "artefacts",
                "results",
            ]
            .contains(&name.as_str());
            // `xtask/src/build` is source.
            let is_source = path.components().any(|part| part.as_os_str() == "src");
            if path.is_dir() && !name.starts_with('.') && (!is_built || is_source) {
                left.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing below {dir}");
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// No line of code below `dirs` holds `word`, except in the files of `but_in`.
#[track_caller]
fn nowhere(dirs: &[&str], word: &str, but_in: &[&str], instead: &str) {
    for path in dirs.iter().flat_map(|dir| files(dir, &[".rs"])) {
        let name = shown(&path);
        if !but_in.contains(&name.as_str()) {
            assert!(
                !code_of(&path).contains(word),
                "{name} holds `{word}`: {instead}"
            );
        }
    }
}

#[test]
fn the_core_has_no_clock_no_io_no_randomness_and_no_async() {
    let core = ["shared/src", "engine/src"];
    for word in [
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "std::fs",
        "std::net",
        "std::thread",
        "std::env",
    ] {
        nowhere(
            &core,
            word,
            &[],
            "take what it tells as an argument; the shell reads it",
        );
    }
    for word in [
        "async fn",
        ".await",
        "rand::",
        "getrandom",
        "println!",
        "eprintln!",
    ] {
        nowhere(
            &core,
            word,
            &[],
            "the core is pure: return an effect, let the shell act",
        );
    }
}

#[test]
fn the_layers_import_downwards_only() {
    let ours = [
        "malipo-shared",
        "malipo-engine",
        "malipo-worker",
        "malipo-widget",
        "malipo-dashboard",
        "malipo-emulator",
    ];
    let allowed: [(&str, &[&str]); 8] = [
        ("shared", &[]),
        ("engine", &["malipo-shared"]),
        ("worker", &["malipo-shared", "malipo-engine"]),
        ("widget", &["malipo-shared"]),
        ("dashboard", &["malipo-shared"]),
        ("emulator", &[]),
        ("openapi", &["malipo-shared", "malipo-engine"]),
        ("xtask", &["malipo-shared", "malipo-engine"]),
    ];
    for (member, may) in allowed {
        let manifest: toml::Table = fs::read_to_string(root().join(member).join("Cargo.toml"))
            .unwrap()
            .parse()
            .unwrap();
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = manifest
                .get(table)
                .and_then(toml::Value::as_table)
                .map(|t| t.keys().cloned().collect::<Vec<_>>());
            for name in names.unwrap_or_default() {
                let is_allowed = !ours.contains(&name.as_str()) || may.contains(&name.as_str());
                assert!(
                    is_allowed,
                    "{member} must not depend on {name}: see the map in ARCHITECTURE.md"
                );
            }
        }
    }
}

#[test]
fn one_file_touches_what_is_dangerous() {
    let platform = ["worker/src/platform.rs"];
    for word in [
        "Date::now",
        "Delay::",
        "Fetch::",
        "getrandom::",
        "transactionSync",
        "ScheduledTime",
    ] {
        nowhere(
            &["worker/src"],
            word,
            &platform,
            "worker/src/platform.rs wraps it",
        );
    }
    nowhere(
        &["worker/src"],
        ".one::<",
        &[],
        "on no row it hangs the request: use to_array",
    );
}

#[test]
fn one_file_prints() {
    for word in [
        "console_error!",
        "console_warn!",
        "console_log!",
        "console_debug!",
        "println!",
    ] {
        let log = ["worker/src/log.rs"];
        let instead = "worker/src/log.rs prints, with a name from its list";
        nowhere(&["worker/src"], word, &log, instead);
    }
}

#[test]
fn the_widget_never_learns_daraja() {
    for path in files("widget", &[".rs", ".ts"]) {
        let code = code_of(&path);
        for word in ["CheckoutRequest", "stkpush", "ResultCode", "Passkey"] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: the widget knows reasons, not codes",
                shown(&path)
            );
        }
    }
}

#[test]
fn tests_are_honest() {
    for path in files("tests", &[".rs"])
        .into_iter()
        .chain(files("engine", &[".rs"]))
        .chain(files("emulator", &[".rs"]))
    {
        if shown(&path) == "tests/it/tidy.rs" {
            continue;
        }
        let code = code_of(&path);
        for word in ["#[ignore", "thread::sleep", "sleep_ms"] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: wait for what must happen, or mend the test",
                shown(&path)
            );
        }
    }
    for path in files("e2e", &[".ts"]) {
        let code = code_of(&path);
        for word in [
            "waitForTimeout",
            ".skip(",
            ".only(",
            ".fixme(",
            "retries: 1",
            "retries: 2",
        ] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: wait for what must happen",
                shown(&path)
            );
        }
    }
}

#[test]
fn every_file_opens_with_what_it_owns_and_stays_small() {
    let all = [
        "shared",
        "engine",
        "worker",
        "widget",
        "dashboard",
        "emulator",
        "openapi",
        "tests",
        "xtask",
    ];
    for path in all.iter().flat_map(|dir| files(dir, &[".rs"])) {
        let text = fs::read_to_string(&path).unwrap();
        let name = shown(&path);
        assert!(
            text.starts_with("//!"),
            "{name} must open with a `//!` sentence of what it owns"
        );
        let lines = text.lines().count();
        // Tables of one thing, and stories on one clock, are read by looking up.
        let most = if name.ends_with("tests.rs") || name.contains("sentences") {
            700
        } else {
            420
        };
        assert!(lines <= most, "{name} has {lines} lines: make it two files");
    }
}

#[test]
fn names_say_what_a_thing_is() {
    for path in [
        "shared",
        "engine",
        "worker",
        "widget",
        "dashboard",
        "emulator",
        "xtask",
    ]
    .iter()
    .flat_map(|dir| files(dir, &[".rs"]))
    {
        let code = code_of(&path);
        for word in [
            "fn handle_",
            "fn process_",
            "fn do_",
            "mod util",
            "mod helper",
            "mod common",
            "Manager",
        ] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: name what it does or is",
                shown(&path)
            );
        }
    }
}

#[test]
fn no_secret_lies_in_the_tree() {
    for path in files(
        ".",
        &[
            ".rs", ".ts", ".md", ".toml", ".html", ".css", ".json", ".jsonl",
        ],
    ) {
        let text = fs::read_to_string(&path).unwrap();
        // The sandbox passkey that half of the internet has pasted, and the shape of a key in a header.
        for word in [
            concat!("bfb279f9aa9bdbcf15", "8e97dd71a467cd2e0c"),
            concat!("BEGIN ", "PRIVATE KEY"),
        ] {
            assert!(!text.contains(word), "{} holds a secret", shown(&path));
        }
    }
}
