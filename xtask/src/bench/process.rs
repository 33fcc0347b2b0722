//! The programs that we have started, as Linux tells of them in `/proc`: their processor time and their memory.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

/// What `/proc` counts processor time in: 100 a second on every architecture.
const MS_PER_TICK: u64 = 10;

/// One line of `/proc/<pid>/stat`, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    name: String,
    parent: u32,
    /// In user and system mode, in ticks.
    ticks: u64,
}

/// The name may hold spaces and brackets; the last bracket ends it.
fn parse_stat(line: &str) -> Option<Stat> {
    let (start, rest) = line.rsplit_once(") ")?;
    let (_, name) = start.split_once('(')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        name: name.to_owned(),
        parent: u32::try_from(number(1)?).ok()?,
        ticks: number(11)? + number(12)?,
    })
}

fn stat(process: u32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The resident memory in `/proc/<pid>/status`, in KB.
fn parse_resident_kb(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How long a process has run and how long it has waited for a processor, in nanoseconds: `/proc/<pid>/schedstat`, of its first thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Turns {
    ran_ns: u64,
    waited_ns: u64,
}

impl Turns {
    /// The share of the time since then, of 1, in which it could have run and had to wait.
    pub(super) fn waited_since(self, before: Turns) -> f64 {
        let (ran, waited) = (
            self.ran_ns.saturating_sub(before.ran_ns),
            self.waited_ns.saturating_sub(before.waited_ns),
        );
        waited as f64 / (ran + waited).max(1) as f64
    }
}

fn parse_turns(schedstat: &str) -> Option<Turns> {
    let mut fields = schedstat.split_whitespace().map(str::parse);
    Some(Turns {
        ran_ns: fields.next()?.ok()?,
        waited_ns: fields.next()?.ok()?,
    })
}

/// Of all of them together. A system that keeps no such account says nothing.
pub(super) fn turns(processes: &BTreeSet<u32>) -> Turns {
    let read = |process: &u32| fs::read_to_string(format!("/proc/{process}/schedstat")).ok();
    let all = processes.iter().filter_map(|of| parse_turns(&read(of)?));
    all.fold(Turns::default(), |sum, of| Turns {
        ran_ns: sum.ran_ns + of.ran_ns,
        waited_ns: sum.waited_ns + of.waited_ns,
    })
}

/// All processes of that name which we, or programs of ours, have started.
pub(super) fn ours(name: &str) -> Result<BTreeSet<u32>> {
    let entries = fs::read_dir("/proc").context("processor time is read from /proc, on Linux")?;
    let all = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_ours = |process: &u32| {
        stat(*process).is_some_and(|stat| stat.name == name && descends_from_us(stat.parent))
    };
    Ok(all.filter(is_ours).collect())
}

fn descends_from_us(mut process: u32) -> bool {
    while process > 1 {
        if process == std::process::id() {
            return true;
        }
        process = stat(process).map_or(0, |stat| stat.parent);
    }
    false
}

/// The processor time of them all since each began, in milliseconds.
pub(super) fn cpu_ms(processes: &BTreeSet<u32>) -> Result<u64> {
    let ticks = processes.iter().map(|process| {
        let stat = stat(*process).with_context(|| format!("process {process} is gone"))?;
        Ok(stat.ticks)
    });
    Ok(ticks.sum::<Result<u64>>()? * MS_PER_TICK)
}

/// The resident memory of them all, in MB.
pub(super) fn memory_mb(processes: &BTreeSet<u32>) -> Result<f64> {
    let each = processes.iter().map(|process| {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        parse_resident_kb(&status).with_context(|| format!("process {process} has no memory"))
    });
    Ok(each.sum::<Result<u64>>()? as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_shifts_no_field() {
        let line = "7 (a) (b c) S 3 7 7 0 -1 4194560 1 2 3 4 120 34 5 6 20 0 9 0 100 200 300";
        let read = Stat {
            name: "a) (b c".to_owned(),
            parent: 3,
            ticks: 154,
        };
        assert_eq!(parse_stat(line), Some(read));
        assert_eq!(parse_stat("7 (a) S 3"), None);
    }

    #[test]
    fn resident_memory_is_found_among_the_others() {
        let status = "Name:\tworkerd\nVmPeak:\t 900 kB\nVmRSS:\t  51200 kB\n";
        assert_eq!(parse_resident_kb(status), Some(51_200));
        assert_eq!(parse_resident_kb("Name:\tworkerd\n"), None);
    }

    #[test]
    fn waiting_is_a_share_of_what_could_have_been_run() {
        let before = parse_turns("100 50 7").unwrap();
        let after = parse_turns("400 150 9").unwrap();
        assert!((after.waited_since(before) - 0.25).abs() < 1e-9);
        assert_eq!(before.waited_since(before), 0.0);
        assert_eq!(parse_turns("100"), None);
    }

    #[test]
    fn this_very_test_is_ours_and_has_used_memory() {
        assert!(descends_from_us(std::process::id()));
        assert!(!descends_from_us(1));
        assert!(memory_mb(&BTreeSet::from([std::process::id()])).unwrap() > 0.5);
    }
}
