//! A program that runs beside us: its output goes to a file and, if wanted, to the terminal; its last lines are remembered.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

use crate::child::{self, Group};

const LAST_LINES_MAX: usize = 40;

pub(crate) struct Service {
    name: &'static str,
    group: Group,
    guard: Guard,
    last_lines: Arc<Mutex<VecDeque<String>>>,
}

impl Service {
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        log: &Path,
        is_shown: bool,
    ) -> Result<Service> {
        log.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file = File::create(log).with_context(|| format!("writing {}", log.display()))?;
        let mut group = Group::spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()), name)?;
        let guard = Guard::over(&group)?;
        let last_lines = Arc::default();
        let (stdout, stderr) = (group.leader().stdout.take(), group.leader().stderr.take());
        for output in [stdout.map(boxed), stderr.map(boxed)].into_iter().flatten() {
            let sink = Sink {
                name,
                file: file.try_clone()?,
                is_shown,
                last_lines: Arc::clone(&last_lines),
            };
            thread::spawn(move || sink.drain(output));
        }
        Ok(Service {
            name,
            group,
            guard,
            last_lines,
        })
    }

    /// A line of its output that starts like this, without the start.
    pub(crate) fn said(&self, start: &str) -> Option<String> {
        let lines = self
            .last_lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .find_map(|line| line.strip_prefix(start))
            .map(|rest| rest.trim().to_owned())
    }

    /// What to report once it has ended by itself.
    pub(crate) fn obituary(&mut self) -> Result<Option<String>> {
        Ok(self.group.ended()?.map(|status| {
            format!(
                "{} ended ({status}); its last output:\n{}",
                self.name,
                self.last_output()
            )
        }))
    }

    pub(crate) fn last_output(&self) -> String {
        let lines = self
            .last_lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .map(|line| format!("  {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        self.group.kill();
        self.guard.dismiss();
    }

    pub(crate) fn stop(&mut self) {
        self.group.stop();
        self.guard.dismiss();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ends the group when we are killed and cannot: it reads a pipe that closes with us. Otherwise the next
/// `dev` would find its ports taken by programs that nobody sees.
struct Guard(Child);

impl Guard {
    const SCRIPT: &str = "cat; kill -s INT -- \"-$1\"; sleep 5; kill -s KILL -- \"-$1\"";

    fn over(group: &Group) -> Result<Guard> {
        let mut shell = child::command("sh");
        shell.args(["-c", Guard::SCRIPT, "guard", &group.id().to_string()]);
        shell.process_group(0); // Ctrl-C in the terminal is for us to act on
        shell
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Guard(shell.spawn().context("starting sh")?))
    }

    fn dismiss(&mut self) {
        // Before its pipe closes: the group's number may by then be another's.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Sink {
    name: &'static str,
    file: File,
    is_shown: bool,
    last_lines: Arc<Mutex<VecDeque<String>>>,
}

impl Sink {
    fn drain(mut self, output: Box<dyn Read + Send>) {
        // Lines that are not UTF-8 are kept as far as they can be read: a log must not end early.
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            let line = plain(line.trim_end_matches('\r'));
            let _ = writeln!(self.file, "{line}"); // a full disk must not stop the program that speaks
            if self.is_shown && !line.is_empty() {
                eprintln!("{} | {line}", self.name);
            }
            let mut last_lines = self
                .last_lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if last_lines.len() == LAST_LINES_MAX {
                last_lines.pop_front();
            }
            last_lines.push_back(line);
        }
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}

/// The text without terminal colours, which wrangler writes whatever its environment says.
fn plain(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + piece.split_once('m').map_or(piece, |(_colour, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_and_words_stay() {
        assert_eq!(
            plain("\u{1b}[33m▲ \u{1b}[43;30mWARNING\u{1b}[0m some words"),
            "▲ WARNING some words"
        );
        assert_eq!(plain("some words"), "some words");
    }
}
