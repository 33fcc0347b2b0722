//! Many schedules at once, on every core: the first that breaks a rule, and how often each fault has struck.

use crate::chance;
use crate::host::fate::FAULTS;
use std::sync::atomic::{AtomicU64, Ordering};

/// The first seed that breaks a rule, how, and how often each fault has struck.
pub(crate) struct Sum {
    pub(crate) failed: Option<(u64, u32, String)>,
    pub(crate) counts: [u64; FAULTS],
    pub(crate) steps: u64,
}

/// Runs schedules from a seed on, on every core; stops at one that breaks a rule.
pub(crate) fn run_schedules(first: u64, schedules: u64) -> Sum {
    let next = AtomicU64::new(first);
    let work = || {
        let mut sum = Sum {
            failed: None,
            counts: [0; FAULTS],
            steps: 0,
        };
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + schedules {
                return sum;
            }
            let outcome = chance::run(seed, false);
            sum.steps += outcome.steps;
            for (mine, theirs) in sum.counts.iter_mut().zip(outcome.counts) {
                *mine += theirs;
            }
            if let Some((rule, what)) = outcome.broken {
                if std::env::var_os("MALIPO_SURVEY").is_some() {
                    println!("seed {seed}: rule {rule}: {what}");
                    continue;
                }
                next.store(first + schedules, Ordering::Relaxed);
                sum.failed = Some((seed, rule, what));
                return sum;
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let sums = threads.into_iter().map(|thread| thread.join().unwrap());
        sums.reduce(|mut all, sum| {
            all.steps += sum.steps;
            for (mine, theirs) in all.counts.iter_mut().zip(sum.counts) {
                *mine += theirs;
            }
            let earlier = |(seed, ..): &(u64, u32, String)| {
                all.failed.as_ref().is_none_or(|(known, ..)| seed < known)
            };
            if sum.failed.as_ref().is_some_and(earlier) {
                all.failed = sum.failed;
            }
            all
        })
        .unwrap()
    })
}
