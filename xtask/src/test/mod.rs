//! `cargo xtask test`: every proof that there is, each reported; CI runs the same. Which parts there are, and which of them run
//! beside one another (`beside` runs them).

mod beside;
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
    lane: Lane,
    /// What has to have ended before.
    after: &'static [&'static str],
}

/// What takes its turn with what: a lane's parts run one after the other, lanes beside one another. What computes and what waits
/// for M-PESA's time are in lanes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// What looks at the code: compilers, and then the tests that need nothing beside them.
    Code,
    /// What is deployed: compilers too, but mostly one after the other.
    Built,
    /// One browser after the other, as many pages as compute well together. Screens come first: while the crowds are at their
    /// most, nobody waits there for anything.
    Browsers,
    Live,
    Crowds,
}

impl Lane {
    /// Whether nobody in it waits for anything: it then leaves the processors to those who do.
    fn is_patient(self) -> bool {
        self == Lane::Code
    }
}

/// What starts a Worker needs what is deployed, and begins when everything is compiled: while Cargo compiles, it keeps everybody
/// else out.
const COMPILED: &[&str] = &["build", "compile"];

/// And one crowd comes by itself.
const STACK: &[&str] = &["build", "compile", "tokens"];

/// A part whose subject is missing fails: nothing is passed over in silence.
pub(crate) const PARTS: [Part; 17] = [
    part("fmt", code::fmt, Lane::Code, &[]),
    part("types", code::types, Lane::Code, &[]),
    part("clippy", code::clippy, Lane::Code, &[]),
    part("compile", code::compile, Lane::Code, &[]),
    part("unit", code::unit, Lane::Code, &[]),
    part("build", || build::run(false), Lane::Built, &[]),
    part("tokens", live::crowd, Lane::Built, COMPILED),
    part("deploy-dry-run", system::deploy_dry_run, Lane::Built, STACK),
    part("screens", system::screens, Lane::Browsers, STACK),
    part("e2e", system::e2e, Lane::Browsers, STACK),
    part("lists", lists::prove, Lane::Browsers, STACK),
    part("live", live::prove, Lane::Live, STACK),
    part("examples", examples::prove, Lane::Live, STACK),
    part("load", crate::load::short, Lane::Crowds, STACK),
    part("day", day::prove, Lane::Crowds, STACK),
    part("old-browsers", browsers::prove_old, Lane::Crowds, STACK),
    part("browsers", browsers::prove, Lane::Crowds, STACK),
];

const fn part(
    name: &'static str,
    prove: fn() -> Result<()>,
    lane: Lane,
    after: &'static [&'static str],
) -> Part {
    Part {
        name,
        prove,
        lane,
        after,
    }
}

/// Not among the parts that run when none is named: it installs Firefox and WebKit, and takes a quarter of an hour.
const BY_NAME_ONLY: [&str; 1] = ["browsers"];

struct Outcome {
    name: &'static str,
    took: Duration,
    has_passed: bool,
}

/// Runs the parts named, or all but those of `BY_NAME_ONLY`; goes on after a failure and fails at the end.
pub(crate) fn run(only: &[String]) -> Result<()> {
    let is_asked = |part: &&Part| match only {
        [] => !BY_NAME_ONLY.contains(&part.name),
        only => only.iter().any(|name| name == part.name),
    };
    let asked: Vec<&'static Part> = PARTS.iter().filter(is_asked).collect();
    let began = Instant::now();
    let outcomes = match asked.as_slice() {
        [part] => vec![here(part)],
        several => beside::run(several)?,
    };
    if interrupt::asked() {
        bail!("stopped");
    }
    println!("\n{}", summary(&outcomes, began.elapsed()));
    if outcomes.iter().any(|outcome| !outcome.has_passed) {
        std::process::exit(1); // the summary is the last line; every child has ended with its part
    }
    Ok(())
}

/// Runs one part in this program, with its output on the terminal.
fn here(part: &Part) -> Outcome {
    println!("\n== {}", part.name);
    let began = Instant::now();
    let proved = (part.prove)();
    if let Err(error) = &proved {
        println!("{} failed: {error:#}", part.name);
    }
    Outcome {
        name: part.name,
        took: began.elapsed(),
        has_passed: proved.is_ok(),
    }
}

/// What each took, in all, and how many passed.
fn summary(outcomes: &[Outcome], in_all: Duration) -> String {
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
    let in_all = format!("{:<16}        {:>8.1} s\n", "in all", in_all.as_secs_f32());
    let passed = outcomes.iter().filter(|outcome| outcome.has_passed).count();
    format!(
        "{lines}{in_all}{passed} passed, {} failed",
        outcomes.len() - passed
    )
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
        let text = summary(
            &[
                outcome("fmt", true),
                outcome("unit", false),
                outcome("build", true),
            ],
            Duration::from_secs(2),
        );
        assert_eq!(text.lines().last(), Some("2 passed, 1 failed"));
        assert_eq!(
            text.lines().nth(1),
            Some("unit             FAILED      1.5 s")
        );
    }
    #[test]
    fn a_part_waits_for_parts_that_there_are_and_for_none_that_waits_for_it() {
        for (at, part) in PARTS.iter().enumerate() {
            for name in part.after {
                let before = PARTS.iter().position(|other| other.name == *name);
                assert!(
                    before.is_some_and(|before| before < at),
                    "{} after {name}",
                    part.name
                );
            }
        }
    }
}
