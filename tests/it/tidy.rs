//! The rules of the house that matter, each with what to do instead.

use std::fs;
use std::path::{Path, PathBuf};

/// Our crates, and which of ours each may take: the map in ARCHITECTURE.md.
const LAYERS: [(&str, &[&str]); 11] = [
    ("shared", &[]),
    ("engine", &["malipo-shared"]),
    ("shell", &["malipo-shared", "malipo-engine"]),
    (
        "worker",
        &[
            "malipo-shared",
            "malipo-engine",
            "malipo-shell",
            "malipo-contract",
        ],
    ),
    ("widget", &["malipo-shared"]),
    ("dashboard", &["malipo-shared"]),
    ("emulator", &[]),
    ("openapi", &["malipo-shared", "malipo-engine"]),
    (
        "tests",
        &[
            "malipo-shared",
            "malipo-engine",
            "malipo-shell",
            "malipo-contract",
            "malipo-openapi",
        ],
    ),
    ("tests/contract", &["malipo-shell"]),
    (
        "xtask",
        &["malipo-shared", "malipo-engine", "malipo-openapi"],
    ),
];

pub(crate) fn crates() -> [&'static str; 11] {
    LAYERS.map(|(name, _)| name)
}

/// The files below `dir` with one of these endings, without what is built.
pub(crate) fn files(dir: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![malipo_tests::root().join(dir)];
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
            let is_source = shown(&path).split('/').any(|part| part == "src");
            if path.is_dir() {
                if !name.starts_with('.') && (!is_built || is_source) {
                    left.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing below {dir}");
    found
}

pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(malipo_tests::root())
        .unwrap()
        .display()
        .to_string()
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
    let workspace = manifest(".");
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let members: Vec<&str> = members.iter().filter_map(toml::Value::as_str).collect();
    assert_eq!(members, crates(), "say in LAYERS what a new crate may take");
    for (member, may) in LAYERS {
        for name in dependencies(&manifest(member)) {
            assert!(
                !name.starts_with("malipo-") || may.contains(&name.as_str()),
                "{member} must not depend on {name}: see the map in ARCHITECTURE.md"
            );
        }
    }
}

fn manifest(dir: &str) -> toml::Table {
    let text = fs::read_to_string(malipo_tests::root().join(dir).join("Cargo.toml")).unwrap();
    text.parse().unwrap()
}

/// The crates that a manifest names: of every kind, on every target.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flatten();
    let on_targets = targets.filter_map(|(_, on)| on.as_table());
    let tables = on_targets.chain([manifest]).flat_map(|all| {
        ["dependencies", "dev-dependencies", "build-dependencies"].map(|kind| all.get(kind))
    });
    let named = tables.flatten().filter_map(toml::Value::as_table).flatten();
    named
        .map(|(name, of)| {
            of.get("package")
                .and_then(toml::Value::as_str)
                .unwrap_or(name)
                .to_owned()
        })
        .collect()
}

#[test]
fn the_shell_has_what_its_host_gives_it_and_nothing_else() {
    for word in [
        "SystemTime::now",
        "Instant::now",
        "HashMap",
        "HashSet",
        "thread_local!",
        "getrandom",
        "std::env",
        "std::fs",
        "std::thread",
        "println!",
    ] {
        let instead =
            "time, chance and memory come from `Host`: a run can be told again from its seed";
        nowhere(&["shell/src"], word, &[], instead);
    }
}

/// More than this is no host any more, in lines.
const HOST_LINES_MAX: usize = 1_500;

#[test]
fn the_worker_is_a_host_and_nothing_else() {
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let all: usize = files("worker/src", &[".rs"]).iter().map(lines).sum();
    assert!(
        all < HOST_LINES_MAX,
        "{all} lines: what decides belongs in shell/"
    );
    nowhere(
        &["worker/src"],
        ".one::<",
        &[],
        "on no row it hangs the request: use to_array",
    );
}

#[test]
fn no_path_of_the_checkout_is_compiled_in() {
    nowhere(
        &crates(),
        "env!(\"CARGO_MANIFEST_DIR\")",
        &["tests/it/tidy.rs"],
        "a checkout may be copied or renamed after it was built: read the variable when the program runs",
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
        let instead = "shell/src/platform/log.rs writes the log, with a name from its list";
        nowhere(
            &["shell/src", "worker/src"],
            word,
            &["worker/src/print.rs"],
            instead,
        );
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
    for path in crates().iter().flat_map(|dir| files(dir, &[".rs"])) {
        if shown(&path) == "tests/it/tidy.rs" {
            continue;
        }
        let code = tests_in(&path);
        for word in ["#[ignore", "::sleep", "sleep(", "sleep_ms"] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: wait for what must happen, or mend the test",
                shown(&path)
            );
        }
    }
    // A yield to the browser, Playwright's own limit, and that nothing is tried again.
    let harmless = [
        "new Promise((done) => setTimeout(done))",
        "test.setTimeout(",
        "retries: 0,",
    ];
    for path in files("e2e", &[".ts"]) {
        let code = code_of(&path);
        let code = harmless
            .iter()
            .fold(code, |code, form| code.replace(form, ""));
        for word in [
            "waitForTimeout",
            "setTimeout(",
            "timers/promises",
            ".skip(",
            ".only(",
            ".fixme(",
            "retries:",
        ] {
            assert!(
                !code.contains(word),
                "{} holds `{word}`: wait for what must happen",
                shown(&path)
            );
        }
    }
}

/// The code of a file; where waiting is its work, only what tests it.
fn tests_in(path: &Path) -> String {
    let (name, code) = (shown(path), code_of(path));
    let wait = [
        "emulator/src/clock.rs",
        "emulator/src/server.rs",
        "shell/src/",
        "tests/contract/",
        "tests/shell/",
        "worker/src/",
        "xtask/src/",
    ];
    let may_wait = wait.iter().any(|of| name.starts_with(of));
    if !may_wait || name.ends_with("tests.rs") {
        return code;
    }
    let tests = code.split_once("#[cfg(test)]");
    tests.map_or(String::new(), |(_, tests)| tests.to_owned())
}

#[test]
fn every_file_opens_with_what_it_owns_and_stays_small() {
    for path in crates().iter().flat_map(|dir| files(dir, &[".rs"])) {
        let text = fs::read_to_string(&path).unwrap();
        let name = shown(&path);
        assert!(
            text.starts_with("//!"),
            "{name} must open with a `//!` sentence of what it owns"
        );
        let lines = text.lines().count();
        assert!(lines <= 400, "{name} has {lines} lines: make it two files");
    }
}

#[test]
fn names_say_what_a_thing_is() {
    for word in [
        "fn handle_",
        "fn process_",
        "fn do_",
        "mod util",
        "mod helper",
        "mod common",
        "Manager",
    ] {
        nowhere(
            &crates(),
            word,
            // A manager is also a person of the shop's.
            &[
                "tests/it/tidy.rs",
                "engine/src/permission.rs",
                "openapi/src/admin.rs",
            ],
            "name what it does or is",
        );
    }
}

#[test]
fn no_secret_lies_in_the_tree() {
    for path in files(".", &[""]) {
        let name = shown(&path);
        // `.dev.vars` is for them, and git ignores it.
        if name.rsplit('/').next().unwrap().starts_with('.') {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // The sandbox passkey that half of the internet has pasted, and the end of a key's first line.
        for word in [
            concat!("bfb279f9aa9bdbcf15", "8e97dd71a467cd2e0c"),
            concat!("PRIVATE ", "KEY-----"),
        ] {
            assert!(!text.contains(word), "{name} holds a secret");
        }
    }
}
