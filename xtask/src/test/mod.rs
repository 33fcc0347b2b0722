//! `cargo xtask test`: every proof that there is, each reported; CI runs the same. Which parts there are, and which of them run
//! beside one another (`beside` runs them).

mod beside;
mod browsers;
mod code;
mod contract;
mod day;
mod examples;
mod lists;
mod live;
mod master_key;
mod part;
mod system;

pub(crate) use lists::bench as bench_lists;
pub(crate) use system::{Scratch, bench};

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{build, interrupt};
use part::{Lane, Outcome, Part};

/// What starts a Worker needs what is deployed, and begins when everything is compiled: while Cargo compiles, it keeps everybody
/// else out.
const COMPILED: &[&str] = &["build", "compile", "unit"];

/// And one crowd comes by itself.
const STACK: &[&str] = &["build", "compile", "unit", "tokens"];

/// A part whose subject is missing fails: nothing is passed over in silence.
pub(crate) const PARTS: [Part; 19] = [
    Part::new("fmt", code::fmt, Lane::Code, &[]),
    Part::new("types", code::types, Lane::Code, &[]),
    Part::new("clippy", code::clippy, Lane::Code, &[]),
    Part::new("compile", code::compile, Lane::Code, &[]),
    Part::new("unit", code::unit, Lane::Code, &[]),
    Part::new("build", || build::run(false), Lane::Built, &[]),
    Part::new("tokens", live::crowd, Lane::Built, COMPILED),
    Part::new("deploy-dry-run", system::deploy_dry_run, Lane::Built, STACK),
    Part::new("e2e", system::e2e, Lane::Built, STACK),
    Part::new("screens", system::screens, Lane::Built, STACK),
    Part::new("lists", lists::prove, Lane::Asked, STACK),
    Part::new("live", live::prove, Lane::Asked, STACK),
    Part::new("contract", contract::prove, Lane::Asked, STACK),
    Part::new("examples", examples::prove, Lane::Asked, STACK),
    Part::new("load", crate::load::short, Lane::Waited, STACK),
    Part::new("day", day::prove, Lane::Waited, STACK),
    Part::new("old-browsers", browsers::prove_old, Lane::Waited, STACK),
    Part::new(
        "dashboard-screens",
        system::dashboard_screens,
        Lane::Waited,
        STACK,
    ),
    Part::new("browsers", browsers::prove, Lane::Built, STACK),
];

/// Not among the parts that run when none is named: it installs Firefox and WebKit, and takes a quarter of an hour.
const BY_NAME_ONLY: [&str; 1] = ["browsers"];

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

    /// Which parts begin when these are ahead and those run.
    fn begins(ahead: &[&str], running: &[&str]) -> Vec<&'static str> {
        let of = |names: &[&str]| -> Vec<&'static Part> {
            let is_named = |part: &&Part| names.contains(&part.name);
            PARTS.iter().filter(is_named).collect()
        };
        let next = beside::next(&of(ahead), &of(running));
        next.iter().map(|part| part.name).collect()
    }

    #[test]
    fn a_lane_takes_turns_and_what_needs_a_worker_waits_until_there_is_one() {
        assert_eq!(begins(&["fmt", "clippy", "build"], &[]), ["fmt", "build"]);
        assert_eq!(begins(&["clippy", "e2e"], &["build"]), ["clippy"]);
        assert_eq!(begins(&["e2e", "live"], &["compile"]), [""; 0]);
        let beside = begins(&["screens", "e2e", "live", "day"], &["load"]);
        assert_eq!(beside, ["e2e", "live"]);
        assert_eq!(begins(&["screens", "live"], &["tokens"]), [""; 0]);
    }

    #[test]
    fn every_choice_of_parts_comes_to_its_end() {
        let mut ahead: Vec<&'static Part> = PARTS.iter().collect();
        while !ahead.is_empty() {
            let begun = beside::next(&ahead, &[]);
            assert!(
                !begun.is_empty(),
                "{} parts wait for one another",
                ahead.len()
            );
            ahead.retain(|part| !begun.iter().any(|other| other.name == part.name));
        }
    }
}
