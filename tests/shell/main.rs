//! The simulation: the real shell, on a simulated host. Stories run without faults, at each point of failure, and by chance;
//! the rules of ARCHITECTURE.md are checked at every durable write and the books at the end.

mod chance;
mod contract;
mod host;
mod people;
mod permissions;
mod points;
mod rules;
mod schedules;
mod searches;
mod settings;
mod stories;
mod world;

use host::fate::{Fault, HostRule};
use schedules::run_schedules;
use std::time::Instant;

/// One point in so many is tried by the test command; `MALIPO_STRIDE=1` tries them all.
const STRIDE: usize = 16;

/// How many schedules the test command runs; `MALIPO_SCHEDULES` says another number, `MALIPO_SEED` where they begin.
const SCHEDULES: u64 = 1_500;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// Whether only what notices is printed, and nothing more is tried after it: for mutants.
fn is_brief() -> bool {
    std::env::var_os("MALIPO_BRIEF").is_some()
}

/// Says what has noticed something, and prints its story.
fn is_noticed(by: &str, rule: u32, what: &str, tell: impl FnOnce() -> Vec<String>) {
    if !is_brief() {
        println!("{}", tell().join("\n"));
    }
    println!("noticed by {by}: rule {rule}: {what}");
}

#[test]
fn every_schedule_keeps_the_rules_and_the_money() {
    let (began, first) = (Instant::now(), number("MALIPO_SEED", 1));
    let schedules = number("MALIPO_SCHEDULES", SCHEDULES);
    let sum = run_schedules(first, schedules);
    let (secs, steps) = (began.elapsed().as_secs_f32(), sum.steps);
    println!("schedules {schedules} from seed {first}, {steps} steps, {secs:.1} s");
    if let Some((seed, rule, what)) = &sum.failed {
        let by = format!("seed {seed}");
        is_noticed(&by, *rule, what, || chance::run(*seed, true).story);
        panic!("seed {seed} breaks rule {rule}\nagain: cargo xtask simulate --seed {seed}");
    }
    for ((_, name), count) in Fault::ALL.iter().zip(sum.counts) {
        println!("{count:>10}  {name}");
    }
}

#[test]
fn every_story_ends_well_without_faults() {
    for story in stories::all() {
        let run = points::run(story, 1, None, true);
        if std::env::var("MALIPO_TELL").is_ok_and(|name| name == story.name) {
            println!("{}", run.story.join("\n"));
        }
        println!("{}: {} steps", story.name, run.steps);
        if let Some((rule, what)) = &run.broken {
            let by = format!("story \"{}\"", story.name);
            is_noticed(&by, *rule, what, || run.story.clone());
            panic!("the {by} breaks rule {rule}");
        }
    }
}

#[test]
fn every_story_ends_well_whatever_fails_at_whatever_point() {
    let only = std::env::var("MALIPO_STORY").ok();
    let stride = number("MALIPO_STRIDE", STRIDE as u64) as usize;
    let mut broken = 0;
    let tried = stories::all().filter(|story| !story.is_long);
    for story in tried.filter(|story| only.as_ref().is_none_or(|only| story.name == only)) {
        let began = Instant::now();
        let (points, found) = points::run_all(story, &points::FAULTS, stride);
        let secs = began.elapsed().as_secs_f32();
        println!("{}: {points} points, {secs:.1} s", story.name);
        for (n, (point, rule, what)) in found.iter().take(6).enumerate() {
            let by = format!(
                "story \"{}\", {:?} at step {}",
                story.name, point.fault, point.step
            );
            let is_told = n == 0 && only.is_some();
            let story = || points::run(story, 1, Some(*point), true).story;
            is_noticed(
                &by,
                *rule,
                what,
                || if is_told { story() } else { Vec::new() },
            );
        }
        broken += found.len();
        if broken > 0 && is_brief() {
            break;
        }
    }
    assert_eq!(broken, 0, "points of failure break a rule");
}

#[test]
fn the_host_keeps_its_contract() {
    let broken = contract::broken(None);
    assert_eq!(broken, [""; 0], "of {} cases", contract::count());
}

#[test]
fn a_host_that_breaks_a_rule_is_noticed_by_the_contract() {
    for rule in HostRule::ALL {
        let broken = contract::broken(Some(rule));
        println!("without {rule:?}: {broken:?}");
        assert!(!broken.is_empty(), "nobody notices a host without {rule:?}");
    }
}

#[test]
fn the_same_seed_goes_the_same_way() {
    for (n, story) in stories::all().enumerate() {
        let of = |seed| points::run(story, seed, None, false).hash;
        let seed = n as u64 + 1;
        assert_eq!(of(seed), of(seed), "{}", story.name);
        assert_ne!(of(seed), of(seed + 100), "{}", story.name);
    }
    for seed in 1..60 {
        assert_eq!(
            chance::run(seed, false).hash,
            chance::run(seed, false).hash,
            "seed {seed}"
        );
    }
}
