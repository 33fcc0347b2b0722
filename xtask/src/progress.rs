//! The steps of a long command on the terminal: which of how many, how long each took, and how long the rest will take
//! where that is known.

use std::io::{IsTerminal, Write, stdout};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const TICK: Duration = Duration::from_secs(1);

/// What a command will do, in order.
pub(crate) struct Steps {
    planned: Vec<Step>,
    done: usize,
}

/// One step: its name, and how long it takes where that is known.
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) usual: Option<Duration>,
}

impl Step {
    /// A step that takes as long as it takes.
    pub(crate) fn new(name: impl Into<String>) -> Step {
        let name = name.into();
        Step { name, usual: None }
    }
}

impl Steps {
    pub(crate) fn of(planned: Vec<Step>) -> Steps {
        Steps { planned, done: 0 }
    }

    /// Does the next step. A terminal sees the seconds pass.
    pub(crate) fn next<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let Some(step) = self.planned.get(self.done) else {
            bail!("a step that was not planned");
        };
        let title = format!("[{}/{}] {}", self.done + 1, self.planned.len(), step.name);
        let began = Instant::now();
        let is_terminal = stdout().is_terminal();
        let done = if is_terminal {
            while_told(|| self.told(&title, began.elapsed()), work)
        } else {
            print!("{title} …");
            stdout().flush()?;
            work()
        };
        let end = match &done {
            Ok(_) => seconds(began.elapsed()),
            Err(_) => "failed".to_owned(),
        };
        if is_terminal {
            print!("{title} …");
        }
        println!(" {end}");
        self.done += 1;
        done
    }

    /// The line while a step is under way.
    fn told(&self, title: &str, elapsed: Duration) -> String {
        let so_far = format!("{title} … {}", seconds(elapsed));
        match self.left(elapsed) {
            Some(left) => format!("{so_far}, about {} left in all", seconds(left)),
            None => so_far,
        }
    }

    /// How long this step and those after it will take; nothing when one of them is not known.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        let mut ahead = self.planned.iter().skip(self.done);
        let this = ahead.next()?.usual?.saturating_sub(elapsed);
        ahead.try_fold(this, |sum, step| Some(sum + step.usual?))
    }
}

/// Does the work; meanwhile the line is written anew every second, and is gone afterwards.
fn while_told<T>(line: impl Fn() -> String + Send, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (is_over, over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                show(&line());
                if over.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return show("");
                }
            }
        });
        let done = work();
        drop(is_over);
        done
    })
}

fn show(line: &str) {
    let mut terminal = stdout();
    let _ = write!(terminal, "\r\u{1b}[K{line}").and_then(|()| terminal.flush()); // only looks
}

fn seconds(of: Duration) -> String {
    format!("{:.0} s", of.as_secs_f32())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(usual: [Option<u64>; 3]) -> Steps {
        let step = |(n, usual): (usize, Option<u64>)| Step {
            name: format!("step {n}"),
            usual: usual.map(Duration::from_secs),
        };
        Steps::of(usual.into_iter().enumerate().map(step).collect())
    }

    #[test]
    fn what_is_left_is_this_steps_rest_and_those_after_it() {
        let mut steps = steps([Some(10), Some(100), Some(7)]);
        steps.next(|| Ok(())).unwrap();
        assert_eq!(
            steps.told("[2/3] step 1", Duration::from_secs(40)),
            "[2/3] step 1 … 40 s, about 67 s left in all"
        );
        // It takes longer than usual: what comes after it is still to come.
        let late = steps.left(Duration::from_secs(140));
        assert_eq!(late, Some(Duration::from_secs(7)));
    }

    #[test]
    fn nothing_is_said_of_what_is_left_when_a_step_ahead_is_not_known() {
        let steps = steps([Some(10), Some(100), None]);
        assert_eq!(
            steps.told("[1/3] step 0", Duration::from_secs(4)),
            "[1/3] step 0 … 4 s"
        );
    }

    #[test]
    fn a_failed_step_counts_and_one_too_many_is_refused() {
        let mut steps = steps([None; 3]);
        assert!(steps.next(|| -> Result<()> { bail!("no") }).is_err());
        for _ in 0..2 {
            steps.next(|| Ok(())).unwrap();
        }
        assert!(steps.next(|| Ok(())).is_err());
    }
}
