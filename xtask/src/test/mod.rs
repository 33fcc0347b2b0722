//! `cargo xtask test`: every proof that there is, in order, each reported; CI runs the same.

mod browsers;
mod code;
mod day;
mod examples;
mod lists;
mod live;
mod master_key;
mod system;

pub(crate) use lists::bench as bench_lists;
pub(crate) use system::{Scratch, bench};

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{build, interrupt};

/// One part of the tests, by the name that `--only` takes.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    prove: fn() -> Result<()>,
}

/// Cheap before dear. A part whose subject is missing fails: nothing is passed over in silence.
pub(crate) const PARTS: [Part; 14] = [
    Part {
        name: "fmt",
        prove: code::fmt,
    },
    Part {
        name: "clippy",
        prove: code::clippy,
    },
    Part {
        name: "unit",
        prove: code::unit,
    },
    Part {
        name: "build",
        prove: || build::run(false),
    },
    Part {
        name: "types",
        prove: code::types,
    },
    Part {
        name: "live",
        prove: live::prove,
    },
    Part {
        name: "examples",
        prove: examples::prove,
    },
    Part {
        name: "load",
        prove: crate::load::short,
    },
    Part {
        name: "day",
        prove: day::prove,
    },
    Part {
        name: "e2e",
        prove: system::e2e,
    },
    Part {
        name: "lists",
        prove: lists::prove,
    },
    Part {
        name: "deploy-dry-run",
        prove: system::deploy_dry_run,
    },
    Part {
        name: "old-browsers",
        prove: browsers::prove_old,
    },
    Part {
        name: "browsers",
        prove: browsers::prove,
    },
];

/// Not among the parts that run when none is named: it installs Firefox and WebKit, and takes a quarter of an hour.
const BY_NAME_ONLY: [&str; 1] = ["browsers"];

struct Outcome {
    name: &'static str,
    took: Duration,
    has_passed: bool,
}

/// Runs the parts named, or all but those of `BY_NAME_ONLY`; goes on after a failure and fails at the end.
pub(crate) fn run(only: &[String]) -> Result<()> {
    let mut outcomes = Vec::new();
    let is_asked = |part: &&Part| match only {
        [] => !BY_NAME_ONLY.contains(&part.name),
        only => only.iter().any(|name| name == part.name),
    };
    for part in PARTS.iter().filter(is_asked) {
        println!("\n== {}", part.name);
        let began = Instant::now();
        let proved = (part.prove)();
        if interrupt::asked() {
            bail!("stopped");
        }
        if let Err(error) = &proved {
            println!("{} failed: {error:#}", part.name);
        }
        outcomes.push(Outcome {
            name: part.name,
            took: began.elapsed(),
            has_passed: proved.is_ok(),
        });
        println!(
            "== {} took {:.1} s",
            part.name,
            began.elapsed().as_secs_f32()
        );
    }
    println!("\n{}", summary(&outcomes));
    if outcomes.iter().any(|outcome| !outcome.has_passed) {
        std::process::exit(1); // the summary is the last line; every child has ended with its part
    }
    Ok(())
}

fn summary(outcomes: &[Outcome]) -> String {
    let lines: String = outcomes
        .iter()
        .map(
            |Outcome {
                 name,
                 took,
                 has_passed,
             }| {
                let verdict = if *has_passed { "passed" } else { "FAILED" };
                format!("{name:<16} {verdict} {:>8.1} s\n", took.as_secs_f32())
            },
        )
        .collect();
    let passed = outcomes.iter().filter(|outcome| outcome.has_passed).count();
    format!("{lines}{passed} passed, {} failed", outcomes.len() - passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_the_parts() {
        let outcome = |name, has_passed| Outcome {
            name,
            took: Duration::from_millis(1_500),
            has_passed,
        };
        let text = summary(&[
            outcome("fmt", true),
            outcome("unit", false),
            outcome("build", true),
        ]);
        assert_eq!(text.lines().last(), Some("2 passed, 1 failed"));
        assert_eq!(
            text.lines().nth(1),
            Some("unit             FAILED      1.5 s")
        );
    }
}
