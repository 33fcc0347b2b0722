//! Parts beside one another, each in a program of its own, whose output is kept until it has ended and then shown whole.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::part::{Outcome, Part};
use crate::child::{self, Group};
use crate::{build, interrupt, places};

const POLL: Duration = Duration::from_millis(100);
/// Whoever looks at a terminal sees the seconds pass; a log hears less often what is still under way.
const TELL_A_TERMINAL: Duration = Duration::from_secs(1);
const TELL_A_LOG: Duration = Duration::from_secs(60);
/// How far what only computes steps back.
const NICE: &str = "10";

/// Runs them all; how each ended, in the order of ending.
///
/// # Errors
/// When a part cannot be started, or someone asks us to stop.
pub(super) fn run(parts: &[&'static Part]) -> Result<Vec<Outcome>> {
    let mut ahead = parts.to_vec();
    let mut running: Vec<Running> = Vec::new();
    let mut outcomes = Vec::new();
    let mut told = Told::new();
    while !(ahead.is_empty() && running.is_empty()) {
        let under_way: Vec<_> = running.iter().map(|of| of.part).collect();
        for part in next(&ahead, &under_way) {
            ahead.retain(|other| other.name != part.name);
            let is_built = outcomes
                .iter()
                .any(|of: &Outcome| of.name == "build" && of.has_passed);
            running.push(Running::start(part, is_built)?);
            told.line(&format!("== {} begins", part.name));
        }
        let mut going_on = Vec::new();
        for mut part in running {
            match part.ended()? {
                Some(outcome) => {
                    told.line(&part.story(&outcome));
                    outcomes.push(outcome);
                }
                None => going_on.push(part),
            }
        }
        running = going_on;
        if interrupt::asked() {
            bail!("stopped");
        }
        told.under_way(&running);
        sleep(POLL);
    }
    Ok(outcomes)
}

/// What may begin: the first of each lane where nothing runs, if all that it waits for has ended.
pub(super) fn next(ahead: &[&'static Part], running: &[&'static Part]) -> Vec<&'static Part> {
    let mut taken: Vec<_> = running.iter().map(|part| part.lane).collect();
    let has_not_ended = |name: &&str| ahead.iter().chain(running).any(|part| part.name == *name);
    let mut may_begin = Vec::new();
    for part in ahead {
        if taken.contains(&part.lane) {
            continue;
        }
        taken.push(part.lane);
        if !part.after.iter().any(has_not_ended) {
            may_begin.push(*part);
        }
    }
    may_begin
}

struct Running {
    part: &'static Part,
    group: Group,
    began: Instant,
    log: PathBuf,
}

impl Running {
    fn start(part: &'static Part, is_built: bool) -> Result<Running> {
        let log = places::intermediate().join(format!("test/{}.log", part.name));
        log.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file = fs::File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let this = std::env::current_exe()?;
        let mut command = if part.lane.is_patient() {
            let mut nice = child::command("nice");
            nice.args(["-n", NICE]).arg(this);
            nice
        } else {
            child::command(this)
        };
        command.args(["test", "--only", part.name]);
        if is_built {
            command.env(build::IS_BUILT, "1");
        }
        command.stdout(file.try_clone()?).stderr(file);
        Ok(Running {
            part,
            group: Group::spawn(&mut command, part.name)?,
            began: Instant::now(),
            log,
        })
    }

    fn ended(&mut self) -> Result<Option<Outcome>> {
        let Some(status) = self.group.ended()? else {
            return Ok(None);
        };
        Ok(Some(Outcome {
            name: self.part.name,
            took: self.began.elapsed(),
            has_passed: status.success(),
        }))
    }

    /// All that it said, and how it ended.
    fn story(&self, outcome: &Outcome) -> String {
        let said = fs::read(&self.log).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let verdict = if outcome.has_passed {
            "passed"
        } else {
            "FAILED"
        };
        let secs = outcome.took.as_secs_f32();
        format!(
            "{}\n== {} {verdict} after {secs:.1} s",
            said.trim(),
            outcome.name
        )
    }
}

/// What the terminal, or the log, hears.
struct Told {
    is_terminal: bool,
    last: Instant,
}

impl Told {
    fn new() -> Told {
        Told {
            is_terminal: stdout().is_terminal(),
            last: Instant::now(),
        }
    }

    fn line(&mut self, text: &str) {
        let clear = if self.is_terminal { "\r\u{1b}[K" } else { "" };
        println!("{clear}{text}");
        self.last = Instant::now();
    }

    fn under_way(&mut self, running: &[Running]) {
        let often = if self.is_terminal {
            TELL_A_TERMINAL
        } else {
            TELL_A_LOG
        };
        if running.is_empty() || self.last.elapsed() < often {
            return;
        }
        let parts = running
            .iter()
            .map(|of| format!("{} {} s", of.part.name, of.began.elapsed().as_secs()));
        let parts = parts.collect::<Vec<_>>().join(", ");
        if self.is_terminal {
            print!("\r\u{1b}[K… {parts}");
            let _ = stdout().flush(); // only looks
            self.last = Instant::now();
        } else {
            self.line(&format!("… {parts}"));
        }
    }
}
