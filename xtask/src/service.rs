//! A program that runs beside us: its output goes to a file and, if wanted, to the terminal; its last lines are remembered.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

use crate::child::Group;

const LAST_LINES_MAX: usize = 40;

pub(crate) struct Service {
    name: &'static str,
    group: Group,
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

    pub(crate) fn stop(&mut self) {
        self.group.stop();
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
            let line = line.trim_end_matches('\r');
            let _ = writeln!(self.file, "{line}"); // a full disk must not stop the program that speaks
            if self.is_shown {
                eprintln!("{} | {line}", self.name);
            }
            let mut last_lines = self
                .last_lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if last_lines.len() == LAST_LINES_MAX {
                last_lines.pop_front();
            }
            last_lines.push_back(line.to_owned());
        }
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}
